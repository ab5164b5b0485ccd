//! Pages of lists (WAF-116).

use super::constraint;
use crate::error::ApiError;

/// Which part of a list is asked for. The marker is the name behind which the next page begins, so that nothing is left out or
/// told twice when something else comes or goes in between.
#[derive(Clone, Debug)]
pub struct Page {
    after: Option<String>,
    size: usize,
}

/// How many there are on a page where nothing is said.
const SIZE: i64 = 100;

impl Page {
    /// Reads `NextMarker` and `Limit`.
    pub fn parse(marker: Option<String>, limit: Option<i64>) -> Result<Page, ApiError> {
        if let Some(marker) = &marker {
            constraint::length(marker, "nextMarker", 256)?;
        }
        let size = constraint::number(limit.unwrap_or(SIZE), "limit", 1, 100)?;
        Ok(Page { after: marker, size: usize::try_from(size).unwrap_or(1) })
    }

    /// The page of a list, and the marker of the next one if there is more. `name` says what each is sorted and marked by.
    pub fn of<T>(&self, mut all: Vec<T>, name: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        all.sort_by_cached_key(&name);
        if let Some(after) = &self.after {
            all.retain(|own| name(own) > *after);
        }
        let is_more = all.len() > self.size;
        all.truncate(self.size);
        let marker = all.last().filter(|_| is_more).map(&name);
        (all, marker)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_make_the_whole_whatever_goes_in_between() {
        let all: Vec<String> = (0..7).map(|number| format!("n{number}")).collect();
        let page = |marker: Option<String>, list: &[String]| {
            Page::parse(marker, Some(3)).unwrap().of(list.to_vec(), String::clone)
        };
        let (first, marker) = page(None, &all);
        assert_eq!(first, all[..3]);
        let left: Vec<String> = all.iter().filter(|own| *own != "n2").cloned().collect();
        let (second, marker) = page(marker, &left);
        assert_eq!(second, all[3..6]);
        let (third, marker) = page(marker, &left);
        assert_eq!((third, marker), (all[6..].to_vec(), None));
        assert_eq!(page(None, &all[..3]).1, None, "a full last page has no next one");
        assert!(Page::parse(None, Some(0)).is_err() && Page::parse(None, Some(101)).is_err(), "WAF-116");
        assert!(Page::parse(Some(String::new()), None).is_err());
    }
}
