//! JSON pointers: which elements of a body are looked at (WAF-70).

use crate::document::{Code, Entry, Refusal};

/// The most pointers of a statement. AWS states none; this one bounds the work for each element of a body.
const MOST: usize = 1000;

/// The elements that are looked at: everything, or what lies beneath one of several pointers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointers(Option<Vec<Vec<Vec<u8>>>>);

impl Pointers {
    /// Everything.
    pub fn all() -> Pointers {
        Pointers(None)
    }

    /// Reads `MatchPattern` of a JSON body: `{"All": {}}` or `{"IncludedPaths": […]}`.
    pub(crate) fn read(entry: &Entry) -> Result<Pointers, Refusal> {
        let (form, entry) = entry.sole()?;
        match form {
            "All" => entry.empty().map(|()| Pointers::all()),
            "IncludedPaths" => {
                let list = entry.list_of(1, usize::MAX)?;
                if list.len() > MOST {
                    return Err(entry.refused(Code::LimitsExceeded, format!("must have at most {MOST} paths")));
                }
                Ok(Pointers(Some(list.iter().map(pointer).collect::<Result<_, _>>()?)))
            }
            _ => Err(entry.invalid("is no pattern of paths")),
        }
    }

    /// The segments of each pointer; none where everything is looked at.
    pub fn paths(&self) -> Option<&[Vec<Vec<u8>>]> {
        self.0.as_deref()
    }
}

/// The segments of a pointer, without their escapes.
fn pointer(entry: &Entry) -> Result<Vec<Vec<u8>>, Refusal> {
    let text = entry.text_of(1..=512, |_| true)?;
    let segments = text.strip_prefix('/').ok_or_else(|| entry.invalid("must begin with `/`"))?;
    let segment = |own: &str| {
        let is_escaped_well = own.split('~').skip(1).all(|behind| behind.starts_with(['0', '1']));
        let plain = is_escaped_well.then(|| own.replace("~1", "/").replace("~0", "~").into_bytes());
        plain.filter(|plain| !plain.is_empty())
    };
    let segments: Option<Vec<Vec<u8>>> = segments.split('/').map(segment).collect();
    segments.ok_or_else(|| entry.invalid("is no JSON pointer to an element; everything is `All`"))
}
