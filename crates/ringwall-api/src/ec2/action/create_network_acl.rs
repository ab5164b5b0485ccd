//! `CreateNetworkAcl`: an ACL that lets nothing through and guards no subnet (NACL-9).

use std::collections::BTreeMap;

use ringwall_model::id::VpcId;
use ringwall_model::resource::{NetworkAcl, Tags, Vpc};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::shape::network_acl::NetworkAclShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateNetworkAcl;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    client_token: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    client_token: Option<String>,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    network_acl: NetworkAclShape,
    client_token: Option<String>,
}

impl Action for CreateNetworkAcl {
    const NAME: &'static str = "CreateNetworkAcl";
    const TAKES_TOKEN: bool = true;

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let tags = tag::parse(&input.tag_specifications, "network-acl")?;
        Ok(Request { vpc: parse(&input.vpc_id)?, client_token: input.client_token, tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let vpc = find::<Vpc>(&region, &request.vpc)?;
        let siblings = region.network_acls.iter().filter(|acl| acl.vpc == vpc.id).count();
        if siblings >= call.settings.quotas.acls_per_vpc as usize {
            return Err(Code::NetworkAclLimitExceeded.with("The maximum number of network acls has been reached."));
        }
        let acl = NetworkAcl {
            id: call.new_id(),
            vpc: vpc.id,
            is_default: false,
            ingress: BTreeMap::new(),
            egress: BTreeMap::new(),
            tags: request.tags,
        };
        call.put(acl.clone());
        let owner = Owner { account: &call.settings.account, region: call.region };
        let network_acl = NetworkAclShape::new(&acl, owner, &call.state());
        Ok(Output { network_acl, client_token: request.client_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "CreateNetworkAcl";

    #[test]
    fn a_new_acl_has_only_the_final_denies_and_no_subnet() {
        for (ipv6, numbers) in
            [("", vec!["32767"; 2]), ("&AmazonProvidedIpv6CidrBlock=true", vec!["32767", "32768", "32767", "32768"])]
        {
            let mut bench = Bench::new();
            let vpc = bench.ok("CreateVpc", &format!("CidrBlock=10.0.0.0/16{ipv6}")).get("vpcId");
            let tags = "TagSpecification.1.ResourceType=network-acl&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
            let made = bench.ok(ACTION, &format!("VpcId={vpc}&{tags}"));
            assert_eq!(made.all("ruleNumber"), numbers, "NACL-6, NACL-9");
            assert!(made.all("ruleAction").iter().all(|action| action == "deny"));
            assert!(made.has("<associationSet/>"));
            assert_eq!((made.get("default"), made.get("vpcId")), ("false".into(), vpc));
            assert!(made.has("<tagSet><item><key>k</key><value>v</value></item></tagSet>"));
        }
    }

    #[test]
    fn the_same_token_makes_no_second_acl() {
        let mut bench = Bench::new();
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        let asked = format!("VpcId={vpc}&ClientToken=t");
        let (one, again) = (bench.ok(ACTION, &asked), bench.ok(ACTION, &asked));
        assert_eq!(one.get("networkAclId"), again.get("networkAclId"), "API-31");
        assert_eq!(one.get("clientToken"), "t");
        assert!(bench.ok(ACTION, &format!("VpcId={vpc}")).all("clientToken").is_empty());
    }

    #[test]
    fn there_are_no_more_than_the_quota_and_only_in_a_vpc() {
        let mut bench = Bench::new();
        bench.settings.quotas.acls_per_vpc = 2;
        let vpc = bench.ok("CreateVpc", "CidrBlock=10.0.0.0/16").get("vpcId");
        bench.ok(ACTION, &format!("VpcId={vpc}"));
        assert_eq!(bench.refused(ACTION, &format!("VpcId={vpc}")), "NetworkAclLimitExceeded", "NACL-25");
        assert_eq!(bench.refused(ACTION, "VpcId=vpc-00000000000000000"), "InvalidVpcID.NotFound");
        assert_eq!(bench.refused(ACTION, ""), "MissingParameter");
    }
}
