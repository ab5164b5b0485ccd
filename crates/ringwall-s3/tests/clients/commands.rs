//! What commands and SDKs do with buckets and objects, and what they are refused.

use std::path::Path;
use std::process::Output;

use crate::support::{Running, client, clients, open, run};

struct Cli<'c> {
    folder: &'c Path,
    running: &'c Running,
}

impl Cli<'_> {
    fn run(&self, arguments: &str) -> Output {
        client(self.folder, "aws", self.running.address).args(arguments.split_whitespace()).output().unwrap()
    }

    /// What a command says, which must do what it is told.
    fn ok(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "aws {arguments}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// What a command says, which must be refused.
    fn refused(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "aws {arguments} was not refused");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

#[test]
fn the_command_line_makes_fills_lists_and_removes_buckets() {
    let Some(clients) = clients() else { return };
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = run(open(folder.path()));
    let aws = Cli { folder: &clients, running: &running };
    let path = |name: &str| files.path().join(name).display().to_string();
    std::fs::create_dir_all(path("tree/sub")).unwrap();
    let large: Vec<u8> = (0..20_000_000_u32).map(|number| (number % 251) as u8).collect();
    std::fs::write(path("large"), &large).unwrap();
    for (name, text) in [("tree/a", "one"), ("tree/sub/b", "two"), ("tree/sub/c d", "three")] {
        std::fs::write(path(name), text).unwrap();
    }

    aws.ok("s3 mb s3://logs");
    assert!(aws.ok("s3 ls").ends_with(" logs"));
    aws.ok(&format!("s3 cp {} s3://logs/large", path("large")));
    aws.ok(&format!("s3 cp s3://logs/large {}", path("again")));
    assert!(std::fs::read(path("again")).unwrap() == large, "a multipart upload comes back as it was");
    let head = aws.ok("s3api head-object --bucket logs --key large --query [ContentLength,ETag] --output text");
    assert!(head.starts_with("20000000") && head.ends_with("-3\""), "{head}");

    aws.ok(&format!("s3 sync {} s3://logs/tree", path("tree")));
    aws.ok(&format!("s3 sync s3://logs/tree {}", path("back")));
    assert_eq!(std::fs::read_to_string(path("back/sub/c d")).unwrap(), "three");
    assert_eq!(aws.ok(&format!("s3 sync {} s3://logs/tree", path("tree"))), "", "nothing has changed");
    let listed = aws.ok("s3 ls s3://logs/tree/");
    assert!(listed.contains("PRE sub/") && listed.ends_with(" a"), "{listed}");
    aws.ok("s3 mv s3://logs/tree/a s3://logs/moved");
    aws.ok("s3 cp s3://logs/large s3://logs/copied");
    let listed = aws.ok("s3 ls s3://logs --recursive");
    let names: Vec<&str> = listed.lines().filter_map(|line| line.get(31..)).collect();
    assert_eq!(names, ["copied", "large", "moved", "tree/sub/b", "tree/sub/c d"], "{listed}");

    assert!(aws.refused("s3 rb s3://logs").contains("BucketNotEmpty"));
    aws.ok("s3 rm s3://logs --recursive");
    aws.ok("s3 rb s3://logs");
    assert!(aws.refused("s3 ls s3://logs").contains("NoSuchBucket"));
}

#[test]
fn what_has_no_effect_is_refused_by_name() {
    let Some(clients) = clients() else { return };
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let aws = Cli { folder: &clients, running: &running };
    aws.ok("s3api create-bucket --bucket logs");
    aws.ok("s3api put-object --bucket logs --key a --acl private --storage-class STANDARD");
    for (command, what) in [
        ("put-object --bucket logs --key a --acl public-read", "x-amz-acl"),
        ("put-object --bucket logs --key a --storage-class GLACIER", "x-amz-storage-class"),
        ("put-object --bucket logs --key a --server-side-encryption AES256", "x-amz-server-side-encryption"),
        ("put-object --bucket logs --key a --tagging a=b", "x-amz-tagging"),
        ("get-object --bucket logs --key a --version-id 1 /dev/null", "versionId"),
        ("put-bucket-versioning --bucket logs --versioning-configuration Status=Enabled", "versioning"),
        ("put-bucket-acl --bucket logs --acl private", "acl"),
        ("put-bucket-tagging --bucket logs --tagging TagSet=[{Key=a,Value=b}]", "tagging"),
        ("list-object-versions --bucket logs", "versions"),
        ("create-bucket --bucket other --object-lock-enabled-for-bucket", "x-amz-bucket-object-lock-enabled"),
        ("get-object-attributes --bucket logs --key a --object-attributes ETag", "attributes"),
    ] {
        let said = aws.refused(&format!("s3api {command}"));
        assert!(said.contains("NotImplemented") && said.contains(what), "{command}: {said}");
    }
    assert!(aws.refused("s3api get-bucket-tagging --bucket logs").contains("NoSuchTagSet"));
    assert_eq!(aws.ok("s3api get-bucket-versioning --bucket logs"), "");
}

#[test]
fn boto3_finds_everything_as_it_expects_it() {
    let Some(clients) = clients() else { return };
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/boto.py");
    let output = client(&clients, "python", running.address).arg(script).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
