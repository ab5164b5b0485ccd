//! x
/// x
pub fn xss(_input: &[u8]) -> Option<crate::Finding> { None }
