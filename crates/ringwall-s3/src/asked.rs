//! What a request asks for: which operation, on which bucket and object. Read from the head alone, so that it can be judged before a
//! byte of the body is read, and also where another server stands behind.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use ringwall_policy::Keys;

use crate::host;
use crate::operation::{Level, OPERATIONS, Operation};

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// the operation
    pub operation: &'static Operation,
    /// the bucket
    pub bucket: Option<String>,
    /// the key of the object
    pub key: Option<String>,
    /// bucket and key of the object that is copied
    pub source: Option<(String, String)>,
    /// the parameters in order, decoded
    pub parameters: Vec<(String, String)>,
}

/// What a request asks for is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// path or parameters cannot be decoded
    #[error("Couldn't parse the specified URI.")]
    BadAddress,
    /// the source of a copy cannot be read
    #[error("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")]
    BadSource,
    /// there is no such operation here: what it looks like
    #[error("A header or query you provided implies functionality that is not implemented: {0}")]
    Unknown(String),
}

/// Parameters that belong to no operation: what SDKs add, and what a presigned request consists of.
fn is_common(name: &str) -> bool {
    name == "x-id" || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}

impl Asked {
    /// Reads the head of a request.
    pub fn read(method: &str, path: &str, query: &str, headers: &HeaderMap) -> Result<Asked, NotAsked> {
        let host = headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let path = decode(path).and_then(|path| path.strip_prefix('/').map(str::to_owned));
        let path = path.ok_or(NotAsked::BadAddress)?;
        let (bucket, key) = match host::bucket(host) {
            Some(bucket) => (bucket.to_owned(), path),
            None => match path.split_once('/') {
                Some((bucket, key)) => (bucket.to_owned(), key.to_owned()),
                None => (path, String::new()),
            },
        };
        if bucket.is_empty() && !key.is_empty() {
            return Err(NotAsked::BadAddress);
        }
        let (bucket, key) = (Some(bucket).filter(|name| !name.is_empty()), Some(key).filter(|key| !key.is_empty()));
        let parameters = parameters(query).ok_or(NotAsked::BadAddress)?;
        let source = source(headers)?;
        let level = match (&bucket, &key) {
            (None, _) => Level::Service,
            (Some(_), None) => Level::Bucket,
            (Some(_), Some(_)) => Level::Object,
        };
        let operation = choose(method, level, &parameters, source.is_some())?;
        Ok(Asked { operation, bucket, key, source, parameters })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The ARN that policies know what is asked for by.
    pub fn resource(&self) -> String {
        match (&self.bucket, &self.key) {
            (Some(bucket), Some(key)) => arn(bucket, key),
            // What is deleted is in the body, and judged one by one.
            (Some(bucket), None) => format!("arn:aws:s3:::{bucket}"),
            (None, _) => "*".to_owned(),
        }
    }

    /// Adds the condition keys that S3 has of its own.
    pub fn add_keys(&self, headers: &HeaderMap, keys: &mut Keys) {
        if self.operation.is_list() {
            for (parameter, key) in
                [("prefix", "s3:prefix"), ("delimiter", "s3:delimiter"), ("max-keys", "s3:max-keys")]
            {
                if let Some(value) = self.parameter(parameter) {
                    keys.add(key, value);
                }
            }
        }
        for name in ["x-amz-acl", "x-amz-copy-source", "x-amz-metadata-directive", "x-amz-storage-class"] {
            if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
                keys.add(&format!("s3:{name}"), value);
            }
        }
        if let Some(hash) = headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok()) {
            keys.add("s3:x-amz-content-sha256", hash);
        }
        let is_presigned = self.parameters.iter().any(|(name, _)| name.eq_ignore_ascii_case("X-Amz-Signature"));
        if is_presigned || headers.contains_key(http::header::AUTHORIZATION) {
            keys.add("s3:authType", if is_presigned { "REST-QUERY-STRING" } else { "REST-HEADER" });
            keys.add("s3:signatureversion", "AWS4-HMAC-SHA256");
        }
    }
}

/// The ARN of an object.
pub fn arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn parameters(query: &str) -> Option<Vec<(String, String)>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(&name.replace('+', " "))?, decode(&value.replace('+', " "))?))
        })
        .collect()
}

fn source(headers: &HeaderMap) -> Result<Option<(String, String)>, NotAsked> {
    let mut values = headers.get_all("x-amz-copy-source").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key("x-amz-copy-source") { Err(NotAsked::BadSource) } else { Ok(None) };
    };
    let text = value.to_str().ok().filter(|text| !text.contains('?')).ok_or(NotAsked::BadSource)?;
    let text = decode(text).ok_or(NotAsked::BadSource)?;
    let (bucket, key) = text.strip_prefix('/').unwrap_or(&text).split_once('/').ok_or(NotAsked::BadSource)?;
    if bucket.is_empty() || key.is_empty() {
        return Err(NotAsked::BadSource);
    }
    Ok(Some((bucket.to_owned(), key.to_owned())))
}

