//! What every backend promises, asked of each of them.

use std::collections::BTreeMap;

use ringwall_model::id::{InternetGatewayId, ResourceId};
use ringwall_model::resource::{InternetGateway, Tags};
use ringwall_store::{Backend, Change, Loaded, Memory, Redb, Store};

fn each(check: impl Fn(&mut dyn FnMut() -> Box<dyn Backend>)) {
    check(&mut || Box::new(Memory::default()));
    let directory = tempfile::tempdir().expect("a directory");
    let mut number = 0;
    check(&mut || {
        number += 1;
        Box::new(Redb::open(&directory.path().join(format!("{number}.redb"))).expect("a file"))
    });
}

fn put(key: &str, value: &str) -> Change {
    Change { key: key.into(), value: Some(value.into()) }
}

fn delete(key: &str) -> Change {
    Change { key: key.into(), value: None }
}

#[test]
fn what_was_committed_is_loaded_in_the_order_of_keys() {
    each(|make| {
        let mut backend = make();
        assert_eq!(backend.load().unwrap(), Loaded::default());
        backend.commit(0, 3, &[put("b", "1"), put("a", "2")]).unwrap();
        backend.commit(3, 4, &[put("b", "3"), delete("nothing")]).unwrap();
        let entries = vec![("a".into(), b"2".to_vec()), ("b".into(), b"3".to_vec())];
        assert_eq!(backend.load().unwrap(), Loaded { revision: 4, entries });
        backend.commit(4, 5, &[delete("a")]).unwrap();
        assert_eq!(backend.load().unwrap().entries.len(), 1);
        backend.reset(6).unwrap();
        assert_eq!(backend.load().unwrap(), Loaded { revision: 6, entries: vec![] });
    });
}

#[test]
fn changes_on_top_of_another_revision_are_refused_and_leave_nothing() {
    each(|make| {
        let mut backend = make();
        backend.commit(0, 1, &[put("a", "1")]).unwrap();
        assert!(backend.commit(0, 2, &[put("b", "2")]).is_err());
        assert_eq!(backend.load().unwrap(), Loaded { revision: 1, entries: vec![("a".into(), b"1".to_vec())] });
    });
}

#[test]
fn random_commits_leave_what_a_plain_map_holds() {
    each(|make| {
        let mut random = fastrand::Rng::with_seed(7);
        let (mut backend, mut oracle) = (make(), BTreeMap::new());
        for revision in 0..200 {
            let mut changes = Vec::new();
            for _ in 0..random.usize(0..6) {
                let key = format!("k{}", random.u8(0..20));
                if changes.iter().any(|change: &Change| change.key == key) {
                    continue;
                }
                let value = random.bool().then(|| vec![random.u8(..); random.usize(0..50)]);
                match &value {
                    Some(value) => oracle.insert(key.clone(), value.clone()),
                    None => oracle.remove(&key),
                };
                changes.push(Change { key, value });
            }
            backend.commit(revision, revision + 1, &changes).unwrap();
        }
        assert_eq!(backend.load().unwrap().entries, oracle.into_iter().collect::<Vec<_>>());
    });
}

fn gateway(number: u128) -> InternetGateway {
    InternetGateway { id: InternetGatewayId::from_random(number), vpc: None, tags: Tags::new() }
}

#[test]
fn a_reopened_store_holds_records_with_their_revisions() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    {
        let store = Store::open(Box::new(Redb::open(&path).unwrap())).unwrap();
        let mut first = store.begin();
        first.put("eu-west-1", gateway(1));
        let mut second = store.begin_after(&first);
        second.put("eu-west-1", gateway(2));
        second.put("us-east-1", gateway(3));
        assert_eq!(store.commit(vec![first, second]).unwrap(), 2);
    }
    let store = Store::open(Box::new(Redb::open(&path).unwrap())).unwrap();
    let snapshot = store.snapshot();
    assert_eq!(snapshot.revision, 2);
    let region = snapshot.region("eu-west-1");
    let rows: Vec<(u64, String)> =
        region.internet_gateways.rows().map(|(id, row)| (row.changed, id.to_string())).collect();
    assert_eq!(rows, [(1, gateway(1).id.to_string()), (2, gateway(2).id.to_string())]);
    assert_eq!(snapshot.region("us-east-1").internet_gateways.len(), 1);
}

#[test]
fn a_file_that_a_crash_left_unfinished_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.redb");
    let unfinished = directory.path().join("state.redb.new");
    // What redb leaves when it is killed while it makes a file.
    std::fs::write(&unfinished, vec![0; 1_056_768]).unwrap();
    for revision in 0..2 {
        let mut backend = Redb::open(&path).unwrap();
        assert_eq!(backend.load().unwrap().revision, revision);
        backend.commit(revision, revision + 1, &[]).unwrap();
        assert!(!unfinished.exists());
    }
}

#[test]
fn a_transaction_that_is_not_committed_changes_nothing() {
    let store = Store::open(Box::new(Memory::default())).unwrap();
    let mut transaction = store.begin();
    transaction.put("r", gateway(1));
    assert_eq!(transaction.region("r").internet_gateways.len(), 1);
    drop(transaction);
    assert_eq!((store.snapshot().revision, store.snapshot().region("r").internet_gateways.len()), (0, 0));
}

#[test]
fn a_record_of_another_form_is_not_misread() {
    let mut backend = Memory::default();
    let text = r#"{"v":9,"changed":1,"record":{}}"#;
    backend.commit(0, 1, &[put("r/internet-gateway/igw-00000000000000001", text)]).unwrap();
    let message = Store::open(Box::new(backend)).err().expect("it is refused").to_string();
    assert!(message.contains("form 9"), "{message}");
}
