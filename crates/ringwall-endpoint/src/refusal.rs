//! Refusals, in the words of the service that was asked (IAM-13 to IAM-17).

use http::request::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use ringwall_s3::Body;
use ringwall_wire::error::{ErrorDocument, Fault, Protocol, render};
use ringwall_wire::sigv4::SignatureError;

/// Why a request goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// its head can be read in two ways
    Ambiguous(&'static str),
    /// it does not prove who sent it
    Unproved(SignatureError),
    /// there is no such key
    UnknownKey,
    /// the policy does not permit it
    Denied(String),
    /// its body is larger than is held
    TooLarge,
    /// the body broke off
    Broken,
    /// nothing stands behind the service
    Nowhere(String),
    /// what stands behind does not answer
    Unreachable,
}

/// The protocol of a service, as its requests show it.
pub(crate) fn protocol(service: &str, head: &Parts) -> Protocol {
    let kind = head.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match service {
        "s3" => Protocol::RestXml,
        "ec2" => Protocol::Ec2,
        _ if head.headers.contains_key("x-amz-target") && kind.ends_with("json-1.0") => Protocol::Json10,
        _ if head.headers.contains_key("x-amz-target") => Protocol::Json11,
        _ if kind.starts_with("application/x-www-form-urlencoded") => Protocol::Query,
        _ if head.uri.query().is_some_and(|query| query.contains("Action=")) => Protocol::Query,
        _ => Protocol::RestJson,
    }
}

impl Refusal {
    /// The code in a protocol's words, and the status.
    fn code(&self, protocol: Protocol) -> (&'static str, u16) {
        let is_json = matches!(protocol, Protocol::Json10 | Protocol::Json11 | Protocol::RestJson);
        match (self, protocol) {
            (Refusal::Ambiguous(_), _) => ("InvalidRequest", 400),
            (Refusal::Denied(_), Protocol::Ec2) => ("UnauthorizedOperation", 403),
            // As DynamoDB answers; REST services have 403.
            (Refusal::Denied(_), Protocol::Json10 | Protocol::Json11) => ("AccessDeniedException", 400),
            (Refusal::Denied(_), Protocol::RestJson) => ("AccessDeniedException", 403),
            (Refusal::Denied(_), _) => ("AccessDenied", 403),
            (Refusal::UnknownKey, Protocol::Ec2) => ("AuthFailure", 401),
            (Refusal::UnknownKey, Protocol::RestXml) => ("InvalidAccessKeyId", 403),
            (Refusal::UnknownKey, _) if is_json => ("UnrecognizedClientException", 400),
            (Refusal::UnknownKey, _) => ("InvalidClientTokenId", 403),
            (Refusal::Unproved(_), Protocol::Ec2) => ("AuthFailure", 401),
            (Refusal::Unproved(SignatureError::Missing), Protocol::RestXml) => ("AccessDenied", 403),
            (Refusal::Unproved(SignatureError::Missing), _) if is_json => ("MissingAuthenticationTokenException", 400),
            (Refusal::Unproved(_), _) if is_json => ("InvalidSignatureException", 400),
            (Refusal::Unproved(error), _) => (error.code(), 403),
            (Refusal::TooLarge, _) => ("RequestEntityTooLarge", 413),
            (Refusal::Broken, _) => ("IncompleteBody", 400),
            (Refusal::Nowhere(_), _) => ("UnsupportedOperation", 400),
            (Refusal::Unreachable, _) => ("ServiceUnavailable", 503),
        }
    }

    fn message(self) -> String {
        match self {
            Refusal::Ambiguous(reason) => reason.to_owned(),
            Refusal::Unproved(error) => error.to_string(),
            Refusal::UnknownKey => "The security token included in the request is invalid.".to_owned(),
            Refusal::Denied(text) => text,
            Refusal::TooLarge => "The request is larger than what is taken here.".to_owned(),
            Refusal::Broken => "The request's body broke off.".to_owned(),
            Refusal::Nowhere(service) => format!("Nothing stands behind the service `{service}` here."),
            Refusal::Unreachable => "The service does not answer.".to_owned(),
        }
    }

    /// As an answer.
    pub(crate) fn into_response(self, protocol: Protocol, request_id: String) -> Response<Body> {
        let (code, status) = self.code(protocol);
        let fault = if status < 500 { Fault::Client } else { Fault::Server };
        let closes = matches!(self, Refusal::Ambiguous(_) | Refusal::Broken | Refusal::TooLarge);
        let document =
            ErrorDocument { code: code.to_owned(), message: self.message(), fault, request_id, members: Vec::new() };
        let rendered = render(protocol, &document);
        let mut response = Response::new(Body::from(rendered.body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let headers = response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(rendered.content_type));
        for (name, value) in rendered.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if closes {
            headers.insert(http::header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
