//! Error documents: how a refusal reads in each of AWS's protocols.
//!
//! Clients go by these shapes, down to the capitals: EC2 closes with `RequestID` (API-10) where the other XML protocols have
//! `RequestId`; JSON names the code in `__type`, REST-JSON in a header as well. Which code belongs to which failure, and which HTTP
//! status to which code (API-11), is known to the actions.

use serde_json::Value;

use crate::xml::{DECLARATION, escape};

/// The namespace of errors that no single service's model describes. Clients pass over it, but expect one.
const FAULT_NAMESPACE: &str = "http://webservices.amazon.com/AWSFault/2005-15-09";

/// The protocols that AWS's services speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// EC2's query protocol
    Ec2,
    /// the query protocol of ELB, IAM, STS, Auto Scaling, …
    Query,
    /// JSON 1.0, as for Network Firewall
    Json10,
    /// JSON 1.1, as for WAF
    Json11,
    /// paths and JSON, as for Lambda
    RestJson,
    /// paths and XML, with errors like S3's
    RestXml,
}

/// Whose fault it is that a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// the sender's: the same request will fail again
    Client,
    /// ours: the same request may succeed later
    Server,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDocument {
    /// such as `InvalidVpcID.NotFound`
    pub code: String,
    /// for people
    pub message: String,
    /// whose fault it is
    pub fault: Fault,
    /// the id of the request
    pub request_id: String,
    /// what the error has beside code and message in the JSON protocols, such as `Field` of a WAF error
    pub members: Vec<(&'static str, String)>,
}

/// An error document in one protocol's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// the value of `content-type`
    pub content_type: &'static str,
    /// further headers: the request's id (API-7), and the code where a protocol has it there
    pub headers: Vec<(&'static str, String)>,
    /// the body
    pub body: String,
}

/// Writes a refusal in a protocol's words.
pub fn render(protocol: Protocol, document: &ErrorDocument) -> Rendered {
    let ErrorDocument { code, request_id, .. } = document;
    let id = |name| (name, request_id.clone());
    let (content_type, headers, body) = match protocol {
        Protocol::Ec2 => (crate::xml::CONTENT_TYPE, vec![id("x-amzn-requestid")], ec2(document)),
        Protocol::Query => ("text/xml", vec![id("x-amzn-requestid")], query(document)),
        Protocol::RestXml => ("application/xml", vec![id("x-amz-request-id")], rest_xml(document)),
        Protocol::Json10 => ("application/x-amz-json-1.0", vec![id("x-amzn-requestid")], json(document)),
        Protocol::Json11 => ("application/x-amz-json-1.1", vec![id("x-amzn-requestid")], json(document)),
        Protocol::RestJson => {
            let headers = vec![id("x-amzn-requestid"), ("x-amzn-errortype", code.clone())];
            ("application/json", headers, json(document))
        }
    };
    Rendered { content_type, headers, body }
}

/// API-10
fn ec2(document: &ErrorDocument) -> String {
    let (code, message, id) = escaped(document);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message>\
         </Error></Errors><RequestID>{id}</RequestID></Response>"
    )
}

fn query(document: &ErrorDocument) -> String {
    let (code, message, id) = escaped(document);
    let kind = match document.fault {
        Fault::Client => "Sender",
        Fault::Server => "Receiver",
    };
    format!(
        "{DECLARATION}<ErrorResponse xmlns=\"{FAULT_NAMESPACE}\"><Error><Type>{kind}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
    )
}

fn rest_xml(document: &ErrorDocument) -> String {
    let (code, message, id) = escaped(document);
    format!("{DECLARATION}<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>")
}

fn json(document: &ErrorDocument) -> String {
    let mut body = serde_json::json!({ "__type": document.code, "message": document.message });
    for (name, value) in &document.members {
        body[*name] = Value::String(value.clone());
    }
    body.to_string()
}

fn escaped(document: &ErrorDocument) -> (String, String, String) {
    let text = |text: &str| {
        let mut out = String::with_capacity(text.len());
        escape(text, &mut out);
        out
    };
    (text(&document.code), text(&document.message), text(&document.request_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(protocol: Protocol, fault: Fault) -> Rendered {
        let code = "InvalidParameterValue".to_owned();
        render(
            protocol,
            &ErrorDocument {
                code,
                message: "Value (<\">)".to_owned(),
                fault,
                request_id: "id".to_owned(),
                members: vec![],
            },
        )
    }

    #[test]
    fn ec2_has_its_own_shape() {
        assert_eq!(
            rendered(Protocol::Ec2, Fault::Client).body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Errors><Error><Code>InvalidParameterValue</Code>\
             <Message>Value (&lt;&quot;&gt;)</Message></Error></Errors><RequestID>id</RequestID></Response>"
        );
    }

    #[test]
    fn the_query_protocol_tells_whose_fault_it_is() {
        for (fault, word) in [(Fault::Client, "Sender"), (Fault::Server, "Receiver")] {
            let rendered = rendered(Protocol::Query, fault);
            let start = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse xmlns=\"{FAULT_NAMESPACE}\"><Error>\
                 <Type>{word}</Type><Code>InvalidParameterValue</Code>"
            );
            assert!(rendered.body.starts_with(&start), "{}", rendered.body);
            assert_eq!(rendered.content_type, "text/xml");
        }
    }

    #[test]
    fn json_names_the_code_in_its_type_and_rest_json_in_a_header_too() {
        for (protocol, content_type) in [
            (Protocol::Json10, "application/x-amz-json-1.0"),
            (Protocol::Json11, "application/x-amz-json-1.1"),
            (Protocol::RestJson, "application/json"),
        ] {
            let rendered = rendered(protocol, Fault::Client);
            assert_eq!(rendered.body, r#"{"__type":"InvalidParameterValue","message":"Value (<\">)"}"#);
            assert_eq!(rendered.content_type, content_type);
            let has_code = rendered.headers.contains(&("x-amzn-errortype", "InvalidParameterValue".to_owned()));
            assert_eq!(has_code, protocol == Protocol::RestJson);
        }
    }

    #[test]
    fn json_has_what_else_the_error_has() {
        let document = ErrorDocument {
            code: "WAFInvalidParameterException".to_owned(),
            message: "no".to_owned(),
            fault: Fault::Client,
            request_id: "id".to_owned(),
            members: vec![("Field", "RULE".to_owned())],
        };
        assert_eq!(
            render(Protocol::Json11, &document).body,
            r#"{"Field":"RULE","__type":"WAFInvalidParameterException","message":"no"}"#
        );
        assert!(!render(Protocol::Query, &document).body.contains("RULE"));
    }

    #[test]
    fn rest_xml_reads_like_s3() {
        let rendered = rendered(Protocol::RestXml, Fault::Server);
        assert_eq!(
            rendered.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidParameterValue</Code>\
             <Message>Value (&lt;&quot;&gt;)</Message><RequestId>id</RequestId></Error>"
        );
        assert_eq!(rendered.headers, [("x-amz-request-id", "id".to_owned())]);
    }
}
