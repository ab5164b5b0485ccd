//! Resources that a web ACL can stand in front of, as far as calls name them. None of these kinds can be made here yet, so that
//! none exists (WAF-113).

use super::arn::malformed;
use super::error::nonexistent;
use crate::call::Call;
use crate::error::ApiError;

/// The kinds of resources with their names in `ResourceType` (WAF-115), the service of their ARNs, and what the resource's name
/// in an ARN begins with.
const KINDS: [(&str, &str, &str); 8] = [
    ("APPLICATION_LOAD_BALANCER", "elasticloadbalancing", "loadbalancer/app/"),
    ("API_GATEWAY", "apigateway", "/restapis/"),
    ("APPSYNC", "appsync", "apis/"),
    ("COGNITO_USER_POOL", "cognito-idp", "userpool/"),
    ("APP_RUNNER_SERVICE", "apprunner", "service/"),
    ("VERIFIED_ACCESS_INSTANCE", "ec2", "verified-access-instance/"),
    ("AMPLIFY", "amplify", "apps/"),
    ("AGENTCORE_GATEWAY", "bedrock-agentcore", "gateway/"),
];

/// The words of `ResourceType`.
pub fn resource_types() -> Vec<(&'static str, ())> {
    KINDS.iter().map(|(name, ..)| (*name, ())).collect()
}

/// Checks the ARN of a resource: one of the kinds, of the call's Region and account.
pub fn check_resource(call: &Call<'_>, arn: &str) -> Result<(), ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", service, region, account, resource] = parts.as_slice() else {
        return Err(malformed(arn, "The ARN is none"));
    };
    if *service == "cloudfront" {
        let reason = "A distribution names its web ACL in its own configuration, and is not associated here";
        return Err(malformed(arn, reason));
    }
    let is_known = KINDS.iter().any(|(_, own, begin)| own == service && resource.starts_with(begin));
    // Stages of API Gateway have no account in their ARNs (WAF-113).
    let is_own = *account == call.settings.account || (*service == "apigateway" && account.is_empty());
    if !is_known || *region != call.region || !is_own {
        return Err(malformed(arn, "The ARN is not one of a resource that a web ACL of this Region can protect"));
    }
    Ok(())
}

/// The resource of a checked ARN, which does not exist.
pub fn no_such_resource(arn: &str) -> ApiError {
    nonexistent(&format!("resource with the ARN {arn}"))
}
