//! `CreateSecurityGroup`: a group that lets everything out and nothing in (SG-3, SG-4, SG-52 to SG-55).

use std::collections::BTreeSet;

use ringwall_model::id::VpcId;
use ringwall_model::resource::{SecurityGroup, Tags, Vpc};
use ringwall_net::Family;
use serde::{Deserialize, Serialize};

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::id::{find, parse_option};
use crate::ec2::operation::security_group::DEFAULT;
use crate::ec2::operation::vpc;
use crate::ec2::shape::permission::{DESCRIPTION, is_description};
use crate::ec2::shape::tag::{self, TagShape, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateSecurityGroup;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    group_name: Option<String>,
    group_description: Option<String>,
    vpc_id: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    name: String,
    description: String,
    vpc: Option<VpcId>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    group_id: String,
    tag_set: Vec<TagShape>,
    security_group_arn: String,
}

impl Action for CreateSecurityGroup {
    const NAME: &'static str = "CreateSecurityGroup";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let name = input.group_name.ok_or_else(|| missing_parameter("GroupName"))?;
        let description = input.group_description.ok_or_else(|| missing_parameter("GroupDescription"))?;
        Ok(Request {
            name: parse_name(&name)?,
            description: parse_text("GroupDescription", "security group description", &description)?,
            vpc: parse_option(input.vpc_id.as_deref())?,
            tags: tag::parse(&input.tag_specifications, "security-group")?,
        })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let vpc = match request.vpc {
            Some(id) => find::<Vpc>(&region, &id)?,
            None => {
                vpc::default_vpc(&region).ok_or_else(|| Code::VpcIdNotSpecified.with("No default VPC for this user"))?
            }
        };
        let mut siblings = region.security_groups.iter().filter(|group| group.vpc == vpc.id);
        if siblings.any(|group| group.name.eq_ignore_ascii_case(&request.name)) {
            let message = format!("The security group '{}' already exists for VPC '{}'", request.name, vpc.id);
            return Err(Code::InvalidGroupDuplicate.with(message));
        }
        if region.security_groups.len() >= call.settings.quotas.security_groups as usize {
            let message = "The maximum number of security groups has been reached.";
            return Err(Code::SecurityGroupLimitExceeded.with(message));
        }
        let families = if vpc.ipv6.is_empty() { &[Family::V4][..] } else { &Family::ALL[..] };
        let group = SecurityGroup {
            id: call.new_id(),
            vpc: vpc.id,
            name: request.name,
            description: request.description,
            rules: vpc::open_egress(call, families),
            associated_vpcs: BTreeSet::new(),
            tags: request.tags,
        };
        let output = Output {
            group_id: group.id.to_string(),
            tag_set: tag::render(&group.tags),
            security_group_arn: call.arn("security-group", group.id),
        };
        call.put(group);
        Ok(output)
    }
}

/// A name loses its trailing blanks, is not `default`, and cannot be taken for an id (SG-53, SG-54).
fn parse_name(text: &str) -> Result<String, ApiError> {
    let name = parse_text("GroupName", "security group name", text.trim_end_matches(' '))?;
    if name.to_ascii_lowercase().starts_with("sg-") {
        return Err(invalid_value("GroupName", name, "Group names may not be in the format sg-*."));
    }
    if name.eq_ignore_ascii_case(DEFAULT) {
        return Err(Code::InvalidGroupReserved.with(format!("Cannot use reserved security group name: {name}")));
    }
    Ok(name)
}

