//! What instances are filtered by (INST-17). What no instance has, such as a key, is a filter too: it selects none.

use ringwall_model::resource::{Instance, Tags};
use ringwall_wire::timestamp::Timestamp;

use super::instance::{addresses, private_name, public_name, reason};
use super::instance_state::StateReasonShape;
use super::metadata_options::{switch, tokens};
use super::subnet::hostname_type;
use super::view::View;
use crate::ec2::describe::Filterable;
use crate::ec2::operation::host_image;

impl Filterable for Instance {
    type Context<'c> = View<'c>;
    const FILTERS: &'static [&'static str] = &[
        "affinity",
        "architecture",
        "availability-zone",
        "availability-zone-id",
        "block-device-mapping.attach-time",
        "block-device-mapping.delete-on-termination",
        "block-device-mapping.device-name",
        "block-device-mapping.status",
        "block-device-mapping.volume-id",
        "capacity-reservation-id",
        "client-token",
        "dns-name",
        "ebs-optimized",
        "enclave-options.enabled",
        "hibernation-options.configured",
        "host-id",
        "iam-instance-profile.arn",
        "iam-instance-profile.id",
        "iam-instance-profile.name",
        "image-id",
        "instance-id",
        "instance-lifecycle",
        "instance-state-code",
        "instance-state-name",
        "instance-type",
        "instance.group-id",
        "instance.group-name",
        "ip-address",
        "ipv6-address",
        "kernel-id",
        "key-name",
        "launch-index",
        "launch-time",
        "metadata-options.http-endpoint",
        "metadata-options.http-protocol-ipv6",
        "metadata-options.http-put-response-hop-limit",
        "metadata-options.http-tokens",
        "metadata-options.instance-metadata-tags",
        "monitoring-state",
        "network-interface.addresses.association.allocation-id",
        "network-interface.addresses.association.association-id",
        "network-interface.addresses.association.ip-owner-id",
        "network-interface.addresses.association.public-dns-name",
        "network-interface.addresses.association.public-ip",
        "network-interface.addresses.primary",
        "network-interface.addresses.private-dns-name",
        "network-interface.addresses.private-ip-address",
        "network-interface.association.allocation-id",
        "network-interface.association.association-id",
        "network-interface.association.ip-owner-id",
        "network-interface.association.public-dns-name",
        "network-interface.association.public-ip",
        "network-interface.attachment.attach-time",
        "network-interface.attachment.attachment-id",
        "network-interface.attachment.delete-on-termination",
        "network-interface.attachment.device-index",
        "network-interface.attachment.instance-id",
        "network-interface.attachment.instance-owner-id",
        "network-interface.attachment.network-card-index",
        "network-interface.attachment.status",
        "network-interface.availability-zone",
        "network-interface.availability-zone-id",
        "network-interface.description",
        "network-interface.group-id",
        "network-interface.group-name",
        "network-interface.ipv6-address",
        "network-interface.ipv6-addresses.ipv6-address",
        "network-interface.ipv6-addresses.is-primary-ipv6",
        "network-interface.ipv6-native",
        "network-interface.mac-address",
        "network-interface.network-interface-id",
        "network-interface.operator.managed",
        "network-interface.operator.principal",
        "network-interface.owner-id",
        "network-interface.private-dns-name",
        "network-interface.private-ip-address",
        "network-interface.public-dns-name",
        "network-interface.requester-id",
        "network-interface.requester-managed",
        "network-interface.source-dest-check",
        "network-interface.status",
        "network-interface.subnet-id",
        "network-interface.tag-key",
        "network-interface.tag-value",
        "network-interface.vpc-id",
        "operator.managed",
        "operator.principal",
        "outpost-arn",
        "owner-id",
        "placement-group-name",
        "placement-partition-number",
        "platform",
        "platform-details",
        "private-dns-name",
        "private-dns-name-options.enable-resource-name-dns-a-record",
        "private-dns-name-options.enable-resource-name-dns-aaaa-record",
        "private-dns-name-options.hostname-type",
        "private-ip-address",
        "product-code",
        "product-code.type",
        "ramdisk-id",
        "reason",
        "requester-id",
        "reservation-id",
        "root-device-name",
        "source-dest-check",
        "spot-instance-request-id",
        "state-reason-code",
        "state-reason-message",
        "subnet-id",
        "tenancy",
        "vpc-id",
    ];

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        if let Some(property) = filter.strip_prefix("network-interface.") {
            return view.attached(self.id).iter().flat_map(|interface| interface.values(property, view)).collect();
        }
        // What the instance shows of its primary interface.
        let of_primary =
            |property: &str| view.primary(self.id).map(|one| one.values(property, view)).unwrap_or_default();
        let optional = |value: Option<String>| value.into_iter().collect();
        match filter {
            "architecture" => vec![host_image::ARCHITECTURE.to_owned()],
            "availability-zone" => vec![self.zone.clone()],
            "availability-zone-id" => vec![view.zone_id(&self.zone)],
            "client-token" => optional(self.client_token.clone()),
            "dns-name" => optional(public_name(self, view)),
            "ebs-optimized" | "enclave-options.enabled" | "hibernation-options.configured" | "operator.managed" => {
                vec!["false".to_owned()]
            }
            "metadata-options.http-endpoint" => vec![switch(self.metadata_options.endpoint).to_owned()],
            "metadata-options.http-protocol-ipv6" => vec![switch(self.metadata_options.ipv6).to_owned()],
            "metadata-options.http-put-response-hop-limit" => vec![self.metadata_options.hop_limit.to_string()],
            "metadata-options.http-tokens" => vec![tokens(self.metadata_options.tokens_required).to_owned()],
            "metadata-options.instance-metadata-tags" => vec![switch(self.metadata_options.tags).to_owned()],
            "private-dns-name-options.enable-resource-name-dns-a-record" => {
                vec![self.resource_name_records.a.to_string()]
            }
            "private-dns-name-options.enable-resource-name-dns-aaaa-record" => {
                vec![self.resource_name_records.aaaa.to_string()]
            }
            "image-id" => vec![self.image.to_string()],
            "instance-id" => vec![self.id.to_string()],
            "instance-state-code" => vec![self.state.code().to_string()],
            "instance-state-name" => vec![self.state.name().to_owned()],
            "instance-type" => vec![self.instance_type.clone()],
            "instance.group-id" => of_primary("group-id"),
            "instance.group-name" => of_primary("group-name"),
            "ip-address" => {
                let public = addresses(self, view).and_then(|(_, public)| public);
                optional(public.map(|public| public.address.to_string()))
            }
            "ipv6-address" => of_primary("ipv6-address"),
            "launch-index" => vec![self.launch_index.to_string()],
            "launch-time" => vec![Timestamp::from_millis(self.launched).iso8601()],
            "monitoring-state" => vec!["disabled".to_owned()],
            "owner-id" => vec![view.owner.account.to_owned()],
            "platform-details" => vec![host_image::PLATFORM.to_owned()],
            "private-dns-name" => optional(private_name(self, view)),
            "private-dns-name-options.hostname-type" => vec![hostname_type(self.hostname_type).to_owned()],
            "private-ip-address" | "source-dest-check" | "subnet-id" | "vpc-id" => of_primary(filter),
            "reason" => vec![reason(self)],
            "reservation-id" => vec![self.reservation.to_string()],
            "state-reason-code" => optional(StateReasonShape::new(self).map(|reason| reason.code)),
            "state-reason-message" => optional(StateReasonShape::new(self).map(|reason| reason.message)),
            "tenancy" => vec!["default".to_owned()],
            _ => Vec::new(),
        }
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}
