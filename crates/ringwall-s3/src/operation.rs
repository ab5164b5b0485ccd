//! The operations that there are, and how a request shows which one it wants.

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// all buckets
    Service,
    /// a bucket
    Bucket,
    /// an object
    Object,
}

/// An operation.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// S3's name for it
    pub name: &'static str,
    /// the method
    pub method: &'static str,
    /// what it is about
    pub level: Level,
    /// the parameters by which it is told from others
    pub selects: &'static [&'static str],
    /// whether it is told from others by `x-amz-copy-source`
    pub copies: bool,
    /// the action that policies know it by
    pub action: &'static str,
    /// further parameters that it takes
    pub parameters: &'static [&'static str],
    /// what is answered in its place, because there never is what it asks for: code and message
    pub absent: Option<(&'static str, &'static str)>,
}

/// Parameters of lists.
const LIST: &[&str] = &["delimiter", "encoding-type", "max-keys", "prefix"];
/// Parameters that change the headers of an answer.
const RESPONSE: &[&str] = &[
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
];

const fn operation(
    name: &'static str,
    method: &'static str,
    level: Level,
    selects: &'static [&'static str],
    action: &'static str,
    parameters: &'static [&'static str],
) -> Operation {
    Operation { name, method, level, selects, copies: false, action, parameters, absent: None }
}

const fn copying(mut operation: Operation) -> Operation {
    operation.copies = true;
    operation
}

/// Something that a bucket here never has.
const fn absent(
    name: &'static str,
    selects: &'static [&'static str],
    action: &'static str,
    code: &'static str,
    message: &'static str,
) -> Operation {
    let mut operation = operation(name, "GET", Level::Bucket, selects, action, &[]);
    operation.absent = Some((code, message));
    operation
}

use Level::{Bucket, Object, Service};

