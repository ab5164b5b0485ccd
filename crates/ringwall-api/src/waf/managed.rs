//! Managed rule groups that calls name (WAF-150).

use ringwall_managed::{Catalogue, Group};

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
    pub fn find(&self, call: &Call<'_>) -> Result<&'static Group, ApiError> {
        let group = Catalogue::group(&self.vendor, &self.name).filter(|group| is_available(call, group));
        group.ok_or_else(|| nonexistent(&format!("managed rule group {} of {} here", self.name, self.vendor)))
    }
}

/// Whether web ACLs can refer to a group: whether everything is there that it needs.
pub fn is_available(call: &Call<'_>, group: &Group) -> bool {
    let managed = call.settings.waf.managed.as_ref();
    managed.is_some_and(|managed| managed.group(ringwall_managed::VENDOR, group.name, None).is_ok())
}
