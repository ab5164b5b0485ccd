//! Types of instances on the wire.
//!
//! Sizes and limits are what AWS publishes of a type; abilities are what instances have here.

use ringwall_model::resource::Tags;
use ringwall_model::session::Timeouts;
use serde::Serialize;

use crate::ec2::describe::Filterable;
use crate::ec2::operation::host_image;
use crate::ec2::operation::instance_type::InstanceType;

const UNSUPPORTED: &str = "unsupported";

/// A type.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceTypeShape {
    instance_type: &'static str,
    current_generation: bool,
    supported_usage_classes: [&'static str; 1],
    bare_metal: bool,
    hypervisor: &'static str,
    processor_info: ProcessorShape,
    v_cpu_info: VcpuShape,
    memory_info: MemoryShape,
    instance_storage_supported: bool,
    ebs_info: EbsShape,
    network_info: NetworkShape,
    placement_group_info: PlacementGroupShape,
    hibernation_supported: bool,
    burstable_performance_supported: bool,
    dedicated_hosts_supported: bool,
    auto_recovery_supported: bool,
    nitro_enclaves_support: &'static str,
    nitro_tpm_support: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProcessorShape {
    supported_architectures: [&'static str; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VcpuShape {
    #[serde(rename = "defaultVCpus")]
    default_vcpus: u32,
    default_cores: u32,
    default_threads_per_core: u32,
}

#[derive(Debug, Serialize)]
struct MemoryShape {
    #[serde(rename = "sizeInMiB")]
    size: u32,
}

/// There are no volumes, but clients look for the word.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EbsShape {
    ebs_optimized_support: &'static str,
    encryption_support: &'static str,
    nvme_support: &'static str,
}

/// All instances are in one place.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlacementGroupShape {
    supported_strategies: [&'static str; 0],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkShape {
    maximum_network_interfaces: usize,
    maximum_network_cards: u32,
    default_network_card_index: u32,
    network_cards: [NetworkCardShape; 1],
    ipv4_addresses_per_interface: usize,
    ipv6_addresses_per_interface: usize,
    ipv6_supported: bool,
    efa_supported: bool,
    encryption_in_transit_supported: bool,
    connection_tracking_configuration: TrackingDefaultsShape,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkCardShape {
    network_card_index: u32,
    maximum_network_interfaces: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TrackingDefaultsShape {
    default_tcp_established_timeout: u32,
    default_udp_timeout: u32,
    default_udp_stream_timeout: u32,
}

impl From<&InstanceType> for InstanceTypeShape {
    fn from(kind: &InstanceType) -> Self {
        let timeouts = Timeouts::default();
        InstanceTypeShape {
            instance_type: kind.name,
            current_generation: kind.is_current(),
            supported_usage_classes: ["on-demand"],
            bare_metal: false,
            hypervisor: kind.hypervisor.name(),
            processor_info: ProcessorShape { supported_architectures: [host_image::ARCHITECTURE] },
            v_cpu_info: VcpuShape {
                default_vcpus: kind.vcpus,
                default_cores: kind.cores,
                default_threads_per_core: kind.vcpus / kind.cores,
            },
            memory_info: MemoryShape { size: kind.memory },
            instance_storage_supported: false,
            ebs_info: EbsShape {
                ebs_optimized_support: UNSUPPORTED,
                encryption_support: UNSUPPORTED,
                nvme_support: UNSUPPORTED,
            },
            network_info: NetworkShape {
                maximum_network_interfaces: kind.interfaces,
                maximum_network_cards: 1,
                default_network_card_index: 0,
                network_cards: [NetworkCardShape {
                    network_card_index: 0,
                    maximum_network_interfaces: kind.interfaces,
                }],
                ipv4_addresses_per_interface: kind.ipv4_addresses,
                ipv6_addresses_per_interface: kind.ipv6_addresses,
                ipv6_supported: kind.ipv6_addresses > 0,
                efa_supported: false,
                encryption_in_transit_supported: false,
                connection_tracking_configuration: TrackingDefaultsShape {
                    default_tcp_established_timeout: timeouts.tcp_established,
                    default_udp_timeout: timeouts.udp,
                    default_udp_stream_timeout: timeouts.udp_stream,
                },
            },
            placement_group_info: PlacementGroupShape { supported_strategies: [] },
            hibernation_supported: false,
            burstable_performance_supported: kind.is_burstable(),
            dedicated_hosts_supported: false,
            auto_recovery_supported: false,
            nitro_enclaves_support: UNSUPPORTED,
            nitro_tpm_support: UNSUPPORTED,
        }
    }
}

impl AsRef<InstanceType> for InstanceType {
    fn as_ref(&self) -> &InstanceType {
        self
    }
}

impl Filterable for InstanceType {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &[
        "auto-recovery-supported",
        "bare-metal",
        "burstable-performance-supported",
        "current-generation",
        "dedicated-hosts-supported",
        "ebs-info.ebs-optimized-support",
        "ebs-info.encryption-support",
        "ebs-info.nvme-support",
        "hibernation-supported",
        "hypervisor",
        "instance-storage-supported",
        "instance-type",
        "memory-info.size-in-mib",
        "network-info.efa-supported",
        "network-info.encryption-in-transit-supported",
        "network-info.ipv4-addresses-per-interface",
        "network-info.ipv6-addresses-per-interface",
        "network-info.ipv6-supported",
        "network-info.maximum-network-cards",
        "network-info.maximum-network-interfaces",
        "nitro-enclaves-support",
        "nitro-tpm-support",
        "processor-info.supported-architecture",
        "supported-usage-class",
        "vcpu-info.default-cores",
        "vcpu-info.default-threads-per-core",
        "vcpu-info.default-vcpus",
    ];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        vec![match filter {
            "auto-recovery-supported"
            | "bare-metal"
            | "dedicated-hosts-supported"
            | "hibernation-supported"
            | "instance-storage-supported"
            | "network-info.efa-supported"
            | "network-info.encryption-in-transit-supported" => "false".to_owned(),
            "burstable-performance-supported" => self.is_burstable().to_string(),
            "current-generation" => self.is_current().to_string(),
            "hypervisor" => self.hypervisor.name().to_owned(),
            "instance-type" => self.name.to_owned(),
            "memory-info.size-in-mib" => self.memory.to_string(),
            "network-info.ipv4-addresses-per-interface" => self.ipv4_addresses.to_string(),
            "network-info.ipv6-addresses-per-interface" => self.ipv6_addresses.to_string(),
            "network-info.ipv6-supported" => (self.ipv6_addresses > 0).to_string(),
            "network-info.maximum-network-cards" => "1".to_owned(),
            "network-info.maximum-network-interfaces" => self.interfaces.to_string(),
            "ebs-info.ebs-optimized-support"
            | "ebs-info.encryption-support"
            | "ebs-info.nvme-support"
            | "nitro-enclaves-support"
            | "nitro-tpm-support" => UNSUPPORTED.to_owned(),
            "processor-info.supported-architecture" => host_image::ARCHITECTURE.to_owned(),
            "supported-usage-class" => "on-demand".to_owned(),
            "vcpu-info.default-cores" => self.cores.to_string(),
            "vcpu-info.default-threads-per-core" => (self.vcpus / self.cores).to_string(),
            "vcpu-info.default-vcpus" => self.vcpus.to_string(),
            _ => return Vec::new(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}
