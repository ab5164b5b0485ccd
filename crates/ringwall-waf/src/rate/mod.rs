//! RateBasedStatement: more requests of a key than a limit within a window (WAF-49 … WAF-58).

mod counters;
mod key;

pub use counters::{CounterId, Counters, LocalCounters, MOST_KEYS};
pub use key::{Aggregate, Component, Key, KeyValue};

use crate::document::{Context, Entry, Refusal};
use crate::inspection::Inspection;
use crate::statement::Statement;

/// The statement.
#[derive(Clone, Debug)]
pub struct RateBased {
    /// how many requests are allowed within a window
    pub limit: u64,
    /// the window, in seconds
    pub window: u64,
    /// what requests are counted by
    pub aggregate: Aggregate,
    /// which requests are counted and limited; all without it
    pub scope_down: Option<Statement>,
    /// its settings and place, so that other ones count by themselves
    pub counter: CounterId,
}

/// What a rate-based statement says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rated {
    /// the key
    pub key: Key,
    /// what log records say of it
    pub values: Vec<KeyValue>,
    /// the requests of the key within the window, with this one
    pub count: u64,
    /// whether that is more than the limit
    pub is_over: bool,
}

impl RateBased {
    /// Reads the statement of the rule with that name.
    pub(crate) fn read(entry: &Entry, rule: &str, context: &Context) -> Result<RateBased, Refusal> {
        let counter = CounterId::of(&[context.owner.as_str(), rule, &format!("{entry:?}")]);
        let mut members = entry.members()?;
        let limit = members.require("Limit")?.integer(10..=2_000_000_000)?;
        let window = members.take("EvaluationWindowSec").map(|own| {
            let seconds = own.integer(60..=600)?;
            if [60, 120, 300, 600].contains(&seconds) {
                Ok(seconds)
            } else {
                Err(own.invalid("must be 60, 120, 300 or 600"))
            }
        });
        let window = window.transpose()?.unwrap_or(300);
        let aggregate = Aggregate::read(&mut members, context)?;
        let scope_down = members.take("ScopeDownStatement").map(|own| Statement::read(&own, context)).transpose()?;
        members.finish()?;
        if aggregate == Aggregate::Constant && scope_down.is_none() {
            return Err(entry.invalid("must have a scope-down statement to count all requests together"));
        }
        Ok(RateBased { limit, window, aggregate, scope_down, counter })
    }

    /// Counts the request, if it is one that is counted. `counter` says whose count.
    pub fn rate(&self, inspection: &mut Inspection, counter: CounterId) -> Option<Rated> {
        if let Some(scope) = &self.scope_down
            && !scope.matches(inspection)
        {
            return None;
        }
        let (key, values) = self.aggregate.key(inspection)?;
        let environment = inspection.environment;
        let count = environment.counters.count(counter, &key, self.window, environment.now);
        Some(Rated { key, values, count, is_over: count > self.limit })
    }

    /// Two units, thirty for each custom key, and the scope-down's (WAF-28).
    pub fn capacity(&self) -> u64 {
        2 + self.aggregate.capacity() + self.scope_down.as_ref().map_or(0, Statement::capacity)
    }
}

#[cfg(test)]
mod tests;
