//! `DeleteNetworkInterface`: of one that is attached to nothing (ENI-9).

use ringwall_model::id::NetworkInterfaceId;
use ringwall_model::resource::NetworkInterface;
use serde::Deserialize;

use crate::action::Action;
use crate::call::Call;
use crate::ec2::error::Code;
use crate::ec2::id::{find, parse};
use crate::ec2::operation::network_interface::delete;
use crate::ec2::shape::Done;
use crate::error::ApiError;

/// The action.
pub struct DeleteNetworkInterface;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    network_interface_id: String,
}

impl Action for DeleteNetworkInterface {
    const NAME: &'static str = "DeleteNetworkInterface";

    type Input = Input;
    type Request = NetworkInterfaceId;
    type Output = Done;

    fn parse(input: Input) -> Result<NetworkInterfaceId, ApiError> {
        parse(&input.network_interface_id)
    }

    fn apply(id: NetworkInterfaceId, call: &mut Call<'_>) -> Result<Done, ApiError> {
        let interface = find::<NetworkInterface>(&call.state(), &id)?;
        if interface.attachment.is_some() || interface.kind.is_requester_managed() {
            let message = format!("Network interface '{id}' is currently in use.");
            return Err(Code::InvalidParameterValue.with(message));
        }
        delete(call.transaction, call.region, id);
        Ok(Done::OK)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use crate::bench::Bench;
    use crate::ec2::scene::{associate, instance, interface, interface_record, primary, region};

    #[test]
    fn a_free_interface_goes_and_its_elastic_address_stays_allocated() {
        let mut bench = Bench::new();
        let id = interface(&mut bench, "");
        let private = interface_record(&bench, id).ipv4[0];
        let elastic = associate(&mut bench, Ipv4Addr::new(198, 51, 100, 9), id, private);
        bench.ok("DeleteNetworkInterface", &format!("NetworkInterfaceId={id}"));
        assert!(region(&bench).network_interfaces.is_empty());
        assert_eq!(region(&bench).addresses.get(&elastic).unwrap().association, None);
        // API-33
        let again = bench.refused("DeleteNetworkInterface", &format!("NetworkInterfaceId={id}"));
        assert_eq!(again, "InvalidNetworkInterfaceID.NotFound");
    }

    #[test]
    fn one_in_use_stays() {
        let mut bench = Bench::new();
        let instance = instance(&mut bench, "");
        let id = primary(&bench, instance).id;
        let error = bench.call("DeleteNetworkInterface", &format!("NetworkInterfaceId={id}")).unwrap_err();
        assert_eq!(error.to_string(), format!("InvalidParameterValue: Network interface '{id}' is currently in use."));
    }
}
