//! The image on the wire.

use ringwall_model::resource::Tags;
use serde::Serialize;

use super::security_group::Owner;
use crate::ec2::describe::Filterable;
use crate::ec2::operation::host_image;

/// The image under one of its two names. It has no snapshot, no creation date and no device.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageShape {
    image_id: String,
    image_location: String,
    image_state: &'static str,
    image_owner_id: String,
    image_type: &'static str,
    is_public: bool,
    architecture: &'static str,
    platform_details: &'static str,
    name: &'static str,
    description: &'static str,
    block_device_mapping: Vec<()>,
    product_codes: Vec<()>,
    tag_set: Vec<()>,
}

const DESCRIPTION: &str = "The file system of the host that Ringwall runs on";

impl ImageShape {
    /// The image under a name.
    pub fn new(id: &str, owner: Owner<'_>) -> ImageShape {
        ImageShape {
            image_id: id.to_owned(),
            image_location: location(owner),
            image_state: "available",
            image_owner_id: owner.account.to_owned(),
            image_type: "machine",
            is_public: false,
            architecture: host_image::ARCHITECTURE,
            platform_details: host_image::PLATFORM,
            name: host_image::NAME,
            description: DESCRIPTION,
            block_device_mapping: Vec::new(),
            product_codes: Vec::new(),
            tag_set: Vec::new(),
        }
    }

    /// The name that it is shown under.
    pub fn id(&self) -> &str {
        &self.image_id
    }
}

fn location(owner: Owner<'_>) -> String {
    format!("{}/{}", owner.account, host_image::NAME)
}

impl AsRef<ImageShape> for ImageShape {
    fn as_ref(&self) -> &ImageShape {
        self
    }
}

impl Filterable for ImageShape {
    type Context<'c> = ();
    const FILTERS: &'static [&'static str] = &[
        "architecture",
        "block-device-mapping.delete-on-termination",
        "block-device-mapping.device-name",
        "block-device-mapping.encrypted",
        "block-device-mapping.snapshot-id",
        "block-device-mapping.volume-size",
        "block-device-mapping.volume-type",
        "creation-date",
        "description",
        "ena-support",
        "hypervisor",
        "image-id",
        "image-type",
        "is-public",
        "kernel-id",
        "manifest-location",
        "name",
        "owner-alias",
        "owner-id",
        "platform",
        "product-code",
        "product-code.type",
        "ramdisk-id",
        "root-device-name",
        "root-device-type",
        "source-image-id",
        "source-image-region",
        "source-instance-id",
        "sriov-net-support",
        "state",
        "state-reason-code",
        "state-reason-message",
        "virtualization-type",
    ];

    fn values(&self, filter: &str, (): &()) -> Vec<String> {
        vec![match filter {
            "architecture" => self.architecture.to_owned(),
            "description" => self.description.to_owned(),
            "image-id" => self.image_id.clone(),
            "image-type" => self.image_type.to_owned(),
            "is-public" => self.is_public.to_string(),
            "manifest-location" => self.image_location.clone(),
            "name" => self.name.to_owned(),
            "owner-id" => self.image_owner_id.clone(),
            "state" => self.image_state.to_owned(),
            _ => return Vec::new(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}
