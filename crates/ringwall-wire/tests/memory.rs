//! Reading a request takes memory in proportion to its length, whatever it says: no number in it is taken at its word.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;

use fastrand::Rng;
use ringwall_wire::sigv4::{Claim, Request};
use ringwall_wire::{Blob, Dialect, Flat, Form, json, query};
use serde::Deserialize;

/// The system's allocator, with a tally for each thread.
struct Tally;

thread_local! {
    /// bytes held now, and at most since the last reset
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

fn note(change: isize) {
    // a thread that ends frees what it held after its tally is gone
    let _ = HELD.try_with(|held| {
        let now = held.get().0 + change;
        held.set((now, held.get().1.max(now)));
    });
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Tally {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note(-(layout.size() as isize));
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static TALLY: Tally = Tally;

/// How many bytes `work` held at most, beyond what was held before.
fn peak(work: impl FnOnce()) -> usize {
    let before = HELD.get().0;
    HELD.set((before, before));
    work();
    usize::try_from(HELD.get().1 - before).unwrap()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Everything {
    text: String,
    blob: Option<Blob>,
    list: Vec<String>,
    lists: Vec<Vec<u8>>,
    structures: Vec<Everything>,
    flat: Flat<Vec<Vec<String>>>,
    map: BTreeMap<String, Box<Everything>>,
    inner: Option<Box<Everything>>,
    nothing: Vec<()>,
    any: Option<serde_json::Value>,
}

/// Bytes held for each byte read. JSON says `{},` for a structure, and a list that grows is there twice for a moment.
const MOST_FOR_EACH: usize = size_of::<Everything>();
/// Bytes held for a request without any.
const MOST_FOR_NONE: usize = 4_096;

#[track_caller]
fn check(name: &str, text: &[u8]) {
    let read = |dialect| {
        peak(|| {
            if let Ok(form) = Form::parse(text) {
                let _ = query::decode::<Everything>(&form, dialect);
            }
        })
    };
    let held = read(Dialect::Ec2).max(read(Dialect::Query)).max(peak(|| drop(json::decode::<Everything>(text))));
    let most = MOST_FOR_NONE + text.len() * MOST_FOR_EACH;
    assert!(held <= most, "{name}: {held} bytes for {} bytes, where {most} are the most", text.len());
}

#[test]
fn the_tally_counts() {
    assert!((100_000..101_000).contains(&peak(|| drop(vec![0u8; 100_000]))));
    assert_eq!(peak(|| ()), 0);
}

#[test]
fn numbers_and_names_that_promise_much_get_nothing_for_it() {
    for text in [
        "list.10000=a",
        "list.4294967295=a",
        "list.18446744073709551616=a",
        "lists.10000.10000=1",
        "structures.10000.structures.10000.structures.10000.text=a",
        "nothing.10000=",
        "any.10000.10000.10000=a",
        "map.entry.10000.key=a&map.entry.10000.value.text=b",
        "flat.10000.10000=a",
    ] {
        check(text, text.as_bytes());
    }
    let deep = vec!["inner"; 60].join(".");
    check("deep", deep.as_bytes());
    check("deep JSON", "{\"inner\":".repeat(20_000).as_bytes());
    check("deep JSON lists", format!("{{\"any\":{}", "[".repeat(20_000)).as_bytes());
    check("dots", ".".repeat(100_000).as_bytes());
    check("ampersands", "&".repeat(100_000).as_bytes());
    check("escapes", "%41".repeat(50_000).as_bytes());
    let numbered = |part: &dyn Fn(u32) -> String| (1..=10_000).map(part).collect::<Vec<_>>().join("&");
    check("a long list", numbered(&|number| format!("list.{number}=")).as_bytes());
    check("lists of lists", numbered(&|number| format!("lists.{number}.1=1")).as_bytes());
    check("structures", numbered(&|number| format!("structures.{number}.text=")).as_bytes());
    check("unknown ones", numbered(&|number| format!("structures.{number}.x=")).as_bytes());
    check("JSON of structures", format!("{{\"structures\":[{}{{}}]}}", "{},".repeat(10_000)).as_bytes());
}

#[test]
fn whatever_is_sent_takes_memory_for_its_length() {
    let mut random = Rng::with_seed(34);
    let words = [
        "list",
        "lists",
        "structures",
        "flat",
        "map",
        "inner",
        "nothing",
        "any",
        "member",
        "entry",
        "key",
        "value",
        "1",
        "2",
        "10000",
        "9999",
        "text",
        "blob",
        "x",
        "",
    ];
    for _ in 0..5_000 {
        let name = |random: &mut Rng| {
            (0..random.usize(1..12)).map(|_| *random.choice(&words).unwrap()).collect::<Vec<_>>().join(".")
        };
        let parameters: Vec<String> =
            (0..random.usize(0..40)).map(|_| format!("{}={}", name(&mut random), random.u8(..))).collect();
        let text = parameters.join("&");
        check(&text, text.as_bytes());
    }
}

#[test]
fn a_signature_takes_memory_for_its_length() {
    for authorization in [
        format!("AWS4-HMAC-SHA256 {}", "a=b,".repeat(10_000)),
        format!("AWS4-HMAC-SHA256 Credential={}", "/".repeat(50_000)),
        format!(
            "AWS4-HMAC-SHA256 Credential=a/20260131/r/s/aws4_request, SignedHeaders={}, Signature=",
            ";".repeat(50_000)
        ),
    ] {
        let headers: [(&str, &[u8]); 3] =
            [("host", b"h"), ("x-amz-date", b"20260131T120000Z"), ("authorization", authorization.as_bytes())];
        let request = Request { method: "GET", path: "/", query: &authorization, headers: &headers, body: b"" };
        let held = peak(|| drop(Claim::read(&request)));
        let most = MOST_FOR_NONE + 2 * authorization.len() * MOST_FOR_EACH;
        assert!(held <= most, "{held} bytes for {}", authorization.len());
    }
}
