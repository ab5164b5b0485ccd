//! Who a request says signed it, and how.

use super::{ALGORITHM, MOST_EXPIRES, Request, Scope, SignatureError};
use crate::Timestamp;
use crate::percent::{Plus, decode};

/// A request's claim to be signed, well-formed but not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// whose key is said to have signed
    pub access_key_id: String,
    /// the day of the scope, as in `20260131`: that of `signed_at`
    pub date: String,
    /// the region of the scope
    pub region: String,
    /// the service of the scope
    pub service: String,
    /// The token that goes with a temporary key. Some clients sign it and some do not, so it is no more than what was sent.
    pub session_token: Option<String>,
    /// when the request says it was signed
    pub signed_at: Timestamp,
    /// lower-case names in ascending order, `host` among them
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: [u8; 32],
    /// for a presigned request, for how many seconds
    pub(super) expires: Option<i64>,
}

/// A reason for [`SignatureError::Incomplete`], put where an answer was looked for.
fn incomplete<T>(found: Option<T>, reason: &'static str) -> Result<T, SignatureError> {
    found.ok_or(SignatureError::Incomplete(reason))
}

impl Claim {
    /// Reads the `Authorization` header or, if there is none, the parameters of a presigned request.
    pub fn read(request: &Request<'_>) -> Result<Claim, SignatureError> {
        let presigned = Presigned::read(request.query)?;
        match (request.values("authorization").count(), presigned) {
            (0, None) => Err(SignatureError::Missing),
            (0, Some(presigned)) => Claim::from_query(presigned),
            (1, None) => Claim::from_header(*request),
            (1, Some(_)) => Err(SignatureError::Incomplete("a header and the query string both hold a signature")),
            _ => Err(SignatureError::Incomplete("there is more than one `Authorization` header")),
        }
    }

    fn from_header(request: Request<'_>) -> Result<Claim, SignatureError> {
        let authorization = incomplete(request.header("authorization"), "the `Authorization` header is not text")?;
        let parts = authorization.strip_prefix(ALGORITHM).filter(|parts| parts.starts_with(' '));
        let parts = incomplete(parts, "the algorithm is not AWS4-HMAC-SHA256")?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in parts.split(',') {
            let (name, value) =
                incomplete(part.trim().split_once('='), "a part of the `Authorization` header has no `=`")?;
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(SignatureError::Incomplete("the `Authorization` header has an unknown part")),
            };
            if slot.replace(value).is_some() {
                return Err(SignatureError::Incomplete("the `Authorization` header has a part twice"));
            }
        }
        let parts = Parts {
            credential: incomplete(credential, "the `Authorization` header has no `Credential`")?,
            signed_headers: incomplete(signed_headers, "the `Authorization` header has no `SignedHeaders`")?,
            signature: incomplete(signature, "the `Authorization` header has no `Signature`")?,
            session_token: request.header("x-amz-security-token"),
            expires: None,
        };
        parts.claim(signed_at(request)?)
    }

    fn from_query(presigned: Presigned) -> Result<Claim, SignatureError> {
        if presigned.algorithm.as_deref() != Some(ALGORITHM) {
            return Err(SignatureError::Incomplete("`X-Amz-Algorithm` is not AWS4-HMAC-SHA256"));
        }
        let date = incomplete(presigned.date, "there is no `X-Amz-Date`")?;
        let signed_at = incomplete(Timestamp::parse_basic(&date).ok(), "`X-Amz-Date` is no time")?;
        let expires = incomplete(presigned.expires, "there is no `X-Amz-Expires`")?;
        let expires = expires.parse().ok().filter(|seconds| (1..=MOST_EXPIRES).contains(seconds));
        let parts = Parts {
            credential: &incomplete(presigned.credential, "there is no `X-Amz-Credential`")?,
            signed_headers: &incomplete(presigned.signed_headers, "there is no `X-Amz-SignedHeaders`")?,
            signature: &incomplete(presigned.signature, "there is no `X-Amz-Signature`")?,
            session_token: presigned.session_token.as_deref(),
            expires: Some(incomplete(expires, "`X-Amz-Expires` is not a number from 1 to 604800")?),
        };
        parts.claim(signed_at)
    }

    /// The names of the headers that are signed: lower-case, in ascending order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.iter().map(String::as_str)
    }

    /// The scope that the signature is for.
    pub fn scope(&self) -> Scope<'_> {
        Scope { date: &self.date, region: &self.region, service: &self.service }
    }
}

