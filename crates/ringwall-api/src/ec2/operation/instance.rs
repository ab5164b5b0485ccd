//! temporary
use ringwall_model::id::InstanceId;
use ringwall_model::resource::Milliseconds;
use ringwall_store::Transaction;
/// x
pub fn started(_t: &mut Transaction, _region: &str, _id: InstanceId) -> bool {
    false
}
/// x
pub fn stopped(_t: &mut Transaction, _region: &str, _id: InstanceId, _now: Milliseconds) -> bool {
    false
}
/// x
pub fn failed(_t: &mut Transaction, _region: &str, _id: InstanceId, _why: &str, _now: Milliseconds) -> bool {
    false
}
/// x
pub fn forget_old(_t: &mut Transaction, _region: &str, _now: Milliseconds) -> bool {
    false
}
