//! Which services and actions there are, and how a call finds its own.

use ringwall_wire::error::Protocol;
use ringwall_wire::form::Form;

use crate::action::DryRun;
use crate::call::Call;
use crate::error::ApiError;
use crate::{cloudtrail, ec2, sts, waf};

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// EC2
    Ec2,
    /// STS
    Sts,
    /// CloudTrail
    CloudTrail,
    /// WAF
    Waf,
}

impl Service {
    /// The service that a signature's scope names.
    pub fn by_scope(name: &str) -> Option<Service> {
        match name {
            "ec2" => Some(Service::Ec2),
            "sts" => Some(Service::Sts),
            "cloudtrail" => Some(Service::CloudTrail),
            "wafv2" => Some(Service::Waf),
            _ => None,
        }
    }

    /// The protocol that its clients speak.
    pub fn protocol(self) -> Protocol {
        match self {
            Service::Ec2 => Protocol::Ec2,
            Service::Sts => Protocol::Query,
            Service::CloudTrail | Service::Waf => Protocol::Json11,
        }
    }

    /// By what name events call it.
    pub fn event_source(self) -> &'static str {
        match self {
            Service::Ec2 => "ec2.amazonaws.com",
            Service::Sts => "sts.amazonaws.com",
            Service::CloudTrail => "cloudtrail.amazonaws.com",
            Service::Waf => "wafv2.amazonaws.com",
        }
    }

    /// The action that a call to a JSON service names in its header; none where the header names something else.
    pub fn target(self, header: &str) -> Option<&str> {
        match self {
            Service::Waf => header.strip_prefix(waf::TARGET),
            _ => header.rsplit('.').next(),
        }
    }

    /// The version of the API that query clients name.
    fn version(self) -> Option<&'static str> {
        match self {
            Service::Ec2 => Some(ec2::VERSION),
            Service::Sts => Some(sts::VERSION),
            Service::CloudTrail | Service::Waf => None,
        }
    }

    fn known_actions(self) -> &'static str {
        match self {
            Service::Ec2 => ec2::KNOWN_ACTIONS,
            Service::Sts => sts::KNOWN_ACTIONS,
            Service::CloudTrail => cloudtrail::KNOWN_ACTIONS,
            Service::Waf => waf::KNOWN_ACTIONS,
        }
    }
}

/// A call as it came.
#[derive(Clone, Debug)]
pub enum Message {
    /// parameters in a form
    Query(Form),
    /// an action named by a header, and a JSON document
    Json {
        /// the action
        action: String,
        /// the document
        body: Vec<u8>,
    },
}

impl Message {
    /// The name of the action, if the call names one.
    pub fn action(&self) -> Option<&str> {
        match self {
            Message::Query(form) => form.get("Action"),
            Message::Json { action, .. } => Some(action),
        }
    }
}

/// Whether the action changes nothing, by its name.
pub fn is_read_only(action: &str) -> bool {
    ["CheckCapacity", "Describe", "Get", "Lookup", "List"].iter().any(|verb| action.starts_with(verb))
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// the type of its body
    pub content_type: &'static str,
    /// its body
    pub body: String,
}

/// Carries out a call: on the transaction alone, which is to be thrown away after an error.
pub fn dispatch(service: Service, message: &Message, call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let action = message
        .action()
        .ok_or_else(|| ApiError::new("MissingAction", "The request is missing an action or a required parameter."))?;
    match (service, message) {
        (Service::Ec2, Message::Query(form)) => {
            check_version(service, form)?;
            ec2::operation::region::furnish(call)?;
            let handler = ec2::action::ACTIONS.iter().find(|handler| handler.name == action);
            let handler = handler.ok_or_else(|| no_action(service, action))?;
            let body = crate::token::run(handler, form, call, dry_run(form)?)?;
            Ok(Answer { content_type: "text/xml;charset=UTF-8", body })
        }
        (Service::Sts, Message::Query(form)) => {
            check_version(service, form)?;
            let handler = sts::ACTIONS.iter().find(|handler| handler.name == action);
            let handler = handler.ok_or_else(|| no_action(service, action))?;
            Ok(Answer { content_type: "text/xml", body: (handler.run)(form, call, DryRun::No)? })
        }
        (Service::CloudTrail, Message::Json { body, .. }) => {
            let handler = cloudtrail::ACTIONS.iter().find(|(name, _)| *name == action);
            let (_, run) = handler.ok_or_else(|| no_action(service, action))?;
            Ok(Answer { content_type: "application/x-amz-json-1.1", body: run(body, call)? })
        }
        (Service::Waf, Message::Json { body, .. }) => {
            let handler = waf::action::ACTIONS.iter().find(|handler| handler.name == action);
            let handler = handler.ok_or_else(|| no_action(service, action))?;
            Ok(Answer { content_type: "application/x-amz-json-1.1", body: (handler.run)(body, call)? })
        }
        _ => Err(ApiError::new("InvalidAction", "The request is not in the protocol of the service.")),
    }
}

fn check_version(service: Service, form: &Form) -> Result<(), ApiError> {
    let expected = service.version();
    match form.get("Version") {
        version if version == expected => Ok(()),
        Some(version) => {
            let action = form.get("Action").unwrap_or_default();
            let message = format!(
                "The version {version} of {action} does not exist; Ringwall speaks {}.",
                expected.unwrap_or("none")
            );
            Err(ApiError::new("NoSuchVersion", message))
        }
        None => Err(crate::action::missing_parameter("Version")),
    }
}

fn dry_run(form: &Form) -> Result<DryRun, ApiError> {
    match form.get("DryRun") {
        None | Some("false") => Ok(DryRun::No),
        Some("true") => Ok(DryRun::Yes),
        Some(other) => {
            let message = format!("Value ({other}) for parameter DryRun is invalid. Expected true or false.");
            Err(ApiError::new("InvalidParameterValue", message))
        }
    }
}

/// An action that AWS has and Ringwall has not, or one that nobody has (API-14).
fn no_action(service: Service, action: &str) -> ApiError {
    if service.known_actions().lines().any(|known| known == action) {
        return ApiError::new("UnsupportedOperation", format!("The action {action} is not supported by Ringwall."));
    }
    // What services of AWS's JSON protocols answer.
    if service == Service::Waf {
        return ApiError::new("UnknownOperationException", format!("There is no operation {action:?}."));
    }
    ApiError::new("InvalidAction", format!("The action {action} is not valid for this web service."))
}
