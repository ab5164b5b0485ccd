//! From a head to a request that is let in: what it asks for, who sends it, whether all of it is built, and what the policies say.

use http::request::Parts;
use ringwall_policy::{Caller, Judgement, Keys, Kind, Policy, Request, denial};
use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{Claim, Request as SignedRequest, SignatureError};

use crate::asked::{Asked, arn};
use crate::context::{Admitted, Refused, RequestContext};
use crate::failure::Failure;
use crate::identity::{Identities, root};
use crate::store::Store;

/// Headers that speak to S3 and have an effect here. All others that begin so are refused: what they ask for is not built.
const KNOWN: &[&str] = &[
    "x-amz-checksum-algorithm",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-mode",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-checksum-type",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-copy-source-if-match",
    "x-amz-copy-source-if-modified-since",
    "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-unmodified-since",
    "x-amz-copy-source-range",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-expected-bucket-owner",
    "x-amz-metadata-directive",
    "x-amz-mp-object-size",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-source-expected-bucket-owner",
    "x-amz-trailer",
    "x-amz-user-agent",
];

/// Headers with the values that say what is so anyway.
const SAYS_WHAT_IS_SO: &[(&str, &[&str])] = &[
    ("x-amz-acl", &["private", "bucket-owner-full-control", "bucket-owner-read"]),
    ("x-amz-object-ownership", &["BucketOwnerEnforced"]),
    ("x-amz-storage-class", &["STANDARD"]),
    ("x-amz-tagging-directive", &["COPY"]),
];

/// What decides over requests.
pub(crate) struct Gate<'g> {
    pub(crate) store: &'g Store,
    pub(crate) identities: &'g dyn Identities,
    /// whose buckets they are
    pub(crate) account: &'g str,
}

impl Gate<'_> {
    /// Lets a request in, or not.
    pub(crate) fn admit(&self, head: &Parts, context: RequestContext, now: Timestamp) -> Result<Admitted, Failure> {
        let (caller, region) = self.authenticate(head, now)?;
        let (method, path) = (head.method.as_str(), head.uri.path());
        let asked = Asked::read(method, path, head.uri.query().unwrap_or_default(), &head.headers)?;
        check_headers(head)?;
        self.check_owner(head)?;
        let mut keys = context.origin.keys(&caller, now);
        keys.add("aws:RequestedRegion", &region);
        keys.add("aws:ResourceAccount", self.account);
        keys.add("s3:ResourceAccount", self.account);
        for (header, key) in [("user-agent", "aws:UserAgent"), ("referer", "aws:Referer")] {
            if let Some(value) = head.headers.get(header).and_then(|value| value.to_str().ok()) {
                keys.add(key, value);
            }
        }
        asked.add_keys(&head.headers, &mut keys);
        let admitted = Admitted { context, caller, region, asked, keys };
        self.authorise(&admitted)?;
        Ok(admitted)
    }

    /// Who sends a request, and the Region that its signature names. The body is not looked at yet.
    fn authenticate(&self, head: &Parts, now: Timestamp) -> Result<(Caller, String), Failure> {
        let headers: Vec<(&str, &[u8])> =
            head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
        let request = SignedRequest { method: head.method.as_str(), path, query, headers: &headers, body: b"" };
        let old = query.split('&').any(|pair| pair.starts_with("Signature=") || pair.starts_with("AWSAccessKeyId="));
        let old_header = head.headers.get("authorization").is_some_and(|value| value.as_bytes().starts_with(b"AWS "));
        if old || old_header {
            let message =
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
            return Err(Failure::new("InvalidRequest", 400, message));
        }
        let claim = match Claim::read(&request) {
            Ok(claim) => claim,
            Err(SignatureError::Missing) => return Ok((Caller::Anonymous, String::new())),
            Err(error) => return Err(error.into()),
        };
        if claim.service != "s3" {
            let message = "The authorization header is malformed; incorrect service. This endpoint belongs to \"s3\".";
            return Err(Failure::new("AuthorizationHeaderMalformed", 400, message));
        }
        let identity = self.identities.find(&claim.access_key_id).ok_or_else(|| {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            Failure::new("InvalidAccessKeyId", 403, message)
        })?;
        claim.verify_head(&request, &identity.secret_access_key, now)?;
        if claim.session_token != identity.session_token {
            return Err(Failure::new("InvalidToken", 400, "The provided token is malformed or otherwise invalid."));
        }
        Ok((identity.caller, claim.region))
    }

    /// A bucket is only expected to be somebody's if it is the account's.
    fn check_owner(&self, head: &Parts) -> Result<(), Failure> {
        for name in ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"] {
            if head.headers.get_all(name).iter().any(|value| value.as_bytes() != self.account.as_bytes()) {
                return Err(Failure::new("AccessDenied", 403, "Access Denied"));
            }
        }
        Ok(())
    }

    fn authorise(&self, admitted: &Admitted) -> Result<(), Failure> {
        let asked = &admitted.asked;
        if asked.operation.name == "DeleteObjects" {
            // What is deleted stands in the body: it is judged one by one.
            return self.check_region(admitted).and_then(|()| anonymous_needs_a_policy(self.store, admitted));
        }
        self.judge(admitted, asked.operation.action, &asked.resource(), asked.bucket.as_deref())?;
        if let Some((bucket, key)) = &asked.source {
            self.judge(admitted, "s3:GetObject", &arn(bucket, key), Some(bucket))?;
        }
        self.check_region(admitted)
    }

    /// Asks the endpoint's policy, which restricts in addition and never grants (GWE-13), and the bucket's.
    pub(crate) fn judge(
        &self,
        admitted: &Admitted,
        action: &str,
        resource: &str,
        bucket: Option<&str>,
    ) -> Result<(), Failure> {
        let request = Request { caller: &admitted.caller, action, resource, keys: &admitted.keys };
        if let Some(policy) = &admitted.context.endpoint_policy {
            let judgement = policy.judge(&request);
            if !judgement.is_allowed() {
                return Err(refusal(&request, judgement, policy, "a VPC endpoint policy"));
            }
        }
        let Some(name) = bucket.filter(|_| action != "s3:CreateBucket") else {
            let is_known = admitted.caller != Caller::Anonymous;
            return if is_known { Ok(()) } else { Err(SignatureError::Missing.into()) };
        };
        let bucket = self.store.bucket(name)?.ok_or_else(Failure::no_such_bucket)?;
        let policy = bucket.policy.as_deref().map(|text| Policy::parse(text, Kind::Resource));
        let policy = policy.transpose().map_err(|wrong| Failure::new("InternalError", 500, wrong.to_string()))?;
        let judgement = policy.as_ref().map_or(Judgement::Silent, |policy| policy.judge(&request));
        let is_own = match &admitted.caller {
            Caller::Anonymous => false,
            // A service delivers on the account's behalf.
            Caller::Service(_) => true,
            Caller::Account { account, arns } => {
                if arns.contains(&root(self.account)) && is_about_policies(action) {
                    return Ok(());
                }
                account == self.account
            }
        };
        match (judgement, policy) {
            (Judgement::Allowed(_), _) => Ok(()),
            (Judgement::Silent, _) if is_own => Ok(()),
            (_, Some(policy)) => Err(refusal(&request, judgement, &policy, "a resource-based policy")),
            (_, None) => Err(SignatureError::Missing.into()),
        }
    }

    /// A bucket answers in its own Region only; to make one there is another error (`CreateBucket` has it).
    fn check_region(&self, admitted: &Admitted) -> Result<(), Failure> {
        let Some(name) = admitted.asked.bucket.as_deref() else { return Ok(()) };
        if matches!(admitted.asked.operation.name, "CreateBucket" | "GetBucketLocation") {
            return Ok(());
        }
        let bucket = self.store.bucket(name)?.ok_or_else(Failure::no_such_bucket)?;
        if admitted.caller == Caller::Anonymous || admitted.region == bucket.region {
            return Ok(());
        }
        let message = format!(
            "The authorization header is malformed; the region '{}' is wrong; expecting '{}'",
            admitted.region, bucket.region
        );
        let failure = Failure::new("AuthorizationHeaderMalformed", 400, message);
        Err(Failure { region: Some(bucket.region), ..failure })
    }
}

