//! Bytes that come in: written, hashed and compared with what was promised, and only then named by anything.

use futures_util::StreamExt;
use s3s::S3Request;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::{self, StreamingBlob};

use super::Operations;
use crate::failure::Failure;
use crate::random::hexadecimal;
use crate::store::{Segment, StoreError, Sums};

/// The largest object, or part, that comes in one request: 5 GiB.
pub(super) const MOST_BYTES: u64 = 5 << 30;

/// What is promised of a body.
#[derive(Clone, Debug, Default)]
pub(super) struct Promised {
    /// in bytes
    pub(super) length: Option<i64>,
    /// in base64
    pub(super) md5: Option<String>,
    /// checksums in headers; those behind the body are added when it has come
    pub(super) sums: Sums,
    /// further algorithms whose checksums are to be computed, in S3's words or as the names of headers
    pub(super) algorithms: Vec<String>,
    /// what stands behind the body
    pub(super) trailers: Option<s3s::TrailingHeaders>,
}

/// A body that has come whole, and is what was promised.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) segment: Segment,
    pub(super) md5: [u8; 16],
    pub(super) sums: Sums,
}

impl Received {
    pub(super) fn etag(&self) -> String {
        hexadecimal(&self.md5)
    }
}

impl Promised {
    /// What the heads of `PutObject` and `UploadPart` say alike.
    pub(super) fn of<T>(request: &S3Request<T>, algorithm: Option<&dto::ChecksumAlgorithm>) -> Promised {
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let announced = header("x-amz-trailer")
            .into_iter()
            .flat_map(|names| names.split(',').map(|name| name.trim().to_ascii_lowercase()).collect::<Vec<_>>());
        Promised {
            length: header("content-length").and_then(|length| length.parse().ok()),
            md5: header("content-md5"),
            sums: Sums {
                crc32: header("x-amz-checksum-crc32"),
                crc32c: header("x-amz-checksum-crc32c"),
                crc64nvme: header("x-amz-checksum-crc64nvme"),
                sha1: header("x-amz-checksum-sha1"),
                sha256: header("x-amz-checksum-sha256"),
            },
            algorithms: announced.chain(algorithm.map(|algorithm| algorithm.as_str().to_owned())).collect(),
            trailers: request.trailing_headers.clone(),
        }
    }

    fn wants(&self, name: &str, given: Option<&String>) -> bool {
        let is_it = |algorithm: &String| {
            algorithm.strip_prefix("x-amz-checksum-").unwrap_or(algorithm).eq_ignore_ascii_case(name)
        };
        given.is_some() || self.algorithms.iter().any(is_it)
    }

    fn hasher(&self) -> ChecksumHasher {
        let sums = &self.sums;
        ChecksumHasher {
            crc32: self.wants("crc32", sums.crc32.as_ref()).then(Default::default),
            crc32c: self.wants("crc32c", sums.crc32c.as_ref()).then(Default::default),
            sha1: self.wants("sha1", sums.sha1.as_ref()).then(Default::default),
            sha256: self.wants("sha256", sums.sha256.as_ref()).then(Default::default),
            crc64nvme: self.wants("crc64nvme", sums.crc64nvme.as_ref()).then(Default::default),
        }
    }

    /// Compares what was promised with what came.
    fn check(&self, length: u64, md5: &[u8], sums: &Sums) -> Result<(), Failure> {
        if self.length.is_some_and(|promised| u64::try_from(promised) != Ok(length)) {
            return Err(incomplete());
        }
        if let Some(promised) = &self.md5 {
            let promised = ringwall_wire::Blob::parse(promised).ok().filter(|bytes| bytes.0.len() == 16);
            let promised = promised
                .ok_or_else(|| Failure::new("InvalidDigest", 400, "The Content-MD5 you specified is not valid."))?;
            if promised.0 != md5 {
                let message = "The Content-MD5 you specified did not match what we received.";
                return Err(Failure::new("BadDigest", 400, message));
            }
        }
        let behind = self.trailers.as_ref().and_then(s3s::TrailingHeaders::take);
        for (name, promised, own) in [
            ("crc32", &self.sums.crc32, &sums.crc32),
            ("crc32c", &self.sums.crc32c, &sums.crc32c),
            ("crc64nvme", &self.sums.crc64nvme, &sums.crc64nvme),
            ("sha1", &self.sums.sha1, &sums.sha1),
            ("sha256", &self.sums.sha256, &sums.sha256),
        ] {
            let header = format!("x-amz-checksum-{name}");
            let trailer = behind.as_ref().and_then(|trailers| trailers.get(&header));
            let trailer = trailer.map(|value| value.to_str().unwrap_or_default());
            let is_announced = self.algorithms.contains(&header);
            if is_announced && trailer.is_none() {
                let message = format!("The trailer {header} was announced and did not come.");
                return Err(Failure::new("MalformedTrailerError", 400, message));
            }
            let mut promises = promised.as_deref().into_iter().chain(trailer);
            if promises.any(|promise| Some(promise) != own.as_deref()) {
                let message =
                    format!("The {} you specified did not match the calculated checksum.", name.to_uppercase());
                return Err(Failure::new("BadDigest", 400, message));
            }
        }
        Ok(())
    }
}

impl Operations {
    /// Takes a body in. What is not whole, or not what was promised, leaves nothing behind.
    pub(super) async fn receive(&self, body: Option<StreamingBlob>, promised: Promised) -> Result<Received, Failure> {
        if promised.length.is_some_and(|length| u64::try_from(length).is_ok_and(|length| length > MOST_BYTES)) {
            return Err(too_large());
        }
        let blobs = self.store.blobs.clone();
        let mut blob = blobs.create().await.map_err(StoreError::from)?;
        let (mut md5, mut hasher, mut length) = (Md5::new(), promised.hasher(), 0);
        if let Some(mut body) = body {
            while let Some(chunk) = body.next().await {
                let chunk = chunk.map_err(|error| broken(&error.to_string()))?;
                length += chunk.len() as u64;
                if length > MOST_BYTES {
                    return Err(too_large());
                }
                md5.update(&chunk);
                hasher.update(&chunk);
                blob.write(&chunk).await.map_err(StoreError::from)?;
            }
        }
        let md5: [u8; 16] = md5.finalize();
        let sums = sums(hasher.finalize());
        promised.check(length, &md5, &sums)?;
        let name = blob.finish().await.map_err(StoreError::from)?;
        Ok(Received { segment: Segment { blob: name, size: length }, md5, sums })
    }
}

/// Checksums as they are kept.
pub(super) fn sums(checksum: dto::Checksum) -> Sums {
    Sums {
        crc32: checksum.checksum_crc32,
        crc32c: checksum.checksum_crc32c,
        crc64nvme: checksum.checksum_crc64nvme,
        sha1: checksum.checksum_sha1,
        sha256: checksum.checksum_sha256,
    }
}

fn incomplete() -> Failure {
    let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    Failure::new("IncompleteBody", 400, message)
}

fn too_large() -> Failure {
    Failure::new("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
}

/// A body that does not come to its end. The reader's errors are told apart by their words.
fn broken(error: &str) -> Failure {
    if error.contains("SignatureMismatch") {
        ringwall_wire::sigv4::SignatureError::Mismatch.into()
    } else if error.contains("Sha256Mismatch") {
        ringwall_wire::sigv4::SignatureError::PayloadMismatch.into()
    } else {
        incomplete()
    }
}
