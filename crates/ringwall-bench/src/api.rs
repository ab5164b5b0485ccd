//! Calls of the AWS API, signed, one after the other on each of several connections.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{Credentials, Request, sign};

const REGION: &str = "us-east-1";

/// Calls a second. The queries are sent in turn; in each, `{}` becomes the number of the call below 60,000, so that no two at once are the same.
pub fn calls(endpoint: SocketAddr, connections: usize, time: Duration, queries: &[&str]) -> io::Result<f64> {
    let number = AtomicU64::new(0);
    let begin = Instant::now();
    let counts: Vec<io::Result<u64>> = std::thread::scope(|scope| {
        let clients: Vec<_> =
            (0..connections).map(|_| scope.spawn(|| client(endpoint, time, queries, &number))).collect();
        clients.into_iter().map(|client| client.join().expect("a client that does not panic")).collect()
    });
    let elapsed = begin.elapsed().as_secs_f64();
    let total: u64 = counts.into_iter().sum::<io::Result<u64>>()?;
    Ok(total as f64 / elapsed)
}

fn client(endpoint: SocketAddr, time: Duration, queries: &[&str], number: &AtomicU64) -> io::Result<u64> {
    let (mut writer, mut reader) = connect(endpoint)?;
    let begin = Instant::now();
    let mut count = 0;
    while begin.elapsed() < time {
        let own = number.fetch_add(1, Ordering::Relaxed) % 60_000;
        for query in queries {
            let stays = call(endpoint, &mut writer, &mut reader, &query.replace("{}", &own.to_string()))?;
            if !stays {
                (writer, reader) = connect(endpoint)?;
            }
            count += 1;
        }
    }
    Ok(count)
}

fn connect(endpoint: SocketAddr) -> io::Result<(TcpStream, BufReader<TcpStream>)> {
    let stream = TcpStream::connect(endpoint)?;
    stream.set_nodelay(true)?;
    let reader = BufReader::new(stream.try_clone()?);
    Ok((stream, reader))
}

/// One call; whether the connection stays.
fn call(
    endpoint: SocketAddr,
    writer: &mut TcpStream,
    reader: &mut BufReader<TcpStream>,
    query: &str,
) -> io::Result<bool> {
    let body = format!("Version=2016-11-15&{query}");
    let (host, now) = (endpoint.to_string(), now());
    let date = now.basic();
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    let headers: [(&str, &[u8]); 3] =
        [("content-type", kind.as_bytes()), ("host", host.as_bytes()), ("x-amz-date", date.as_bytes())];
    let request = Request { method: "POST", path: "/", query: "", headers: &headers, body: body.as_bytes() };
    let credentials = Credentials { access_key_id: "test", secret_access_key: "test" };
    let authorization = sign(request, credentials, REGION, "ec2", now).map_err(io::Error::other)?;
    let whole = format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: {kind}\r\nx-amz-date: {date}\r\nauthorization: {authorization}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    writer.write_all(whole.as_bytes())?;
    read(reader, query)
}

/// Reads an answer; one that is not a success ends the measure.
fn read(reader: &mut BufReader<TcpStream>, query: &str) -> io::Result<bool> {
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let (mut length, mut stays) = (0, true);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if name.eq_ignore_ascii_case("connection") && value.trim().eq_ignore_ascii_case("close") {
            stays = false;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if status.contains(" 200 ") {
        return Ok(stays);
    }
    Err(io::Error::other(format!("{query}: {}{}", status, String::from_utf8_lossy(&body))))
}

fn now() -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
