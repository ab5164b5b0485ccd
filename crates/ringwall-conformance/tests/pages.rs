//! The worked examples under `semantics/` hold on every engine.

use std::path::{Path, PathBuf};

use ringwall_conformance::engine::{Engine, Host, Kernel, Specification, Tables};
use ringwall_conformance::page::{Page, Report};

/// Every page, with its path below `semantics/`.
fn pages() -> Vec<(String, Page)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../semantics");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(!files.is_empty(), "no page was found: a suite without a case proves nothing");
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&root).expect("it lies below").display().to_string();
        let text = std::fs::read_to_string(path).expect("a page can be read");
        let page = Page::read(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        (name, page)
    };
    files.iter().map(read).collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("the folder of the worked examples is there") {
        let path = entry.expect("a folder can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            files.push(path);
        }
    }
}

/// Shows every page to engines made by `make`. Returns how many packets there were, and how many could not be asked about.
fn all_hold(make: impl Fn() -> Box<dyn Engine>) -> Report {
    let mut total = Report::default();
    for (name, page) in pages() {
        let report = page.run(&make).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(report.cases > 0, "{name}: not one of its packets could be asked about");
        total.cases += report.cases;
        total.skipped += report.skipped;
        total.complaints.extend(report.complaints.iter().map(|complaint| format!("{name} {complaint}")));
    }
    assert!(total.complaints.is_empty(), "{}", total.complaints.join("\n\n"));
    println!("{} packets as the pages say, {} that the engine cannot be asked about", total.cases, total.skipped);
    total
}

#[test]
fn every_page_holds_in_the_specification() {
    assert_eq!(all_hold(|| Box::new(Specification::default())).skipped, 0);
}

#[test]
fn every_page_holds_in_the_tables() {
    assert_eq!(all_hold(|| Box::new(Tables::default())).skipped, 0);
}

#[test]
fn every_page_holds_in_the_gates_on_the_host() {
    assert_eq!(all_hold(|| Box::new(Host::default())).skipped, 0);
}

#[test]
fn every_page_holds_in_the_kernel_program() {
    let plane = Kernel::load().expect("the kernel program can be loaded: this test needs root");
    let report = all_hold(|| Box::new(Kernel::new(plane.clone())));
    assert!(report.skipped * 10 < report.cases, "too many packets are kept from the kernel program: {report:?}");
}
