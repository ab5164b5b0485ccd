//! Buckets: one signed request for each file.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ringwall_flows::file::{Place, text};
use ringwall_flows::ledger::Outgoing;
use ringwall_flows::{Format, parquet};
use ringwall_model::id::FlowLogId;
use ringwall_model::resource::flow_log::{FileFormat, KeyLayout};
use ringwall_wire::sigv4::{Credentials, Request, payload_hash, sign};

use super::destination::{DeliveryError, Destination};
use crate::options::RootKey;

/// How long the endpoint may be silent.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: u64 = 64 << 10;

/// A bucket at an S3 endpoint, by plain HTTP.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// the endpoint
    pub endpoint: SocketAddr,
    /// the key that requests are signed with
    pub key: RootKey,
    /// the Region of the flow log
    pub region: String,
    /// the account
    pub account: String,
    /// the bucket
    pub name: String,
    /// what keys begin with
    pub prefix: String,
    /// the flow log
    pub log: FlowLogId,
    /// the format of its lines
    pub format: Format,
    /// how files are written
    pub file_format: FileFormat,
    /// how keys are laid out
    pub layout: KeyLayout,
}

impl Destination for Bucket {
    fn deliver(&self, outgoing: &Outgoing) -> Result<(), DeliveryError> {
        let place = Place {
            prefix: &self.prefix,
            account: &self.account,
            region: &self.region,
            log: self.log,
            format: self.file_format,
            layout: self.layout,
        };
        let key = place.key(outgoing.time, &outgoing.lines);
        let body = match self.file_format {
            FileFormat::PlainText => text(&self.format, &outgoing.lines)?,
            FileFormat::Parquet => parquet::columns(&self.format, &outgoing.lines)
                .map_err(|error| DeliveryError::Unknown(error.to_string()))?,
        };
        self.put(&key, &body)
    }
}

impl Bucket {
    fn put(&self, key: &str, body: &[u8]) -> Result<(), DeliveryError> {
        // A key has letters, digits, and - _ . / = alone: the API takes no other prefix.
        let path = format!("/{}/{key}", self.name).replace('=', "%3D");
        let (host, now, hash) = (self.endpoint.to_string(), crate::http::now(), payload_hash(body));
        let date = now.basic();
        let headers: [(&str, &[u8]); 3] =
            [("host", host.as_bytes()), ("x-amz-content-sha256", hash.as_bytes()), ("x-amz-date", date.as_bytes())];
        let request = Request { method: "PUT", path: &path, query: "", headers: &headers, body };
        let credentials = Credentials { access_key_id: &self.key.id, secret_access_key: &self.key.secret };
        let authorization = sign(request, credentials, &self.region, "s3", now)
            .map_err(|error| DeliveryError::Unknown(error.to_string()))?;
        let unreachable =
            |error: std::io::Error| DeliveryError::Access(format!("the S3 endpoint {host} cannot be reached: {error}"));
        let mut stream = TcpStream::connect_timeout(&self.endpoint, PATIENCE).map_err(unreachable)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "PUT {path} HTTP/1.1\r\nhost: {host}\r\nx-amz-content-sha256: {hash}\r\nx-amz-date: {date}\r\n\
             authorization: {authorization}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )?;
        stream.write_all(body)?;
        let mut reader = BufReader::new(stream.take(LONGEST_ANSWER));
        let mut status = String::new();
        reader.read_line(&mut status)?;
        let code = status.split(' ').nth(1).unwrap_or_default();
        if code == "200" {
            return Ok(());
        }
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest)?;
        let said = String::from_utf8_lossy(&rest);
        let why =
            said.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
        let detail = format!("the S3 endpoint {host} answers {code} {why} to PUT {path}");
        Err(match code {
            "403" | "404" => DeliveryError::Access(detail),
            _ => DeliveryError::Unknown(detail),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringwall_model::id::ResourceId;
    use std::net::TcpListener;

    fn bucket(endpoint: SocketAddr) -> Bucket {
        Bucket {
            endpoint,
            key: RootKey { id: "AKIDEXAMPLE".into(), secret: "s".into() },
            region: "us-east-1".into(),
            account: "000000000000".into(),
            name: "logs".into(),
            prefix: "a".into(),
            log: ResourceId::from_random(1),
            format: Format::default(),
            file_format: FileFormat::PlainText,
            layout: KeyLayout { is_hive_compatible: true, is_per_hour: false },
        }
    }

    /// Answers one request; what it said.
    fn answer(with: &'static str) -> (SocketAddr, std::thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut whole, mut length) = (Vec::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                whole.extend(line.as_bytes());
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            reader.get_mut().write_all(with.as_bytes()).unwrap();
            whole
        });
        (address, server)
    }

    #[test]
    fn a_file_is_put_and_signed_so_that_the_receiver_agrees() {
        let (address, server) = answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        let bucket = bucket(address);
        let outgoing = Outgoing { time: 0, offset: None, lines: vec!["x".into()] };
        bucket.deliver(&outgoing).unwrap();
        let said = String::from_utf8(server.join().unwrap()).unwrap();
        let (first, rest) = said.split_once("\r\n").unwrap();
        let path = first.split(' ').nth(1).unwrap();
        assert!(path.starts_with("/logs/a/AWSLogs/aws-account-id%3D000000000000/"), "{path}");
        let headers: Vec<(&str, &[u8])> = rest
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name, value.as_bytes()))
            .collect();
        let body = text(&bucket.format, &outgoing.lines).unwrap();
        let request = Request { method: "PUT", path, query: "", headers: &headers, body: &body };
        let claim = ringwall_wire::sigv4::Claim::read(&request).unwrap();
        claim.verify(&request, "s", crate::http::now()).unwrap();
    }

    #[test]
    fn a_refusal_is_told() {
        for (said, expected) in [
            ("HTTP/1.1 404 Not Found\r\n\r\n<Error><Code>NoSuchBucket</Code></Error>", "Access error"),
            ("HTTP/1.1 500 Oh\r\n\r\n", "Unknown error"),
            ("nonsense", "Unknown error"),
        ] {
            let (address, server) = answer(said);
            let error = bucket(address).put("k", b"x").unwrap_err();
            assert_eq!(error.to_string(), expected, "FL-35");
            server.join().unwrap();
        }
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(bucket(nobody).put("k", b"x").unwrap_err().to_string(), "Access error");
    }
}
