//! The identity document: who the instance is, in one piece.

use ringwall_wire::Timestamp;
use serde_json::json;

use crate::answer::Asker;

/// The document, as the account's.
pub(crate) fn document(asker: &Asker<'_>, account: &str) -> Vec<u8> {
    let instance = asker.instance;
    // To the second, as AWS writes it.
    let launched = Timestamp::from_millis(instance.launched).iso8601();
    let launched = format!("{}Z", launched.split(['.', 'Z']).next().unwrap_or_default());
    let private = instance.interfaces.first().and_then(|primary| primary.ipv4.first());
    let document = json!({
        "accountId": account,
        "architecture": instance.architecture,
        "availabilityZone": instance.zone,
        "billingProducts": null,
        "devpayProductCodes": null,
        "marketplaceProductCodes": null,
        "imageId": instance.image,
        "instanceId": asker.id.to_string(),
        "instanceType": instance.instance_type,
        "kernelId": null,
        "pendingTime": launched,
        "privateIp": private.map(|(private, _)| private.to_string()),
        "ramdiskId": null,
        "region": asker.vpc.region,
        "version": "2017-09-30",
    });
    let mut text = serde_json::to_vec_pretty(&document).unwrap_or_default();
    text.push(b'\n');
    text
}
