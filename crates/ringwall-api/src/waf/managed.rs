//! Managed rule groups that calls name (WAF-150).

use ringwall_managed::{Offer, Told};

use super::constraint::{self, required};
use super::error::nonexistent;
use crate::call::Call;
use crate::error::ApiError;

/// Which group a call is about.
#[derive(Clone, Debug)]
pub struct Wanted {
    vendor: String,
    name: String,
}

impl Wanted {
    /// Reads vendor and name.
    pub fn parse(vendor: Option<String>, name: Option<String>) -> Result<Wanted, ApiError> {
        let vendor = required(vendor, "vendorName")?;
        constraint::length(&vendor, "vendorName", 128)?;
        Ok(Wanted { vendor, name: constraint::name(name, "name")? })
    }

    /// The group, if web ACLs can refer to it here.
    pub fn find(&self, call: &Call<'_>) -> Result<Offer, ApiError> {
        let offer = Offer::named(&self.vendor, &self.name).filter(|offer| is_available(call, offer));
        offer.ok_or_else(|| nonexistent(&format!("managed rule group {} of {} here", self.name, self.vendor)))
    }
}

/// Whether web ACLs can refer to a group: whether everything is there that it needs.
pub fn is_available(call: &Call<'_>, offer: &Offer) -> bool {
    call.settings.waf.managed.as_ref().is_some_and(|managed| offer.is_there(&**managed))
}

/// The rules of a version.
pub fn rules(call: &Call<'_>, offer: &Offer, version: Option<&str>) -> Result<Vec<Told>, ApiError> {
    let missing = |reason: String| nonexistent(&format!("such version: {reason}"));
    let managed =
        call.settings.waf.managed.as_ref().ok_or_else(|| missing("there are no managed rule groups".into()))?;
    offer.rules(&**managed, version).map_err(missing)
}
