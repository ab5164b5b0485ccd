//! Switches of the Core Rule Set for what cannot be done here: they must stay off.

use super::Reader;
use crate::collection::Collection;
use crate::model::Change;
use crate::refusal::Wrong;

/// A variable, the value that it may be given, if any, and what it would need.
const SWITCHES: &[(&str, Option<&str>, &str)] = &[
    ("do_reput_block", Some("0"), MEMORY),
    ("dos_burst_time_slice", None, MEMORY),
    ("dos_counter_threshold", None, MEMORY),
    ("dos_block_timeout", None, MEMORY),
    ("enable_default_collections", Some("0"), MEMORY),
    ("block_search_ip", Some("0"), LISTS),
    ("block_suspicious_ip", Some("0"), LISTS),
    ("block_harvester_ip", Some("0"), LISTS),
    ("block_spammer_ip", Some("0"), LISTS),
    ("high_risk_country_codes", Some(""), "countries of addresses, of which SecLang's rules are not told here"),
    ("sampling_percentage", Some("100"), "chance, which rules are not given"),
];

const MEMORY: &str = "memory from one request to the next, which there is none of";
const LISTS: &str = "lists at another server, which is not asked while a request waits";

impl Reader<'_> {
    /// Refuses to write a variable that switches on what cannot be done.
    pub(super) fn check_switch(&self, collection: Collection, name: &str, change: &Change) -> Result<(), Wrong> {
        let switch = SWITCHES.iter().find(|(own, ..)| own.eq_ignore_ascii_case(name));
        let (Collection::Tx, Some((name, allowed, needs))) = (collection, switch) else { return Ok(()) };
        match change {
            Change::Remove => Ok(()),
            Change::Set(text) if allowed.is_some() && text.plain() == *allowed => Ok(()),
            _ => Err(format!("switches on what `tx.{name}` stands for, which needs {needs}")),
        }
    }
}
