//! AsnMatchStatement: the autonomous system that an address belongs to (WAF-39).

use crate::document::{Context, Entry, Refusal};
use crate::forwarded::{Asked, Forwarded, asked};
use crate::inspection::Inspection;

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsnMatch {
    networks: Vec<u32>,
    forwarded: Option<Forwarded>,
}

impl AsnMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<AsnMatch, Refusal> {
        if !context.abilities.networks {
            let reason = "needs to know the autonomous system of an address: name a database in MaxMind's format, such as \
                          GeoLite2-ASN";
            return Err(entry.unsupported(reason));
        }
        let mut members = entry.members()?;
        let list = members.require("AsnList")?.list_of(1, 100)?;
        let number = |own: &Entry| own.integer(0..=u64::from(u32::MAX)).map(|number| number as u32);
        let networks = list.iter().map(number).collect::<Result<_, _>>()?;
        let forwarded = Forwarded::take(&mut members)?;
        members.finish()?;
        Ok(AsnMatch { networks, forwarded })
    }

    /// Whether the address belongs to one of the systems; one that belongs to none has the number 0.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        match asked(self.forwarded.as_ref(), inspection.view.request) {
            Asked::Address(address) => self.networks.contains(&inspection.environment.network(address)),
            Asked::Decided(decided) => decided,
        }
    }

    /// What it looks for, to be read.
    pub(crate) fn wanted(&self) -> String {
        let whose = self.forwarded.as_ref().map_or("the client", Forwarded::header);
        let numbers: Vec<String> = self.networks.iter().map(u32::to_string).collect();
        format!("the autonomous system of {whose} is {}", numbers.join(" or "))
    }

    /// One unit (WAF-25).
    pub fn capacity(&self) -> u64 {
        1
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, matches, read, read_with};
    use crate::testing::Sent;

    const STATEMENT: &str = r#"{"AsnMatchStatement": {"AsnList": [64500]}}"#;

    #[test]
    fn the_system_of_the_client_decides() {
        assert!(matches(STATEMENT, &Sent::get("/").from("192.0.2.1")), "192.0.2.0/24 of the tests is AS64500");
        assert!(!matches(STATEMENT, &Sent::get("/").from("203.0.113.1")));
        assert!(matches(&STATEMENT.replace("64500", "0"), &Sent::get("/").from("203.0.113.1")), "WAF-39");
        assert_eq!(capacity(STATEMENT), 1, "WAF-25");
    }

    #[test]
    fn lists_have_limits_and_a_database_is_needed() {
        let of = |count| STATEMENT.replace("64500", &vec!["1"; count].join(","));
        assert!(read(&of(100)).is_ok());
        assert!(read(&of(101)).is_err(), "WAF-39");
        assert!(read(&STATEMENT.replace("64500", "4294967296")).is_err());
        assert!(read_with(STATEMENT, |context| context.abilities.networks = false).is_err());
    }
}
