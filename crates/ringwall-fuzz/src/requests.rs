//! Requests that were written down: whatever the bytes are, what is read can be lent, and stands within the file.

use std::sync::Arc;

use ringwall_requests::format::NAMES;
use ringwall_requests::{Defaults, Format, Origin, Recorded, har, http};

/// Reads the bytes in every format.
pub fn requests(data: &[u8]) -> bool {
    let defaults = Defaults { client: std::net::IpAddr::from([192, 0, 2, 1]), now: 0 };
    let file: Arc<str> = Arc::from("file");
    Format::detect("file", data);
    let lines = data.split(|byte| *byte == b'\n').count() as u64;
    let mut count = 0;
    let mut look = |request: &Recorded| {
        assert!((1..=lines).contains(&request.origin.line), "{:?}", request.origin);
        request.lend(|own| assert!(own.body_size >= own.body.len() as u64));
        count += 1;
    };
    for format in NAMES.iter().filter_map(|name| Format::named(name)) {
        match format {
            Format::Http => http::read(data, &file, defaults).iter().flatten().for_each(&mut look),
            Format::Har => har::read(data, &file, defaults).iter().flatten().flatten().for_each(&mut look),
            Format::Lines(mut format) => {
                for (at, line) in data.split(|byte| *byte == b'\n').enumerate() {
                    format = format.directive(line).unwrap_or(format);
                    let origin = Origin { file: file.clone(), line: at as u64 + 1, name: None };
                    format.read(line, origin, defaults).iter().for_each(&mut look);
                }
            }
        }
    }
    count > 0
}
