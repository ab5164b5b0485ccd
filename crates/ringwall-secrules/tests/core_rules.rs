//! The Core Rule Set of the system's package, read and asked.

use std::collections::BTreeMap;

use ringwall_secrules::core_rules::{Folder, Settings};
use ringwall_secrules::{RuleSet, Scratch};
use ringwall_waf::request::{Header, Request};

fn read(settings: &Settings) -> RuleSet {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for folder in ["/etc/modsecurity/crs", "/usr/share/modsecurity-crs/rules"] {
        let entries = std::fs::read_dir(folder).unwrap_or_else(|error| {
            panic!("the Core Rule Set is absent: {folder}: {error}; `cargo xtask setup` installs it")
        });
        for entry in entries {
            let path = entry.unwrap().path();
            files.insert(path.to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
        }
    }
    RuleSet::read_core(&files, &Folder::of_debian(), settings).unwrap_or_else(|refusal| panic!("{refusal}"))
}

#[test]
fn the_package_is_read_and_attacks_are_stopped() {
    let set = read(&Settings::default());
    println!("{:?} {}", set.notes(), set.rules().len());
    let mut scratch = Scratch::new();
    let headers = [
        Header { name: b"Host", value: b"example.org" },
        Header { name: b"User-Agent", value: b"test" },
        Header { name: b"Accept", value: b"*/*" },
    ];
    for (target, blocked) in [
        ("/a?b=c", false),
        ("/a?b=1'+union+select+password+from+users--+", true),
        ("/a?b=<script>alert(1)</script>", true),
        ("/../../etc/passwd", true),
    ] {
        let mut request = Request::new("192.0.2.1".parse().unwrap(), b"GET", target.as_bytes());
        request.headers = &headers;
        let outcome = set.inspect(&request, 8192, &mut scratch, &|_| false);
        let defined = set.define(&request, None, 8192, &|_| false);
        println!("{target}: {:?} {:?} {:?}", outcome.ids(), outcome.scores, outcome.interruption);
        assert_eq!(outcome, defined, "{target}");
        assert_eq!(outcome.interruption.is_some(), blocked, "{target}");
    }
}
