//! OWASP's Core Rule Set as a managed rule group: `RingwallManagedOwaspCrs` of the vendor `Ringwall`.
//!
//! The rules are the user's: a package of the system's, or a folder. Each rule of theirs is a rule of the group under its number,
//! and what it finds counts: it adds to the request's score and writes the label `awswaf:managed:ringwall:owasp-crs:942100`. The rule
//! that compares the score with the threshold blocks. A reference that gives a rule another action takes its points from the score;
//! with Count it still writes its label.

mod version;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

pub use ringwall_secrules::core_rules::Folder;
use ringwall_secrules::core_rules::Settings;
pub use ringwall_secrules::files::Files;
use ringwall_secrules::model::{Disruption, Phase};
use ringwall_secrules::outcome::{Fired, Outcome};
use ringwall_secrules::{RuleSet, Scratch};
use ringwall_waf::document::{RuleGroup, Visibility};
use ringwall_waf::engine::{Asked, Engine, Opinion, Spoken};
use ringwall_waf::inspection::Evidence;
use ringwall_waf::label::Namespace;
pub use version::{Configuration, NoConfiguration};

/// The group's vendor.
pub const VENDOR: &str = "Ringwall";
/// Its name.
pub const NAME: &str = "RingwallManagedOwaspCrs";
/// What it costs in a web ACL, whatever rules it has: about what AWS's groups for the same attacks cost together.
pub const CAPACITY: u64 = 1500;
/// What it is for.
pub const DESCRIPTION: &str = "OWASP's Core Rule Set as it is installed here. Its version says how it is set: paranoia level, the \
    level up to which rules are asked, and the anomaly score that blocks, as in PL2_Executing3_Threshold10.";

/// Files that any thread may read.
pub type SharedFiles = Arc<dyn Files + Send + Sync>;

/// Where the Core Rule Set is, and what was made of it so far.
pub struct CoreRules {
    files: SharedFiles,
    folder: Folder,
    made: Mutex<BTreeMap<Configuration, Result<Arc<RuleGroup>, String>>>,
}

/// A rule of the group, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// its number
    pub name: String,
    /// `Block` or `Count`
    pub action: &'static str,
}

impl CoreRules {
    /// The rules in those files.
    pub fn new(files: SharedFiles, folder: Folder) -> CoreRules {
        CoreRules { files, folder, made: Mutex::default() }
    }

    /// What every label of the group begins with.
    pub fn namespace() -> Namespace {
        Namespace::of_managed("ringwall", "owasp-crs")
    }

    /// The versions that lists show. Any other [`Configuration`] is one as well.
    pub fn versions() -> Vec<String> {
        let level = |paranoia_level| Configuration { paranoia_level, executing: paranoia_level, threshold: 5 };
        (1..=4).map(|own| level(own).to_string()).collect()
    }

    /// The group in a version, or in the one that the Core Rule Set comes with.
    ///
    /// # Errors
    /// Why there is none, as the end of a sentence that begins with the place where a document names it.
    pub fn group(&self, version: Option<&str>) -> Result<Arc<RuleGroup>, String> {
        let configuration = version.map_or(Ok(Configuration::default()), str::parse);
        let configuration = configuration
            .map_err(|error| format!("names `{NAME}` in version `{}`, which {error}", version.unwrap_or_default()))?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(configuration).or_insert_with(|| self.make(configuration)).clone()
    }

    /// The rules of a version that look at requests, in their order.
    ///
    /// # Errors
    /// As [`CoreRules::group`].
    pub fn rules(&self, version: Option<&str>) -> Result<Vec<RuleName>, String> {
        let group = self.group(version)?;
        let engine = group.engine.as_ref().ok_or("has no rules")?;
        Ok(engine.rules().into_iter().map(|(name, opinion)| RuleName { name, action: opinion.action() }).collect())
    }

    fn make(&self, configuration: Configuration) -> Result<Arc<RuleGroup>, String> {
        let settings = Settings {
            paranoia_level: configuration.paranoia_level,
            executing_paranoia_level: configuration.executing,
            inbound_threshold: configuration.threshold,
            ..Settings::default()
        };
        let rules = RuleSet::read_core(&*self.files, &self.folder, &settings)
            .map_err(|refusal| format!("names `{NAME}`, which cannot be read here: {refusal}"))?;
        Ok(Arc::new(RuleGroup {
            id: format!("{VENDOR}#{NAME}"),
            name: NAME.to_owned(),
            namespace: CoreRules::namespace(),
            capacity: CAPACITY,
            rules: Vec::new(),
            visibility: Visibility { samples: true, metrics: true, metric: NAME.to_owned() },
            unstated_oversize: Vec::new(),
            engine: Some(Arc::new(Asking { rules })),
        }))
    }
}

