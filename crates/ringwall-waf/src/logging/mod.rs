//! Logging: which records of a web ACL are kept, what in them is made unreadable, and where they go (WAF-123 … WAF-126).

mod file;
mod filter;

pub use file::{Batch, LONGEST_FILE, PERIOD, file_key};
pub use filter::LogFilter;

use crate::document::{Arn, Entry, Members, Node, Refusal};
use crate::record::Record;
use crate::verdict::Verdict;

/// `LoggingConfiguration`: what becomes of the records of one web ACL.
#[derive(Clone, Debug)]
pub struct Logging {
    /// the web ACL
    pub web_acl: Arn,
    /// the bucket that they go to
    pub bucket: String,
    /// what is made unreadable
    pub redaction: Redaction,
    /// which are kept; all without it
    pub filter: Option<LogFilter>,
}

/// What is made unreadable in records (WAF-124).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redaction {
    /// the path
    pub path: bool,
    /// the query string
    pub query: bool,
    /// the method
    pub method: bool,
    /// headers, by their names in lower case
    pub headers: Vec<String>,
}

/// What the name of every destination begins with (WAF-123).
const PREFIX: &str = "aws-waf-logs-";

impl Logging {
    /// Reads `LoggingConfiguration` as `get-logging-configuration` prints it.
    ///
    /// # Errors
    /// A place in it and what is wrong there. Destinations that nothing here delivers to are refused as such.
    pub fn read(document: &[u8]) -> Result<Logging, Refusal> {
        let node = Node::parse(document)?;
        let mut members = Entry::root(&node).members()?;
        let web_acl = Arn::read(&members.require("ResourceArn")?, "webacl")?;
        let destinations = members.require("LogDestinationConfigs")?;
        let [destination] = &destinations.list_of(1, 100)?[..] else {
            return Err(destinations.invalid("must have exactly one element"));
        };
        let bucket = bucket(destination)?;
        let redaction = members.take("RedactedFields").map(|entry| Redaction::read(&entry)).transpose()?;
        let filter = members.take("LoggingFilter").map(|entry| LogFilter::read(&entry)).transpose()?;
        refuse_the_rest_of_aws(&mut members)?;
        members.finish()?;
        Ok(Logging { web_acl, bucket, redaction: redaction.unwrap_or_default(), filter })
    }

    /// The line of a request's record, if it is kept.
    pub fn line(&self, verdict: &Verdict, mut record: Record) -> Option<String> {
        if self.filter.as_ref().is_some_and(|filter| !filter.keeps(verdict)) {
            return None;
        }
        record.redact(&self.redaction);
        Some(record.to_json())
    }
}

/// The bucket of an ARN (WAF-123).
fn bucket(entry: &Entry) -> Result<String, Refusal> {
    let arn = entry.text_of(20..=2048, |own| !own.is_whitespace())?;
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, _, _, resource] = parts.as_slice() else {
        return Err(entry.invalid("is no ARN"));
    };
    if !partition.starts_with("aws") {
        return Err(entry.invalid("is no ARN of AWS's"));
    }
    let name = match *service {
        "s3" => resource,
        "logs" => resource.strip_prefix("log-group:").unwrap_or_default(),
        "firehose" => resource.strip_prefix("deliverystream/").unwrap_or_default(),
        _ => return Err(entry.invalid("must be one of a bucket, a log group or a delivery stream")),
    };
    if !name.starts_with(PREFIX) {
        return Err(entry.invalid(format!("must have a name that begins with {PREFIX}")));
    }
    if *service != "s3" {
        return Err(entry.unsupported("is no bucket, and records are delivered to buckets alone"));
    }
    let is_of_bucket = |own: char| own.is_ascii_lowercase() || own.is_ascii_digit() || ".-".contains(own);
    if name.len() > 63 || !name.chars().all(is_of_bucket) {
        return Err(entry.invalid("is no ARN of a bucket"));
    }
    Ok((*name).to_owned())
}

/// Members that AWS has: refused unless they say what is so anyway.
fn refuse_the_rest_of_aws(members: &mut Members) -> Result<(), Refusal> {
    if let Some(entry) = members.take("ManagedByFirewallManager")
        && entry.flag()?
    {
        return Err(entry.unsupported("needs Firewall Manager, which is not built"));
    }
    if let Some(entry) = members.take("LogType") {
        entry.choice(&[("WAF_LOGS", ())])?;
    }
    if let Some(entry) = members.take("LogScope") {
        let is_own = entry.choice(&[
            ("CUSTOMER", true),
            ("SECURITY_LAKE", false),
            ("CLOUDWATCH_TELEMETRY_RULE_MANAGED", false),
        ])?;
        if !is_own {
            return Err(entry.unsupported("is for another service, which is not built"));
        }
    }
    Ok(())
}

impl Redaction {
    fn read(entry: &Entry) -> Result<Redaction, Refusal> {
        let mut redaction = Redaction::default();
        for field in entry.list_of(0, 100)? {
            let (form, entry) = field.sole()?;
            match form {
                "UriPath" => redaction.path = true,
                "QueryString" => redaction.query = true,
                "Method" => redaction.method = true,
                "SingleHeader" => {
                    let mut members = entry.members()?;
                    let name = members.require("Name")?.text_of(1..=64, |own| !own.is_whitespace())?;
                    members.finish()?;
                    redaction.headers.push(name.to_ascii_lowercase());
                    continue;
                }
                _ => {
                    return Err(
                        entry.invalid("cannot be redacted: only UriPath, QueryString, SingleHeader and Method can")
                    );
                }
            }
            entry.empty()?;
        }
        Ok(redaction)
    }
}

#[cfg(test)]
pub(crate) mod tests;
