//! SecLang: whatever stands in a file, it is read or refused with its place; what is read can be asked, and says compiled what it
//! says by definition.

use std::collections::BTreeMap;

use ringwall_secrules::{Response, RuleSet, Scratch, Source};
use ringwall_waf::request::{Header, Request};

/// Reads rules up to a byte of zero, and asks them of a request with what follows as its body.
pub fn sec_lang(data: &[u8]) -> bool {
    let (rules, body) = match data.iter().position(|byte| *byte == 0) {
        Some(place) => (&data[..place], &data[place + 1..]),
        None => (data, &b"a=b&c=%27d"[..]),
    };
    let Ok(rules) = std::str::from_utf8(rules) else { return false };
    let files: BTreeMap<String, Vec<u8>> = [("words.data".to_owned(), b"select\nunion\n".to_vec())].into();
    let set = match RuleSet::read(&files, &[Source::Text("rules", rules)]) {
        Ok(set) => set,
        Err(refusal) => {
            assert!(refusal.place.line > 0 && !refusal.says.is_empty(), "{refusal}");
            return false;
        }
    };
    let kinds: [&[u8]; 3] =
        [b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b", b"application/json"];
    for kind in kinds {
        let headers = [Header { name: b"Content-Type", value: kind }, Header { name: b"Cookie", value: b"a=b" }];
        let mut request = Request::new([192, 0, 2, 1].into(), b"POST", b"/a%2fb?c=d%27");
        request.headers = &headers;
        request.body = body;
        request.body_size = body.len() as u64;
        let response = Response { status: 200, protocol: "HTTP/1.1", headers: &headers, body };
        let told = set.inspect_both(&request, &response, 4096, &mut Scratch::new(), &|id| id == 7);
        let defined = set.define(&request, Some(&response), 4096, &|id| id == 7);
        assert_eq!(told, defined);
    }
    true
}
