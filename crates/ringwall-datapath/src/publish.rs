//! Carrying out writes: in order, many at once where order does not matter, with the flip as the only point of no return.

use std::io;

use ringwall_abi::Pod;
use ringwall_abi::record::Control;
use ringwall_tables::flat::{Map, Write};

use crate::object::DataPlane;

/// A write failed. Nothing was flipped, so every packet is still judged by the revision before.
#[derive(Debug, thiserror::Error)]
#[error("write to map `{map}`: {source}")]
pub struct PublishError {
    /// the map
    pub map: &'static str,
    /// why
    pub source: io::Error,
}

impl DataPlane {
    /// Carries out the writes.
    pub fn publish(&self, writes: &[Write]) -> Result<(), PublishError> {
        let mut rest = writes;
        while let Some(first) = rest.first() {
            let length = rest.iter().take_while(|write| is_like(first, write)).count();
            let (part, after) = rest.split_at(length);
            self.carry_out(part)?;
            rest = after;
        }
        Ok(())
    }

    fn carry_out(&self, part: &[Write]) -> Result<(), PublishError> {
        let of = |map: Map| move |source| PublishError { map: map.name(), source };
        match &part[0] {
            Write::Flip { bank } => self.flip(*bank).map_err(of(Map::Control)),
            Write::Put { map, .. } => {
                let elements: Vec<(&[u8], &[u8])> = part.iter().filter_map(put).collect();
                self.table(*map).put_many(&elements).map_err(of(*map))
            }
            Write::Delete { map, .. } if map.is_array() => {
                let zero = vec![0; self.table(*map).value_size()];
                let elements: Vec<(&[u8], &[u8])> =
                    part.iter().filter_map(deleted).map(|key| (key, &zero[..])).collect();
                self.table(*map).put_many(&elements).map_err(of(*map))
            }
            Write::Delete { map, .. } => {
                let keys: Vec<&[u8]> = part.iter().filter_map(deleted).collect();
                self.table(*map).delete_many(&keys).map_err(of(*map))
            }
        }
    }

    fn flip(&self, bank: u32) -> io::Result<()> {
        let control = self.control()?;
        self.set_control(Control { bank, ..control })?;
        self.wait_for_packets()
    }

    /// What the program goes by.
    pub fn control(&self) -> io::Result<Control> {
        Ok(self.table(Map::Control).get_at(0)?.unwrap_or_default())
    }

    /// Sets what the program goes by.
    pub fn set_control(&self, control: Control) -> io::Result<()> {
        self.table(Map::Control).put(&0u32.to_ne_bytes(), control.bytes())
    }
}

fn put(write: &Write) -> Option<(&[u8], &[u8])> {
    match write {
        Write::Put { key, value, .. } => Some((key, value)),
        _ => None,
    }
}

fn deleted(write: &Write) -> Option<&[u8]> {
    match write {
        Write::Delete { key, .. } => Some(key),
        _ => None,
    }
}

/// Whether two neighbouring writes may be carried out by one call: the same kind, to the same map.
fn is_like(one: &Write, other: &Write) -> bool {
    match (one, other) {
        (Write::Put { map, .. }, Write::Put { map: other, .. }) => map == other,
        (Write::Delete { map, .. }, Write::Delete { map: other, .. }) => map == other,
        (Write::Flip { .. }, Write::Flip { .. }) => std::ptr::eq(one, other),
        _ => false,
    }
}
