//! The check of the host, on a host that has everything.

mod support;

use ringwall_fabric::{Missing, requirements};
use support::Stage;

#[test]
fn a_host_on_which_these_tests_run_lacks_nothing() {
    let stage = Stage::new("requirements");
    requirements::check(stage.place.root()).unwrap();
    assert_eq!(std::fs::read_dir(stage.place.root()).unwrap().count(), 0);
}

#[test]
fn a_run_directory_that_cannot_be_written_is_told() {
    let _stage = Stage::new("unwritable");
    let error = requirements::check("/proc/nowhere".as_ref()).unwrap_err();
    assert!(matches!(&error, Missing::RunDirectory { path, .. } if path.ends_with("nowhere")), "{error:?}");
}