fn choose(
    method: &str,
    level: Level,
    parameters: &[(String, String)],
    copies: bool,
) -> Result<&'static Operation, NotAsked> {
    let has = |name: &str| parameters.iter().any(|(own, _)| own == name);
    let fits = |operation: &&Operation| {
        operation.method == method
            && operation.level == level
            && operation.copies == copies
            && operation.selects.iter().all(|name| has(name))
    };
    let operation = OPERATIONS.iter().find(fits);
    let operation = operation.ok_or_else(|| NotAsked::Unknown(describe(method, level, parameters)))?;
    for (number, (name, _)) in parameters.iter().enumerate() {
        let is_known = operation.selects.contains(&name.as_str()) || operation.parameters.contains(&name.as_str());
        let is_repeated = parameters[..number].iter().any(|(earlier, _)| earlier == name);
        if (!is_known && !is_common(name)) || is_repeated {
            return Err(NotAsked::Unknown(name.chars().take(100).collect()));
        }
    }
    Ok(operation)
}

fn describe(method: &str, level: Level, parameters: &[(String, String)]) -> String {
    let level = match level {
        Level::Service => "the service",
        Level::Bucket => "a bucket",
        Level::Object => "an object",
    };
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).filter(|name| !is_common(name)).collect();
    let text = match names.as_slice() {
        [] => format!("{method} of {level}"),
        names => format!("{method} of {level} with {}", names.join(", ")),
    };
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, address: &str, headers: &[(&'static str, &'static str)]) -> Result<Asked, NotAsked> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        Asked::read(method, path, query, &headers.collect())
    }

    #[test]
    fn an_operation_is_told_by_method_path_and_parameters() {
        for (method, address, name, resource) in [
            ("GET", "/", "ListBuckets", "*"),
            ("GET", "/logs", "ListObjects", "arn:aws:s3:::logs"),
            ("GET", "/logs/?list-type=2&prefix=a%2Fb", "ListObjectsV2", "arn:aws:s3:::logs"),
            ("GET", "/logs?policy=", "GetBucketPolicy", "arn:aws:s3:::logs"),
            ("PUT", "/logs", "CreateBucket", "arn:aws:s3:::logs"),
            ("POST", "/logs?delete", "DeleteObjects", "arn:aws:s3:::logs"),
            ("GET", "/logs/a%20b/../c", "GetObject", "arn:aws:s3:::logs/a b/../c"),
            ("GET", "/logs//a", "GetObject", "arn:aws:s3:::logs//a"),
            ("PUT", "/logs/a?x-id=PutObject", "PutObject", "arn:aws:s3:::logs/a"),
            ("PUT", "/logs/a?partNumber=1&uploadId=u", "UploadPart", "arn:aws:s3:::logs/a"),
            ("POST", "/logs/a?uploads", "CreateMultipartUpload", "arn:aws:s3:::logs/a"),
            ("DELETE", "/logs/a?uploadId=u", "AbortMultipartUpload", "arn:aws:s3:::logs/a"),
            ("DELETE", "/logs/a", "DeleteObject", "arn:aws:s3:::logs/a"),
        ] {
            let asked = read(method, address, &[]).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert_eq!((asked.operation.name, asked.resource().as_str()), (name, resource), "{address}");
        }
        let asked = read("PUT", "/a?", &[("host", "logs.s3.us-east-1.amazonaws.com")]).unwrap();
        assert_eq!((asked.operation.name, asked.resource().as_str()), ("PutObject", "arn:aws:s3:::logs/a"));
    }

    #[test]
    fn a_copy_names_its_source() {
        let asked = read("PUT", "/logs/a", &[("x-amz-copy-source", "/other/b%2Fc")]).unwrap();
        assert_eq!((asked.operation.name, asked.source), ("CopyObject", Some(("other".into(), "b/c".into()))));
        for source in ["other", "/", "other/", "/other/b?versionId=1", "%ff/b"] {
            assert_eq!(read("PUT", "/logs/a", &[("x-amz-copy-source", source)]), Err(NotAsked::BadSource), "{source}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_taken_for_something_else() {
        for (method, address) in [
            ("GET", "/logs/a?versionId=1"),
            ("GET", "/logs/a?acl"),
            ("PUT", "/logs/a?tagging"),
            ("PUT", "/logs?acl"),
            ("PUT", "/logs?versioning"),
            ("GET", "/logs?versions"),
            ("GET", "/logs?policy&acl"),
            ("GET", "/logs?prefix=a&prefix=b"),
            ("PUT", "/logs/a?partNumber=1"),
            ("POST", "/logs"),
            ("OPTIONS", "/logs/a"),
        ] {
            assert!(matches!(read(method, address, &[]), Err(NotAsked::Unknown(_))), "{method} {address}");
        }
        assert_eq!(read("GET", "/logs/%ff", &[]), Err(NotAsked::BadAddress));
        assert_eq!(read("GET", "//a", &[]), Err(NotAsked::BadAddress));
    }

    #[test]
    fn conditions_see_what_is_listed_and_how_it_is_signed() {
        let asked = read("GET", "/logs?list-type=2&prefix=a&max-keys=7", &[]).unwrap();
        let mut keys = Keys::default();
        let headers = [("authorization", "x"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")];
        let headers =
            headers.map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        asked.add_keys(&headers.into_iter().collect(), &mut keys);
        let value = |name: &str| keys.get(name).map(|values| values[0].as_str());
        assert_eq!((value("s3:prefix"), value("s3:max-keys"), value("s3:delimiter")), (Some("a"), Some("7"), None));
        assert_eq!(
            (value("s3:authType"), value("s3:signatureversion")),
            (Some("REST-HEADER"), Some("AWS4-HMAC-SHA256"))
        );
    }
}
