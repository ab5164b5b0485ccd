//! What `ringwall status` shows.

use ringwall_abi::code::SLOTS;
use ringwall_model::gate::Reason;
use ringwall_store::Snapshot;
use serde_json::{Value, json};

use crate::control::Local;

/// The state of everything, in a document.
pub fn status(local: &Local) -> Value {
    let snapshot = local.controller.store().snapshot();
    let enforced = local.controller.progress().enforced();
    let mut document = local.about.clone();
    document["revision"] = json!(snapshot.revision);
    document["enforced_revision"] = json!(enforced.revision);
    document["failure"] = json!(enforced.failure);
    document["interfaces"] =
        json!({ "up": enforced.world.interfaces.values().filter(|own| own.up).count(), "most": SLOTS - 1 });
    document["instances"] = instances(&snapshot);
    document["refused"] = refused(local);
    document
}

fn instances(snapshot: &Snapshot) -> Value {
    let mut list = Vec::new();
    for (name, region) in &snapshot.regions {
        for instance in region.instances.iter() {
            let own = region
                .network_interfaces
                .iter()
                .filter(|interface| interface.attachment.is_some_and(|attachment| attachment.instance == instance.id));
            let interfaces: Vec<Value> = own
                .map(|interface| {
                    let public = region.addresses.iter().find(|address| {
                        address.association.is_some_and(|association| association.interface == interface.id)
                    });
                    json!({
                        "id": interface.id,
                        "device": interface.attachment.map(|attachment| format!("eth{}", attachment.device_index)),
                        "addresses": interface.ipv4.iter().map(ToString::to_string)
                            .chain(interface.ipv6.iter().map(ToString::to_string)).collect::<Vec<_>>(),
                        "public": public.map(|address| address.public).or(interface.auto_public),
                        "subnet": interface.subnet,
                        "groups": &*interface.groups,
                    })
                })
                .collect();
            list.push(json!({
                "id": instance.id,
                "name": instance.tags.get("Name"),
                "region": name,
                "state": instance.state.name(),
                "interfaces": interfaces,
            }));
        }
    }
    Value::Array(list)
}

/// How many packets were refused so far, by reason.
fn refused(local: &Local) -> Value {
    let Some(kernel) = local.kernel.get() else { return Value::Null };
    let counts = kernel.refusals().unwrap_or_default();
    let named = counts.into_iter().filter_map(|(code, count)| Some((Reason::from_code(code)?, count)));
    named.filter(|(_, count)| *count > 0).map(|(reason, count)| (reason.slug().to_owned(), json!(count))).collect()
}
