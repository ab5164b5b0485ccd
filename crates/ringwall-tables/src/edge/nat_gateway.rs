//! NAT gateways: what the kernel program needs to lend ports.

use ringwall_abi::code::NAT_ADDRESSES;
use ringwall_abi::record::NatGatewayRecord;
use ringwall_model::world::NatGateway;

/// The record of a gateway.
pub fn record(gateway: &NatGateway) -> NatGatewayRecord {
    let mut record = NatGatewayRecord {
        port_seed: gateway.port_seed,
        connection_limit: gateway.connection_limit,
        address_count: gateway.addresses.len().min(NAT_ADDRESSES as usize) as u32,
        ..NatGatewayRecord::default()
    };
    for (place, address) in record.addresses.iter_mut().zip(&gateway.addresses) {
        *place = address.octets();
    }
    record
}
