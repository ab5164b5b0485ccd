//! Ranges of ports.

use std::fmt;

/// An inclusive range of TCP or UDP ports; its first port never exceeds its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    first: u16,
    last: u16,
}

impl PortRange {
    /// Every port.
    pub const ALL: PortRange = PortRange { first: 0, last: u16::MAX };

    /// The range from `first` to `last`, both included; `None` if they are in the wrong order.
    pub fn new(first: u16, last: u16) -> Option<PortRange> {
        (first <= last).then_some(PortRange { first, last })
    }

    /// The range that holds one port.
    pub fn single(port: u16) -> PortRange {
        PortRange { first: port, last: port }
    }

    /// The lowest port of the range.
    pub fn first(self) -> u16 {
        self.first
    }

    /// The highest port of the range.
    pub fn last(self) -> u16 {
        self.last
    }

    /// Whether the range holds the port.
    pub fn contains(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }

    /// The fewest aligned power-of-two blocks that together make up the range, as `(base, bits)`:
    /// a block holds the ports whose upper `bits` bits are those of `base`.
    pub fn blocks(self) -> Vec<(u16, u8)> {
        let mut blocks = Vec::new();
        let (mut at, last) = (u32::from(self.first), u32::from(self.last));
        while at <= last {
            let aligned = if at == 0 { 16 } else { at.trailing_zeros().min(16) };
            let fitting = 31 - (last - at + 1).leading_zeros();
            let size_bits = aligned.min(fitting);
            blocks.push((at as u16, (16 - size_bits) as u8));
            at += 1 << size_bits;
        }
        blocks
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_blocks(blocks: &[(u16, u8)], port: u16) -> usize {
        blocks.iter().filter(|(base, bits)| *bits == 0 || (port ^ base) >> (16 - bits) == 0).count()
    }

    #[test]
    fn blocks_hold_exactly_the_ports_of_the_range_and_each_once() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut ranges =
            vec![PortRange::ALL, PortRange::single(0), PortRange::single(65535), PortRange::new(1, 65534).unwrap()];
        ranges.extend((0..60).filter_map(|_| PortRange::new(random.u16(..), random.u16(..))));
        for range in ranges {
            let blocks = range.blocks();
            for port in 0..=u16::MAX {
                assert_eq!(in_blocks(&blocks, port), usize::from(range.contains(port)), "{range} {port}");
            }
        }
    }

    #[test]
    fn a_range_in_the_wrong_order_cannot_be_made() {
        assert_eq!(PortRange::new(2, 1), None);
    }
}
