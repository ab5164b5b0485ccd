//! What policies of endpoints and buckets let through, and what not.

use std::path::Path;

use crate::support::{Running, client, clients, from_outside, open, run, through_endpoint};
use ringwall_s3::RequestContext;

const ALL: &str = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#;

struct Cli<'c> {
    folder: &'c Path,
    running: &'c Running,
}

impl Cli<'_> {
    /// Runs a command of `aws s3api` as if it came from somewhere; says nothing if it did what it was told, else why not.
    fn run(&self, context: &RequestContext, arguments: &[&str]) -> Option<String> {
        *self.running.context.lock().unwrap() = context.clone();
        let output = client(self.folder, "aws", self.running.address).arg("s3api").args(arguments).output().unwrap();
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    fn words(&self, context: &RequestContext, arguments: &str) -> Option<String> {
        self.run(context, &arguments.split_whitespace().collect::<Vec<_>>())
    }
}

#[test]
fn the_endpoints_policy_restricts_and_never_grants() {
    let Some(clients) = clients() else { return };
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let aws = Cli { folder: &clients, running: &running };
    let (outside, open) = (from_outside(), through_endpoint(ALL));
    let reads = through_endpoint(
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::logs/open/*"},
            {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::logs",
             "Condition": {"StringEquals": {"s3:prefix": "open/"}}},
            {"Effect": "Allow", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::logs/open/a"}]}"#,
    );
    for command in [
        "create-bucket --bucket logs",
        "put-object --bucket logs --key open/a",
        "put-object --bucket logs --key open/b",
        "put-object --bucket logs --key shut/a",
    ] {
        assert_eq!(aws.words(&outside, command), None, "{command}");
    }
    for (command, is_allowed) in [
        ("head-object --bucket logs --key open/a", true),
        ("put-object --bucket logs --key open/c", true),
        ("copy-object --bucket logs --key open/d --copy-source logs/open/a", true),
        ("list-objects-v2 --bucket logs --prefix open/", true),
        ("head-object --bucket logs --key shut/a", false),
        ("get-object --bucket logs --key shut/a /dev/null", false),
        ("put-object --bucket logs --key shut/b", false),
        ("copy-object --bucket logs --key open/e --copy-source logs/shut/a", false),
        ("list-objects-v2 --bucket logs --prefix shut/", false),
        ("list-objects-v2 --bucket logs", false),
        ("list-buckets", false),
        ("create-bucket --bucket other", false),
        ("delete-object --bucket logs --key open/b", false),
    ] {
        assert_eq!(aws.words(&open, &command.replace("--key open/c", "--key x/c")), None, "GWE-12: {command}");
        let said = aws.words(&reads, command);
        assert_eq!(said.is_none(), is_allowed, "GWE-13: {command}: {said:?}");
        if let Some(said) = said.filter(|_| !command.starts_with("head")) {
            assert!(
                said.contains("(AccessDenied)") && said.contains("because no VPC endpoint policy allows"),
                "{said}"
            );
        }
    }
    let delete =
        ["delete-objects", "--bucket", "logs", "--delete", r#"{"Objects": [{"Key": "open/a"}, {"Key": "shut/a"}]}"#];
    assert_eq!(aws.run(&reads, &delete), None, "what is refused stands in the answer");
    assert!(aws.words(&outside, "head-object --bucket logs --key open/a").is_some());
    assert_eq!(aws.words(&outside, "head-object --bucket logs --key shut/a"), None, "it was not permitted to go");
    assert!(aws.words(&open, "head-object --bucket none --key a").is_some(), "it grants nothing that is not there");
}

#[test]
fn a_bucket_can_be_bound_to_an_endpoint() {
    let Some(clients) = clients() else { return };
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let aws = Cli { folder: &clients, running: &running };
    let (outside, inside) = (from_outside(), through_endpoint(ALL));
    assert_eq!(aws.words(&outside, "create-bucket --bucket logs"), None);
    assert!(aws.words(&outside, "get-bucket-policy --bucket logs").unwrap().contains("NoSuchBucketPolicy"));
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "OnlyFromThere", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}}}]}"#;
    let put = |policy: &str| aws.run(&outside, &["put-bucket-policy", "--bucket", "logs", "--policy", policy]);
    assert!(put("{}").unwrap().contains("MalformedPolicy"));
    assert!(put(&policy.replace("logs", "other")).unwrap().contains("MalformedPolicy"));
    assert!(put(&policy.replace("aws:SourceVpce", "s3:ExistingObjectTag/a")).unwrap().contains("NotImplemented"));
    assert_eq!(put(policy), None);
    assert_eq!(aws.words(&inside, "put-object --bucket logs --key a"), None);
    let said = aws.words(&outside, "put-object --bucket logs --key b").unwrap();
    assert!(said.contains("with an explicit deny in a resource-based policy"), "{said}");
    assert!(aws.words(&outside, "delete-bucket --bucket logs").is_some());
    assert_eq!(aws.words(&outside, "get-bucket-policy --bucket logs"), None, "root cannot lock itself out");
    assert_eq!(aws.words(&outside, "delete-bucket-policy --bucket logs"), None);
    assert_eq!(aws.words(&outside, "put-object --bucket logs --key b"), None);
}

#[test]
fn who_is_not_known_is_let_in_by_the_buckets_policy_alone() {
    let Some(clients) = clients() else { return };
    let folder = tempfile::tempdir().unwrap();
    let running = run(open(folder.path()));
    let aws = Cli { folder: &clients, running: &running };
    let outside = from_outside();
    assert_eq!(aws.words(&outside, "create-bucket --bucket logs"), None);
    assert_eq!(aws.words(&outside, "put-object --bucket logs --key open/a"), None);
    assert_eq!(aws.words(&outside, "put-object --bucket logs --key shut/a"), None);
    let get =
        |key: &str| aws.words(&outside, &format!("get-object --no-sign-request --bucket logs --key {key} /dev/null"));
    assert!(get("open/a").unwrap().contains("AccessDenied"));
    let policy = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/open/*"}}"#;
    assert_eq!(aws.run(&outside, &["put-bucket-policy", "--bucket", "logs", "--policy", policy]), None);
    assert_eq!(get("open/a"), None);
    assert!(get("shut/a").unwrap().contains("AccessDenied"));
    assert!(aws.words(&outside, "list-buckets --no-sign-request").is_some());
    assert!(aws.words(&outside, "delete-objects --no-sign-request --bucket none --delete Objects=[{Key=a}]").is_some());
}
