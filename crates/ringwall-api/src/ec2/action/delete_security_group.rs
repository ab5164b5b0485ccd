//! `DeleteSecurityGroup`: not the default one, and none that is held, named or associated (SG-7, SG-68, SG-69).

use ringwall_model::resource::SecurityGroup;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::operation::security_group::{
    DEFAULT, GroupRef, find_ref, has_dependent_object, is_held, is_named_elsewhere, parse_ref,
};
use crate::error::ApiError;

/// The action.
pub struct DeleteSecurityGroup;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_id: Option<String>,
    group_name: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    r#return: bool,
    group_id: String,
}

impl Action for DeleteSecurityGroup {
    const NAME: &'static str = "DeleteSecurityGroup";

    type Input = Input;
    type Request = GroupRef;
    type Output = Output;

    fn parse(input: Input) -> Result<GroupRef, ApiError> {
        parse_ref(input.group_id.as_deref(), input.group_name.as_deref())
    }

    fn apply(request: GroupRef, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let group = find_ref(&region, &request)?;
        let id = group.id;
        if group.name == DEFAULT {
            let message = format!("the specified group: \"{id}\" name: \"{DEFAULT}\" cannot be deleted by a user");
            return Err(Code::CannotDelete.with(message));
        }
        if is_held(&region, id) || is_named_elsewhere(&region, id) || !group.associated_vpcs.is_empty() {
            return Err(has_dependent_object(id));
        }
        call.delete::<SecurityGroup>(&id);
        Ok(Output { r#return: true, group_id: id.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn group(bench: &mut Bench, name: &str) -> String {
        bench.ok("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=x")).get("groupId")
    }

    #[test]
    fn a_group_is_gone_for_good() {
        let mut bench = Bench::new();
        let id = group(&mut bench, "a");
        let answer = bench.ok("DeleteSecurityGroup", &format!("GroupId={id}"));
        assert!(answer.has("<return>true</return>") && answer.get("groupId") == id);
        let error = bench.call("DeleteSecurityGroup", &format!("GroupId={id}")).unwrap_err();
        assert_eq!(error.code, "InvalidGroup.NotFound", "SG-70, API-33");
        assert_eq!(error.message, format!("The security group '{id}' does not exist"));
        group(&mut bench, "a");
        bench.ok("DeleteSecurityGroup", "GroupName=a");
        assert_eq!(bench.refused("DeleteSecurityGroup", "GroupName=a"), "InvalidGroup.NotFound");
        assert_eq!(bench.refused("DeleteSecurityGroup", "GroupId=sg-x"), "InvalidGroupId.Malformed");
        assert_eq!(bench.refused("DeleteSecurityGroup", ""), "MissingParameter");
    }

    #[test]
    fn the_default_group_stays() {
        let mut bench = Bench::new();
        let error = bench.call("DeleteSecurityGroup", "GroupName=default").unwrap_err();
        assert_eq!(error.code, "CannotDelete", "SG-7");
        assert!(error.message.ends_with("name: \"default\" cannot be deleted by a user"), "{error}");
    }

    #[test]
    fn a_group_that_another_one_names_stays_and_one_that_names_itself_does_not() {
        let mut bench = Bench::new();
        let (one, other) = (group(&mut bench, "a"), group(&mut bench, "b"));
        let name = |named: &str| format!("IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId={named}");
        bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={one}&{}", name(&one)));
        bench.ok("AuthorizeSecurityGroupIngress", &format!("GroupId={other}&{}", name(&one)));
        let error = bench.call("DeleteSecurityGroup", &format!("GroupId={one}")).unwrap_err();
        assert_eq!(error.code, "DependencyViolation", "SG-68");
        assert_eq!(error.message, format!("resource {one} has a dependent object"));
        bench.ok("RevokeSecurityGroupIngress", &format!("GroupId={other}&{}", name(&one)));
        bench.ok("DeleteSecurityGroup", &format!("GroupId={one}"));
    }
}
