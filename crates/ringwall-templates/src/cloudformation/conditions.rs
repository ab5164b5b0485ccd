//! Conditions: what is there and what is not, by parameters.

use ringwall_waf::document::Node;

use super::resolver::Resolver;
use crate::Refused;

impl Resolver<'_> {
    /// Whether a condition holds.
    pub fn holds(&self, condition: &Node, place: &str, depth: usize) -> Result<bool, Refused> {
        self.step(place, depth)?;
        let wrong = || Refused::new(place, "must be Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition");
        let Node::Object(members) = condition else { return Err(wrong()) };
        let [(name, argument)] = members.as_slice() else { return Err(wrong()) };
        let below = format!("{place}.{name}");
        let list = match argument {
            Node::List(list) => list.as_slice(),
            Node::Text(own) if name == "Condition" => return self.condition(own, place, depth),
            _ => return Err(wrong()),
        };
        let each = || list.iter().enumerate().map(|(at, own)| self.holds(own, &format!("{below}[{at}]"), depth + 1));
        match (name.as_str(), list) {
            ("Fn::Equals", [left, right]) => {
                let left = self.text(left, &format!("{below}[0]"), depth + 1)?;
                Ok(left == self.text(right, &format!("{below}[1]"), depth + 1)?)
            }
            ("Fn::Not", [own]) => Ok(!self.holds(own, &format!("{below}[0]"), depth + 1)?),
            ("Fn::And", [_, ..]) => Ok(each().collect::<Result<Vec<bool>, _>>()?.into_iter().all(|own| own)),
            ("Fn::Or", [_, ..]) => Ok(each().collect::<Result<Vec<bool>, _>>()?.into_iter().any(|own| own)),
            _ => Err(wrong()),
        }
    }
}
