//! What a request asks for, in the words of policies: an action, the resources it is about, and condition keys.
//!
//! Of query services the action stands in the form, of JSON services in a header; of neither the resources can be told in general.
//! What is not known is taken for the worst ([`UNKNOWN_RESOURCE`]), and an action that is not known is permitted only where
//! everything is.

use http::request::Parts;
use ringwall_policy::UNKNOWN_RESOURCE;
use ringwall_wire::Form;

use crate::dynamodb;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    /// such as `dynamodb:PutItem`; `None` if it cannot be told
    pub(crate) action: Option<String>,
    /// all that it is about
    pub(crate) resources: Vec<String>,
}

impl Ask {
    pub(crate) fn unknown() -> Ask {
        Ask { action: None, resources: vec![UNKNOWN_RESOURCE.to_owned()] }
    }
}

/// Where resources are, for their ARNs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    pub(crate) region: &'p str,
    pub(crate) account: &'p str,
}

/// Reads what a request asks of any service but S3.
pub(crate) fn ask(service: &str, head: &Parts, body: &[u8], place: Place<'_>) -> Ask {
    if let Some(target) = head.headers.get("x-amz-target") {
        let name = target.to_str().ok().and_then(|target| target.rsplit_once('.')).map(|(_, name)| name);
        let Some(name) = name.filter(|name| is_action(name)) else { return Ask::unknown() };
        if service == "dynamodb" {
            return dynamodb::ask(name, body, place);
        }
        return about_something(service, name, None);
    }
    // The same text must not be a form for one reader and nothing for the next.
    let is_form = head
        .headers
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded"));
    let query = head.uri.query().unwrap_or_default();
    let form = match (head.method.as_str(), body, query) {
        ("GET", b"", query) => Form::parse(query.as_bytes()),
        ("POST", body, "") if is_form => Form::parse(body),
        _ => return Ask::unknown(),
    };
    let Ok(form) = form else { return Ask::unknown() };
    match form.get("Action") {
        Some(name) if is_action(name) => about_something(service, name, form.get("RoleArn")),
        _ => Ask::unknown(),
    }
}

fn is_action(name: &str) -> bool {
    !name.is_empty() && name.len() <= 128 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn about_something(service: &str, name: &str, role: Option<&str>) -> Ask {
    let prefix = match service {
        "monitoring" => "cloudwatch",
        "email" => "ses",
        other => other,
    };
    let resource = match (service, name) {
        ("sts", name) if name.starts_with("AssumeRole") => role.unwrap_or(UNKNOWN_RESOURCE),
        ("sts", _) => "*",
        ("ec2", name) if name.starts_with("Describe") => "*",
        _ => UNKNOWN_RESOURCE,
    };
    Ask { action: Some(format!("{prefix}:{name}")), resources: vec![resource.to_owned()] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    const PLACE: Place<'_> = Place { region: "eu-central-1", account: "123456789012" };

    fn asked(service: &str, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> (String, Vec<String>) {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let ask = ask(service, &request.body(()).unwrap().into_parts().0, body.as_bytes(), PLACE);
        (ask.action.unwrap_or_default(), ask.resources)
    }

    #[test]
    fn an_action_stands_in_a_form_or_in_a_header() {
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        let worst = vec![UNKNOWN_RESOURCE.to_owned()];
        let any = vec!["*".to_owned()];
        let describe = "Action=DescribeVpcs&Version=2016-11-15";
        assert_eq!(asked("ec2", "POST", "/", &form, describe), ("ec2:DescribeVpcs".into(), any.clone()));
        assert_eq!(asked("ec2", "GET", &format!("/?{describe}"), &[], ""), ("ec2:DescribeVpcs".into(), any.clone()));
        assert_eq!(asked("ec2", "POST", "/", &form, "Action=RunInstances"), ("ec2:RunInstances".into(), worst.clone()));
        assert_eq!(asked("sts", "POST", "/", &form, "Action=GetCallerIdentity"), ("sts:GetCallerIdentity".into(), any));
        let role = "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr";
        assert_eq!(asked("sts", "POST", "/", &form, role).1, ["arn:aws:iam::1:role/r"]);
        let target = [("x-amz-target", "AWSWAF_20190729.ListWebACLs")];
        assert_eq!(asked("wafv2", "POST", "/", &target, "{}"), ("wafv2:ListWebACLs".into(), worst));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_known() {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        for (method, uri, headers, body) in [
            ("POST", "/?Action=DescribeVpcs", &form[..], "Action=RunInstances"),
            ("POST", "/?Action=DescribeVpcs", &[][..], ""),
            ("GET", "/?Action=DescribeVpcs", &form[..], "Action=RunInstances"),
            ("POST", "/", &[][..], "Action=DescribeVpcs"),
            ("POST", "/", &form[..], "Action=DescribeVpcs&Action=RunInstances"),
            ("POST", "/", &form[..], "Version=1"),
            ("PUT", "/", &form[..], "Action=DescribeVpcs"),
            ("POST", "/", &[("x-amz-target", "nothing")][..], "{}"),
            ("POST", "/", &[("x-amz-target", "A.B*")][..], "{}"),
        ] {
            assert_eq!(
                asked("ec2", method, uri, headers, body),
                (String::new(), vec!["?".to_owned()]),
                "{method} {uri} {body}"
            );
        }
    }
}
