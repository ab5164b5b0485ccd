//! Reading what a rule does: `id:1,phase:2,t:none,setvar:'tx.a=1'`.

use super::{Reader, target};
use crate::collection::{Collection, Kind};
use crate::model::{Allowed, Assignment, Change, Disruption, Effect, Engine, Phase, Processor, Slot};
use crate::refusal::Wrong;
use crate::text::Text;
use crate::transformation::Transformation;

/// What stands in the list of a rule's actions.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions {
    pub(super) id: Option<u32>,
    pub(super) phase: Option<Phase>,
    pub(super) message: Option<Text>,
    pub(super) log_data: Option<Text>,
    pub(super) severity: Option<u8>,
    pub(super) tags: Vec<Text>,
    pub(super) is_logged: Option<bool>,
    pub(super) disruption: Option<Disruption>,
    pub(super) is_block: bool,
    pub(super) status: Option<u16>,
    pub(super) is_chain: bool,
    pub(super) transformations: Vec<Transformation>,
    /// whether `t:none` stands there, so that the defaults do not count
    pub(super) begins_anew: bool,
    pub(super) is_multi_match: bool,
    pub(super) is_capturing: bool,
    pub(super) assignments: Vec<Assignment>,
    pub(super) effects: Vec<Effect>,
}

impl Reader<'_> {
    /// Reads a list of actions.
    pub(super) fn actions(&mut self, text: &str) -> Result<Actions, Wrong> {
        let mut actions = Actions::default();
        for part in split(text) {
            let (name, value) = part.split_once(':').map_or((part, None), |(name, value)| (name, Some(value)));
            let value = value.map(|own| unquoted(own.trim()));
            let name = name.trim().to_ascii_lowercase();
            self.action(&mut actions, &name, value).map_err(|says| format!("the action `{name}` {says}"))?;
        }
        Ok(actions)
    }

    fn action(&mut self, actions: &mut Actions, name: &str, value: Option<&str>) -> Result<(), Wrong> {
        let given = || value.ok_or_else(|| Wrong::from("has no value"));
        match name {
            "id" => actions.id = Some(given()?.parse().map_err(|_| "is no number")?),
            "phase" => actions.phase = Some(Phase::named(given()?).ok_or("is none of 1 to 5")?),
            "msg" => actions.message = Some(self.text(given()?)?),
            "logdata" => actions.log_data = Some(self.text(given()?)?),
            "severity" => actions.severity = Some(severity(given()?)?),
            "tag" => actions.tags.push(self.text(given()?)?),
            "status" => actions.status = Some(given()?.parse().map_err(|_| "is no number")?),
            "log" => actions.is_logged = Some(true),
            "nolog" => actions.is_logged = Some(false),
            "pass" => actions.disruption = Some(Disruption::Pass),
            "deny" => actions.disruption = Some(Disruption::Deny),
            "drop" => actions.disruption = Some(Disruption::Drop),
            "block" => actions.is_block = true,
            "allow" => actions.disruption = Some(Disruption::Allow(allowed(value)?)),
            "chain" => actions.is_chain = true,
            "capture" => actions.is_capturing = true,
            "multimatch" => actions.is_multi_match = true,
            "t" => transformation(actions, given()?)?,
            "setvar" => {
                let assignment = self.assignment(given()?)?;
                actions.assignments.push(assignment);
            }
            "skipafter" => actions.effects.push(Effect::SkipAfter(self.marker(given()?))),
            "skip" => actions.effects.push(Effect::Skip(given()?.parse().map_err(|_| "is no number")?)),
            "ctl" => self.control(actions, given()?)?,
            // What they say is for people and for an audit log, which there is none of.
            "ver" | "rev" | "maturity" | "accuracy" | "auditlog" | "noauditlog" => {}
            "initcol" | "expirevar" | "setsid" | "setuid" | "setrsc" | "deprecatevar" if self.is_core() => {}
            "initcol" | "expirevar" | "setsid" | "setuid" | "setrsc" | "deprecatevar" => {
                return Err("needs memory from one request to the next, which there is none of".into());
            }
            "redirect" | "proxy" | "pause" | "exec" | "setenv" | "append" | "prepend" | "sanitisearg" | "xmlns" => {
                return Err("is none of those that are done here".into());
            }
            _ => return Err("is unknown".into()),
        }
        Ok(())
    }

    /// Reads `tx.a=1`, `tx.a=+1`, `!tx.a` or `tx.a`.
    fn assignment(&mut self, text: &str) -> Result<Assignment, Wrong> {
        let (text, removes) = text.strip_prefix('!').map_or((text, false), |rest| (rest, true));
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let (variable, member) = name
            .split_once(['.', ':'])
            .ok_or_else(|| format!("writes `{name}`, which is no member of a collection"))?;
        let collection = Collection::named(variable.trim()).filter(|own| own.kind() == Kind::Memory);
        let collection = collection.ok_or_else(|| format!("writes `{name}`, which cannot be written"))?;
        self.check_need(collection)?;
        let member = member.trim();
        let slot = match self.text(member)? {
            name if name.plain().is_some() => Slot::Fixed(self.slots.place(collection, member)),
            name => Slot::Named(collection, name),
        };
        let change = match value {
            _ if removes => Change::Remove,
            None => Change::Set(self.text("1")?),
            Some(value) => match (value.strip_prefix('+'), value.strip_prefix('-')) {
                (Some(more), _) => Change::Add(self.text(more)?),
                (_, Some(less)) => Change::Subtract(self.text(less)?),
                _ => Change::Set(self.text(value)?),
            },
        };
        self.check_switch(collection, member, &change)?;
        Ok(Assignment { slot, change })
    }

    /// Reads `ctl:NAME=VALUE`.
    fn control(&mut self, actions: &mut Actions, text: &str) -> Result<(), Wrong> {
        let (name, value) = text.split_once('=').ok_or("has no value")?;
        let (name, value) = (name.trim(), unquoted(value.trim()));
        let ids_and_target = || {
            let (ids, target) = value.split_once(';').ok_or("does not say which variable")?;
            Ok::<_, Wrong>((ids.trim(), target::target_name(target.trim())?))
        };
        let effect = match name.to_ascii_lowercase().as_str() {
            "ruleremovebyid" => {
                for part in value.split([' ', ',']).filter(|own| !own.is_empty()) {
                    actions.effects.push(Effect::RemoveRules(ids(part)?));
                }
                return Ok(());
            }
            "ruleremovebytag" => Effect::RemoveRulesTagged(value.to_owned()),
            "ruleremovetargetbyid" => {
                let (numbers, target) = ids_and_target()?;
                Effect::RemoveTarget(ids(numbers)?, target)
            }
            "ruleremovetargetbytag" => {
                let (tag, target) = ids_and_target()?;
                Effect::RemoveTargetTagged(tag.to_owned(), target)
            }
            "requestbodyprocessor" => Effect::Processor(processor(value)?),
            "forcerequestbodyvariable" => Effect::ForceBody(switch(value)?),
            "requestbodyaccess" => Effect::BodyAccess(switch(value)?),
            "ruleengine" => Effect::Engine(engine(value)?),
            // There is no audit log for them to change.
            "auditengine" | "auditlogparts" => return Ok(()),
            _ => return Err(format!("asks for `{name}`, which is not done here")),
        };
        actions.effects.push(effect);
        Ok(())
    }
}

