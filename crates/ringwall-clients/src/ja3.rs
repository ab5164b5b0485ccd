//! JA3: version, ciphers, extensions, groups and point formats of a ClientHello in their order, as an MD5.

use md5::{Digest, Md5};

use crate::hello::Hello;

/// The 32 hexadecimal digits.
pub(crate) fn fingerprint(hello: &Hello) -> String {
    crate::hex(&Md5::digest(text(hello)))
}

/// What is digested.
fn text(hello: &Hello) -> String {
    let formats: Vec<u16> = hello.formats.iter().map(|own| u16::from(*own)).collect();
    let lists = [&hello.ciphers, &hello.extensions, &hello.groups, &formats];
    lists.iter().fold(hello.version.to_string(), |text, list| {
        let numbers: Vec<String> = list.iter().map(u16::to_string).collect();
        format!("{text},{}", numbers.join("-"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_hold() {
        let hello = Hello {
            version: 769,
            ciphers: vec![47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
            extensions: vec![0, 10, 11],
            groups: vec![23, 24, 25],
            formats: vec![0],
            ..Hello::default()
        };
        assert_eq!(text(&hello), "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
        assert_eq!(fingerprint(&hello), "ada70206e40642a3e4461f35503241d5");
        let hello = Hello { version: 769, ciphers: vec![4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], ..Hello::default() };
        assert_eq!(text(&hello), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
        assert_eq!(fingerprint(&hello), "de350869b8c85de67a350c8d186f11e6");
    }
}