/// Every operation; one that is told from another by more stands before it.
pub const OPERATIONS: &[Operation] = &[
    operation(
        "ListBuckets",
        "GET",
        Service,
        &[],
        "s3:ListAllMyBuckets",
        &["bucket-region", "continuation-token", "max-buckets", "prefix"],
    ),
    operation("GetBucketLocation", "GET", Bucket, &["location"], "s3:GetBucketLocation", &[]),
    operation("GetBucketPolicy", "GET", Bucket, &["policy"], "s3:GetBucketPolicy", &[]),
    operation("GetBucketPolicyStatus", "GET", Bucket, &["policyStatus"], "s3:GetBucketPolicyStatus", &[]),
    operation("PutBucketPolicy", "PUT", Bucket, &["policy"], "s3:PutBucketPolicy", &[]),
    operation("DeleteBucketPolicy", "DELETE", Bucket, &["policy"], "s3:DeleteBucketPolicy", &[]),
    operation("GetBucketVersioning", "GET", Bucket, &["versioning"], "s3:GetBucketVersioning", &[]),
    operation("GetBucketAcl", "GET", Bucket, &["acl"], "s3:GetBucketAcl", &[]),
    operation("GetBucketRequestPayment", "GET", Bucket, &["requestPayment"], "s3:GetBucketRequestPayment", &[]),
    operation("GetBucketLogging", "GET", Bucket, &["logging"], "s3:GetBucketLogging", &[]),
    operation("GetBucketAccelerateConfiguration", "GET", Bucket, &["accelerate"], "s3:GetAccelerateConfiguration", &[]),
    operation("GetBucketNotificationConfiguration", "GET", Bucket, &["notification"], "s3:GetBucketNotification", &[]),
    absent("GetBucketTagging", &["tagging"], "s3:GetBucketTagging", "NoSuchTagSet", "The TagSet does not exist"),
    absent(
        "GetBucketCors",
        &["cors"],
        "s3:GetBucketCORS",
        "NoSuchCORSConfiguration",
        "The CORS configuration does not exist",
    ),
    absent(
        "GetBucketWebsite",
        &["website"],
        "s3:GetBucketWebsite",
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ),
    absent(
        "GetBucketLifecycleConfiguration",
        &["lifecycle"],
        "s3:GetLifecycleConfiguration",
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    ),
    absent(
        "GetBucketReplication",
        &["replication"],
        "s3:GetReplicationConfiguration",
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    absent(
        "GetBucketEncryption",
        &["encryption"],
        "s3:GetEncryptionConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
        "The server side encryption configuration was not found",
    ),
    absent(
        "GetObjectLockConfiguration",
        &["object-lock"],
        "s3:GetBucketObjectLockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ),
    absent(
        "GetPublicAccessBlock",
        &["publicAccessBlock"],
        "s3:GetBucketPublicAccessBlock",
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
    ),
    operation(
        "ListMultipartUploads",
        "GET",
        Bucket,
        &["uploads"],
        "s3:ListBucketMultipartUploads",
        &["encoding-type", "key-marker", "max-uploads", "upload-id-marker"],
    ),
    operation(
        "ListObjectsV2",
        "GET",
        Bucket,
        &["list-type"],
        "s3:ListBucket",
        &["continuation-token", "delimiter", "encoding-type", "fetch-owner", "max-keys", "prefix", "start-after"],
    ),
    operation(
        "ListObjects",
        "GET",
        Bucket,
        &[],
        "s3:ListBucket",
        &["delimiter", "encoding-type", "marker", "max-keys", "prefix"],
    ),
    operation("HeadBucket", "HEAD", Bucket, &[], "s3:ListBucket", &[]),
    operation("CreateBucket", "PUT", Bucket, &[], "s3:CreateBucket", &[]),
    operation("DeleteBucket", "DELETE", Bucket, &[], "s3:DeleteBucket", &[]),
    operation("DeleteObjects", "POST", Bucket, &["delete"], "s3:DeleteObject", &[]),
    copying(operation("UploadPartCopy", "PUT", Object, &["partNumber", "uploadId"], "s3:PutObject", &[])),
    operation("UploadPart", "PUT", Object, &["partNumber", "uploadId"], "s3:PutObject", &[]),
    copying(operation("CopyObject", "PUT", Object, &[], "s3:PutObject", &[])),
    operation("PutObject", "PUT", Object, &[], "s3:PutObject", &[]),
    operation(
        "ListParts",
        "GET",
        Object,
        &["uploadId"],
        "s3:ListMultipartUploadParts",
        &["max-parts", "part-number-marker"],
    ),
    operation("GetObject", "GET", Object, &[], "s3:GetObject", RESPONSE),
    operation("HeadObject", "HEAD", Object, &[], "s3:GetObject", RESPONSE),
    operation("CreateMultipartUpload", "POST", Object, &["uploads"], "s3:PutObject", &[]),
    operation("CompleteMultipartUpload", "POST", Object, &["uploadId"], "s3:PutObject", &[]),
    operation("AbortMultipartUpload", "DELETE", Object, &["uploadId"], "s3:AbortMultipartUpload", &[]),
    operation("DeleteObject", "DELETE", Object, &[], "s3:DeleteObject", &[]),
];

impl Operation {
    /// Whether its body is a document that is read whole, and is what checksums in headers are about.
    pub fn takes_a_document(&self) -> bool {
        matches!(self.name, "CreateBucket" | "PutBucketPolicy" | "DeleteObjects")
    }

    /// Whether what is asked is a list of keys, which conditions such as `s3:prefix` are about.
    pub fn is_list(&self) -> bool {
        self.parameters.iter().any(|parameter| LIST.contains(parameter)) && self.level == Level::Bucket
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_actions_are_s3s() {
        for (number, one) in OPERATIONS.iter().enumerate() {
            assert!(one.action.starts_with("s3:"));
            assert!(OPERATIONS[..number].iter().all(|other| other.name != one.name), "{}", one.name);
        }
    }
}
