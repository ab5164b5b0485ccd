//! What is no page, and that a page which is wrong is found out.

use super::Page;
use crate::engine::{Engine, Specification};

const PAGE: &str = "\
Prose.

```world
vpc home
acl open
    in 100 allow all from 0.0.0.0/0
    out 100 allow all to 0.0.0.0/0
table plain
    10.0.0.0/16 local
subnet red of home: 10.0.1.0/24, table plain, acl open
group all
    in 1 udp 53 from group all
    out 1 all to 0.0.0.0/0
interface one of red: 10.0.1.5, group all
interface two of red: 10.0.1.6, group all
```

```packets
0 one: udp 10.0.1.5:4000 > 10.0.1.6:53
    out: groups by all out 1
    route: neighbour
    in: groups by all in 1
    delivered to two, 10.0.1.5 > 10.0.1.6, one to two
    one remembers udp 10.0.1.5:4000 > 10.0.1.6:53: asked
    two remembers udp 10.0.1.5:4000 > 10.0.1.6:53: asked
```
";

fn complaints(page: &str) -> Vec<String> {
    let make = || Box::new(Specification::default()) as Box<dyn Engine>;
    Page::read(page).unwrap().run(make).unwrap().complaints
}

#[test]
fn a_page_that_is_right_has_no_complaint() {
    assert_eq!(complaints(PAGE), Vec::<String>::new());
}

#[test]
fn a_line_that_is_wrong_missing_or_too_much_is_found() {
    let line = "    in: groups by all in 1\n";
    for wrong in ["", "    in: groups session\n", "    in: groups by all in 1\n    in: acl open 100 allows\n"] {
        assert_eq!(complaints(&PAGE.replace(line, wrong)).len(), 1, "{wrong}");
    }
    assert_eq!(complaints(&PAGE.replace(": asked\n", ": stream\n")).len(), 1);
    assert_eq!(complaints(&PAGE.replace(", one to two\n", ", router of red to two\n")).len(), 1);
}

#[test]
fn a_page_without_packets_is_none() {
    let world_alone = PAGE.split("```packets").next().unwrap();
    assert_eq!(Page::read(world_alone).unwrap_err(), "no packet is on the page");
    assert!(Page::read("Prose.\n\n```packets\n```\n").is_err());
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    let broken = [
        ("interface two of red", "interface two of green", "line 15"),
        ("udp 53 from group all", "udp 53 from group none", "line 12"),
        ("10.0.0.0/16 local", "10.0.0.0/16 nowhere", "line 9"),
        ("0 one: udp", "0 one: upd", "line 19"),
        ("```packets", "```pakets", "line 26"),
    ];
    for (right, wrong, place) in broken {
        let page = PAGE.replace(right, wrong);
        let make = || Box::new(Specification::default()) as Box<dyn Engine>;
        let why = Page::read(&page).and_then(|page| page.run(make).map(drop)).unwrap_err();
        assert!(why.starts_with(place), "{wrong}: {why}");
    }
}
