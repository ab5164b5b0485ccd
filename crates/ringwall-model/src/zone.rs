//! Availability Zones: each Region has three, named after it (VPC-26).

/// An Availability Zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// its name, as the account knows it
    pub name: String,
    /// its id, the same for all accounts (VPC-26)
    pub id: String,
}

/// The zones of a Region: three, as in most.
pub fn zones(region: &str) -> Vec<Zone> {
    let short = short_name(region);
    let zone = |(number, letter)| Zone { name: format!("{region}{letter}"), id: format!("{short}-az{number}") };
    [(1, 'a'), (2, 'b'), (3, 'c')].map(zone).into()
}

/// The id of a zone of a Region; empty if the Region has no such zone.
pub fn zone_id(region: &str, zone: &str) -> String {
    zones(region).into_iter().find(|known| known.name == zone).map(|known| known.id).unwrap_or_default()
}

/// `use1` for `us-east-1`, `apse2` for `ap-southeast-2`.
fn short_name(region: &str) -> String {
    let mut parts = region.split('-');
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        short.push_str(match part {
            "north" => "n",
            "south" => "s",
            "east" => "e",
            "west" => "w",
            "central" => "c",
            "northeast" => "ne",
            "northwest" => "nw",
            "southeast" => "se",
            "southwest" => "sw",
            other => other,
        });
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_named_after_their_region() {
        let zone = |region| zones(region)[1].clone();
        assert_eq!(zone("us-east-1"), Zone { name: "us-east-1b".into(), id: "use1-az2".into() });
        assert_eq!(zone("ap-southeast-2"), Zone { name: "ap-southeast-2b".into(), id: "apse2-az2".into() });
        assert_eq!(zone_id("us-east-1", "us-east-1c"), "use1-az3");
        assert_eq!(zone_id("us-east-1", "eu-west-1a"), "");
    }
}
