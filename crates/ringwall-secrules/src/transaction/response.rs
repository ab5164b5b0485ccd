//! What is known of a response.

use ringwall_waf::request::Header;

use super::Fields;
use crate::collection::Collection;

/// A response, where there is one.
#[derive(Clone, Copy, Debug)]
pub struct Response<'r> {
    /// its status
    pub status: u16,
    /// `HTTP/1.1` or the like
    pub protocol: &'r str,
    /// its headers
    pub headers: &'r [Header<'r>],
    /// the beginning of its body, as much as is looked at
    pub body: &'r [u8],
}

/// Takes a response apart.
pub(crate) fn response<'r>(response: &Response<'r>) -> Fields<'r> {
    let mut fields = Fields::new();
    fields.set_number(Collection::ResponseStatus, usize::from(response.status));
    fields.set(Collection::ResponseProtocol, response.protocol.as_bytes());
    for header in response.headers {
        fields.add(Collection::ResponseHeaders, header.name, header.value);
        if header.name.eq_ignore_ascii_case(b"content-type") {
            let kind = header.value.split(|byte| *byte == b';').next().unwrap_or_default();
            fields.set(Collection::ResponseContentType, kind);
        }
    }
    fields.set(Collection::ResponseBody, response.body);
    fields.set_number(Collection::ResponseContentLength, response.body.len());
    fields
}
