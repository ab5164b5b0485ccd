//! CloudTrail: the record of calls.

mod lookup_events;

use crate::call::Call;
use crate::error::ApiError;

/// Every action that AWS's CloudTrail has.
pub const KNOWN_ACTIONS: &str = include_str!("known_actions.txt");

/// An action of CloudTrail by name.
pub type Handler = fn(&[u8], &mut Call<'_>) -> Result<String, ApiError>;

/// The actions.
pub const ACTIONS: &[(&str, Handler)] = &[("LookupEvents", lookup_events::run)];
