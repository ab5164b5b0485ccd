//! The entries of the index. Each is a JSON document, so that a later version can read what an earlier one wrote.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// such as `eu-central-1`
    pub region: String,
    /// in milliseconds since 1970
    pub created: i64,
    /// its policy, as it was written
    pub policy: Option<String>,
}

/// A piece of an object: a whole blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// the blob's name
    pub blob: String,
    /// in bytes
    pub size: u64,
}

/// What an object is said to be by who put it, and is handed out with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Description {
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Content-Language`
    pub content_language: Option<String>,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Expires`
    pub expires: Option<String>,
    /// `x-amz-meta-…`, without that prefix
    pub metadata: BTreeMap<String, String>,
}

/// Checksums in base64, by S3's names for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sums {
    /// CRC-32
    pub crc32: Option<String>,
    /// CRC-32C
    pub crc32c: Option<String>,
    /// CRC-64/NVME
    pub crc64nvme: Option<String>,
    /// SHA-1
    pub sha1: Option<String>,
    /// SHA-256
    pub sha256: Option<String>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRecord {
    /// in order
    pub segments: Vec<Segment>,
    /// in bytes
    pub size: u64,
    /// without quotes
    pub etag: String,
    /// in milliseconds since 1970
    pub modified: i64,
    /// what goes with it
    pub description: Description,
    /// checksums of the whole object
    pub sums: Sums,
}

/// A multipart upload that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRecord {
    /// where the object is to be
    pub bucket: String,
    /// its key
    pub key: String,
    /// in milliseconds since 1970
    pub initiated: i64,
    /// what goes with the object
    pub description: Description,
    /// the algorithm of checksums that its parts will have, in S3's words
    pub algorithm: Option<String>,
}

/// A part of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// its bytes
    pub segment: Segment,
    /// without quotes: the MD5 in hexadecimal
    pub etag: String,
    /// in milliseconds since 1970
    pub modified: i64,
    /// its checksums
    pub sums: Sums,
}
