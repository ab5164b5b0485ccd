//! The store: what is there after a crash, and what a reader keeps while others change it.

use std::path::Path;

use ringwall_s3::store::{
    Before, Bucket, Deleted, Description, ObjectRecord, PartRecord, Put, Segment, Store, Sums, UploadRecord,
};
use tokio::io::AsyncReadExt;

fn bucket() -> Bucket {
    Bucket { region: "us-east-1".to_owned(), created: 0, policy: None }
}

async fn blob(store: &Store, text: &str) -> Segment {
    let mut blob = store.blobs.create().await.unwrap();
    blob.write(text.as_bytes()).await.unwrap();
    Segment { blob: blob.finish().await.unwrap(), size: text.len() as u64 }
}

fn object(segments: Vec<Segment>, etag: &str) -> ObjectRecord {
    ObjectRecord {
        size: segments.iter().map(|segment| segment.size).sum(),
        segments,
        etag: etag.to_owned(),
        modified: 1,
        description: Description::default(),
        sums: Sums::default(),
    }
}

/// How many blobs there are in a store's folder.
fn blobs(folder: &Path) -> usize {
    let folders = std::fs::read_dir(folder.join("blobs")).unwrap();
    folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

#[tokio::test]
async fn what_was_not_committed_is_gone_after_a_crash_and_what_was_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_bucket("logs", &bucket()).unwrap();
    let kept = blob(&store, "kept").await;
    assert_eq!(store.put("logs", "a", &object(vec![kept], "1"), &Before::Anything).unwrap(), Put::Done);
    // As if the process had ended between the bytes and the entry, and in the middle of the bytes.
    blob(&store, "named by nothing").await;
    let mut half = store.blobs.create().await.unwrap();
    half.write(b"half").await.unwrap();
    std::mem::forget(half);
    assert_eq!(blobs(folder.path()), 3);
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(blobs(folder.path()), 1);
    let (object, _) = store.object("logs", "a").unwrap().unwrap();
    let mut text = String::new();
    store.blobs.read(&object.segments[0].blob).await.unwrap().read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "kept");
}

#[tokio::test]
async fn a_body_that_is_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut half = store.blobs.create().await.unwrap();
    half.write(b"half").await.unwrap();
    drop(half);
    assert_eq!(blobs(folder.path()), 0);
}

#[tokio::test]
async fn a_reader_keeps_what_it_found_while_it_is_replaced_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_bucket("logs", &bucket()).unwrap();
    for (text, etag) in [("one", "1"), ("two", "2")] {
        let segment = blob(&store, text).await;
        store.put("logs", "a", &object(vec![segment], etag), &Before::Anything).unwrap();
    }
    assert_eq!(blobs(folder.path()), 1, "what was replaced is gone");
    let (found, pinned) = store.object("logs", "a").unwrap().unwrap();
    store.delete("logs", &["a".to_owned()]).unwrap();
    assert!(store.object("logs", "a").unwrap().is_none());
    let mut text = String::new();
    store.blobs.read(&found.segments[0].blob).await.unwrap().read_to_string(&mut text).await.unwrap();
    assert_eq!((text.as_str(), blobs(folder.path())), ("two", 1));
    drop(pinned);
    assert_eq!(blobs(folder.path()), 0);
}

#[tokio::test]
async fn a_condition_that_does_not_hold_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_bucket("logs", &bucket()).unwrap();
    for (before, expected) in [
        (Before::Something, Put::Refused),
        (Before::Tag("0".to_owned()), Put::Refused),
        (Before::Nothing, Put::Done),
        (Before::Nothing, Put::Refused),
        (Before::Tag("x".to_owned()), Put::Refused),
        (Before::Tag("2".to_owned()), Put::Done),
    ] {
        let count = blobs(folder.path());
        let segment = blob(&store, "text").await;
        let number = if before == Before::Nothing { "2" } else { "5" };
        assert_eq!(store.put("logs", "a", &object(vec![segment], number), &before).unwrap(), expected, "{before:?}");
        assert_eq!(blobs(folder.path()), if expected == Put::Done { 1 } else { count }, "{before:?}");
    }
    let segment = blob(&store, "text").await;
    assert_eq!(store.put("none", "a", &object(vec![segment], "1"), &Before::Anything).unwrap(), Put::NoBucket);
    assert_eq!(blobs(folder.path()), 1);
}

