//! Lives of WAF's documents, by calls.

mod around;
mod documents;
mod limits;
mod lives;
mod managed;
mod observed;

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::error::ApiError;

/// A place to try calls to WAF.
pub struct Place(pub Bench);

impl Place {
    pub fn new() -> Place {
        Place(Bench::new())
    }

    /// A call that must succeed.
    pub fn ok(&mut self, action: &str, body: Value) -> Value {
        self.0.waf(action, &body).unwrap_or_else(|error| panic!("{action} {body}: {error}"))
    }

    /// A call that must be refused.
    pub fn refused(&mut self, action: &str, body: Value) -> ApiError {
        match self.0.waf(action, &body) {
            Ok(answer) => panic!("{action} {body} was not refused: {answer}"),
            Err(error) => error,
        }
    }

    /// A call that must be refused; the code.
    pub fn code(&mut self, action: &str, body: Value) -> String {
        self.refused(action, body).code.into_owned()
    }

    /// Makes an IP set.
    pub fn ip_set(&mut self, name: &str) -> Made {
        Made::of("IPSet", self.ok("CreateIPSet", ip_set(name)))
    }

    /// Makes a rule group with these rules.
    pub fn group(&mut self, name: &str, rules: Value) -> Made {
        Made::of("RuleGroup", self.ok("CreateRuleGroup", group(name, rules)))
    }

    /// Makes a web ACL with these rules.
    pub fn acl(&mut self, name: &str, rules: Value) -> Made {
        Made::of("WebACL", self.ok("CreateWebACL", acl(name, rules)))
    }

    /// What is got of something.
    pub fn get(&mut self, made: &Made) -> Value {
        self.ok(&format!("Get{}", made.kind), made.target())
    }
}

/// Something that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub kind: &'static str,
    pub summary: Value,
}

impl Made {
    pub fn of(kind: &'static str, answer: Value) -> Made {
        Made { kind, summary: answer["Summary"].clone() }
    }

    pub fn text(&self, member: &str) -> &str {
        self.summary[member].as_str().expect("a text")
    }

    pub fn arn(&self) -> &str {
        self.text("ARN")
    }

    /// What names it in calls.
    pub fn target(&self) -> Value {
        json!({ "Scope": "REGIONAL", "Name": self.summary["Name"], "Id": self.summary["Id"] })
    }

    /// The same with its first lock token.
    pub fn locked(&self) -> Value {
        with(self.target(), json!({ "LockToken": self.summary["LockToken"] }))
    }
}

/// An object with further members.
pub fn with(mut object: Value, more: Value) -> Value {
    let (Some(members), Value::Object(more)) = (object.as_object_mut(), more) else { panic!("objects") };
    members.extend(more);
    object
}

pub fn visibility() -> Value {
    json!({ "SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": false, "MetricName": "m" })
}

pub fn ip_set(name: &str) -> Value {
    json!({ "Name": name, "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.0/24"] })
}

pub fn regex_set(name: &str) -> Value {
    json!({ "Name": name, "Scope": "REGIONAL", "RegularExpressionList": [{ "RegexString": "^/admin" }] })
}

pub fn group(name: &str, rules: Value) -> Value {
    json!({ "Name": name, "Scope": "REGIONAL", "Capacity": 50, "Rules": rules, "VisibilityConfig": visibility() })
}

pub fn acl(name: &str, rules: Value) -> Value {
    let default = json!({ "Allow": {} });
    json!({ "Name": name, "Scope": "REGIONAL", "DefaultAction": default, "Rules": rules, "VisibilityConfig": visibility() })
}

/// A rule that blocks what a statement matches.
pub fn rule(name: &str, priority: u64, statement: Value) -> Value {
    json!({
        "Name": name, "Priority": priority, "Statement": statement, "Action": { "Block": {} },
        "VisibilityConfig": visibility(),
    })
}

/// A rule that refers to a rule group, with further members of the statement.
pub fn group_rule(name: &str, priority: u64, arn: &str, more: Value) -> Value {
    let statement = json!({ "RuleGroupReferenceStatement": with(json!({ "ARN": arn }), more) });
    json!({
        "Name": name, "Priority": priority, "Statement": statement, "OverrideAction": { "None": {} },
        "VisibilityConfig": visibility(),
    })
}

/// Paths that begin with a text.
pub fn path(begin: &str) -> Value {
    json!({ "ByteMatchStatement": {
        "SearchString": base64(begin), "FieldToMatch": { "UriPath": {} }, "PositionalConstraint": "STARTS_WITH",
        "TextTransformations": [{ "Priority": 0, "Type": "NONE" }],
    } })
}

/// Addresses of a set.
pub fn in_set(arn: &str) -> Value {
    json!({ "IPSetReferenceStatement": { "ARN": arn } })
}

fn base64(text: &str) -> String {
    ringwall_wire::Blob(text.as_bytes().to_vec()).base64()
}
