//! A request of a corpus.

use std::error::Error;

use ringwall_waf::request::{Header, Request};
use serde_json::Value;

/// A request, and what it is.
#[derive(Debug)]
pub struct Sample {
    /// where it comes from
    pub corpus: String,
    /// what kind of attack, or of harmless text, it is
    pub category: String,
    /// whether it is an attack
    pub is_attack: bool,
    /// what makes it what it is: the same for all requests made of it
    pub payload: String,
    method: Vec<u8>,
    target: Vec<u8>,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
}

impl Sample {
    /// Reads a line: an array of corpus, category, whether it is an attack, payload, method, target, headers as a list of pairs, and body.
    /// Characters of the last four are bytes.
    pub fn read(line: &str) -> Result<Sample, Box<dyn Error>> {
        let value: Value = serde_json::from_str(line)?;
        let text = |at: usize| value[at].as_str().ok_or_else(|| format!("no text at {at} of {line}"));
        let headers = value[6].as_array().ok_or("no headers")?;
        let pair = |own: &Value| Some((bytes(own[0].as_str()?), bytes(own[1].as_str()?)));
        Ok(Sample {
            corpus: text(0)?.to_owned(),
            category: text(1)?.to_owned(),
            is_attack: value[2].as_bool().ok_or("no kind")?,
            payload: text(3)?.to_owned(),
            method: bytes(text(4)?),
            target: bytes(text(5)?),
            headers: headers.iter().map(pair).collect::<Option<_>>().ok_or("no pairs")?,
            body: bytes(text(7)?),
        })
    }

    /// Which half its payload belongs to: by the parity of a digest of it (FNV-1a), so that all requests made of it are together.
    pub fn is_in_second_half(&self) -> bool {
        let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        let digest = self.payload.bytes().fold(0xcbf2_9ce4_8422_2325, step);
        (digest >> 32).count_ones() % 2 == 1
    }

    /// The request.
    pub fn request<T>(&self, then: impl FnOnce(&Request) -> T) -> T {
        let headers: Vec<Header> = self.headers.iter().map(|(name, value)| Header { name, value }).collect();
        let client = std::net::IpAddr::from([192, 0, 2, 1]);
        let mut request = Request::new(client, &self.method, &self.target);
        request.headers = &headers;
        request.body = &self.body;
        request.body_size = self.body.len() as u64;
        then(&request)
    }
}

/// Characters up to 255 as bytes.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|own| own as u32 as u8).collect()
}