impl fmt::Debug for CoreRules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CoreRules").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The rules behind the group.
#[derive(Debug)]
struct Asking {
    rules: RuleSet,
}

thread_local! {
    /// The memory of a thread, which goes from one request to the next.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

impl Asking {
    fn ask(&self, asked: &Asked, is_left_out: &dyn Fn(u32) -> bool) -> Outcome {
        let view = asked.view;
        // Taken out, and put back only after an outcome: what a failure leaves behind is not used again.
        let mut scratch = SCRATCH.take();
        let outcome = self.rules.inspect(view.request, view.body_limit, &mut scratch, is_left_out);
        SCRATCH.set(scratch);
        outcome
    }

    /// Whether a rule decides by what others found: to leave it out would not change what they found.
    fn decides(&self, id: u32) -> bool {
        self.rules.rules().iter().any(|rule| rule.id == id && opinion(rule.disruption, rule.is_block) == Opinion::Block)
    }
}

/// What a rule says by itself. Rules of the Core Rule Set `block`, which by its default is to count on.
fn opinion(disruption: Option<Disruption>, is_block: bool) -> Opinion {
    match disruption {
        Some(Disruption::Deny | Disruption::Drop) if !is_block => Opinion::Block,
        _ => Opinion::Count,
    }
}

impl Engine for Asking {
    fn inspect(&self, asked: &Asked) -> Vec<Spoken> {
        let is_set_aside = |id: u32| (asked.is_set_aside)(&id.to_string()) && !self.decides(id);
        let all = self.ask(asked, &|_| false);
        if !all.fired.iter().any(|fired| is_set_aside(fired.id)) {
            return spoken(all, Vec::new());
        }
        // What was set aside has spoken, and the others decide without it.
        let aside = all.fired.into_iter().filter(|fired| is_set_aside(fired.id)).collect();
        spoken(self.ask(asked, &is_set_aside), aside)
    }

    fn rules(&self) -> Vec<(String, Opinion)> {
        let of_requests = |phase| matches!(phase, Phase::RequestHeaders | Phase::RequestBody);
        let told = self.rules.rules().iter().filter(|rule| rule.is_logged && of_requests(rule.phase));
        told.map(|rule| (rule.id.to_string(), opinion(rule.disruption, rule.is_block))).collect()
    }
}

fn spoken(outcome: Outcome, aside: Vec<Fired>) -> Vec<Spoken> {
    let blocking = outcome.interruption.map(|own| own.rule);
    let mut all: Vec<Spoken> = aside.into_iter().map(|own| say(own, Opinion::Count)).collect();
    let mut last = None;
    // Rules that only sum up at the end are none of the group's.
    let of_requests = |fired: &Fired| matches!(fired.phase, Phase::RequestHeaders | Phase::RequestBody);
    for fired in outcome.fired.into_iter().filter(of_requests) {
        if Some(fired.id) == blocking {
            last = Some(say(fired, Opinion::Block));
        } else {
            all.push(say(fired, Opinion::Count));
        }
    }
    // A rule that stops a request need not tell of it.
    let untold = |id: u32| Spoken {
        rule: id.to_string(),
        opinion: Opinion::Block,
        label: id.to_string(),
        says: String::new(),
        evidence: Vec::new(),
        transformations: Vec::new(),
    };
    all.extend(last.or_else(|| blocking.map(untold)));
    all
}

fn say(fired: Fired, opinion: Opinion) -> Spoken {
    let made = |own: &ringwall_secrules::outcome::Evidence| own.transformations.iter().map(|own| own.name()).collect();
    let transformations = fired.evidence.iter().map(made).collect();
    let evidence = fired.evidence.into_iter().map(|own| Evidence {
        location: own.variable.name(),
        name: Some(own.name).filter(|name| !name.is_empty()),
        text: own.text,
        offset: own.offset,
        range: own.range,
    });
    let name = fired.id.to_string();
    let evidence = evidence.collect();
    Spoken { rule: name.clone(), opinion, label: name, says: fired.message, evidence, transformations }
}

#[cfg(test)]
mod tests;
