//! `DescribeAccountAttributes`: the default VPC, and how many there may be of some things.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::invalid_value;
use crate::ec2::operation::vpc;
use crate::error::ApiError;

/// The action.
pub struct DescribeAccountAttributes;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "AttributeName")]
    attribute_names: Vec<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    account_attribute_set: Vec<AttributeShape>,
}

/// An attribute.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeShape {
    attribute_name: &'static str,
    attribute_value_set: Vec<ValueShape>,
}

/// A value of an attribute.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueShape {
    attribute_value: String,
}

const NAMES: [&str; 6] = [
    "supported-platforms",
    "default-vpc",
    "vpc-max-security-groups-per-interface",
    "max-instances",
    "vpc-max-elastic-ips",
    "max-elastic-ips",
];

impl Action for DescribeAccountAttributes {
    const NAME: &'static str = "DescribeAccountAttributes";

    type Input = Input;
    /// the attributes that are asked for
    type Request = Vec<&'static str>;
    type Output = Output;

    fn parse(input: Input) -> Result<Vec<&'static str>, ApiError> {
        let asked = &input.attribute_names;
        if let Some(unknown) = asked.iter().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(invalid_value("attributeName", unknown, "It is no attribute of an account."));
        }
        Ok(NAMES.into_iter().filter(|name| asked.is_empty() || asked.iter().any(|other| other == name)).collect())
    }

    fn apply(names: Vec<&'static str>, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let shape = |name| AttributeShape {
            attribute_name: name,
            attribute_value_set: vec![ValueShape { attribute_value: value(name, call) }],
        };
        Ok(Output { account_attribute_set: names.into_iter().map(shape).collect() })
    }
}

fn value(name: &str, call: &Call<'_>) -> String {
    let quotas = &call.settings.quotas;
    match name {
        "supported-platforms" => "VPC".to_owned(),
        "default-vpc" => vpc::default_vpc(&call.state()).map_or("none".to_owned(), |vpc| vpc.id.to_string()),
        "vpc-max-security-groups-per-interface" => quotas.groups_of_interface().to_string(),
        "max-instances" => quotas.instances.to_string(),
        // Addresses outside a VPC are counted with those inside: there are no others.
        _ => quotas.elastic_ips.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;

    const ACTION: &str = "DescribeAccountAttributes";

    #[test]
    fn attributes_follow_settings_and_state() {
        let mut bench = Bench::new();
        let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
        bench.settings.quotas.groups_per_interface = 7;
        bench.settings.quotas.instances = 11;
        bench.settings.quotas.elastic_ips = 13;
        let item = |name: &str, value: &str| {
            format!(
                "<item><attributeName>{name}</attributeName><attributeValueSet><item><attributeValue>{value}</attributeValue></item></attributeValueSet></item>"
            )
        };
        let expected = [
            item("supported-platforms", "VPC"),
            item("default-vpc", &vpc),
            item("vpc-max-security-groups-per-interface", "7"),
            item("max-instances", "11"),
            item("vpc-max-elastic-ips", "13"),
            item("max-elastic-ips", "13"),
        ];
        let shown = bench.ok(ACTION, "");
        assert!(shown.has(&format!("<accountAttributeSet>{}</accountAttributeSet>", expected.concat())), "{}", shown.0);
        assert_eq!(bench.ok(ACTION, "AttributeName.1=default-vpc").all("attributeValue"), [vpc]);
        assert_eq!(bench.refused(ACTION, "AttributeName.1=frob"), "InvalidParameterValue");
    }

    #[test]
    fn without_a_default_vpc_there_is_none() {
        use ringwall_model::id::VpcId;
        use ringwall_model::resource::Vpc;
        let mut bench = Bench::new();
        let vpc: VpcId = bench.ok("DescribeVpcs", "").get("vpcId").parse().unwrap();
        let mut transaction = bench.store.begin();
        transaction.delete::<Vpc>("us-east-1", &vpc);
        bench.store.commit(vec![transaction]).unwrap();
        assert_eq!(bench.ok(ACTION, "AttributeName.1=default-vpc").get("attributeValue"), "none");
    }
}
