//! ClientHellos, whole, in pieces and broken.

use crate::{Fingerprints, Unreadable, fingerprint};

fn vector(size: usize, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    [&length[length.len() - size..], content].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|own| own.to_be_bytes()).collect()
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [numbers(&[kind]), vector(2, content)].concat()
}

/// A ClientHello with GREASE wherever a client may put it.
fn message() -> Vec<u8> {
    let extensions = [
        extension(0x2a2a, &[]),
        extension(0, &vector(2, &[&[0][..], &vector(2, b"example.com")].concat())),
        extension(10, &vector(2, &numbers(&[0xfafa, 29, 23]))),
        extension(11, &vector(1, &[0])),
        extension(13, &vector(2, &numbers(&[0x0403, 0x0804]))),
        extension(16, &vector(2, &[vector(1, b"http/1.1"), vector(1, b"h2")].concat())),
        extension(43, &vector(1, &numbers(&[0x1a1a, 0x0304, 0x0303]))),
        extension(0x4a4a, &[0]),
    ];
    let body = [
        numbers(&[0x0303]),
        vec![7; 32],
        vector(1, &[8; 32]),
        vector(2, &numbers(&[0x8a8a, 0x1301, 0xc02b])),
        vector(1, &[0]),
        vector(2, &extensions.concat()),
    ];
    [vec![1], vector(3, &body.concat())].concat()
}

/// The message in records of so many bytes.
fn records(message: &[u8], size: usize) -> Vec<u8> {
    message.chunks(size).flat_map(|piece| [vec![22, 3, 1], vector(2, piece)].concat()).collect()
}

fn expected() -> Fingerprints {
    // 771,4865-49195,0-10-11-13-16-43,29-23,0
    Fingerprints {
        ja3: "87991a9b84cb5b4bc5f84c5ecad46032".to_owned(),
        ja4: "t13d0206h1_777cda164f4b_fb71836bce29".to_owned(),
    }
}

#[test]
fn what_clients_only_add_to_try_servers_says_nothing() {
    assert_eq!(fingerprint(&records(&message(), 4096)), Ok(expected()));
}

#[test]
fn records_may_cut_the_message_anywhere() {
    let message = message();
    for size in 1..=message.len() {
        assert_eq!(fingerprint(&records(&message, size)), Ok(expected()), "records of {size}");
    }
    let followed = [records(&message, 4096), vec![20, 3, 3, 0, 1, 1]].concat();
    assert_eq!(fingerprint(&followed), Ok(expected()), "what follows is not looked at");
}

#[test]
fn a_client_without_extensions_has_fingerprints() {
    let body = [numbers(&[0x0301]), vec![7; 32], vec![0], vector(2, &numbers(&[5])), vector(1, &[0])].concat();
    let message = [vec![1], vector(3, &body)].concat();
    let found = fingerprint(&records(&message, 4096)).unwrap();
    assert!(found.ja4.starts_with("t10i010000_"), "{}", found.ja4);
    let empty = [vec![1], vector(3, &[body, vec![0, 0]].concat())].concat();
    assert_eq!(fingerprint(&records(&empty, 4096)), Ok(found), "an empty list is as none");
}

#[test]
fn what_is_no_hello_is_said_to_be_none() {
    let message = message();
    let whole = records(&message, 4096);
    for length in 0..whole.len() {
        assert_eq!(fingerprint(&whole[..length]), Err(Unreadable::Short), "the first {length} bytes");
    }
    assert_eq!(fingerprint(b"GET / HTTP/1.1\r\n\r\n"), Err(Unreadable::NotTls));
    let server = [vec![2], vector(3, &[0; 40])].concat();
    assert_eq!(fingerprint(&records(&server, 100)), Err(Unreadable::NotHello));
    assert_eq!(fingerprint(&[22, 3, 1, 0, 0]), Err(Unreadable::Malformed), "an empty record");
    assert_eq!(fingerprint(&[22, 3, 1, 0, 4, 1, 255, 255, 255]), Err(Unreadable::Long));
}

#[test]
fn wrong_lengths_are_refused_and_nothing_breaks() {
    let message = message();
    let (mut read, mut refused) = (0, 0);
    for seed in 0..20_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut broken = message.clone();
        for _ in 0..random.usize(1..5) {
            let at = random.usize(4..broken.len());
            broken[at] = random.u8(..);
        }
        match fingerprint(&records(&broken, random.usize(1..400))) {
            Ok(found) => {
                assert_eq!((found.ja3.len(), found.ja4.chars().count()), (32, 36));
                read += 1;
            }
            Err(error) => {
                assert_eq!(error, Unreadable::Malformed);
                refused += 1;
            }
        }
    }
    assert!(read > 1000 && refused > 1000, "{read} read, {refused} refused");
}
