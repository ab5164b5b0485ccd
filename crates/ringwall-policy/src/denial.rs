//! What a caller is told who is refused (IAM-18, IAM-19).

use crate::{Caller, Judgement, Request};

/// The text of a refusal, in AWS's words; `None` if the policy permits the request. `policy` is the type of the policy that was
/// asked, with its article, such as `a VPC endpoint policy`.
pub fn denial(request: &Request<'_>, judgement: Judgement, policy: &str) -> Option<String> {
    let reason = match judgement {
        Judgement::Allowed(_) => return None,
        Judgement::Denied(_) => format!("with an explicit deny in {policy}"),
        Judgement::Silent => {
            let bare = policy.split_once(' ').map_or(policy, |(_, bare)| bare);
            format!("because no {bare} allows the {} action", request.action)
        }
    };
    let user = match request.caller {
        Caller::Anonymous => "anonymous",
        Caller::Service(name) => name,
        Caller::Account { arns, account } => arns.first().unwrap_or(account),
    };
    let (action, resource) = (request.action, request.resource);
    Some(format!("User: {user} is not authorized to perform: {action} on resource: {resource} {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;

    #[test]
    fn a_refusal_names_caller_action_resource_and_policy() {
        let arns = vec!["arn:aws:iam::123456789012:user/ann".to_owned()];
        let caller = Caller::Account { account: "123456789012".to_owned(), arns };
        let (action, resource, keys) = ("s3:GetObject", "arn:aws:s3:::logs/a", &Keys::default());
        let request = Request { caller: &caller, action, resource, keys };
        let told = |judgement| denial(&request, judgement, "a VPC endpoint policy");
        assert_eq!(told(Judgement::Allowed(0)), None);
        let start = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: s3:GetObject on resource: \
                     arn:aws:s3:::logs/a";
        assert_eq!(
            told(Judgement::Silent).unwrap(),
            format!("{start} because no VPC endpoint policy allows the s3:GetObject action")
        );
        assert_eq!(
            told(Judgement::Denied(1)).unwrap(),
            format!("{start} with an explicit deny in a VPC endpoint policy")
        );
    }
}
