//! What is hardly HTTP: cut off, slow, garbled or endless. The door says what is wrong or closes, and serves everybody else.

mod door;

use std::io::Write;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use door::{Answer, Call, Door, PATIENCE};

const DESCRIBE: &str = "Action=DescribeVpcs&Version=2016-11-15";

/// The door still serves.
#[track_caller]
fn serves(door: &Door) {
    let answer = door.call(&Call { body: DESCRIBE, ..Call::default() });
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn heads_that_are_none_are_refused() {
    let door = Door::open();
    for head in [
        "\r\n\r\nx\r\n\r\n",
        "POST\r\n\r\n",
        "POST / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: sideways\r\n\r\n",
        "\0\x01\x02\x03 \u{7f}\r\n\r\n",
        "\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n",
    ] {
        let answer = door.send(head.as_bytes());
        assert_eq!(answer.status, 400, "{head:?}: {answer:?}");
        serves(&door);
    }
    let endless = format!("POST / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x-a: b\r\n".repeat(200));
    assert_eq!(door.send(endless.as_bytes()).status, 431);
    serves(&door);
}

#[test]
fn chunks_that_are_none_are_refused() {
    let door = Door::open();
    for chunks in ["zz\r\n", "5\r\nab\r\n0\r\n\r\n", "ffffffffffffffffff\r\n", "-1\r\n\r\n"] {
        let request = format!("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
        let mut stream = door.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        if let Some(answer) = Answer::read(&mut stream) {
            assert_eq!(answer.status, 400, "{chunks:?}: {answer:?}");
        }
        serves(&door);
    }
}

#[test]
fn a_body_in_chunks_is_a_body() {
    let door = Door::open();
    let call = String::from_utf8(Call { body: DESCRIBE, ..Call::default() }.bytes()).unwrap();
    let (head, body) = call.split_once("\r\n\r\n").unwrap();
    let head = head.replace(&format!("content-length: {}", body.len()), "transfer-encoding: chunked");
    let (one, other) = body.split_at(10);
    let chunks = format!("{:x}\r\n{one}\r\n{:x};ext=1\r\n{other}\r\n0\r\n\r\n", one.len(), other.len());
    let answer = door.send(format!("{head}\r\n\r\n{chunks}").as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_body_that_is_cut_off_does_nothing() {
    let door = Door::open();
    serves(&door);
    let before = door.revision();
    let bytes = Call { body: "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0/16", ..Call::default() }.bytes();
    let mut stream = door.connect();
    stream.write_all(&bytes[..bytes.len() - 1]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    if let Some(answer) = Answer::read(&mut stream) {
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    assert_eq!(door.revision(), before);
    serves(&door);
}

#[test]
fn a_body_that_is_too_large_is_refused_however_it_is_sent() {
    let door = Door::open();
    let refusal = (413, "RequestEntityTooLarge".to_owned());
    let large = "a".repeat((1 << 20) + 1);
    assert_eq!(door.call(&Call { body: &large, ..Call::default() }).refusal(), refusal);
    let mut chunks = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    for _ in 0..600 {
        chunks.push_str(&format!("10000\r\n{}\r\n", "a".repeat(0x10000)));
    }
    chunks.push_str("0\r\n\r\n");
    assert_eq!(door.send(chunks.as_bytes()).refusal(), refusal);
    serves(&door);
    let largest = format!("{DESCRIBE}&{}", "a".repeat((1 << 20) - DESCRIBE.len() - 1));
    assert_eq!(door.call(&Call { body: &largest, ..Call::default() }).refusal(), (400, "UnknownParameter".to_owned()));
}

#[test]
fn who_is_slow_is_not_waited_for() {
    let door = Door::open();
    let whole = Call { body: DESCRIBE, ..Call::default() }.bytes();
    let head_ends = whole.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    for sent in [0, 1, 20, head_ends - 2, head_ends, whole.len() - 1] {
        let mut stream = door.connect();
        stream.write_all(&whole[..sent]).unwrap();
        let started = Instant::now();
        let answer = Answer::read(&mut stream);
        let waited = started.elapsed();
        assert!(waited > PATIENCE / 2 && waited < PATIENCE * 8, "{sent} bytes: {waited:?}, {answer:?}");
        if let Some(answer) = answer {
            assert_eq!(answer.status, 408, "{sent} bytes: {answer:?}");
        }
    }
    serves(&door);
}

#[test]
fn a_trickle_wins_no_time_and_holds_nobody_up() {
    let door = Door::open();
    let whole = Call { body: DESCRIBE, ..Call::default() }.bytes();
    let mut streams: Vec<_> = (0..50).map(|_| door.connect()).collect();
    let started = Instant::now();
    for at in 0.. {
        let mut open = 0;
        for stream in &mut streams {
            // every byte arrives well within the time, and the whole never does
            let byte = whole.get(at).filter(|_| at < 30).copied().unwrap_or(b'x');
            open += usize::from(stream.write_all(&[byte]).is_ok());
        }
        let quick = Instant::now();
        serves(&door);
        assert!(quick.elapsed() < Duration::from_secs(1), "held up by others for {:?}", quick.elapsed());
        if open == 0 {
            break;
        }
        assert!(started.elapsed() < PATIENCE * 10, "{open} are still waited for");
        std::thread::sleep(PATIENCE / 20);
    }
}

#[test]
fn paths_that_are_none_of_ours_are_calls_like_others() {
    let door = Door::open();
    for path in ["/x", "/../../etc/passwd", "/%00", "//", "/_ringwall", "*"] {
        let answer = door.send(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes());
        assert_eq!(answer.refusal(), (403, "MissingAuthenticationToken".to_owned()), "{path}");
    }
    let answer = door.send(b"GET /_ringwall/health HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
}
