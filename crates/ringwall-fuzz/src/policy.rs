//! Policies: whatever the document is, it is refused with a place or gives one answer, which its own explanation agrees with.

use ringwall_policy::{Caller, Effect, Judgement, Keys, Kind, Policy, Request};

const KINDS: [Kind; 4] = [Kind::Identity, Kind::Resource, Kind::Endpoint, Kind::GatewayEndpoint];

/// Reads a policy as every kind, and asks it about some requests.
pub fn policy(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let mut is_policy = false;
    for kind in KINDS {
        match Policy::parse(text, kind) {
            Ok(policy) => {
                is_policy = true;
                ask(&policy);
            }
            Err(wrong) => assert!(!wrong.to_string().is_empty()),
        }
    }
    is_policy
}

fn ask(policy: &Policy) {
    let arns = vec!["arn:aws:iam::123456789012:user/ann".to_owned()];
    let callers = [
        Caller::Anonymous,
        Caller::Account { account: "123456789012".to_owned(), arns },
        Caller::Service("delivery.logs.amazonaws.com".to_owned()),
    ];
    let keys = Keys::default()
        .with("aws:VpcSourceIp", "10.0.1.7")
        .with("aws:SourceVpce", "vpce-1")
        .with("aws:username", "an*")
        .with("aws:CurrentTime", "2026-01-31T12:00:00Z")
        .with("aws:TagKeys", "a")
        .with("aws:TagKeys", "b");
    for caller in &callers {
        for (action, resource) in [("s3:GetObject", "arn:aws:s3:::logs/an*/x"), ("ec2:DescribeVpcs", "*")] {
            let request = Request { caller, action, resource, keys: &keys };
            let explained = policy.explain(&request);
            let first = |effect: Effect| {
                let about = explained.iter().find(|one| one.mismatch.is_none() && one.effect == effect);
                about.map(|one| one.number)
            };
            let expected = match (first(Effect::Deny), first(Effect::Allow)) {
                (Some(number), _) => Judgement::Denied(number),
                (None, Some(number)) => Judgement::Allowed(number),
                (None, None) => Judgement::Silent,
            };
            assert_eq!(policy.judge(&request), expected);
        }
    }
}
