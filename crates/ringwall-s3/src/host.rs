//! Buckets in host names: `logs.s3.eu-central-1.amazonaws.com/key` is `s3.eu-central-1.amazonaws.com/logs/key`.

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

/// The bucket that a `Host` header names, if it names one. Hosts that are not known to carry a bucket carry none.
pub fn bucket(host: &str) -> Option<&str> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let rest = strip_suffix(name, ".s3.localhost")
        .or_else(|| strip_suffix(name, ".amazonaws.com").and_then(before_service))
        .or_else(|| strip_suffix(name, ".amazonaws.com.cn").and_then(before_service))?;
    (!rest.is_empty()).then_some(rest)
}

fn strip_suffix<'n>(name: &'n str, suffix: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(suffix.len())?;
    (name.is_char_boundary(at) && name[at..].eq_ignore_ascii_case(suffix)).then(|| &name[..at])
}

/// What stands before the part that is the service's: `s3`, `s3.REGION`, `s3.dualstack.REGION`, `s3-REGION`, or that of an
/// interface endpoint, `bucket.vpce-ID.s3.REGION.vpce` (IFE-9).
fn before_service(name: &str) -> Option<&str> {
    let labels: Vec<&str> = name.split('.').collect();
    let is_s3 = |label: &str| label.eq_ignore_ascii_case("s3");
    let own = match labels.as_slice() {
        [.., bucket, endpoint, s3, _region, vpce]
            if vpce.eq_ignore_ascii_case("vpce")
                && is_s3(s3)
                && endpoint.starts_with("vpce-")
                && bucket.eq_ignore_ascii_case("bucket") =>
        {
            5
        }
        [.., s3, dualstack, _region] if is_s3(s3) && dualstack.eq_ignore_ascii_case("dualstack") => 3,
        [.., s3, _region] if is_s3(s3) => 2,
        [.., s3] if is_s3(s3) || s3.starts_with("s3-") => 1,
        _ => return None,
    };
    let before: usize = labels[..labels.len() - own].iter().map(|label| label.len() + 1).sum();
    Some(&name[..before.saturating_sub(1)])
}

/// The same for the crate that reads requests.
pub(crate) struct Hosts;

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let plain = VirtualHost::new(host);
        Ok(match bucket(host) {
            Some(bucket) => plain.with_bucket(bucket),
            None => plain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_may_stand_in_the_host() {
        for (host, expected) in [
            ("logs.s3.eu-central-1.amazonaws.com", Some("logs")),
            ("my.logs.s3.amazonaws.com:443", Some("my.logs")),
            ("logs.s3.dualstack.eu-central-1.amazonaws.com", Some("logs")),
            ("logs.s3-eu-central-1.amazonaws.com", Some("logs")),
            ("logs.s3.cn-north-1.amazonaws.com.cn", Some("logs")),
            ("logs.bucket.vpce-1a-2b.s3.us-east-1.vpce.amazonaws.com", Some("logs")),
            ("logs.S3.Localhost:4566", Some("logs")),
            ("bucket.vpce-1a-2b.s3.us-east-1.vpce.amazonaws.com", None),
            ("s3.eu-central-1.amazonaws.com", None),
            ("s3.amazonaws.com", None),
            ("s3.localhost", None),
            ("dynamodb.eu-central-1.amazonaws.com", None),
            ("localhost:4566", None),
            ("[::1]:4566", None),
            ("example.com", None),
            ("", None),
        ] {
            assert_eq!(bucket(host), expected, "{host}");
        }
    }
}