/// When the headers say that the request was signed. `x-amz-date` goes before `date`, which some clients cannot set.
fn signed_at(request: Request<'_>) -> Result<Timestamp, SignatureError> {
    if request.values("x-amz-date").next().is_some() {
        let date = incomplete(request.header("x-amz-date"), "`X-Amz-Date` is given twice")?;
        return incomplete(Timestamp::parse_basic(date).ok(), "`X-Amz-Date` is no time");
    }
    let date = incomplete(request.header("date"), "there is neither `X-Amz-Date` nor `Date`")?;
    let moment = Timestamp::parse_basic(date).or_else(|_| Timestamp::parse_http_date(date));
    incomplete(moment.ok(), "`Date` is no time")
}

/// What both kinds of claims consist of.
struct Parts<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    session_token: Option<&'a str>,
    expires: Option<i64>,
}

impl Parts<'_> {
    fn claim(self, signed_at: Timestamp) -> Result<Claim, SignatureError> {
        let parts: Vec<&str> = self.credential.split('/').collect();
        let &[access_key_id, date, region, service, "aws4_request"] = parts.as_slice() else {
            return Err(SignatureError::Incomplete(
                "the credential is not of the form KEY/DATE/REGION/SERVICE/aws4_request",
            ));
        };
        if [access_key_id, region, service].contains(&"") {
            return Err(SignatureError::Incomplete("a part of the credential is empty"));
        }
        if signed_at.basic().get(..8) != Some(date) {
            return Err(SignatureError::Mismatch);
        }
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        if !names.is_sorted_by(|one, other| one < other)
            || names.iter().any(|name| name.bytes().any(|byte| byte.is_ascii_uppercase()))
        {
            return Err(SignatureError::Incomplete("the signed headers are not lower-case names in ascending order"));
        }
        if !names.contains(&"host") {
            return Err(SignatureError::Incomplete("`host` is not signed"));
        }
        Ok(Claim {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            session_token: self.session_token.map(str::to_owned),
            signed_at,
            signed_headers: names.into_iter().map(str::to_owned).collect(),
            signature: incomplete(unhexadecimal(self.signature), "the signature is not 64 hexadecimal digits")?,
            expires: self.expires,
        })
    }
}

fn unhexadecimal(text: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for &digit in pair {
            // AWS writes small letters; one signature has one spelling.
            let worth = char::from(digit).to_digit(16).filter(|_| !digit.is_ascii_uppercase())?;
            *byte = *byte << 4 | worth as u8;
        }
    }
    Some(bytes)
}

/// The parameters of a presigned request.
#[derive(Default)]
struct Presigned {
    algorithm: Option<String>,
    credential: Option<String>,
    date: Option<String>,
    expires: Option<String>,
    signed_headers: Option<String>,
    signature: Option<String>,
    session_token: Option<String>,
}

impl Presigned {
    /// `None` if the query string holds no signature.
    fn read(query: &str) -> Result<Option<Presigned>, SignatureError> {
        let mut presigned = Presigned::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match name {
                "X-Amz-Algorithm" => &mut presigned.algorithm,
                "X-Amz-Credential" => &mut presigned.credential,
                "X-Amz-Date" => &mut presigned.date,
                "X-Amz-Expires" => &mut presigned.expires,
                "X-Amz-SignedHeaders" => &mut presigned.signed_headers,
                "X-Amz-Signature" => &mut presigned.signature,
                "X-Amz-Security-Token" => &mut presigned.session_token,
                _ => continue,
            };
            let value = decode(value.as_bytes(), Plus::Space).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            if slot.replace(incomplete(value, "a parameter of the signature is badly encoded")?).is_some() {
                return Err(SignatureError::Incomplete("a parameter of the signature is given twice"));
            }
        }
        Ok((presigned.algorithm.is_some() || presigned.signature.is_some()).then_some(presigned))
    }
}