fn transformation(actions: &mut Actions, name: &str) -> Result<(), Wrong> {
    if name.eq_ignore_ascii_case("none") {
        actions.transformations.clear();
        actions.begins_anew = true;
        return Ok(());
    }
    let own = Transformation::named(name).ok_or_else(|| format!("asks for `{name}`, which is no transformation"))?;
    actions.transformations.push(own);
    Ok(())
}

fn severity(text: &str) -> Result<u8, Wrong> {
    const NAMES: [&str; 8] = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];
    let named = NAMES.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|at| at as u8);
    named
        .or_else(|| text.parse().ok().filter(|own| *own < 8))
        .ok_or_else(|| "is none of the eight that there are".into())
}

fn allowed(value: Option<&str>) -> Result<Allowed, Wrong> {
    match value.map(str::to_ascii_lowercase).as_deref() {
        None => Ok(Allowed::Everything),
        Some("phase") => Ok(Allowed::Phase),
        Some("request") => Ok(Allowed::Request),
        Some(_) => Err("is neither `phase` nor `request`".into()),
    }
}

fn processor(name: &str) -> Result<Processor, Wrong> {
    let all = [Processor::UrlEncoded, Processor::Multipart, Processor::Json, Processor::Xml];
    all.into_iter()
        .find(|own| own.name().eq_ignore_ascii_case(name))
        .ok_or_else(|| format!("asks for `{name}`, which reads no body"))
}

/// Reads `On` or `Off`.
pub(super) fn switch(text: &str) -> Result<bool, Wrong> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(format!("is `{text}`, which is neither `On` nor `Off`")),
    }
}

/// Reads `On`, `Off` or `DetectionOnly`.
pub(super) fn engine(text: &str) -> Result<Engine, Wrong> {
    match text.to_ascii_lowercase().as_str() {
        "detectiononly" => Ok(Engine::DetectionOnly),
        _ => switch(text).map(|own| if own { Engine::On } else { Engine::Off }),
    }
}

/// Reads `5` or `5-9`.
pub(super) fn ids(text: &str) -> Result<std::ops::RangeInclusive<u32>, Wrong> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("has `{text}`, which is no number of a rule and no range of them")),
    }
}

/// The parts between commas that stand in no quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut in_quotes, mut is_escaped) = (false, false);
    for (place, own) in text.char_indices() {
        match own {
            _ if std::mem::take(&mut is_escaped) => {}
            '\\' => is_escaped = true,
            '\'' => in_quotes = !in_quotes,
            ',' if !in_quotes => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('\'').and_then(|own| own.strip_suffix('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_split_at_commas_outside_of_quotes() {
        assert_eq!(split(r"id:1, msg:'a, \'b', pass,"), ["id:1", r"msg:'a, \'b'", "pass"]);
    }

    #[test]
    fn numbers_of_rules_are_one_or_a_range() {
        assert_eq!(ids("5-9"), Ok(5..=9));
        assert_eq!(ids("5"), Ok(5..=5));
        assert!(ids("9-5").is_err() && ids("x").is_err());
    }
}
