//! Policies of endpoints: what may be asked of a service through one (GWE-12, IFE-18).

use ringwall_policy::{Kind, Policy, service_keys};

use super::endpoint_service::EndpointType;
use crate::ec2::error::{Code, invalid_value};
use crate::error::ApiError;

/// What an endpoint without a policy of its own says: everything (GWE-12).
pub const DEFAULT_POLICY: &str = r#"{
  "Version": "2008-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "*",
      "Resource": "*"
    }
  ]
}"#;

/// Whether a text is a policy for a service's endpoints of a type; `InvalidPolicyDocument` if not (GWE-15). What would look at
/// something that no request to the service has here is refused by name: its absence would decide.
pub fn check_policy(text: &str, service: &str, form: EndpointType) -> Result<(), ApiError> {
    let kind = match form {
        EndpointType::Gateway => Kind::GatewayEndpoint,
        EndpointType::Interface => Kind::Endpoint,
    };
    if text.chars().count() > kind.most_characters() {
        let most = kind.most_characters();
        return Err(invalid_value("PolicyDocument", "…", format!("Policies have at most {most} characters.")));
    }
    let malformed = |why| Code::InvalidPolicyDocument.with(format!("The policy document is invalid: {why}."));
    let policy = Policy::parse(text, kind).map_err(malformed)?;
    match policy.ungiven_key(service_keys(service)) {
        None => Ok(()),
        Some(key) => {
            let message =
                format!("The condition key {key} in PolicyDocument is not supported for the service {service}.");
            Err(Code::UnsupportedOperation.with(message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_one_of_the_language_and_all_that_it_looks_at_is_there() {
        let code_of = |text: &str, service, form| check_policy(text, service, form).err().map(|error| error.code);
        let code = |text: &str| code_of(text, "s3", EndpointType::Gateway);
        assert_eq!(code(DEFAULT_POLICY), None);
        for text in
            ["", "{", "{}", "[]", r#"{"Statement":"x"}"#, r#"{"Statement":[1]}"#, r#"{"Statement":{"Effect":"Deny"}}"#]
        {
            assert_eq!(code(text).as_deref(), Some("InvalidPolicyDocument"), "GWE-15: {text}");
        }
        let most = Kind::GatewayEndpoint.most_characters();
        let padded = |length: usize| format!("{DEFAULT_POLICY}{}", " ".repeat(length - DEFAULT_POLICY.len()));
        assert_eq!(code(&padded(most)), None);
        assert_eq!(code(&padded(most + 1)).as_deref(), Some("InvalidParameterValue"), "GWE-12");
        let with = |principal: &str, key: &str| {
            format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"*","Resource":"*",
                    "Condition":{{"StringLike":{{"{key}":"x"}}}}}}}}"#
            )
        };
        let everybody = r#""*""#;
        for (key, service, expected) in [
            ("aws:PrincipalArn", "s3", None),
            ("s3:prefix", "s3", None),
            ("s3:prefix", "ec2", Some("UnsupportedOperation")),
            ("dynamodb:LeadingKeys", "dynamodb", Some("UnsupportedOperation")),
        ] {
            let found = code_of(&with(everybody, key), service, EndpointType::Gateway);
            assert_eq!(found.as_deref(), expected, "{key} {service}");
        }
        let one = with(r#"{"AWS":"arn:aws:iam::000000000000:root"}"#, "aws:PrincipalArn");
        assert_eq!(code(&one).as_deref(), Some("InvalidPolicyDocument"), "GWE-14");
        assert_eq!(code_of(&one, "s3", EndpointType::Interface), None);
    }
}
