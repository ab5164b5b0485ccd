//! The trail: a CloudTrail record for every call, refused ones too, one JSON document a line (API-37).

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ringwall_api::ApiError;
use ringwall_api::call::{Caller, Trail as Past};
use ringwall_api::service::{Message, Service, is_read_only};
use ringwall_wire::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::trail_parameters::{answer_elements, parameters};

/// The trail.
#[derive(Debug)]
pub struct Trail {
    place: Mutex<Place>,
}

#[derive(Debug)]
enum Place {
    File {
        file: File,
        path: PathBuf,
    },
    /// the last records, for a daemon that keeps nothing
    Memory(Vec<String>),
}

/// How many records a daemon that keeps nothing remembers.
const REMEMBERED: usize = 10_000;

/// A call, as the trail tells of it.
#[derive(Debug)]
pub struct Entry<'e> {
    /// when
    pub time: Timestamp,
    /// a number that no other call has
    pub event_id: String,
    /// the id of the request
    pub request_id: &'e str,
    /// the Region
    pub region: &'e str,
    /// the account
    pub account: &'e str,
    /// who called, if the signature told
    pub caller: Option<&'e Caller>,
    /// the service, if the call named one
    pub service: Option<Service>,
    /// the call, as far as it could be read
    pub message: Option<&'e Message>,
    /// from where
    pub source: &'e str,
    /// with which client
    pub user_agent: &'e str,
    /// the body of the answer, or the refusal
    pub result: Result<&'e str, &'e ApiError>,
}

impl Entry<'_> {
    fn record(&self) -> Value {
        let action = self.message.and_then(Message::action).unwrap_or("Unknown");
        let read_only = is_read_only(action);
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": self.identity(),
            "eventTime": self.time.iso8601(),
            "eventSource": self.service.map_or("unknown.amazonaws.com", Service::event_source),
            "eventName": action,
            "awsRegion": self.region,
            "sourceIPAddress": self.source,
            "userAgent": self.user_agent,
            "requestParameters": self.message.map(parameters),
            "responseElements": null,
            "requestID": self.request_id,
            "eventID": self.event_id,
            "readOnly": read_only,
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": self.account,
            "eventCategory": "Management",
        });
        match self.result {
            Ok(answer) if !read_only => record["responseElements"] = answer_elements(answer),
            Ok(_) => {}
            Err(error) => {
                record["errorCode"] = Value::String(self.error_code(error));
                record["errorMessage"] = Value::String(error.message.clone());
            }
        }
        record
    }

    /// EC2's codes carry who was at fault in front.
    fn error_code(&self, error: &ApiError) -> String {
        match self.service {
            Some(Service::Ec2) if error.is_clients_fault() => format!("Client.{}", error.code),
            Some(Service::Ec2) => format!("Server.{}", error.code),
            _ => error.code.clone().into_owned(),
        }
    }

    fn identity(&self) -> Value {
        match self.caller {
            Some(caller) => json!({
                "type": "Root",
                "principalId": caller.principal,
                "arn": caller.arn,
                "accountId": caller.account,
                "accessKeyId": caller.access_key,
            }),
            None => json!({ "type": "Unknown" }),
        }
    }
}

impl Trail {
    /// The trail in a file, which is made if it is not there.
    pub fn open(path: &Path) -> io::Result<Trail> {
        let file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
        end_last_line(&file)?;
        Ok(Trail { place: Mutex::new(Place::File { file, path: path.to_owned() }) })
    }

    /// A trail that ends with the process.
    pub fn in_memory() -> Trail {
        Trail { place: Mutex::new(Place::Memory(Vec::new())) }
    }

    /// Writes a record; before the call is answered, so that no answered call is missing.
    pub fn write(&self, entry: &Entry<'_>) -> io::Result<()> {
        let mut line = entry.record().to_string();
        line.push('\n');
        match &mut *self.place.lock().unwrap_or_else(PoisonError::into_inner) {
            Place::File { file, .. } => file.write_all(line.as_bytes()),
            Place::Memory(lines) => {
                if lines.len() >= REMEMBERED {
                    lines.remove(0);
                }
                lines.push(line);
                Ok(())
            }
        }
    }