/// Between 1 and 255 characters of the set that descriptions are written in (SG-52).
fn parse_text(parameter: &str, noun: &str, text: &str) -> Result<String, ApiError> {
    if text.is_empty() {
        return Err(missing_parameter(parameter));
    }
    if !text.is_ascii() {
        return Err(invalid_value(parameter, text, "Character sets beyond ASCII are not supported."));
    }
    if !is_description(text) {
        let kind = noun.rsplit(' ').next().unwrap_or(noun);
        let message = format!(
            "Invalid {noun}. Valid {kind}s are strings less than 256 characters from the following set:  a-zA-Z0-9{DESCRIPTION}"
        );
        return Err(Code::InvalidParameterValue.with(message));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    fn vpc(bench: &mut Bench, more: &str) -> String {
        bench.ok("CreateVpc", &format!("CidrBlock=10.0.0.0/16{more}")).get("vpcId")
    }

    #[test]
    fn a_new_group_lets_everything_out_and_nothing_in() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "");
        let tags = "TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b";
        let made =
            bench.ok("CreateSecurityGroup", &format!("GroupName=web&GroupDescription=for the web&VpcId={vpc}&{tags}"));
        let id = made.get("groupId");
        assert!(made.has("<tagSet><item><key>a</key><value>b</value></item></tagSet>"));
        assert_eq!(made.get("securityGroupArn"), format!("arn:aws:ec2:us-east-1:000000000000:security-group/{id}"));
        let shown = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={id}"));
        assert!(shown.has("<ipPermissions/>"), "SG-3");
        assert_eq!(shown.all("cidrIp"), ["0.0.0.0/0"], "SG-4");
        assert!(shown.all("cidrIpv6").is_empty(), "SG-4");
        assert_eq!((shown.get("groupName"), shown.get("groupDescription")), ("web".into(), "for the web".into()));
        assert_eq!(shown.get("vpcId"), vpc);
    }

    #[test]
    fn a_vpc_with_ipv6_opens_both_families() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "&AmazonProvidedIpv6CidrBlock=true");
        let id = bench.ok("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=a&VpcId={vpc}")).get("groupId");
        let shown = bench.ok("DescribeSecurityGroups", &format!("GroupId.1={id}"));
        assert_eq!((shown.all("cidrIp"), shown.all("cidrIpv6")), (vec!["0.0.0.0/0".into()], vec!["::/0".into()]));
    }

    #[test]
    fn without_a_vpc_it_is_the_default_one() {
        let mut bench = Bench::new();
        let default = bench.ok("DescribeVpcs", "Filter.1.Name=is-default&Filter.1.Value.1=true").get("vpcId");
        let id = bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a").get("groupId");
        assert_eq!(bench.ok("DescribeSecurityGroups", &format!("GroupId.1={id}")).get("vpcId"), default);
        let unknown = "GroupName=b&GroupDescription=b&VpcId=vpc-00000000000000000";
        assert_eq!(bench.refused("CreateSecurityGroup", unknown), "InvalidVpcID.NotFound");
    }

    #[test]
    fn names_are_one_of_a_kind_in_their_vpc_whatever_the_case() {
        let mut bench = Bench::new();
        let (one, other) = (vpc(&mut bench, ""), vpc(&mut bench, ""));
        bench.ok("CreateSecurityGroup", &format!("GroupName=Web&GroupDescription=a&VpcId={one}"));
        bench.ok("CreateSecurityGroup", &format!("GroupName=web&GroupDescription=a&VpcId={other}"));
        let again = format!("GroupName=web  &GroupDescription=a&VpcId={one}");
        let error = bench.call("CreateSecurityGroup", &again).unwrap_err();
        assert_eq!(error.code, "InvalidGroup.Duplicate", "SG-53, SG-54");
        assert_eq!(error.message, format!("The security group 'web' already exists for VPC '{one}'"));
        for name in ["default", "Default", "default "] {
            let asked = format!("GroupName={name}&GroupDescription=a&VpcId={one}");
            assert_eq!(bench.refused("CreateSecurityGroup", &asked), "InvalidGroup.Reserved", "SG-54");
        }
    }

    #[test]
    fn names_and_descriptions_have_a_form() {
        let mut bench = Bench::new();
        let long = "a".repeat(256);
        for (name, description, code) in [
            ("sg-1", "a", "InvalidParameterValue"),
            ("a%22", "a", "InvalidParameterValue"),
            (long.as_str(), "a", "InvalidParameterValue"),
            ("a", long.as_str(), "InvalidParameterValue"),
            ("a", "tab%09", "InvalidParameterValue"),
            ("a", "%C3%BC", "InvalidParameterValue"),
            ("", "a", "MissingParameter"),
            ("a", "", "MissingParameter"),
        ] {
            let asked = format!("GroupName={name}&GroupDescription={description}");
            assert_eq!(bench.refused("CreateSecurityGroup", &asked), code, "SG-52 {asked}");
        }
        assert_eq!(bench.refused("CreateSecurityGroup", "GroupName=a"), "MissingParameter");
        let longest = "a".repeat(255);
        bench.ok("CreateSecurityGroup", &format!("GroupName={longest}&GroupDescription={longest}"));
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        bench.settings.quotas.security_groups = 2;
        bench.ok("CreateSecurityGroup", "GroupName=a&GroupDescription=a");
        let error = bench.refused("CreateSecurityGroup", "GroupName=b&GroupDescription=b");
        assert_eq!(error, "SecurityGroupLimitExceeded", "SG-40");
    }
}
