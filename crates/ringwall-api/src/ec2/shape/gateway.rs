//! Gateways on the wire (IGW-8, IGW-9).

use ringwall_model::id::VpcId;
use ringwall_model::resource::{EgressOnlyInternetGateway, InternetGateway, Tags};
use serde::Serialize;

use super::security_group::Owner;
use super::tag::{self, TagShape};
use crate::ec2::describe::Filterable;

/// An internet gateway.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InternetGatewayShape {
    internet_gateway_id: String,
    owner_id: String,
    attachment_set: Vec<AttachmentShape>,
    tag_set: Vec<TagShape>,
}

/// An egress-only internet gateway.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EgressOnlyInternetGatewayShape {
    egress_only_internet_gateway_id: String,
    attachment_set: Vec<AttachmentShape>,
    tag_set: Vec<TagShape>,
}

/// The attachment of a gateway to a VPC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentShape {
    vpc_id: String,
    state: &'static str,
}

impl AttachmentShape {
    fn new(vpc: VpcId, state: &'static str) -> AttachmentShape {
        AttachmentShape { vpc_id: vpc.to_string(), state }
    }
}

/// The state that attachments of internet gateways are told to have: AWS says it in another word than for all the others.
const AVAILABLE: &str = "available";

impl InternetGatewayShape {
    /// The shape of a gateway.
    pub fn new(gateway: &InternetGateway, owner: Owner<'_>) -> InternetGatewayShape {
        InternetGatewayShape {
            internet_gateway_id: gateway.id.to_string(),
            owner_id: owner.account.to_owned(),
            attachment_set: gateway.vpc.into_iter().map(|vpc| AttachmentShape::new(vpc, AVAILABLE)).collect(),
            tag_set: tag::render(&gateway.tags),
        }
    }
}

impl EgressOnlyInternetGatewayShape {
    /// The shape of a gateway.
    pub fn new(gateway: &EgressOnlyInternetGateway) -> EgressOnlyInternetGatewayShape {
        EgressOnlyInternetGatewayShape {
            egress_only_internet_gateway_id: gateway.id.to_string(),
            attachment_set: vec![AttachmentShape::new(gateway.vpc, "attached")],
            tag_set: tag::render(&gateway.tags),
        }
    }
}

impl Filterable for InternetGateway {
    type Context<'c> = Owner<'c>;
    const FILTERS: &'static [&'static str] =
        &["attachment.state", "attachment.vpc-id", "internet-gateway-id", "owner-id"];

    fn values(&self, filter: &str, owner: &Owner<'_>) -> Vec<String> {
        match filter {
            "attachment.state" => self.vpc.iter().map(|_| AVAILABLE.to_owned()).collect(),
            "attachment.vpc-id" => self.vpc.iter().map(ToString::to_string).collect(),
            "internet-gateway-id" => vec![self.id.to_string()],
            "owner-id" => vec![owner.account.to_owned()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

/// AWS filters these by tags alone.
impl Filterable for EgressOnlyInternetGateway {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &[];

    fn values(&self, _: &str, (): &()) -> Vec<String> {
        Vec::new()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
