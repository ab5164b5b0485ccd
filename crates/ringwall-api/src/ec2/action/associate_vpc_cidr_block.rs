//! `AssociateVpcCidrBlock`: more addresses for a VPC (VPC-11 to VPC-14).

use std::sync::Arc;

use ringwall_model::id::VpcId;
use ringwall_model::resource::Vpc;
use ringwall_model::resource::traffic::Text;
use ringwall_model::resource::vpc::{Ipv4Association, Ipv6Association};
use ringwall_net::{Ipv4Prefix, Prefix};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::block;
use crate::ec2::operation::vpc::open_to_ipv6;
use crate::ec2::shape::value::{check_border_group, exactly_one, ipv4_block};
use crate::ec2::shape::vpc::{Ipv4AssociationShape, Ipv6AssociationShape};
use crate::error::ApiError;

/// The action.
pub struct AssociateVpcCidrBlock;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    vpc_id: String,
    cidr_block: Option<String>,
    amazon_provided_ipv6_cidr_block: Option<bool>,
    ipv6_cidr_block_network_border_group: Option<String>,
}

/// What is to be added.
#[derive(Clone, Copy, Debug)]
pub enum Addition {
    /// an IPv4 block
    Ipv4(Ipv4Prefix),
    /// an IPv6 block of the pool
    Ipv6,
}

/// What is asked.
pub struct Request {
    vpc: VpcId,
    addition: Addition,
    border_group: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    vpc_id: String,
    cidr_block_association: Option<Ipv4AssociationShape>,
    ipv6_cidr_block_association: Option<Ipv6AssociationShape>,
}

impl Action for AssociateVpcCidrBlock {
    const NAME: &'static str = "AssociateVpcCidrBlock";
    const UNBUILT: &'static [&'static str] =
        &["Ipv6Pool", "Ipv6CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "Ipv6IpamPoolId", "Ipv6NetmaskLength"];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let ipv4 = input.cidr_block.as_deref().map(|text| ipv4_block("cidrBlock", text)).transpose()?;
        let ipv6 = input.amazon_provided_ipv6_cidr_block.filter(|wanted| *wanted);
        let given = vec![ipv4.map(Addition::Ipv4), ipv6.map(|_| Addition::Ipv6)];
        let addition = exactly_one(given, "CidrBlock and AmazonProvidedIpv6CidrBlock")?;
        let border_group = input.ipv6_cidr_block_network_border_group;
        Ok(Request { vpc: parse(&input.vpc_id)?, addition, border_group })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let border_group = request.border_group.as_deref();
        check_border_group(border_group, call.region, "ipv6CidrBlockNetworkBorderGroup")?;
        let mut vpc = Arc::unwrap_or_clone(find::<Vpc>(&call.state(), &request.vpc)?);
        let mut output =
            Output { vpc_id: vpc.id.to_string(), cidr_block_association: None, ipv6_cidr_block_association: None };
        match request.addition {
            Addition::Ipv4(block) => {
                let added = add_ipv4(call, &mut vpc, block)?;
                output.cidr_block_association = Some(Ipv4AssociationShape::new(&added, "associating"));
            }
            Addition::Ipv6 => {
                let added = add_ipv6(call, &mut vpc)?;
                output.ipv6_cidr_block_association =
                    Some(Ipv6AssociationShape::new(&added, call.region, "associating"));
            }
        }
        call.put(vpc);
        Ok(output)
    }
}

fn add_ipv4(call: &mut Call<'_>, vpc: &mut Vpc, block: Ipv4Prefix) -> Result<Ipv4Association, ApiError> {
    check_number(call, vpc, vpc.ipv4.len())?;
    block::check_addition(vpc, block)?;
    block::check_routes(&call.state(), vpc, Prefix::V4(block))?;
    let added = Ipv4Association { id: call.new_id(), block: Text(block) };
    vpc.ipv4.push(added.clone());
    Ok(added)
}

fn add_ipv6(call: &mut Call<'_>, vpc: &mut Vpc) -> Result<Ipv6Association, ApiError> {
    check_number(call, vpc, vpc.ipv6.len())?;
    let block = block::new_ipv6_block_for(call, vpc)?;
    if vpc.ipv6.is_empty() {
        open_to_ipv6(call, vpc.id);
    }
    let added = Ipv6Association { id: call.new_id(), block: Text(block) };
    vpc.ipv6.push(added.clone());
    Ok(added)
}