/// Somebody who is not known has to be let in by the bucket's policy, which is asked for each object; without one there is nothing to
/// ask.
fn anonymous_needs_a_policy(store: &Store, admitted: &Admitted) -> Result<(), Failure> {
    if admitted.caller != Caller::Anonymous {
        return Ok(());
    }
    let name = admitted.asked.bucket.as_deref().unwrap_or_default();
    let bucket = store.bucket(name)?.ok_or_else(Failure::no_such_bucket)?;
    if bucket.policy.is_some() { Ok(()) } else { Err(SignatureError::Missing.into()) }
}

/// What an account's root user can do to its buckets whatever their policies say: nobody locks himself out for good.
fn is_about_policies(action: &str) -> bool {
    matches!(action, "s3:GetBucketPolicy" | "s3:PutBucketPolicy" | "s3:DeleteBucketPolicy")
}

fn refusal(request: &Request<'_>, judgement: Judgement, policy: &Policy, name: &'static str) -> Failure {
    let message = denial(request, judgement, name).unwrap_or_default();
    let refused = Refused {
        policy: name,
        action: request.action.to_owned(),
        resource: request.resource.to_owned(),
        statements: policy.explain(request),
    };
    Failure { refused: Some(Box::new(refused)), ..Failure::new("AccessDenied", 403, message) }
}

/// Refuses what would be accepted and have no effect.
fn check_headers(head: &Parts) -> Result<(), Failure> {
    for (name, value) in &head.headers {
        let name = name.as_str();
        if !name.starts_with("x-amz-") || KNOWN.contains(&name) || name.starts_with("x-amz-meta-") {
            continue;
        }
        let says_what_is_so = SAYS_WHAT_IS_SO
            .iter()
            .any(|(own, values)| *own == name && values.iter().any(|known| known.as_bytes() == value.as_bytes()));
        if !says_what_is_so {
            return Err(Failure::not_implemented(name));
        }
    }
    let content_type = head.headers.get("content-type").map(|value| value.as_bytes().to_ascii_lowercase());
    if head.method == http::Method::POST && content_type.is_some_and(|kind| kind.starts_with(b"multipart/form-data")) {
        return Err(Failure::not_implemented("POST of a form"));
    }
    Ok(())
}

/// The condition keys of a request that is made here, such as a delivery of logs.
pub(crate) fn own_keys(context: &RequestContext, caller: &Caller, account: &str, now: Timestamp) -> Keys {
    context
        .origin
        .keys(caller, now)
        .with("aws:ResourceAccount", account)
        .with("s3:ResourceAccount", account)
        .with("aws:SourceAccount", account)
        .with("s3:x-amz-acl", "bucket-owner-full-control")
}
