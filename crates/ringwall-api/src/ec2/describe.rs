//! What every `Describe…` shares: filters, and pages.

use ringwall_model::resource::Tags;
use ringwall_wire::blob::Blob;
use serde::Deserialize;

use super::error::Code;
use crate::error::ApiError;

/// A filter: the values are alternatives, several filters are all required (API-23).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    /// which property
    pub name: String,
    /// the values that it may have, with `*` and `?`
    #[serde(default, rename = "Value")]
    pub values: Vec<String>,
}

/// What can be filtered.
pub trait Filterable {
    /// What the filters look at beside the record.
    type Context<'c>;
    /// The names of its filters, those for tags apart.
    const FILTERS: &'static [&'static str];
    /// Whether there are filters for tags (API-25).
    const TAGGED: bool = true;

    /// The values that a filter is compared with.
    fn values(&self, filter: &str, context: &Self::Context<'_>) -> Vec<String>;

    /// The tags, if it has any.
    fn tags(&self) -> Option<&Tags>;
}

/// Values in one filter at most (API-23).
const MOST_VALUES: usize = 200;

/// Those that every filter selects. A name that is no filter is refused, also where there is nothing to select from
/// (API-24).
pub fn select<T, R>(items: Vec<T>, filters: &[Filter], context: &R::Context<'_>) -> Result<Vec<T>, ApiError>
where
    T: AsRef<R>,
    R: Filterable,
{
    for filter in filters {
        let names_tag = filter.name.starts_with("tag:") || matches!(filter.name.as_str(), "tag-key" | "tag-value");
        let is_tag = R::TAGGED && names_tag;
        if !is_tag && !R::FILTERS.contains(&filter.name.as_str()) {
            return Err(Code::InvalidParameterValue.with(format!("The filter '{}' is invalid", filter.name)));
        }
        if filter.values.len() > MOST_VALUES {
            let message = format!("The maximum number of filter values specified on a single call is {MOST_VALUES}");
            return Err(Code::FilterLimitExceeded.with(message));
        }
        if filter.values.is_empty() {
            return Err(Code::InvalidParameterValue.with(format!("The filter '{}' has no values", filter.name)));
        }
    }
    let selected = |item: &T| filters.iter().all(|filter| selects(item.as_ref(), filter, context));
    Ok(items.into_iter().filter(selected).collect())
}

fn selects<R: Filterable>(item: &R, filter: &Filter, context: &R::Context<'_>) -> bool {
    let tags = || item.tags().into_iter().flatten();
    let actual: Vec<String> = match filter.name.as_str() {
        "tag-key" => tags().map(|(key, _)| key.clone()).collect(),
        "tag-value" => tags().map(|(_, value)| value.clone()).collect(),
        name => match name.strip_prefix("tag:") {
            Some(wanted) => tags().filter(|(key, _)| *key == wanted).map(|(_, value)| value.clone()).collect(),
            None => item.values(name, context),
        },
    };
    filter.values.iter().any(|pattern| actual.iter().any(|value| matches(pattern, value)))
}

/// Whether a value fits a pattern: `*` is any text, `?` one character, `\` takes the next character as it is.
pub fn matches(pattern: &str, value: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let value: Vec<char> = value.chars().collect();
    // the last star, and where in the value it was tried
    let (mut at, mut place, mut star) = (0, 0, None);
    while place < value.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
                continue;
            }
            Some('?') => {
                (at, place) = (at + 1, place + 1);
                continue;
            }
            Some('\\') if pattern.get(at + 1) == Some(&value[place]) => {
                (at, place) = (at + 2, place + 1);
                continue;
            }
            Some(character) if *character != '\\' && *character == value[place] => {
                (at, place) = (at + 1, place + 1);
                continue;
            }
            _ => {}
        }
        let Some((star_at, star_place)) = star else { return false };
        star = Some((star_at, star_place + 1));
        (at, place) = (star_at + 1, star_place + 1);
    }
    pattern[at..].iter().all(|character| *character == '*')
}

/// How a page is asked for.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// items at most
    pub max_results: Option<i64>,
    /// where the page before ended
    pub next_token: Option<String>,
}

/// A page, and the token of the next one if there is more.
pub struct Page<T> {
    /// the items
    pub items: Vec<T>,
    /// the token
    pub next_token: Option<String>,
}

