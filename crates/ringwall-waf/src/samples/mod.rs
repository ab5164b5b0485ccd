//! Sampled requests: what rules matched lately, by the names of their metrics (WAF-122).
//!
//! Of each metric the newest hundred of the last three hours are kept, and all are counted by the minute, in bounded memory.

mod sample;

pub use sample::Sample;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::document::{Rule, RuleKind, WebAcl};
use crate::environment::{Environment, Millis};
use crate::request::Request;
use crate::verdict::{GroupReport, Matched, Verdict};

/// How long samples are kept, in milliseconds.
pub const KEPT: Millis = 3 * 3_600_000;

/// How many samples of a metric are kept.
pub const MOST_OF_METRIC: usize = 100;

/// How many samples are kept of all metrics together; each has at most [`sample::LONGEST`] bytes of the request.
pub const MOST: usize = 8192;

/// How many metrics are followed; of more, the one that matched longest ago is forgotten.
pub const MOST_METRICS: usize = 4096;

const MINUTE: Millis = 60_000;

/// Samples of all web ACLs.
#[derive(Debug, Default)]
pub struct Samples(Mutex<Held>);

/// A metric: the ARN of the web ACL, and the name.
type Metric = (String, String);

#[derive(Debug, Default)]
struct Held {
    metrics: BTreeMap<Metric, Ring>,
    /// how many samples there are
    count: usize,
}

#[derive(Debug, Default)]
struct Ring {
    /// the newest last
    samples: VecDeque<Sample>,
    /// how many requests there were, by the number of the minute, the newest last
    minutes: VecDeque<(u64, u64)>,
    /// the last request
    last: Millis,
}

/// What is known of a metric within a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sampled {
    /// the newest requests, the newest first
    pub samples: Vec<Sample>,
    /// how many there were, by whole minutes
    pub population: u64,
}

impl Samples {
    /// Notes a request for every rule that matched it and whose requests are sampled, and for the web ACL if its default action
    /// decided.
    pub fn note(&self, acl: &WebAcl, request: &Request, environment: &Environment, verdict: &Verdict) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut note = |metric: &str, matched: Option<&Matched>, within: Option<&str>| {
            let sample = Sample::new(&acl.protections, request, environment, verdict, matched, within);
            held.note((acl.arn.text.clone(), metric.to_owned()), sample);
        };
        let mut reports = verdict.groups.iter().peekable();
        for rule in &acl.rules {
            let report = match &rule.kind {
                RuleKind::Group(_) => reports.next_if(|report| report.rule == rule.name),
                _ => None,
            };
            let within = report.and_then(|report| report.terminating.as_ref()).map(|own| own.rule.as_str());
            if let Some(matched) = matched_by(verdict, rule).filter(|_| rule.visibility.samples) {
                note(&rule.visibility.metric, Some(matched), within);
            }
            if let (RuleKind::Group(reference), Some(report)) = (&rule.kind, report) {
                for (inner, matched) in matched_within(&reference.group.rules, report) {
                    note(&inner.visibility.metric, Some(matched), Some(&inner.name));
                }
            }
        }
        if verdict.terminating.is_none() && acl.visibility.samples {
            note(&acl.visibility.metric, None, None);
        }
    }

    /// The requests of a metric of a web ACL from a time on and up to another, in milliseconds since 1970.
    pub fn of(&self, acl: &str, metric: &str, from: Millis, to: Millis, most: usize) -> Sampled {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(ring) = held.metrics.get(&(acl.to_owned(), metric.to_owned())) else { return Sampled::default() };
        let is_within = |at: Millis| (from..=to).contains(&at);
        let samples = ring.samples.iter().rev().filter(|sample| is_within(sample.time)).take(most).cloned().collect();
        let minutes = ring.minutes.iter().filter(|(minute, _)| (from / MINUTE..=to / MINUTE).contains(minute));
        Sampled { samples, population: minutes.map(|(_, count)| count).sum() }
    }

    /// Forgets what is older than three hours.
    pub fn forget_old(&self, now: Millis) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.metrics.values_mut().for_each(|ring| ring.forget_old(now));
        held.metrics.retain(|_, ring| !ring.minutes.is_empty());
        held.count = held.metrics.values().map(|ring| ring.samples.len()).sum();
    }

    /// How many samples there are.
    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count
    }
}

/// What a rule of the web ACL did, if it matched.
fn matched_by<'v>(verdict: &'v Verdict, rule: &Rule) -> Option<&'v Matched> {
    let terminating = verdict.terminating.iter().map(|own| &own.matched);
    terminating.chain(&verdict.matched).find(|own| own.rule == rule.name)
}

/// The rules of a group that matched and whose requests are sampled.
fn matched_within<'r>(rules: &'r [Rule], report: &'r GroupReport) -> impl Iterator<Item = (&'r Rule, &'r Matched)> {
    let matched = report.terminating.iter().chain(&report.matched);
    let with_rule = matched.filter_map(|own| Some((rules.iter().find(|rule| rule.name == own.rule)?, own)));
    with_rule.filter(|(rule, _)| rule.visibility.samples)
}

impl Held {
    fn note(&mut self, metric: Metric, sample: Sample) {
        if !self.metrics.contains_key(&metric) && self.metrics.len() >= MOST_METRICS {
            self.forget_a_metric();
        }
        let ring = self.metrics.entry(metric).or_default();
        let before = ring.samples.len();
        ring.note(sample);
        self.count = self.count + ring.samples.len() - before;
        if self.count > MOST {
            self.halve();
        }
    }

    /// Forgets the older half of the samples of each metric: seldom, so that it costs little each time.
    fn halve(&mut self) {
        for ring in self.metrics.values_mut() {
            let gone = ring.samples.len() / 2;
            ring.samples.drain(..gone);
        }
        self.count = self.metrics.values().map(|ring| ring.samples.len()).sum();
    }

    fn forget_a_metric(&mut self) {
        let oldest = self.metrics.iter().min_by_key(|(_, ring)| ring.last).map(|(metric, _)| metric.clone());
        if let Some(ring) = oldest.and_then(|metric| self.metrics.remove(&metric)) {
            self.count -= ring.samples.len();
        }
    }
}

impl Ring {
    fn note(&mut self, sample: Sample) {
        // A clock that goes back counts for the newest minute.
        let minute = (sample.time / MINUTE).max(self.minutes.back().map_or(0, |(minute, _)| *minute));
        match self.minutes.back_mut() {
            Some((newest, count)) if *newest == minute => *count += 1,
            _ => self.minutes.push_back((minute, 1)),
        }
        self.last = self.last.max(sample.time);
        self.samples.push_back(sample);
        if self.samples.len() > MOST_OF_METRIC {
            self.samples.pop_front();
        }
        self.forget_old(self.last);
    }

    fn forget_old(&mut self, now: Millis) {
        let first = now.saturating_sub(KEPT);
        while self.samples.front().is_some_and(|sample| sample.time < first) {
            self.samples.pop_front();
        }
        while self.minutes.front().is_some_and(|(minute, _)| *minute < first / MINUTE) {
            self.minutes.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
