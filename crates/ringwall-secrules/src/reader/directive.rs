//! Reading a directive.

use super::action::{Actions, engine, ids, switch};
use super::word::words;
use super::{Later, MOST_LINKS, MOST_RULES, Reader, Step, Stop, Whom};
use crate::files::beside;
use crate::model::{Disruption, Link, Phase, Rule};
use crate::operator::Operator;
use crate::refusal::Wrong;

impl Reader<'_> {
    /// Reads a directive, with all files that it includes.
    pub(super) fn directive(&mut self, text: &str, depth: usize) -> Result<(), Stop> {
        let words = words(text)?;
        let (name, arguments) = words.split_first().ok_or("says nothing")?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let name = name.to_ascii_lowercase();
        if self.is_chain_open && name != "secrule" {
            return Err("stands where the next link of a chain has to be".into());
        }
        match (name.as_str(), arguments.as_slice()) {
            ("secrule", [targets, operator]) => Ok(self.rule(Some((targets, operator)), "")?),
            ("secrule", [targets, operator, actions]) => Ok(self.rule(Some((targets, operator)), actions)?),
            ("secaction", [actions]) => Ok(self.rule(None, actions)?),
            ("secmarker", [name]) => {
                let marker = self.marker(name);
                self.phases.iter_mut().for_each(|phase| phase.push(Step::Marker(marker)));
                Ok(())
            }
            ("secdefaultaction", [actions]) => Ok(self.default_actions(actions)?),
            ("include", [pattern]) => match self.include(&beside(&self.place.file.clone(), pattern), depth + 1)? {
                0 => Err(Stop::Here(format!("includes `{pattern}`, which there is not"))),
                _ => Ok(()),
            },
            ("includeoptional", [pattern]) => {
                self.include(&beside(&self.place.file.clone(), pattern), depth + 1)?;
                Ok(())
            }
            _ => Ok(self.change_or_setting(&name, &arguments)?),
        }
    }

    /// Reads what changes rules, or sets something for all of them.
    fn change_or_setting(&mut self, name: &str, arguments: &[&str]) -> Result<(), Wrong> {
        match (name, arguments) {
            ("secruleremovebyid", [_, ..]) => {
                let all: Result<Vec<_>, Wrong> = arguments.iter().map(|own| ids(own)).collect();
                self.later(Later::Remove(Whom::Ids(all?)));
            }
            ("secruleremovebytag", [tag]) => self.later(Later::Remove(Whom::Tagged((*tag).to_owned()))),
            ("secruleremovebymsg", [says]) => self.later(Later::Remove(Whom::Saying((*says).to_owned()))),
            ("secruleupdatetargetbyid", [id, targets]) => self.later_targets(Whom::Ids(vec![ids(id)?]), targets)?,
            ("secruleupdatetargetbytag", [tag, targets]) => {
                self.later_targets(Whom::Tagged((*tag).to_owned()), targets)?
            }
            ("secruleupdatetargetbymsg", [says, targets]) => {
                self.later_targets(Whom::Saying((*says).to_owned()), targets)?
            }
            ("secruleengine", [value]) => self.engine = engine(value)?,
            ("secrequestbodyaccess", [value]) => self.limits.reads_body = switch(value)?,
            ("secrequestbodylimit", [value]) => self.limits.body = number(value)?,
            ("secrequestbodynofileslimit", [value]) => self.limits.body_without_files = number(value)?,
            ("secrequestbodyjsondepthlimit", [value]) => self.limits.json_depth = number(value)?,
            ("secargumentslimit", [value]) => self.limits.arguments = number(value)?,
            ("secrequestbodylimitaction", [value]) if value.eq_ignore_ascii_case("ProcessPartial") => {}
            ("secrequestbodylimitaction", [value]) => {
                return Err(format!("is `{value}`; of a body only as much is looked at as is there"));
            }
            ("secargumentseparator", ["&"]) | ("seccookieformat", ["0"]) => {}
            ("seccomponentsignature", [_]) => {}
            ("seccollectiontimeout", [_]) => {
                let says = "is accepted, but collections last as long as a request, which is shorter";
                self.notes.push(self.place.refuse(says));
            }
            _ => return Err(format!("`{name}` with {} arguments is no directive that is taken here", arguments.len())),
        }
        Ok(())
    }

    fn later(&mut self, later: Later) {
        self.later.push((self.place.clone(), later));
    }

    fn later_targets(&mut self, whom: Whom, targets: &str) -> Result<(), Wrong> {
        let (added, excluded) = self.target_changes(targets)?;
        self.later(Later::Targets(whom, added, excluded));
        Ok(())
    }

    /// Reads `SecDefaultAction`: a phase, and what its rules do where they do not say.
    fn default_actions(&mut self, text: &str) -> Result<(), Wrong> {
        let actions = self.actions(text)?;
        let phase = actions.phase.ok_or("does not say which phase")?;
        if actions.id.is_some() || actions.is_chain || !actions.assignments.is_empty() || !actions.effects.is_empty() {
            return Err("has an action that only rules have".into());
        }
        if self.defaults.insert(phase, actions).is_some() {
            return Err("is the second one of its phase".into());
        }
        Ok(())
    }

    /// Reads a rule, or the next link of one.
    fn rule(&mut self, question: Option<(&str, &str)>, actions: &str) -> Result<(), Wrong> {
        if !self.is_chain_open {
            self.id = number_of(actions).unwrap_or(0);
        }
        let actions = self.actions(actions)?;
        let (targets, operator, is_negated) = match question {
            Some((targets, operator)) => {
                let (operator, is_negated) = self.operator(operator)?;
                (self.targets(targets)?, operator, is_negated)
            }
            None => (Vec::new(), Operator::Always, false),
        };
        let link = Link {
            place: self.place.clone(),
            targets,
            operator,
            is_negated,
            transformations: Vec::new(),
            is_multi_match: actions.is_multi_match,
            is_capturing: actions.is_capturing,
            assignments: actions.assignments.clone(),
            effects: actions.effects.clone(),
        };
        let goes_on = actions.is_chain;
        if goes_on && question.is_none() {
            return Err("is an action without a question, which no chain begins with".into());
        }
        match self.is_chain_open {
            true => self.next_link(link, actions)?,
            false => self.first_link(link, actions)?,
        }
        self.is_chain_open = goes_on;
        Ok(())
    }

    fn first_link(&mut self, mut link: Link, actions: Actions) -> Result<(), Wrong> {
        let id = actions.id.ok_or("has no number: the action `id` is missing")?;
        if !self.ids.insert(id) {
            return Err(format!("has the number {id}, which another rule has"));
        }
        if self.rules.len() >= MOST_RULES {
            return Err(format!("is one of more than {MOST_RULES} rules"));
        }
        let phase = actions.phase.unwrap_or(Phase::RequestBody);
        link.transformations = self.transformations(phase, &actions);
        let default = self.defaults.get(&phase);
        let is_logged = actions.is_logged.or(default.and_then(|own| own.is_logged)).unwrap_or(true);
        let default_status = default.and_then(|own| own.status);
        let blocking = default.and_then(|own| own.disruption).unwrap_or(Disruption::Pass);
        let disruption = if actions.is_block { Some(blocking) } else { actions.disruption };
        self.phases[phase.place()].push(Step::Rule(self.rules.len()));
        self.rules.push(Rule {
            id,
            phase,
            place: self.place.clone(),
            links: vec![link],
            message: actions.message,
            log_data: actions.log_data,
            severity: actions.severity,
            tags: actions.tags,
            is_logged,
            disruption,
            is_block: actions.is_block,
            status: actions.status.or(default_status).unwrap_or(403),
        });
        Ok(())
    }

    fn next_link(&mut self, mut link: Link, actions: Actions) -> Result<(), Wrong> {
        let phase = self.rules.last().ok_or("continues no rule")?.phase;
        if actions.id.is_some() || actions.phase.is_some() || actions.disruption.is_some() || actions.is_block {
            return Err(
                "has an action that only the first link of a chain has: `id`, `phase`, or what becomes of the request"
                    .into(),
            );
        }
        link.transformations = self.transformations(phase, &actions);
        let rule = self.rules.last_mut().ok_or("continues no rule")?;
        if rule.links.len() >= MOST_LINKS {
            return Err(format!("is one of more than {MOST_LINKS} links"));
        }
        rule.links.push(link);
        rule.message = rule.message.take().or(actions.message);
        rule.log_data = rule.log_data.take().or(actions.log_data);
        rule.severity = rule.severity.or(actions.severity);
        Ok(())
    }

    /// The transformations of a link, behind those that are the default of its phase.
    fn transformations(&self, phase: Phase, actions: &Actions) -> Vec<crate::transformation::Transformation> {
        let default = self.defaults.get(&phase).filter(|_| !actions.begins_anew);
        default.iter().flat_map(|own| &own.transformations).chain(&actions.transformations).copied().collect()
    }
}

fn number(text: &str) -> Result<usize, Wrong> {
    text.parse().map_err(|_| format!("has `{text}`, which is no number"))
}

/// The number that a list of actions gives the rule.
fn number_of(actions: &str) -> Option<u32> {
    let text = actions.split(',').find_map(|own| own.trim().strip_prefix("id:"))?;
    text.trim().trim_matches('\'').parse().ok()
}
