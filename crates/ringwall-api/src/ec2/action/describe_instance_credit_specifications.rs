//! `DescribeInstanceCreditSpecifications`: which burstable instances run without limit: all of them.
//!
//! AWS slows a burstable instance down once its credits are used up, unless it is `unlimited`. Nothing here slows instances
//! down, so that is what they are.

use std::sync::Arc;

use ringwall_model::id::InstanceId;
use ringwall_model::resource::{Instance, Tags};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Filterable, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::error::Code;
use crate::ec2::id::{find_all, parse_all};
use crate::ec2::operation::instance_type::{InstanceType, by_name};
use crate::error::ApiError;

/// The action.
pub struct DescribeInstanceCreditSpecifications;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "InstanceId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What is asked.
pub struct Request {
    ids: Vec<InstanceId>,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    instance_credit_specification_set: Vec<CreditShape>,
    next_token: Option<String>,
}

/// How an instance gets CPU credits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreditShape {
    instance_id: String,
    cpu_credits: &'static str,
}

impl AsRef<CreditShape> for CreditShape {
    fn as_ref(&self) -> &CreditShape {
        self
    }
}

impl Filterable for CreditShape {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &["instance-id"];

    fn values(&self, _: &str, (): &()) -> Vec<String> {
        vec![self.instance_id.clone()]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

impl Action for DescribeInstanceCreditSpecifications {
    const NAME: &'static str = "DescribeInstanceCreditSpecifications";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.ids, "instanceIds", &paging)?;
        Ok(Request { ids: parse_all(&input.ids)?, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let region = call.state();
        let instances: Vec<Arc<Instance>> = if request.ids.is_empty() {
            region.instances.iter().filter(|instance| is_burstable(instance)).cloned().collect()
        } else {
            find_all(&region, &request.ids)?
        };
        if let Some(other) = instances.iter().find(|instance| !is_burstable(instance)) {
            let message = format!("The instance '{}' is not a burstable performance instance.", other.id);
            return Err(Code::InvalidInstanceId.with(message));
        }
        let shape = |one: &Arc<Instance>| CreditShape { instance_id: one.id.to_string(), cpu_credits: "unlimited" };
        let selected = select::<_, CreditShape>(instances.iter().map(shape).collect(), &request.filters, &())?;
        let page = page(selected, &request.paging, (5, 1000), |one| one.instance_id.clone())?;
        Ok(Output { instance_credit_specification_set: page.items, next_token: page.next_token })
    }
}

fn is_burstable(instance: &Instance) -> bool {
    by_name(&instance.instance_type).is_some_and(InstanceType::is_burstable)
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{instance, pending_instance};

    #[test]
    fn burstable_instances_are_unlimited_and_others_are_none_of_them() {
        let mut bench = Bench::new();
        let plain = instance(&mut bench, "");
        let burstable = pending_instance(&mut bench, "&InstanceType=t3.micro&CreditSpecification.CpuCredits=unlimited");
        for parameters in [
            "".to_owned(),
            format!("InstanceId.1={burstable}"),
            "Filter.1.Name=instance-id&Filter.1.Value.1=i-*".to_owned(),
        ] {
            let answer = bench.ok("DescribeInstanceCreditSpecifications", &parameters);
            assert_eq!(answer.all("instanceId"), [burstable.to_string()]);
            assert_eq!(answer.get("cpuCredits"), "unlimited");
        }
        let mut refused = |parameters: &str| bench.refused("DescribeInstanceCreditSpecifications", parameters);
        assert_eq!(refused(&format!("InstanceId.1={plain}")), "InvalidInstanceID");
        assert_eq!(refused("InstanceId.1=i-00000000000000001"), "InvalidInstanceID.NotFound");
        assert_eq!(refused("Filter.1.Name=colour&Filter.1.Value.1=red"), "InvalidParameterValue");
    }
}
