//! Refusals in S3's words (IAM-16).

use http::{HeaderValue, Response, StatusCode};
use ringwall_wire::error::{ErrorDocument, Fault, Protocol, render};
use ringwall_wire::sigv4::SignatureError;
use s3s::{Body, S3Error, S3ErrorCode};

use crate::asked::NotAsked;
use crate::context::Refused;
use crate::store::StoreError;

/// A request that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// S3's code
    pub code: &'static str,
    /// the HTTP status
    pub status: u16,
    /// for people
    pub message: String,
    /// the Region where the bucket is, if that is what is wrong
    pub region: Option<String>,
    /// which policy refused, if one did
    pub refused: Option<Box<Refused>>,
}

impl Failure {
    pub(crate) fn new(code: &'static str, status: u16, message: impl Into<String>) -> Failure {
        Failure { code, status, message: message.into(), region: None, refused: None }
    }

    pub(crate) fn not_implemented(what: &str) -> Failure {
        let message = format!("A header or query you provided implies functionality that is not implemented: {what}");
        Failure::new("NotImplemented", 501, message)
    }

    pub(crate) fn no_such_bucket() -> Failure {
        Failure::new("NoSuchBucket", 404, "The specified bucket does not exist")
    }

    /// As an answer. That to a `HEAD` has no body: the server leaves it out.
    pub(crate) fn into_response(self, request_id: &str) -> Response<Body> {
        let document = ErrorDocument {
            code: self.code.to_owned(),
            message: self.message,
            fault: if self.status < 500 { Fault::Client } else { Fault::Server },
            request_id: request_id.to_owned(),
            members: Vec::new(),
        };
        let rendered = render(Protocol::RestXml, &document);
        // Clients ask again in the Region that is named here.
        let region = self.region.as_ref().map(|region| format!("<Region>{region}</Region></Error>"));
        let body = match region {
            Some(region) => rendered.body.replace("</Error>", &region),
            None => rendered.body,
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let headers = response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(rendered.content_type));
        if let Some(region) = self.region.and_then(|region| HeaderValue::try_from(region).ok()) {
            headers.insert("x-amz-bucket-region", region);
        }
        if let Some(refused) = self.refused {
            response.extensions_mut().insert(*refused);
        }
        response
    }
}

impl From<NotAsked> for Failure {
    fn from(error: NotAsked) -> Failure {
        match error {
            NotAsked::BadAddress => Failure::new("InvalidURI", 400, error.to_string()),
            NotAsked::BadSource => Failure::new("InvalidArgument", 400, error.to_string()),
            NotAsked::Unknown(_) => Failure::new("NotImplemented", 501, error.to_string()),
        }
    }
}

impl From<SignatureError> for Failure {
    fn from(error: SignatureError) -> Failure {
        let message = error.to_string();
        match error {
            SignatureError::Missing => Failure::new("AccessDenied", 403, "Access Denied"),
            SignatureError::Incomplete(_) => Failure::new("AuthorizationHeaderMalformed", 400, message),
            SignatureError::Mismatch => Failure::new("SignatureDoesNotMatch", 403, message),
            SignatureError::PayloadMismatch => Failure::new(
                "XAmzContentSHA256Mismatch",
                400,
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            ),
            SignatureError::Expired => Failure::new(
                "RequestTimeTooSkewed",
                403,
                "The difference between the request time and the current time is too large.",
            ),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::new("InternalError", 500, format!("We encountered an internal error: {error}"))
    }
}

/// For the crate that reads requests.
impl From<Failure> for S3Error {
    fn from(failure: Failure) -> S3Error {
        let code = S3ErrorCode::from_bytes(failure.code.as_bytes()).unwrap_or(S3ErrorCode::InternalError);
        let mut error = S3Error::with_message(code, failure.message);
        if let Ok(status) = StatusCode::from_u16(failure.status) {
            error.set_status_code(status);
        }
        error
    }
}