/// Cuts a page out of items that are in the order of their keys (API-26). The token names the last key that was given
/// out, so that what comes and goes between two pages moves nothing else.
pub fn page<T>(
    items: Vec<T>,
    paging: &Paging,
    range: (i64, i64),
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, ApiError> {
    let size = paging.max_results.unwrap_or(range.1);
    page_of(items, paging, range, usize::try_from(size).unwrap_or_default(), key)
}

/// The same for actions that give out everything when no page size is asked for.
pub fn page_or_all<T>(
    items: Vec<T>,
    paging: &Paging,
    range: (i64, i64),
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, ApiError> {
    let size = paging.max_results.map_or(usize::MAX, |asked| usize::try_from(asked).unwrap_or_default());
    page_of(items, paging, range, size, key)
}

fn page_of<T>(
    items: Vec<T>,
    paging: &Paging,
    (least, most): (i64, i64),
    size: usize,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, ApiError> {
    if let Some(asked) = paging.max_results
        && !(least..=most).contains(&asked)
    {
        let message = format!(
            "Value ( {asked} ) for parameter maxResults is invalid. Expecting a value between {least} and {most}."
        );
        return Err(Code::InvalidParameterValue.with(message));
    }
    let after = paging.next_token.as_deref().map(read_token).transpose()?;
    let mut rest: Vec<T> = match after {
        Some(last) => items.into_iter().filter(|item| key(item) > last).collect(),
        None => items,
    };
    if rest.len() <= size {
        return Ok(Page { items: rest, next_token: None });
    }
    rest.truncate(size);
    let next_token = rest.last().map(|item| write_token(&key(item)));
    Ok(Page { items: rest, next_token })
}

/// Explicit ids and a page size do not go together (API-26).
pub fn refuse_ids_with_paging(ids: &[impl Sized], name: &str, paging: &Paging) -> Result<(), ApiError> {
    if !ids.is_empty() && paging.max_results.is_some() {
        let message = format!("The parameter {name} cannot be used with the parameter maxResults");
        return Err(Code::InvalidParameterCombination.with(message));
    }
    Ok(())
}

fn write_token(last: &str) -> String {
    Blob(last.as_bytes().to_vec()).base64()
}

fn read_token(token: &str) -> Result<String, ApiError> {
    let last = Blob::parse(token).ok().and_then(|blob| String::from_utf8(blob.0).ok());
    last.filter(|last| !last.is_empty()).ok_or_else(|| Code::InvalidNextToken.with("The token is not valid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_shells_do() {
        for (pattern, value) in [
            ("*", ""),
            ("a*", "abc"),
            ("*c", "abc"),
            ("a?c", "abc"),
            ("a*b*c", "aXbYbZc"),
            (r"a\*", "a*"),
            (r"\?", "?"),
        ] {
            assert!(matches(pattern, value), "{pattern} {value}");
        }
        for (pattern, value) in [("", "a"), ("a", ""), ("a?", "a"), ("A", "a"), (r"a\*", "ab"), ("a*d", "abc")] {
            assert!(!matches(pattern, value), "{pattern} {value}");
        }
    }

    #[test]
    fn pages_go_through_everything_once() {
        let items: Vec<u32> = (0..23).collect();
        let key = |item: &u32| format!("{item:03}");
        let mut paging = Paging { max_results: Some(5), next_token: None };
        let mut seen = Vec::new();
        loop {
            let page = page(items.clone(), &paging, (5, 1000), key).unwrap();
            seen.extend(page.items);
            match page.next_token {
                Some(token) => paging.next_token = Some(token),
                None => break,
            }
        }
        assert_eq!(seen, items);
    }

    #[test]
    fn without_a_page_size_there_is_the_largest_page_or_everything() {
        let items: Vec<u32> = (0..23).collect();
        let key = |item: &u32| format!("{item:03}");
        let largest = page(items.clone(), &Paging::default(), (5, 10), key).unwrap();
        assert_eq!((largest.items.len(), largest.next_token.is_some()), (10, true));
        let all = page_or_all(items, &Paging::default(), (5, 10), key).unwrap();
        assert_eq!((all.items.len(), all.next_token), (23, None));
    }

    #[test]
    fn a_bad_token_or_page_size_is_refused() {
        let paging = |max_results, token: Option<&str>| Paging { max_results, next_token: token.map(str::to_owned) };
        let ask = |paging: Paging| page(vec![1], &paging, (5, 1000), ToString::to_string).err().map(|error| error.code);
        assert_eq!(ask(paging(Some(4), None)).as_deref(), Some("InvalidParameterValue"));
        assert_eq!(ask(paging(None, Some("!"))).as_deref(), Some("InvalidNextToken"));
    }
}
