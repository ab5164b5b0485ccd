//! `ResetNetworkInterfaceAttribute`: has the interface check source and destination again (ENI-5).

use std::sync::Arc;

use ringwall_model::id::NetworkInterfaceId;
use serde::Deserialize;

use crate::action::{Action, missing_parameter};
use crate::call::Call;
use crate::ec2::id::parse;
use crate::ec2::operation::network_interface::find_own;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct ResetNetworkInterfaceAttribute;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
    /// that it is there says what to reset; what it says does not matter
    source_dest_check: Option<String>,
}

impl Action for ResetNetworkInterfaceAttribute {
    const NAME: &'static str = "ResetNetworkInterfaceAttribute";

    type Input = Input;
    type Request = NetworkInterfaceId;
    type Output = Done;

    fn parse(input: Input) -> Result<NetworkInterfaceId, ApiError> {
        input.source_dest_check.ok_or_else(|| missing_parameter("sourceDestCheck"))?;
        parse(&input.network_interface_id)
    }

    fn apply(id: NetworkInterfaceId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let mut interface = Arc::unwrap_or_clone(find_own(&call.state(), id)?);
        interface.source_dest_check = true;
        call.put(interface);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::scene::{interface, interface_record};

    #[test]
    fn the_check_is_on_again() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        bench.ok("ModifyNetworkInterfaceAttribute", &format!("NetworkInterfaceId={id}&SourceDestCheck.Value=false"));
        assert_eq!(
            bench.refused("ResetNetworkInterfaceAttribute", &format!("NetworkInterfaceId={id}")),
            "MissingParameter"
        );
        assert!(!interface_record(&bench, id).source_dest_check);
        bench.ok("ResetNetworkInterfaceAttribute", &format!("NetworkInterfaceId={id}&SourceDestCheck=true"));
        assert!(interface_record(&bench, id).source_dest_check);
    }
}
