//! Lists of keys, with prefixes and delimiters.

use super::index::{OBJECTS, read};
use super::{ObjectRecord, Store, StoreError};

/// What is to be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// only keys that begin so
    pub prefix: String,
    /// keys that have it behind the prefix are listed as one, up to it; none if empty
    pub delimiter: String,
    /// only keys, and such groups of keys, behind this one
    pub after: String,
    /// as many at most
    pub most: usize,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// an object
    Object(String, Box<ObjectRecord>),
    /// all keys that begin so
    Group(String),
}

/// A list, in the order of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// the entries
    pub entries: Vec<Listed>,
    /// what the next list begins behind, if there is more
    pub more_after: Option<String>,
}

impl Listed {
    /// The key, or what the keys begin with.
    pub fn name(&self) -> &str {
        match self {
            Listed::Object(name, _) | Listed::Group(name) => name,
        }
    }
}

impl Store {
    /// Lists objects.
    pub fn list(&self, bucket: &str, wanted: &Wanted) -> Result<Listing, StoreError> {
        let transaction = self.reading()?;
        let objects = transaction.open_table(OBJECTS)?;
        let mut listing = Listing::default();
        // Every group that is passed over costs one search, however many keys are in it.
        let mut from = wanted.prefix.clone().max(wanted.after.clone());
        loop {
            let mut next = None;
            for entry in objects.range((bucket, from.as_str())..)? {
                let (key, bytes) = entry?;
                let (own, key) = key.value();
                if own != bucket || !key.starts_with(&wanted.prefix) {
                    return Ok(listing);
                }
                let group = wanted.group(key);
                let name = group.unwrap_or(key);
                let is_behind = name > wanted.after.as_str();
                if is_behind {
                    if listing.entries.len() == wanted.most {
                        listing.more_after = listing.entries.last().map(|last| last.name().to_owned());
                        return Ok(listing);
                    }
                    listing.entries.push(match group {
                        Some(group) => Listed::Group(group.to_owned()),
                        None => Listed::Object(key.to_owned(), read(bytes.value())?),
                    });
                }
                if let Some(group) = group {
                    next = Some(behind(group));
                    break;
                }
            }
            match next {
                Some(Some(next)) => from = next,
                _ => return Ok(listing),
            }
        }
    }
}

impl Wanted {
    /// What a key is listed under, if it is listed together with others.
    fn group<'k>(&self, key: &'k str) -> Option<&'k str> {
        if self.delimiter.is_empty() {
            return None;
        }
        let at = key[self.prefix.len()..].find(&self.delimiter)?;
        Some(&key[..self.prefix.len() + at + self.delimiter.len()])
    }
}

/// The first text behind all that begin so; none if there is none.
fn behind(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            characters.push(next);
            return Some(String::from_iter(characters));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::index::Before;
    use crate::store::{Bucket, Description, Sums};

    fn store(keys: &[&str]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let bucket = Bucket { region: "r".to_owned(), created: 0, policy: None };
        for name in ["a", "b", "c"] {
            store.create_bucket(name, &bucket).unwrap();
        }
        let object = ObjectRecord {
            segments: Vec::new(),
            size: 0,
            etag: String::new(),
            modified: 0,
            description: Description::default(),
            sums: Sums::default(),
        };
        for key in keys {
            store.put("b", key, &object, &Before::Anything).unwrap();
        }
        store.put("c", "other", &object, &Before::Anything).unwrap();
        (folder, store)
    }

    /// The list by its definition.
    fn by_definition(keys: &[&str], wanted: &Wanted) -> (Vec<String>, bool) {
        let mut names: Vec<String> = keys
            .iter()
            .filter(|key| key.starts_with(&wanted.prefix))
            .map(|key| wanted.group(key).unwrap_or(key).to_owned())
            .filter(|name| *name > wanted.after)
            .collect();
        names.sort();
        names.dedup();
        let is_more = names.len() > wanted.most;
        names.truncate(wanted.most);
        (names, is_more && wanted.most > 0)
    }

    #[test]
    fn lists_are_what_they_are_defined_to_be() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut some = |most: usize| -> String {
            (0..random.usize(0..=most)).map(|_| ['a', 'b', '/', 'é', '\u{10ffff}'][random.usize(0..5)]).collect()
        };
        let keys: Vec<String> = (0..60).map(|_| some(5)).filter(|key| !key.is_empty()).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let (_folder, store) = store(&keys);
        let mut more = 0;
        for number in 0..2_000 {
            let delimiter = ["", "/", "a", "b/"][number % 4].to_owned();
            let wanted = Wanted { prefix: some(2), delimiter, after: some(3), most: number % 7 };
            let listing = store.list("b", &wanted).unwrap();
            let names: Vec<String> = listing.entries.iter().map(|entry| entry.name().to_owned()).collect();
            let is_more = listing.more_after.is_some();
            assert_eq!((names, is_more), by_definition(&keys, &wanted), "{wanted:?}");
            more += usize::from(is_more);
        }
        assert!((200..1_900).contains(&more), "{more}");
    }

    #[test]
    fn a_list_goes_on_behind_its_end() {
        let keys = ["a/1", "a/2", "b", "c/1", "d"];
        let (_folder, store) = store(&keys);
        let mut wanted = Wanted { delimiter: "/".to_owned(), most: 1, ..Wanted::default() };
        let mut names = Vec::new();
        loop {
            let listing = store.list("b", &wanted).unwrap();
            names.extend(listing.entries.iter().map(|entry| entry.name().to_owned()));
            match listing.more_after {
                Some(after) => wanted.after = after,
                None => break,
            }
        }
        assert_eq!(names, ["a/", "b", "c/", "d"]);
    }
}
