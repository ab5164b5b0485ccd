//! Forms: `application/x-www-form-urlencoded`, the body of a POST or the query string of a GET (API-1).
//!
//! Read strictly, since the signature covers the bytes and the action sees the parameters: an escape that is none, text that is
//! not UTF-8 and a parameter given twice are errors. Names and values are case-sensitive. Knows nothing about the dots in names;
//! [`crate::query`] does.

use crate::percent::{Plus, decode};

/// The most bytes that a form may have.
pub const MOST_BYTES: usize = 1 << 20;

/// The most parameters that a form may have.
pub const MOST_PARAMETERS: usize = 65_536;

/// The parameters of a request, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    parameters: Vec<(String, String)>,
    /// positions in `parameters`, sorted by name
    by_name: Vec<u32>,
}

/// The bytes are no form that has one meaning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// more than [`MOST_BYTES`]
    #[error("the form is longer than {MOST_BYTES} bytes")]
    TooLarge,
    /// more than [`MOST_PARAMETERS`]
    #[error("the form has more than {MOST_PARAMETERS} parameters")]
    TooMany,
    /// a `%` without two hexadecimal digits behind it
    #[error("the parameter `{parameter}` holds a `%` that begins no escape")]
    BadEscape {
        /// its name, as sent if the bad escape is in the name itself
        parameter: String,
    },
    /// a name or a value that is not UTF-8
    #[error("the parameter `{parameter}` is not UTF-8")]
    NotUtf8 {
        /// its name, as sent if the name itself is not UTF-8
        parameter: String,
    },
    /// one name, two values
    #[error("the parameter `{parameter}` is given more than once")]
    Duplicate {
        /// its name
        parameter: String,
    },
}

impl Form {
    /// Reads a form. A parameter without `=` has an empty value; nothing between two `&` is no parameter.
    pub fn parse(bytes: &[u8]) -> Result<Form, FormError> {
        if bytes.len() > MOST_BYTES {
            return Err(FormError::TooLarge);
        }
        let mut parameters = Vec::new();
        for pair in bytes.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            if parameters.len() == MOST_PARAMETERS {
                return Err(FormError::TooMany);
            }
            let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &pair[pair.len()..]),
            };
            let name = text(name, || String::from_utf8_lossy(name).into_owned())?;
            let value = text(value, || name.clone())?;
            parameters.push((name, value));
        }
        Form::index(parameters)
    }

    fn index(parameters: Vec<(String, String)>) -> Result<Form, FormError> {
        let name = |&position: &u32| parameters[position as usize].0.as_str();
        let mut by_name: Vec<u32> = (0..parameters.len() as u32).collect();
        by_name.sort_unstable_by(|one, other| name(one).cmp(name(other)));
        if let Some(twice) = by_name.windows(2).find(|pair| name(&pair[0]) == name(&pair[1])) {
            return Err(FormError::Duplicate { parameter: name(&twice[0]).to_owned() });
        }
        Ok(Form { parameters, by_name })
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at =
            self.by_name.binary_search_by(|&position| self.parameters[position as usize].0.as_str().cmp(name)).ok()?;
        Some(&self.parameters[self.by_name[at] as usize].1)
    }

    /// All names and values, in the order they were sent.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn text(encoded: &[u8], parameter: impl Fn() -> String) -> Result<String, FormError> {
    let bytes = decode(encoded, Plus::Space).map_err(|_| FormError::BadEscape { parameter: parameter() })?;
    String::from_utf8(bytes).map_err(|_| FormError::NotUtf8 { parameter: parameter() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let form = Form::parse(text.as_bytes()).unwrap();
        form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn names_and_values_are_decoded_in_the_order_sent() {
        assert_eq!(
            pairs("b=1+2&a%2Eb=%E1%88%B4%2b&empty=&none&&x=a=b"),
            [pair("b", "1 2"), pair("a.b", "ሴ+"), pair("empty", ""), pair("none", ""), pair("x", "a=b")]
        );
        assert_eq!(pairs(""), []);
    }

    #[test]
    fn a_parameter_is_found_by_its_name_in_its_case() {
        let form = Form::parse(b"Version=2016-11-15&Action=DescribeVpcs&VpcId.1=vpc-1").unwrap();
        assert_eq!(form.get("Action"), Some("DescribeVpcs"));
        assert_eq!(form.get("VpcId.1"), Some("vpc-1"));
        assert_eq!(form.get("action"), None);
    }

    #[test]
    fn a_parameter_given_twice_is_an_error_however_it_is_spelled() {
        assert_eq!(Form::parse(b"A=1&B=2&%41=1"), Err(FormError::Duplicate { parameter: "A".to_owned() }));
    }

    #[test]
    fn errors_name_the_parameter() {
        assert_eq!(Form::parse(b"Good=1&Name=%4"), Err(FormError::BadEscape { parameter: "Name".to_owned() }));
        assert_eq!(Form::parse(b"Na%me=1"), Err(FormError::BadEscape { parameter: "Na%me".to_owned() }));
        assert_eq!(Form::parse(b"Name=%ff"), Err(FormError::NotUtf8 { parameter: "Name".to_owned() }));
        assert_eq!(Form::parse(b"%ff=1"), Err(FormError::NotUtf8 { parameter: "%ff".to_owned() }));
    }

    #[test]
    fn a_form_has_its_limits() {
        assert!(Form::parse(&vec![b'a'; MOST_BYTES]).is_ok());
        assert_eq!(Form::parse(&vec![b'a'; MOST_BYTES + 1]), Err(FormError::TooLarge));
        let numbered = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join("&");
        assert!(Form::parse(numbered(MOST_PARAMETERS).as_bytes()).is_ok());
        assert_eq!(Form::parse(numbered(MOST_PARAMETERS + 1).as_bytes()), Err(FormError::TooMany));
    }
}
