//! `DeleteNetworkAclEntry`: by number and direction (NACL-28).

use std::sync::Arc;

use ringwall_model::id::NetworkAclId;
use ringwall_model::resource::NetworkAcl;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_acl::{absent_entry, entries_mut};
use crate::ec2::shape::Done;
use crate::ec2::shape::acl_entry::parse_number;
use crate::error::ApiError;

/// The action.
pub struct DeleteNetworkAclEntry;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_acl_id: String,
    rule_number: i64,
    egress: bool,
}

/// What is asked.
pub struct Request {
    acl: NetworkAclId,
    number: u16,
    egress: bool,
}

impl Action for DeleteNetworkAclEntry {
    const NAME: &'static str = "DeleteNetworkAclEntry";

    type Input = Input;
    type Request = Request;
    type Output = Done;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let (acl, number) = (parse(&input.network_acl_id)?, parse_number(input.rule_number)?);
        Ok(Request { acl, number, egress: input.egress })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut acl = Arc::unwrap_or_clone(find::<NetworkAcl>(&call.state(), &request.acl)?);
        let removed = entries_mut(&mut acl, request.egress).remove(&request.number);
        removed.ok_or_else(|| absent_entry(request.number))?;
        call.put(acl);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn an_entry_goes_by_number_and_direction_and_the_final_deny_stays() {
        let mut bench = Bench::new();
        let action = "DeleteNetworkAclEntry";
        let id = bench.ok("DescribeNetworkAcls", "").get("networkAclId");
        let asked = format!("NetworkAclId={id}&RuleNumber=100&Egress=true");
        assert!(bench.ok(action, &asked).has("<return>true</return>"));
        let shown = bench.ok("DescribeNetworkAcls", &format!("NetworkAclId.1={id}"));
        assert_eq!(shown.all("ruleNumber"), ["32767", "100", "32767"]);
        assert_eq!(bench.refused(action, &asked), "InvalidNetworkAclEntry.NotFound", "NACL-28");
        let last = format!("NetworkAclId={id}&RuleNumber=32767&Egress=true");
        assert_eq!(bench.refused(action, &last), "InvalidParameterValue", "NACL-27");
        assert_eq!(bench.refused(action, &format!("NetworkAclId={id}&RuleNumber=100")), "MissingParameter");
        let absent = "NetworkAclId=acl-00000000000000000&RuleNumber=100&Egress=true";
        assert_eq!(bench.refused(action, absent), "InvalidNetworkAclID.NotFound", "NACL-30");
    }
}
