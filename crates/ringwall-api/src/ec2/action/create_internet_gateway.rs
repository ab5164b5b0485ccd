//! `CreateInternetGateway`: a gateway that is attached to nothing yet (IGW-13).

use ringwall_model::resource::{InternetGateway, Tags};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::shape::gateway::InternetGatewayShape;
use crate::ec2::shape::security_group::Owner;
use crate::ec2::shape::tag::{self, TagSpecification};
use crate::error::ApiError;

/// The action.
pub struct CreateInternetGateway;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    internet_gateway: InternetGatewayShape,
}

impl Action for CreateInternetGateway {
    const NAME: &'static str = "CreateInternetGateway";

    type Input = Input;
    type Request = Tags;
    type Output = Output;

    fn parse(input: Input) -> Result<Tags, ApiError> {
        tag::parse(&input.tag_specifications, "internet-gateway")
    }

    fn apply(tags: Tags, call: &mut Call<'_>) -> Result<Output, ApiError> {
        if call.state().internet_gateways.len() >= call.settings.quotas.internet_gateways as usize {
            let message = "The maximum number of internet gateways has been reached.";
            return Err(Code::InternetGatewayLimitExceeded.with(message));
        }
        let gateway = InternetGateway { id: call.new_id(), vpc: None, tags };
        let owner = Owner { account: &call.settings.account, region: call.region };
        let shape = InternetGatewayShape::new(&gateway, owner);
        call.put(gateway);
        Ok(Output { internet_gateway: shape })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    #[test]
    fn a_new_gateway_is_attached_to_nothing() {
        let mut bench = Bench::new();
        let tags = "TagSpecification.1.ResourceType=internet-gateway&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
        let answer = bench.ok("CreateInternetGateway", tags);
        assert!(answer.get("internetGatewayId").starts_with("igw-"));
        assert_eq!(answer.get("ownerId"), "000000000000", "IGW-9");
        assert!(answer.has("<attachmentSet/>") && answer.has("<key>k</key><value>v</value>"), "{}", answer.0);
    }

    #[test]
    fn there_are_no_more_than_the_quota() {
        let mut bench = Bench::new();
        for _ in 0..4 {
            bench.ok("CreateInternetGateway", "");
        }
        assert_eq!(bench.refused("CreateInternetGateway", ""), "InternetGatewayLimitExceeded", "IGW-13");
    }
}
