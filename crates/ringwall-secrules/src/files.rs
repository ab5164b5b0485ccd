//! Where the text of rules comes from: whoever has files gives them.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Files by their names, with `/` between folders.
pub trait Files {
    /// The content of a file; none if there is no such file.
    fn read(&self, name: &str) -> Option<Cow<'_, [u8]>>;

    /// The names of the files in a folder, in any order; the folder's name ends with `/`, or is empty.
    fn inside(&self, folder: &str) -> Vec<String>;
}

impl Files for BTreeMap<String, Vec<u8>> {
    fn read(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        self.get(name).map(|content| Cow::Borrowed(content.as_slice()))
    }

    fn inside(&self, folder: &str) -> Vec<String> {
        let is_inside = |name: &&String| name.strip_prefix(folder).is_some_and(|rest| !rest.contains('/'));
        self.keys().filter(is_inside).cloned().collect()
    }
}

/// The files that a pattern names, sorted; `*` stands for anything within the last part.
pub(crate) fn matching(files: &dyn Files, pattern: &str) -> Vec<String> {
    let (folder, last) = pattern.split_at(pattern.rfind('/').map_or(0, |place| place + 1));
    if !last.contains('*') {
        return vec![pattern.to_owned()];
    }
    let mut names = files.inside(folder);
    names.retain(|name| name.strip_prefix(folder).is_some_and(|own| is_like(own, last)));
    names.sort();
    names
}

/// Whether a name is what a pattern with `*` says.
fn is_like(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}

/// A name that stands in a file, seen from that file.
pub(crate) fn beside(file: &str, name: &str) -> String {
    match file.rfind('/') {
        Some(place) if !name.starts_with('/') => format!("{}{name}", &file[..=place]),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_files_of_its_folder_in_order() {
        let names = ["/r/b.conf", "/r/a.conf", "/r/a.data", "/r/s/c.conf", "/a.conf"];
        let files: BTreeMap<String, Vec<u8>> = names.map(|name| (name.to_owned(), Vec::new())).into();
        assert_eq!(matching(&files, "/r/*.conf"), ["/r/a.conf", "/r/b.conf"]);
        assert_eq!(matching(&files, "/r/none.conf"), ["/r/none.conf"]);
        assert!(matching(&files, "/x/*").is_empty());
        assert!(is_like("abcabd", "a*ab*d") && !is_like("abc", "a*d") && is_like("", "*"));
    }

    #[test]
    fn a_name_is_seen_from_the_file_that_says_it() {
        assert_eq!(beside("/r/a.conf", "b.data"), "/r/b.data");
        assert_eq!(beside("/r/a.conf", "/b.data"), "/b.data");
        assert_eq!(beside("a.conf", "b.data"), "b.data");
    }
}
