//! `CreateVpc`: an address space of one's own (VPC-1 to VPC-3, VPC-15).

use ringwall_model::resource::Tags;
use ringwall_net::Ipv4Prefix;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::{Code, invalid_value};
use crate::ec2::operation::block;
use crate::ec2::operation::vpc::{self, NewVpc};
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::ec2::shape::value::ipv4_block;
use crate::ec2::shape::vpc::VpcShape;
use crate::error::ApiError;

/// The action.
pub struct CreateVpc;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    cidr_block: Option<String>,
    amazon_provided_ipv6_cidr_block: Option<bool>,
    instance_tenancy: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// What is asked.
pub struct Request {
    ipv4: Ipv4Prefix,
    wants_ipv6: bool,
    tags: Tags,
}

/// Its answer.
#[derive(Debug, Serialize)]
pub struct Output {
    vpc: VpcShape,
}

impl Action for CreateVpc {
    const NAME: &'static str = "CreateVpc";
    const UNBUILT: &'static [&'static str] = &[
        "Ipv6Pool",
        "Ipv6CidrBlock",
        "Ipv4IpamPoolId",
        "Ipv4NetmaskLength",
        "Ipv6IpamPoolId",
        "Ipv6NetmaskLength",
        "Ipv6CidrBlockNetworkBorderGroup",
        "VpcEncryptionControl",
    ];

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let text = input.cidr_block.ok_or_else(|| crate::action::missing_parameter("CidrBlock"))?;
        let ipv4 = ipv4_block("cidrBlock", &text)?;
        block::check_size(ipv4, Code::InvalidVpcRange)?;
        match input.instance_tenancy.as_deref() {
            None | Some("default") => {}
            Some("dedicated") => {
                return Err(Code::UnsupportedOperation.with("InstanceTenancy=dedicated is not supported by Ringwall."));
            }
            Some(other) => return Err(invalid_value("instanceTenancy", other, "Expected default.")),
        }
        let tags = tag::parse(&input.tag_specifications, "vpc")?;
        Ok(Request { ipv4, wants_ipv6: input.amazon_provided_ipv6_cidr_block.unwrap_or(false), tags })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let ipv6 = if request.wants_ipv6 { Some(block::new_ipv6_block(call)?) } else { None };
        let new = NewVpc { ipv4: request.ipv4, ipv6, is_default: false, tags: request.tags };
        let vpc = vpc::create(call, new)?;
        let shape = VpcShape::new(&vpc, "pending", &call.settings.account, call.region, &call.state());
        Ok(Output { vpc: shape })
    }
}