    /// Forgets everything, where nothing is kept anyway.
    pub fn reset(&self) {
        if let Place::Memory(lines) = &mut *self.place.lock().unwrap_or_else(PoisonError::into_inner) {
            lines.clear();
        }
    }
}

/// A crash can leave the last line unfinished; what follows must begin a line of its own.
fn end_last_line(file: &File) -> io::Result<()> {
    let mut file = file;
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last != *b"\n" { file.write_all(b"\n") } else { Ok(()) }
}

impl Past for Trail {
    fn newest_first(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        let lines: Box<dyn Iterator<Item = String>> = match &*self.place.lock().unwrap_or_else(PoisonError::into_inner)
        {
            Place::File { path, .. } => match Backwards::open(path) {
                Ok(lines) => Box::new(lines),
                Err(_) => Box::new(std::iter::empty()),
            },
            Place::Memory(lines) => Box::new(lines.clone().into_iter().rev()),
        };
        Box::new(lines.filter_map(|line| serde_json::from_str(&line).ok()))
    }
}

/// The lines of a file from the last to the first, read in blocks.
struct Backwards {
    file: File,
    position: u64,
    /// what was read and not given out: whole lines, the first of which may go on further up
    rest: Vec<u8>,
}

const BLOCK: u64 = 64 * 1024;

impl Backwards {
    fn open(path: &Path) -> io::Result<Backwards> {
        let file = File::open(path)?;
        let position = file.metadata()?.len();
        Ok(Backwards { file, position, rest: Vec::new() })
    }

    fn read_block(&mut self) -> io::Result<()> {
        let size = self.position.min(BLOCK);
        self.position -= size;
        self.file.seek(SeekFrom::Start(self.position))?;
        let mut block = vec![0; size as usize];
        self.file.read_exact(&mut block)?;
        block.append(&mut self.rest);
        self.rest = block;
        Ok(())
    }
}

impl Iterator for Backwards {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            while self.rest.last() == Some(&b'\n') {
                self.rest.pop();
            }
            if let Some(start) = self.rest.iter().rposition(|byte| *byte == b'\n') {
                let line = self.rest.split_off(start + 1);
                return Some(String::from_utf8_lossy(&line).into_owned());
            }
            if self.position == 0 {
                let line = std::mem::take(&mut self.rest);
                return (!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned());
            }
            self.read_block().ok()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(trail: &Trail, number: u32) {
        let entry = Entry {
            time: Timestamp::from_seconds(i64::from(number)),
            event_id: number.to_string(),
            request_id: "r",
            region: "us-east-1",
            account: "000000000000",
            caller: None,
            service: Some(Service::Ec2),
            message: None,
            source: "127.0.0.1",
            user_agent: &"x".repeat(1000),
            result: Err(&ApiError::new("AuthFailure", "no")),
        };
        trail.write(&entry).unwrap();
    }

    #[test]
    fn records_come_back_newest_first_however_many_there_are() {
        let path = std::env::temp_dir().join(format!("ringwall-trail-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let trail = Trail::open(&path).unwrap();
        (0..300).for_each(|number| write(&trail, number));
        let ids: Vec<String> =
            trail.newest_first().map(|record| record["eventID"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, (0..300).rev().map(|number: u32| number.to_string()).collect::<Vec<_>>());
        assert_eq!(trail.newest_first().next().unwrap()["errorCode"], "Client.AuthFailure");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_line_that_a_crash_cut_short_spoils_no_other() {
        let path = std::env::temp_dir().join(format!("ringwall-trail-cut-{}", std::process::id()));
        std::fs::write(&path, "{\"eventID\":\"cut").unwrap();
        let trail = Trail::open(&path).unwrap();
        write(&trail, 1);
        assert_eq!(trail.newest_first().count(), 1);
        std::fs::remove_file(&path).unwrap();
    }
}
