//! What is known when the body is there.

use ringwall_waf::request::Request;

use super::form::arguments;
use super::{Fields, json, multipart, xml};
use crate::collection::Collection;
use crate::limits::Limits;
use crate::model::Processor;

/// How a body is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// by whom
    pub(crate) processor: Option<Processor>,
    /// whether rules also see it as it was sent, where it is no form
    pub(crate) shows_raw: bool,
}

/// Takes a body apart. `head` is what the request's head was.
pub(crate) fn body<'r>(
    request: &Request<'r>,
    body: &'r [u8],
    reading: Reading,
    head: &Fields<'r>,
    limits: &Limits,
) -> Fields<'r> {
    let mut fields = Fields::new();
    let processor = reading.processor;
    let is_cut = request.body_size > body.len() as u64;
    fields.set_flag(Collection::InboundDataError, is_cut);
    let room = limits.arguments.saturating_sub(head.of(Collection::Args).len());
    let has_files = processor == Some(Processor::Multipart);
    let is_too_long = processor.is_some() && !has_files && body.len() > limits.body_without_files;
    let outcome = match processor {
        _ if is_too_long => Err("The body is longer than it may be without files.".to_owned()),
        Some(Processor::UrlEncoded) => {
            form(&mut fields, body, room);
            Ok(())
        }
        Some(Processor::Json) if body.is_empty() => Ok(()),
        Some(Processor::Json) => json::read(&mut fields, body, is_cut, limits.json_depth, room),
        Some(Processor::Xml) => xml::read(&mut fields, body, is_cut),
        Some(Processor::Multipart) => {
            let kind = request.values_of("content-type").next().unwrap_or_default();
            multipart::read(&mut fields, kind, body, is_cut, room)
        }
        None => Ok(()),
    };
    fields.set_flag(Collection::ReqbodyError, outcome.is_err());
    fields.set_flag(Collection::ReqbodyProcessorError, outcome.is_err() && !is_too_long);
    if let Err(says) = outcome {
        fields.set(Collection::ReqbodyErrorMsg, says.clone().into_bytes());
        fields.set(Collection::ReqbodyProcessorErrorMsg, says.into_bytes());
    }
    sizes(&mut fields, head);
    let is_form = matches!(processor, None | Some(Processor::UrlEncoded));
    if !body.is_empty() && (reading.shows_raw || is_form) {
        fields.set(Collection::RequestBody, body);
    }
    if !body.is_empty() {
        fields.set_number(Collection::RequestBodyLength, body.len());
    }
    full_request(&mut fields, request, body);
    fields
}

fn form<'r>(fields: &mut Fields<'r>, body: &'r [u8], room: usize) {
    for (name, value, is_wrong) in arguments(body).take(room) {
        if is_wrong {
            fields.set_flag(Collection::UrlencodedError, true);
        }
        fields.add(Collection::ArgsPost, name.clone(), value.clone());
        fields.add(Collection::Args, name, value);
    }
}

/// How long all arguments are together. Those of a multipart body do not count, as nowhere.
fn sizes(fields: &mut Fields<'_>, head: &Fields<'_>) {
    let lists = [head.of(Collection::Args), fields.of(Collection::Args)];
    let size: usize = lists.iter().flat_map(|list| list.iter()).map(|own| own.name.len() + own.value.len()).sum();
    if size > 0 {
        fields.set_number(Collection::ArgsCombinedSize, size);
    }
}

fn full_request(fields: &mut Fields<'_>, request: &Request<'_>, body: &[u8]) {
    let headers: usize = request.headers.iter().map(|own| own.name.len() + own.value.len() + 3).sum();
    fields.set_number(Collection::FullRequestLength, headers + 2 + body.len());
}

/// Headers and body as one text.
pub(crate) fn full_request_text(request: &Request<'_>, body: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for header in request.headers {
        text.extend([header.name, b": ", header.value, b"\n"].concat());
    }
    text.extend_from_slice(b"\n\n");
    text.extend_from_slice(body);
    text
}
