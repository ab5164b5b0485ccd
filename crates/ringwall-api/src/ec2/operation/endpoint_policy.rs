//! Policies of endpoints: what may be asked of a service through one (GWE-12, IFE-18).

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

/// Characters of a policy at most (GWE-12).
const LONGEST: usize = 20_480;

/// Whether a text is a policy; `InvalidPolicyDocument` if not (GWE-15).
pub fn check_policy(text: &str) -> Result<(), ApiError> {
    if text.chars().count() > LONGEST {
        return Err(invalid_value("PolicyDocument", "…", format!("Policies have at most {LONGEST} characters.")));
    }
    let malformed = |why: &str| Code::InvalidPolicyDocument.with(format!("The policy document is invalid: {why}."));
    let document: serde_json::Value = serde_json::from_str(text).map_err(|_| malformed("it is no JSON document"))?;
    match document.get("Statement") {
        Some(serde_json::Value::Array(statements)) if statements.iter().all(serde_json::Value::is_object) => Ok(()),
        Some(serde_json::Value::Object(_)) => Ok(()),
        _ => Err(malformed("it has no statements")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_a_document_with_statements() {
        let code = |text: &str| check_policy(text).err().map(|error| error.code.into_owned());
        assert_eq!(code(DEFAULT_POLICY), None);
        assert_eq!(code(r#"{"Statement":{"Effect":"Deny"}}"#), None);
        for text in ["", "{", "{}", "[]", r#"{"Statement":"x"}"#, r#"{"Statement":[1]}"#] {
            assert_eq!(code(text).as_deref(), Some("InvalidPolicyDocument"), "GWE-15: {text}");
        }
        let padded = |length: usize| format!("{DEFAULT_POLICY}{}", " ".repeat(length - DEFAULT_POLICY.len()));
        assert_eq!(code(&padded(LONGEST)), None);
        assert_eq!(code(&padded(LONGEST + 1)).as_deref(), Some("InvalidParameterValue"), "GWE-12");
    }
}