/// VPC-14: the families are counted apart.
fn check_number(call: &Call<'_>, vpc: &Vpc, number: usize) -> Result<(), ApiError> {
    let most = call.settings.quotas.blocks_per_vpc;
    if number >= most as usize {
        let message = format!("The network '{}' has as many CIDR blocks as it may have: {most}", vpc.id);
        return Err(Code::CidrLimitExceeded.with(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::bench::{Answer, Bench};

    fn vpc(bench: &mut Bench, block: &str) -> String {
        bench.ok("CreateVpc", &format!("CidrBlock={block}")).get("vpcId")
    }

    fn add(bench: &mut Bench, vpc: &str, block: &str) -> Result<Answer, String> {
        let parameters = format!("VpcId={vpc}&CidrBlock={block}");
        bench.call("AssociateVpcCidrBlock", &parameters).map_err(|error| error.code.into_owned())
    }

    #[test]
    fn a_block_is_added_in_canonical_form_and_gets_a_local_route() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        let answer = add(&mut bench, &vpc, "10.3.7.9/16").unwrap();
        assert_eq!((answer.get("vpcId"), answer.get("cidrBlock")), (vpc.clone(), "10.3.0.0/16".to_owned()), "VPC-2");
        assert_eq!(answer.get("state"), "associating", "VPC-13");
        assert!(answer.get("associationId").starts_with("vpc-cidr-assoc-"));
        let described = bench.ok("DescribeVpcs", &format!("VpcId.1={vpc}"));
        assert!(described.has("<cidrBlock>10.3.0.0/16</cidrBlock><cidrBlockState><state>associated</state>"));
        let routes = bench.ok("DescribeRouteTables", &format!("Filter.1.Name=vpc-id&Filter.1.Value.1={vpc}"));
        assert_eq!(routes.all("destinationCidrBlock"), ["10.2.0.0/16", "10.3.0.0/16"], "VPC-11");
    }

    #[test]
    fn blocks_that_overlap_or_do_not_mix_are_refused() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        for block in
            ["10.2.128.0/17", "172.16.0.0/16", "192.168.0.0/16", "198.19.0.0/16", "169.254.0.0/16", "172.31.0.0/16"]
        {
            assert_eq!(add(&mut bench, &vpc, block).unwrap_err(), "InvalidVpc.Range", "VPC-12 {block}");
        }
        assert_eq!(add(&mut bench, &vpc, "10.8.0.0/8").unwrap_err(), "InvalidVpc.Range", "VPC-1");
        assert_eq!(add(&mut bench, &vpc, "10.8").unwrap_err(), "InvalidParameterValue", "VPC-3");
        for block in ["100.64.0.0/16", "203.0.112.0/24", "10.4.0.0/28"] {
            assert!(add(&mut bench, &vpc, block).is_ok(), "VPC-12 {block}");
        }
    }

    #[test]
    fn a_block_may_not_swallow_a_route() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let route = format!("RouteTableId={table}&GatewayId={gateway}&DestinationCidrBlock=10.5.0.0/24");
        bench.ok("CreateRoute", &route);
        for block in ["10.5.0.0/24", "10.5.0.0/16"] {
            assert_eq!(add(&mut bench, &vpc, block).unwrap_err(), "InvalidVpc.Range", "VPC-11 {block}");
        }
        assert!(add(&mut bench, &vpc, "10.5.0.0/25").is_ok(), "VPC-11: a smaller one is fine");
    }

    #[test]
    fn there_are_five_blocks_of_each_family() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        for number in 3..7 {
            add(&mut bench, &vpc, &format!("10.{number}.0.0/16")).unwrap();
        }
        assert_eq!(add(&mut bench, &vpc, "10.7.0.0/16").unwrap_err(), "CidrLimitExceeded", "VPC-14");
        let wanted = format!("VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true");
        let mut blocks: Vec<String> =
            (0..5).map(|_| bench.ok("AssociateVpcCidrBlock", &wanted).get("ipv6CidrBlock")).collect();
        blocks.dedup();
        assert_eq!(blocks.len(), 5);
        assert_eq!(bench.refused("AssociateVpcCidrBlock", &wanted), "CidrLimitExceeded", "VPC-14");
    }

    #[test]
    fn the_first_ipv6_block_opens_what_is_still_as_it_was_made() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        let open = |bench: &Bench| {
            let region = bench.store.snapshot().region("us-east-1");
            let acl = region.network_acls.iter().find(|acl| acl.vpc.to_string() == vpc).cloned().unwrap();
            let group = region.security_groups.iter().find(|group| group.vpc.to_string() == vpc).cloned().unwrap();
            let egress = group.rules.values().filter(|rule| rule.is_egress).count();
            (acl.ingress.len(), acl.egress.len(), egress)
        };
        assert_eq!(open(&bench), (1, 1, 1));
        bench.ok("AssociateVpcCidrBlock", &format!("VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true"));
        assert_eq!(open(&bench), (2, 2, 2), "NACL-8, SG-6");
        bench.ok("AssociateVpcCidrBlock", &format!("VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true"));
        assert_eq!(open(&bench), (2, 2, 2), "only the first");
    }

    #[test]
    fn an_ipv6_block_is_not_one_that_a_route_is_left_for() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        let wanted = format!("VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true");
        let first = bench.ok("AssociateVpcCidrBlock", &wanted);
        bench.ok("DisassociateVpcCidrBlock", &format!("AssociationId={}", first.get("associationId")));
        let gateway = bench.ok("CreateInternetGateway", "").get("internetGatewayId");
        bench.ok("AttachInternetGateway", &format!("InternetGatewayId={gateway}&VpcId={vpc}"));
        let table = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
        let block = first.get("ipv6CidrBlock");
        let route = format!("RouteTableId={table}&GatewayId={gateway}&DestinationIpv6CidrBlock={block}");
        bench.ok("CreateRoute", &route);
        let second = bench.ok("AssociateVpcCidrBlock", &wanted).get("ipv6CidrBlock");
        assert!(second != block, "VPC-11");
    }

    #[test]
    fn what_was_changed_before_stays_as_it_is() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        let mut transaction = bench.store.begin();
        let region = transaction.region("us-east-1");
        let mut acl = (**region.network_acls.iter().find(|acl| acl.vpc.to_string() == vpc).unwrap()).clone();
        acl.ingress.clear();
        let mut group = (**region.security_groups.iter().find(|group| group.vpc.to_string() == vpc).unwrap()).clone();
        group.rules.retain(|_, rule| !rule.is_egress);
        transaction.put("us-east-1", acl.clone());
        transaction.put("us-east-1", group.clone());
        bench.store.commit(vec![transaction]).unwrap();
        bench.ok("AssociateVpcCidrBlock", &format!("VpcId={vpc}&AmazonProvidedIpv6CidrBlock=true"));
        let region = bench.store.snapshot().region("us-east-1");
        let after = region.network_acls.get(&acl.id).unwrap();
        assert_eq!((after.ingress.len(), after.egress.len()), (0, 2), "NACL-8: each direction by itself");
        assert_eq!(region.security_groups.get(&group.id).unwrap().rules, group.rules);
    }

    #[test]
    fn exactly_one_block_is_added_and_from_here_alone() {
        let mut bench = Bench::new();
        let vpc = vpc(&mut bench, "10.2.0.0/16");
        let mut refused = |rest: &str| bench.refused("AssociateVpcCidrBlock", &format!("VpcId={vpc}{rest}"));
        assert_eq!(refused(""), "MissingParameter");
        assert_eq!(refused("&AmazonProvidedIpv6CidrBlock=false"), "MissingParameter");
        assert_eq!(refused("&CidrBlock=10.3.0.0/16&AmazonProvidedIpv6CidrBlock=true"), "InvalidParameterCombination");
        assert_eq!(refused("&Ipv6Pool=x"), "UnsupportedOperation");
        let group = "&AmazonProvidedIpv6CidrBlock=true&Ipv6CidrBlockNetworkBorderGroup=us-east-1-wl1-bos-wlz-1";
        assert_eq!(refused(group), "InvalidParameterValue");
        let known = bench.refused("AssociateVpcCidrBlock", "VpcId=vpc-00000000&CidrBlock=10.3.0.0/16");
        assert_eq!(known, "InvalidVpcID.NotFound");
        let own = "&AmazonProvidedIpv6CidrBlock=true&Ipv6CidrBlockNetworkBorderGroup=us-east-1";
        bench.ok("AssociateVpcCidrBlock", &format!("VpcId={vpc}{own}"));
    }
}
