//! Documents in bodies: read whole, compared with the checksums that came with them, and looked through for elements that would
//! have no effect.

use http::request::Parts;
use s3s::Body;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Md5};

use crate::asked::Asked;
use crate::failure::Failure;

/// The largest document: a thousand keys to delete.
const MOST_BYTES: usize = 2 << 20;

/// Reads a document.
pub(crate) async fn read(head: &Parts, asked: &Asked, mut body: Body) -> Result<Body, Failure> {
    let too_large = |_| Failure::new("MaxMessageLengthExceeded", 400, "Your request was too large.");
    let bytes = body.store_all_limited(MOST_BYTES).await.map_err(too_large)?;
    check_sums(head, &bytes)?;
    let known: &[&str] = match asked.operation.name {
        "CreateBucket" => &["CreateBucketConfiguration", "LocationConstraint"],
        "DeleteObjects" => &["Delete", "Object", "Key", "Quiet"],
        _ => return Ok(body),
    };
    match elements(&bytes).find(|name| !known.contains(&name.as_str())) {
        Some(other) => Err(Failure::not_implemented(&format!("<{other}>"))),
        None => Ok(body),
    }
}

fn check_sums(head: &Parts, bytes: &[u8]) -> Result<(), Failure> {
    let header = |name: &str| head.headers.get(name).map(|value| value.as_bytes());
    let mut hasher = ChecksumHasher {
        crc32: Some(Default::default()),
        crc32c: Some(Default::default()),
        sha1: Some(Default::default()),
        sha256: Some(Default::default()),
        crc64nvme: Some(Default::default()),
    };
    hasher.update(bytes);
    let own = hasher.finalize();
    let mut md5 = Md5::new();
    md5.update(bytes);
    let md5 = ringwall_wire::Blob(md5.finalize().to_vec()).base64();
    for (name, own) in [
        ("content-md5", Some(md5)),
        ("x-amz-checksum-crc32", own.checksum_crc32),
        ("x-amz-checksum-crc32c", own.checksum_crc32c),
        ("x-amz-checksum-crc64nvme", own.checksum_crc64nvme),
        ("x-amz-checksum-sha1", own.checksum_sha1),
        ("x-amz-checksum-sha256", own.checksum_sha256),
    ] {
        if header(name).is_some_and(|given| Some(given) != own.as_deref().map(str::as_bytes)) {
            let message = format!("The {name} you specified did not match what we received.");
            return Err(Failure::new("BadDigest", 400, message));
        }
    }
    if header("x-amz-trailer").is_some() {
        return Err(Failure::not_implemented("x-amz-trailer of a document"));
    }
    Ok(())
}

/// The names of the elements that begin in a document, as far as can be told without reading it: whatever looks like one.
fn elements(bytes: &[u8]) -> impl Iterator<Item = String> {
    let parts = bytes.split(|byte| *byte == b'<').skip(1);
    let names = parts.map(|part| {
        let is_name = |byte: &&u8| !byte.is_ascii_whitespace() && !b"/>".contains(byte);
        String::from_utf8_lossy(&part.iter().take_while(is_name).copied().collect::<Vec<u8>>()).into_owned()
    });
    names.filter(|name| !name.is_empty() && !name.starts_with('?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_named_as_they_begin() {
        let document =
            b"<?xml version=\"1.0\"?><Delete xmlns=\"x\"><Object><Key>a</Key ><VersionId/></Object></Delete>";
        let names: Vec<String> = elements(document).collect();
        assert_eq!(names, ["Delete", "Object", "Key", "VersionId"]);
    }
}