#[tokio::test]
async fn an_upload_becomes_an_object_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_bucket("logs", &bucket()).unwrap();
    let upload = UploadRecord {
        bucket: "logs".to_owned(),
        key: "a".to_owned(),
        initiated: 0,
        description: Description::default(),
        algorithm: None,
    };
    for id in ["u", "v"] {
        store.begin(id, &upload).unwrap();
    }
    for (number, text) in [(1, "one"), (2, "two"), (2, "TWO"), (3, "unused")] {
        let part =
            PartRecord { segment: blob(&store, text).await, etag: text.to_owned(), modified: 0, sums: Sums::default() };
        assert!(store.add_part(("logs", "a", "u"), number, &part).unwrap());
        let other = PartRecord { segment: blob(&store, text).await, ..part };
        assert!(!store.add_part(("logs", "a", "none"), number, &other).unwrap());
    }
    assert_eq!(blobs(folder.path()), 3);
    let parts = store.parts("u").unwrap();
    let whole = object(parts[..2].iter().map(|(_, part)| part.segment.clone()).collect(), "w");
    let stale = &parts[..1];
    assert!(store.complete(("logs", "a", "u"), stale, &whole, &Before::Anything).is_err());
    assert!(store.object("logs", "a").unwrap().is_none(), "parts that changed meanwhile complete nothing");
    assert_eq!(store.complete(("logs", "a", "u"), &parts, &whole, &Before::Something).unwrap(), Some(Put::Refused));
    assert_eq!(store.complete(("logs", "a", "u"), &parts, &whole, &Before::Nothing).unwrap(), Some(Put::Done));
    assert_eq!(store.complete(("logs", "a", "u"), &parts, &whole, &Before::Anything).unwrap(), None);
    assert_eq!((store.object("logs", "a").unwrap().unwrap().0.size, blobs(folder.path())), (6, 2));
    let part =
        PartRecord { segment: blob(&store, "x").await, etag: "x".to_owned(), modified: 0, sums: Sums::default() };
    store.add_part(("logs", "a", "v"), 1, &part).unwrap();
    assert!(store.abort("logs", "a", "v").unwrap() && !store.abort("logs", "a", "v").unwrap());
    assert_eq!(blobs(folder.path()), 2);
}

#[tokio::test]
async fn a_bucket_goes_with_its_uploads_but_not_with_objects() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for name in ["logs", "logs2"] {
        store.create_bucket(name, &bucket()).unwrap();
    }
    let segment = blob(&store, "text").await;
    store.put("logs2", "a", &object(vec![segment], "1"), &Before::Anything).unwrap();
    let upload = UploadRecord {
        bucket: "logs".to_owned(),
        key: "a".to_owned(),
        initiated: 0,
        description: Description::default(),
        algorithm: None,
    };
    store.begin("u", &upload).unwrap();
    let part =
        PartRecord { segment: blob(&store, "x").await, etag: "x".to_owned(), modified: 0, sums: Sums::default() };
    store.add_part(("logs", "a", "u"), 1, &part).unwrap();
    assert_eq!(store.delete_bucket("logs2").unwrap(), Deleted::NotEmpty);
    assert_eq!(store.delete_bucket("logs").unwrap(), Deleted::Gone);
    assert_eq!(store.delete_bucket("logs").unwrap(), Deleted::NotThere);
    assert_eq!(blobs(folder.path()), 1);
}
