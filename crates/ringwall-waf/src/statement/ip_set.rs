//! IPSetReferenceStatement: whether an address is in a set (WAF-40).

use std::sync::Arc;

use crate::document::{Code, Context, Entry, IpSet, Refusal};
use crate::forwarded::{Claimed, Forwarded, Position};
use crate::inspection::Inspection;

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpSetReference {
    set: Arc<IpSet>,
    forwarded: Option<(Forwarded, Position)>,
}

impl IpSetReference {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<IpSetReference, Refusal> {
        let mut members = entry.members()?;
        let arn = members.require("ARN")?;
        let set = context.references.ip_set(arn.text()?);
        let set = set.ok_or_else(|| arn.refused(Code::NonexistentItem, "is no IP set that exists"))?;
        let forwarded = members.take("IPSetForwardedIPConfig").map(|entry| {
            let mut members = entry.members()?;
            let forwarded = Forwarded::read(&mut members)?;
            let position = Position::read(&members.require("Position")?)?;
            members.finish().map(|()| (forwarded, position))
        });
        let forwarded = forwarded.transpose()?;
        members.finish()?;
        Ok(IpSetReference { set, forwarded })
    }

    /// Whether the client, or an address that the header claims, is in the set.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        let request = inspection.view.request;
        let Some((forwarded, position)) = &self.forwarded else {
            return self.set.contains(request.client.to_canonical());
        };
        match forwarded.claimed(request, *position) {
            Claimed::Nothing => false,
            Claimed::Nonsense => forwarded.fallback.matches(),
            Claimed::Addresses(addresses) => addresses.into_iter().any(|address| self.set.contains(address)),
        }
    }

    /// What it looks for, to be read.
    pub(crate) fn wanted(&self) -> String {
        let whose = self.forwarded.as_ref().map_or("the client", |(own, _)| own.header());
        format!("{whose} is in the IP set {}", self.set.arn.name)
    }

    /// One unit, and four more where several addresses are looked at (WAF-25, WAF-26).
    pub fn capacity(&self) -> u64 {
        if matches!(self.forwarded, Some((_, Position::Any))) { 5 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Code;
    use crate::statement::tests::{capacity, matches, read};
    use crate::testing::{IP_SET, Sent};

    fn forwarded(position: &str) -> String {
        format!(
            r#"{{"IPSetReferenceStatement": {{"ARN": "{IP_SET}", "IPSetForwardedIPConfig":
                {{"HeaderName": "X-Real", "FallbackBehavior": "MATCH", "Position": "{position}"}}}}}}"#
        )
    }

    #[test]
    fn the_client_is_in_the_set_or_not() {
        let statement = format!(r#"{{"IPSetReferenceStatement": {{"ARN": "{IP_SET}"}}}}"#);
        assert!(matches(&statement, &Sent::get("/").from("192.0.2.77")), "the set of the tests has 192.0.2.64/26");
        assert!(!matches(&statement, &Sent::get("/").from("192.0.2.1")));
        assert!(matches(&statement, &Sent::get("/").from("::ffff:192.0.2.77")));
        assert_eq!(capacity(&statement), 1, "WAF-25");
    }

    #[test]
    fn a_position_of_the_header_is_in_the_set_or_not() {
        let sent = |value| Sent::get("/").header("x-real", value);
        assert!(matches(&forwarded("FIRST"), &sent("192.0.2.77, 192.0.2.1")));
        assert!(!matches(&forwarded("LAST"), &sent("192.0.2.77, 192.0.2.1")));
        assert!(matches(&forwarded("ANY"), &sent("192.0.2.1, 192.0.2.77, 192.0.2.2")));
        assert!(matches(&forwarded("LAST"), &sent("nobody")), "the fallback");
        assert!(!matches(&forwarded("LAST"), &Sent::get("/").from("192.0.2.77")), "WAF-41");
        assert_eq!((capacity(&forwarded("ANY")), capacity(&forwarded("LAST"))), (5, 1), "WAF-26");
    }

    #[test]
    fn a_set_that_does_not_exist_is_refused() {
        let refusal = read(r#"{"IPSetReferenceStatement": {"ARN": "arn:aws:wafv2:us-east-1:1:regional/ipset/x/y"}}"#)
            .unwrap_err();
        assert_eq!((refusal.code, refusal.place.field()), (Code::NonexistentItem, "RESOURCE_ARN"));
    }
}
