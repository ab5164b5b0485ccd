//! How an instance may ask for its metadata, on the wire (DNS-17).

use ringwall_model::resource::Tags;
use ringwall_model::resource::instance::MetadataOptions;
use serde::{Deserialize, Serialize};

use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// The options of a launch. What is not given is AWS's default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetadataOptionsInput {
    /// `optional` or `required`
    pub http_tokens: Option<String>,
    /// 1 to 64
    pub http_put_response_hop_limit: Option<i64>,
    /// `enabled` or `disabled`
    pub http_endpoint: Option<String>,
    /// `enabled` or `disabled`
    #[serde(rename = "HttpProtocolIpv6")]
    pub http_protocol_ipv6: Option<String>,
    /// `enabled` or `disabled`
    pub instance_metadata_tags: Option<String>,
}

/// Options as far as they are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetadataOptionsChange {
    tokens_required: Option<bool>,
    hop_limit: Option<u8>,
    endpoint: Option<bool>,
    ipv6: Option<bool>,
    tags: Option<bool>,
}

/// The options of an instance, as they are told. They hold before they are told, so none is ever pending.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MetadataOptionsShape {
    state: &'static str,
    http_tokens: &'static str,
    http_put_response_hop_limit: u8,
    http_endpoint: &'static str,
    #[serde(rename = "httpProtocolIpv6")]
    http_protocol_ipv6: &'static str,
    instance_metadata_tags: &'static str,
}

impl MetadataOptionsInput {
    /// Reads the options.
    pub fn parse(self) -> Result<MetadataOptionsChange, ApiError> {
        let one_of = |name: &str, text: Option<String>, [yes, no]: [&str; 2]| match text.as_deref() {
            None => Ok(None),
            Some(text) if text == yes => Ok(Some(true)),
            Some(text) if text == no => Ok(Some(false)),
            Some(other) => Err(invalid_value(name, other, format!("Expected {yes} or {no}."))),
        };
        let hop_limit = self.http_put_response_hop_limit.map(|limit| {
            let valid = u8::try_from(limit).ok().filter(|limit| (1..=64).contains(limit));
            valid.ok_or_else(|| invalid_value("httpPutResponseHopLimit", limit, "Expected a number from 1 to 64."))
        });
        let switch = ["enabled", "disabled"];
        Ok(MetadataOptionsChange {
            tokens_required: one_of("httpTokens", self.http_tokens, ["required", "optional"])?,
            hop_limit: hop_limit.transpose()?,
            endpoint: one_of("httpEndpoint", self.http_endpoint, switch)?,
            ipv6: one_of("httpProtocolIpv6", self.http_protocol_ipv6, switch)?,
            tags: one_of("instanceMetadataTags", self.instance_metadata_tags, switch)?,
        })
    }
}

impl MetadataOptionsChange {
    /// Options with what is given in the place of what was.
    pub fn apply(self, last: MetadataOptions) -> MetadataOptions {
        MetadataOptions {
            endpoint: self.endpoint.unwrap_or(last.endpoint),
            tokens_required: self.tokens_required.unwrap_or(last.tokens_required),
            hop_limit: self.hop_limit.unwrap_or(last.hop_limit),
            ipv6: self.ipv6.unwrap_or(last.ipv6),
            tags: self.tags.unwrap_or(last.tags),
        }
    }
}

impl From<MetadataOptions> for MetadataOptionsShape {
    fn from(options: MetadataOptions) -> Self {
        MetadataOptionsShape {
            state: "applied",
            http_tokens: tokens(options.tokens_required),
            http_put_response_hop_limit: options.hop_limit,
            http_endpoint: switch(options.endpoint),
            http_protocol_ipv6: switch(options.ipv6),
            instance_metadata_tags: switch(options.tags),
        }
    }
}

/// The name of whether something is on.
pub fn switch(on: bool) -> &'static str {
    if on { "enabled" } else { "disabled" }
}

/// The name of whether tokens are required.
pub fn tokens(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}

/// Whether the keys of tags can be parts of a path, as they are in metadata.
pub fn check_tags(options: MetadataOptions, tags: &Tags) -> Result<(), ApiError> {
    let is_plain = |key: &&String| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+=,.@:".contains(&byte);
        key.bytes().all(is_allowed) && ![".", "..", "_index"].contains(&key.as_str())
    };
    match tags.keys().find(|key| options.tags && !is_plain(key)) {
        Some(key) => Err(Code::InvalidParameterValue.with(format!(
            "'{key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{{1,255}}), and must not be \
             a reserved name ('.', '..', '_index')"
        ))),
        None => Ok(()),
    }
}
