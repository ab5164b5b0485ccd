//! The API's door without a house: the HTTP server and the writer, but no data plane and no instances, so that nothing of
//! the machine is needed. Calls that change something would wait for the data plane; bad input never gets that far.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ringwall_api::Settings;
use ringwall_store::{Memory, Store};
use ringwall_wire::Timestamp;
use ringwall_wire::sigv4::{Credentials, Request, sign};
use ringwalld::console::Consoles;
use ringwalld::controller::Controller;
use ringwalld::http::{Front, Keys, now, serve};
use ringwalld::options::RootKey;
use ringwalld::trail::Trail;

/// How long the door waits for those who are slow.
pub const PATIENCE: Duration = Duration::from_millis(400);

/// The door.
pub struct Door {
    /// where it is
    pub address: SocketAddr,
    /// what is behind it
    pub controller: Controller,
}

impl Door {
    /// Opens a door of its own.
    pub fn open() -> Door {
        let store = Store::open(Box::new(Memory::default())).unwrap();
        let trail = Arc::new(Trail::in_memory());
        let settings = Settings::default();
        let account = settings.account.clone();
        let consoles = Consoles::new(PathBuf::from("/nonexistent"));
        let (controller, writer) = Controller::new(store, trail.clone(), settings, 1, consoles);
        std::thread::spawn(move || writer.run());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let keys = Keys::new(RootKey::well_known(), account.clone());
        let behind = controller.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let front = Front {
                keys,
                controller: behind,
                trail,
                account,
                endpoints: None,
                can_reset: true,
                patience: PATIENCE,
            };
            tokio::task::LocalSet::new().block_on(&runtime, async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                serve(listener, Arc::new(front)).await;
            });
        });
        Door { address, controller }
    }

    /// A connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Sends bytes as they are, and reads what comes until the door closes or the answer is whole.
    pub fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        Answer::read(&mut stream).expect("the door answers")
    }

    /// Makes a call.
    pub fn call(&self, call: &Call<'_>) -> Answer {
        self.send(&call.bytes())
    }

    /// The revision of what is behind the door: it grows with every change.
    pub fn revision(&self) -> u64 {
        self.controller.store().snapshot().revision
    }
}

/// A signed call, with everything in it that can be wrong.
pub struct Call<'c> {
    pub method: &'c str,
    pub path: &'c str,
    pub query: &'c str,
    pub body: &'c str,
    pub service: &'c str,
    pub region: &'c str,
    pub key: &'c str,
    pub secret: &'c str,
    /// how many seconds ago it was signed
    pub age: i64,
    /// headers that are signed with the others
    pub headers: &'c [(&'c str, &'c str)],
}

impl Default for Call<'_> {
    fn default() -> Self {
        Call {
            method: "POST",
            path: "/",
            query: "",
            body: "",
            service: "ec2",
            region: "us-east-1",
            key: "test",
            secret: "test",
            age: 0,
            headers: &[],
        }
    }
}

impl Call<'_> {
    /// The request.
    pub fn bytes(&self) -> Vec<u8> {
        let signed_at = Timestamp::from_seconds(now().seconds() - self.age);
        let date = signed_at.basic();
        let mut headers = vec![("host", "localhost"), ("x-amz-date", date.as_str())];
        headers.extend(self.headers);
        let as_bytes: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let request = Request {
            method: self.method,
            path: self.path,
            query: self.query,
            headers: &as_bytes,
            body: self.body.as_bytes(),
        };
        let credentials = Credentials { access_key_id: self.key, secret_access_key: self.secret };
        let authorization = sign(request, credentials, self.region, self.service, signed_at).unwrap();
        let mut text = format!("{} {}?{} HTTP/1.1\r\n", self.method, self.path, self.query).replace("? ", " ");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("authorization: {authorization}\r\ncontent-length: {}\r\n\r\n", self.body.len()));
        text.push_str(self.body);
        text.into_bytes()
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// Reads an answer; none if the door closed without one.
    pub fn read(stream: &mut TcpStream) -> Option<Answer> {
        let mut bytes = Vec::new();
        loop {
            if let Some(answer) = Answer::parse(&bytes) {
                return Some(answer);
            }
            let mut buffer = [0; 4096];
            match stream.read(&mut buffer) {
                Ok(0) => return None,
                Ok(length) => bytes.extend(&buffer[..length]),
                Err(error) => panic!("{error}, behind {:?}", String::from_utf8_lossy(&bytes)),
            }
        }
    }

    fn parse(bytes: &[u8]) -> Option<Answer> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let split = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers: Vec<(String, String)> = lines.filter_map(split).collect();
        let answer = Answer { status, headers, body: body.to_owned() };
        let length: usize = answer.header("content-length")?.parse().ok()?;
        (answer.body.len() >= length).then_some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The code of a refusal in EC2's shape, whose every part is looked at.
    #[track_caller]
    pub fn ec2_code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("text/xml;charset=UTF-8"), "{self:?}");
        let document = roxmltree::Document::parse(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        let names: Vec<&str> =
            document.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
        assert_eq!(names, ["Response", "Errors", "Error", "Code", "Message", "RequestID"], "{self:?}");
        let text = |name: &str| {
            let node = document.descendants().find(|node| node.has_tag_name(name)).unwrap();
            node.text().unwrap_or_default().to_owned()
        };
        assert!(!text("Message").is_empty(), "{self:?}");
        assert_eq!(self.header("x-amzn-requestid"), Some(text("RequestID").as_str()), "{self:?}");
        text("Code")
    }

    /// Status and code of a refusal in EC2's shape.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.ec2_code())
    }
}
