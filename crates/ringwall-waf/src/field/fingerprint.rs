//! JA3Fingerprint and JA4Fingerprint: what the client's TLS looks like (WAF-74).

use super::{Extracted, Fallback, Found, View};
use crate::document::{Entry, Refusal};

/// Which fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// the MD5 of the JA3 string
    Ja3,
    /// JA4
    Ja4,
}

/// `JA3Fingerprint` or `JA4Fingerprint`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// which
    pub kind: Kind,
    /// for requests that have none
    pub fallback: Fallback,
}

impl Fingerprint {
    /// Reads `{"FallbackBehavior": …}`.
    pub(crate) fn read(entry: &Entry, kind: Kind) -> Result<Fingerprint, Refusal> {
        let mut members = entry.members()?;
        let fallback = Fallback::read(&members.require("FallbackBehavior")?)?;
        members.finish()?;
        Ok(Fingerprint { kind, fallback })
    }

    /// The fingerprint of a request, where its resource knows them.
    pub fn of<'r>(&self, view: &View<'r>) -> Option<&'r str> {
        let fingerprints = view.request.fingerprints;
        let own = match self.kind {
            Kind::Ja3 => fingerprints.ja3,
            Kind::Ja4 => fingerprints.ja4,
        };
        own.filter(|_| view.resource.knows_fingerprints())
    }

    /// The fingerprint, or what the fallback says.
    pub fn extract<'r>(&self, view: &View<'r>, found: &mut Found<'r>) -> Extracted {
        let Some(text) = self.of(view) else { return Extracted::decided(self.fallback.matches()) };
        found.plain(text.as_bytes());
        Extracted::WHOLE
    }
}

#[cfg(test)]
mod tests {
    use crate::field::tests::{read, result, values};
    use crate::testing::Sent;

    #[test]
    fn without_tls_the_fallback_decides() {
        let field = read(r#"{"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}"#).unwrap();
        assert_eq!(result(&field, &Sent::get("/")).1, Some(true));
        assert_eq!(values(&field, &Sent::get("/").ja3("e7d705a3286e19ea42f587b344ee6865")).len(), 1);
        assert!(read(r#"{"JA4Fingerprint": {}}"#).is_err(), "the fallback is required");
    }
}
