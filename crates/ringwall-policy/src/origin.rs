//! Where a request comes from, as condition keys (IAM-38 to IAM-41).

use std::net::IpAddr;

use ringwall_wire::Timestamp;

use crate::{Caller, Keys};

/// The keys that a request has or rightly lacks here: what [`Origin::keys`] gives, and what comes only with things that there are
/// not, such as organizations, tags of principals or second factors (IAM-38 to IAM-42).
pub const GIVEN_KEYS: &[&str] = &[
    "aws:CalledVia*",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalTag/*",
    "aws:PrincipalType",
    "aws:Referer",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
    "aws:userid",
    "aws:username",
];

/// The condition keys that requests to S3 have besides those of every request.
pub const S3_KEYS: &[&str] = &[
    "aws:ResourceAccount",
    "aws:SourceAccount",
    "s3:ResourceAccount",
    "s3:authType",
    "s3:delimiter",
    "s3:max-keys",
    "s3:prefix",
    "s3:signatureversion",
    "s3:x-amz-acl",
    "s3:x-amz-content-sha256",
    "s3:x-amz-copy-source",
    "s3:x-amz-metadata-directive",
    "s3:x-amz-storage-class",
];

/// The condition keys that requests to a service have here besides those of every request. A policy with another key is to be
/// refused when it is written (`UnsupportedOperation`): the missing key would decide.
pub fn service_keys(service: &str) -> &'static [&'static str] {
    if service == "s3" { S3_KEYS } else { &[] }
}

/// Where a request comes from: what its receiver knows of its own, never what a header says (IFE-25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// the sender's address: private if the request came through an endpoint
    pub source: IpAddr,
    /// the endpoint that it came through
    pub endpoint: Option<Passage>,
    /// whether it came over TLS
    pub is_secure: bool,
}

/// An endpoint that a request came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// such as `vpce-0a1b2c3d4e5f60718`
    pub endpoint: String,
    /// such as `vpc-0a1b2c3d4e5f60718`
    pub vpc: String,
}

impl Origin {
    /// The keys that every request has: where it comes from, when, and who sends it.
    ///
    /// Through an endpoint there is no `aws:SourceIp` but an `aws:VpcSourceIp` (IAM-38, GWE-10).
    pub fn keys(&self, caller: &Caller, now: Timestamp) -> Keys {
        let mut keys = Keys::default()
            .with("aws:SecureTransport", self.is_secure.to_string())
            .with("aws:ViaAWSService", "false")
            .with("aws:CurrentTime", now.iso8601())
            .with("aws:EpochTime", now.epoch_seconds());
        match &self.endpoint {
            Some(passage) => {
                keys.add("aws:VpcSourceIp", self.source.to_string());
                keys.add("aws:SourceVpc", &passage.vpc);
                keys.add("aws:SourceVpce", &passage.endpoint);
            }
            None => keys.add("aws:SourceIp", self.source.to_string()),
        }
        match caller {
            Caller::Anonymous => keys.add("aws:PrincipalType", "Anonymous"),
            Caller::Service(name) => {
                keys.add("aws:PrincipalIsAWSService", "true");
                keys.add("aws:PrincipalServiceName", name);
            }
            Caller::Account { account, arns } => {
                keys.add("aws:PrincipalIsAWSService", "false");
                keys.add("aws:PrincipalAccount", account);
                // Of others it is the id of a user or role, which does not exist without IAM.
                if arns.iter().any(|arn| arn.ends_with(":root")) {
                    keys.add("aws:userid", account);
                }
                // Of a session it is the role's, which is the last one (IAM-41).
                if let Some(arn) = arns.last() {
                    keys.add("aws:PrincipalArn", arn);
                    keys.add("aws:PrincipalType", principal_type(arn));
                }
                if let Some(("user", path)) = arns.last().and_then(|arn| arn.rsplit(':').next()?.split_once('/')) {
                    keys.add("aws:username", path.rsplit('/').next().unwrap_or(path));
                }
            }
        }
        keys
    }
}

fn principal_type(arn: &str) -> &'static str {
    match arn.rsplit(':').next().unwrap_or_default() {
        "root" => "Account",
        name if name.starts_with("user/") => "User",
        _ => "AssumedRole",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_769_860_800);

    fn origin(endpoint: Option<Passage>) -> Origin {
        Origin { source: [10, 0, 1, 7].into(), endpoint, is_secure: true }
    }

    fn value<'k>(keys: &'k Keys, name: &str) -> Option<&'k str> {
        keys.get(name).map(|values| values[0].as_str())
    }

    #[test]
    fn through_an_endpoint_there_is_another_key_for_the_address() {
        let passage = Passage { endpoint: "vpce-1".to_owned(), vpc: "vpc-1".to_owned() };
        let keys = origin(Some(passage)).keys(&Caller::Anonymous, NOON);
        assert_eq!(value(&keys, "aws:VpcSourceIp"), Some("10.0.1.7"));
        assert_eq!((value(&keys, "aws:SourceVpc"), value(&keys, "aws:SourceVpce")), (Some("vpc-1"), Some("vpce-1")));
        assert_eq!(value(&keys, "aws:SourceIp"), None, "IAM-38");
        let keys = origin(None).keys(&Caller::Anonymous, NOON);
        assert_eq!(value(&keys, "aws:SourceIp"), Some("10.0.1.7"));
        assert_eq!((value(&keys, "aws:VpcSourceIp"), value(&keys, "aws:SourceVpce")), (None, None));
        assert_eq!(value(&keys, "aws:CurrentTime"), Some("2026-01-31T12:00:00.000Z"));
    }

    #[test]
    fn the_caller_has_a_name_if_it_is_a_user_and_the_roles_arn_if_it_is_a_session() {
        let keys = |arns: &[&str]| {
            let arns = arns.iter().map(|arn| (*arn).to_owned()).collect();
            origin(None).keys(&Caller::Account { account: "1".to_owned(), arns }, NOON)
        };
        let user = keys(&["arn:aws:iam::1:user/team/ann"]);
        assert_eq!((value(&user, "aws:username"), value(&user, "aws:PrincipalType")), (Some("ann"), Some("User")));
        let role = "arn:aws:iam::1:role/r";
        let session = keys(&["arn:aws:sts::1:assumed-role/r/s", role]);
        assert_eq!((value(&session, "aws:username"), value(&session, "aws:PrincipalArn")), (None, Some(role)));
        assert_eq!(value(&keys(&["arn:aws:iam::1:root"]), "aws:PrincipalType"), Some("Account"));
    }
}
