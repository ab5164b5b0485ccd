//! What is known when the headers are there.

use std::borrow::Cow;
use std::net::IpAddr;

use ringwall_waf::request::Request;

use super::Fields;
use super::cookies::cookies;
use super::form::{arguments, path};
use crate::collection::Collection;
use crate::limits::Limits;
use crate::model::Processor;

/// Takes a request's head apart; answers also with who reads the body, by its type.
pub(crate) fn head<'r>(request: &Request<'r>, limits: &Limits) -> (Fields<'r>, Option<Processor>) {
    let mut fields = Fields::new();
    target(&mut fields, request);
    client(&mut fields, request.client);
    fields.set_flag(Collection::UrlencodedError, false);
    query(&mut fields, request.query.unwrap_or_default(), limits);
    let processor = headers(&mut fields, request);
    for flag in [Collection::MscPcreError, Collection::MscPcreLimitsExceeded] {
        fields.set_flag(flag, false);
    }
    (fields, processor)
}

fn target<'r>(fields: &mut Fields<'r>, request: &Request<'r>) {
    let mut target = request.path.to_vec();
    for (sign, part) in [(b'?', request.query), (b'#', request.fragment)] {
        if let Some(part) = part {
            target.push(sign);
            target.extend_from_slice(part);
        }
    }
    let line = [request.method, b" ", &target, b" ", request.version.as_bytes()].concat();
    let decoded = path(request.path);
    let last = decoded.iter().rposition(|byte| matches!(byte, b'/' | b'\\')).map(|place| place + 1);
    if let Some(base) = last.and_then(|place| decoded.get(place..)).filter(|own| !own.is_empty()) {
        fields.set(Collection::RequestBasename, base.to_vec());
    }
    fields.set(Collection::RequestUri, uri(request));
    fields.set(Collection::RequestMethod, request.method);
    fields.set(Collection::RequestProtocol, request.version.as_bytes());
    fields.set(Collection::RequestLine, line);
    fields.set(Collection::RequestUriRaw, target);
    fields.set(Collection::QueryString, request.query.unwrap_or_default());
    fields.set(Collection::PathInfo, decoded.clone());
    fields.set(Collection::RequestFilename, decoded);
}

/// Path and query, decoded, without scheme and host.
fn uri<'r>(request: &Request<'r>) -> Cow<'r, [u8]> {
    let whole = match request.query {
        None => path(request.path),
        Some(query) => Cow::Owned(path(&[request.path, b"?", query].concat()).into_owned()),
    };
    if whole.first() == Some(&b'/') {
        return whole;
    }
    let scheme = whole.iter().position(|byte| *byte == b':').map_or(0, |place| place + 1);
    let host = scheme + 2;
    match whole.get(scheme..host) {
        Some(b"//") => match whole[host..].iter().position(|byte| *byte == b'/') {
            Some(slash) => Cow::Owned(whole[host + slash..].to_vec()),
            None => whole,
        },
        _ => whole,
    }
}

fn client(fields: &mut Fields<'_>, client: IpAddr) {
    let address = client.to_canonical().to_string().into_bytes();
    fields.set(Collection::RemoteHost, address.clone());
    fields.set(Collection::RemoteAddr, address);
}

fn query<'r>(fields: &mut Fields<'r>, query: &'r [u8], limits: &Limits) {
    let mut size = 0;
    for (name, value, is_wrong) in arguments(query).take(limits.arguments) {
        if is_wrong {
            fields.set_flag(Collection::UrlencodedError, true);
        }
        size += name.len() + value.len();
        fields.add(Collection::ArgsGet, name.clone(), value.clone());
        fields.add(Collection::Args, name, value);
    }
    if size > 0 {
        fields.set_number(Collection::ArgsCombinedSize, size);
    }
}

fn headers<'r>(fields: &mut Fields<'r>, request: &Request<'r>) -> Option<Processor> {
    let mut processor = None;
    for header in request.headers {
        fields.add(Collection::RequestHeaders, header.name, header.value);
        let is = |name: &str| header.name.eq_ignore_ascii_case(name.as_bytes());
        if is("cookie") {
            for (name, value) in cookies(header.value) {
                fields.add(Collection::RequestCookies, name, value);
            }
        } else if is("authorization") {
            fields.set(Collection::AuthType, header.value.split(|byte| *byte == b' ').next().unwrap_or_default());
        } else if is("host") {
            fields.set(Collection::ServerName, header.value.split(|byte| *byte == b':').next().unwrap_or_default());
        } else if is("content-type") {
            let begins = |with: &str| {
                header.value.get(..with.len()).is_some_and(|own| own.eq_ignore_ascii_case(with.as_bytes()))
            };
            if begins("multipart/form-data") {
                processor = Some(Processor::Multipart);
            } else if begins("application/x-www-form-urlencoded") {
                processor = Some(Processor::UrlEncoded);
            }
        }
    }
    if let Some(processor) = processor {
        fields.set(Collection::ReqbodyProcessor, processor.name().as_bytes());
    }
    processor
}
