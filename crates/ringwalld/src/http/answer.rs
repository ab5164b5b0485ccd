//! Answers in the words of a service's protocol.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use ringwall_api::ApiError;
use ringwall_api::service::Answer;
use ringwall_wire::error::{ErrorDocument, Fault, Protocol, render};

/// What a call came to.
#[derive(Clone, Debug)]
pub struct Reply {
    /// the protocol that the answer speaks
    pub protocol: Protocol,
    /// the id of the request
    pub request_id: String,
    /// the answer or the refusal
    pub result: Result<Answer, ApiError>,
}

impl Reply {
    /// The answer as it goes out.
    pub fn into_response(self) -> Response<Full<Bytes>> {
        match self.result {
            Ok(answer) => {
                let mut response = Response::new(Full::new(Bytes::from(answer.body)));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
                if let Ok(id) = HeaderValue::from_str(&self.request_id) {
                    response.headers_mut().insert(HeaderName::from_static("x-amzn-requestid"), id);
                }
                response
            }
            Err(error) => refuse(self.protocol, &self.request_id, &error),
        }
    }
}

fn refuse(protocol: Protocol, request_id: &str, error: &ApiError) -> Response<Full<Bytes>> {
    let document = ErrorDocument {
        code: error.code.clone().into_owned(),
        message: error.message.clone(),
        fault: if error.is_clients_fault() { Fault::Client } else { Fault::Server },
        request_id: request_id.to_owned(),
        members: error.members.clone(),
    };
    let rendered = render(protocol, &document);
    let mut response = Response::new(Full::new(Bytes::from(rendered.body)));
    *response.status_mut() = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(rendered.content_type));
    for (name, value) in rendered.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
