//! Every file of patterns is a set that rules can refer to.

#[test]
fn every_file_is_a_set() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/patterns");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, ringwall_managed::patterns::names().collect::<Vec<_>>());
}
