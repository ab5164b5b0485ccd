//! CloudFormation's functions.

use base64::Engine;
use ringwall_waf::document::Node;

use super::resolver::{LONGEST, Resolver};
use crate::Refused;
use crate::sourced::{Sourced, Value};

impl Resolver<'_> {
    /// Carries out a function; none where it stands for nothing.
    pub fn call(&self, name: &str, argument: &Node, place: &str, depth: usize) -> Result<Option<Sourced>, Refused> {
        let wrong = |reason: &str| Refused::new(place, format!("has {name} with what it does not take: {reason}"));
        let below = format!("{place}.{name}");
        match name {
            "Ref" => match argument {
                Node::Text(own) => self.reference(own, place, depth),
                _ => Err(wrong("it must be a name")),
            },
            "Fn::GetAtt" => {
                let (logical, attribute) = match argument {
                    Node::Text(own) => own.split_once('.'),
                    Node::List(list) => match list.as_slice() {
                        [Node::Text(logical), Node::Text(attribute)] => Some((logical.as_str(), attribute.as_str())),
                        _ => None,
                    },
                    _ => None,
                }
                .ok_or_else(|| wrong("it must be a resource and an attribute"))?;
                self.attribute(logical, attribute, place, depth).map(Some)
            }
            "Fn::Sub" => self.substituted(argument, place, depth).map(|text| Some(Sourced::text(place, text))),
            "Fn::Join" => {
                let [Node::Text(between), parts] =
                    pair(argument).ok_or_else(|| wrong("it must be a text and a list"))?
                else {
                    return Err(wrong("it must be a text and a list"));
                };
                let parts = self.texts(parts, &format!("{below}[1]"), depth)?;
                bounded(parts.join(between), place)
            }
            "Fn::Split" => {
                let [Node::Text(between), text] = pair(argument).ok_or_else(|| wrong("it must be two texts"))? else {
                    return Err(wrong("it must be two texts"));
                };
                let text = self.text(text, &format!("{below}[1]"), depth + 1)?;
                if between.is_empty() {
                    return Err(wrong("what parts the text must not be empty"));
                }
                let parts = text.split(between.as_str()).map(|own| Sourced::text(place, own)).collect();
                Ok(Some(Sourced { place: place.to_owned(), value: Value::List(parts) }))
            }
            "Fn::Select" => {
                let [at, list] = pair(argument).ok_or_else(|| wrong("it must be a number and a list"))?;
                let at = self.text(at, &format!("{below}[0]"), depth + 1)?;
                let list = self.resolve(list, &format!("{below}[1]"), depth + 1)?;
                let list = list.ok_or_else(|| wrong("the list is not there"))?;
                let chosen = at.parse::<usize>().ok().and_then(|at| list.list().ok()?.get(at).cloned());
                chosen.map(Some).ok_or_else(|| wrong("the list has no such element"))
            }
            "Fn::If" => {
                let Node::List(list) = argument else { return Err(wrong("it must be a condition and two values")) };
                let [Node::Text(condition), yes, no] = list.as_slice() else {
                    return Err(wrong("it must be a condition and two values"));
                };
                let (chosen, at) = if self.condition(condition, place, depth)? { (yes, 1) } else { (no, 2) };
                self.resolve(chosen, &format!("{below}[{at}]"), depth + 1)
            }
            "Fn::FindInMap" => {
                let list = self.texts(argument, &below, depth)?;
                let [map, first, second, ..] = list.as_slice() else {
                    return Err(wrong("it must be a map and two keys"));
                };
                let found = self.mapped(map, first, second);
                let found = found.ok_or_else(|| wrong(&format!("there is no `{map}.{first}.{second}`")))?;
                Ok(Some(Sourced::of(found, place)))
            }
            "Fn::Base64" => {
                let text = self.text(argument, &below, depth + 1)?;
                bounded(base64::engine::general_purpose::STANDARD.encode(text), place)
            }
            _ => Err(Refused::new(
                place,
                format!("has the function {name}, which AWS alone can carry out; a parameter could take its place"),
            )),
        }
    }

    /// A list of texts, which a function may have made.
    fn texts(&self, node: &Node, place: &str, depth: usize) -> Result<Vec<String>, Refused> {
        let resolved = self.resolve(node, place, depth + 1)?;
        let resolved = resolved.ok_or_else(|| Refused::new(place, "must be a list"))?;
        let text = |own: &Sourced| match &own.value {
            Value::Scalar(Node::Text(text)) => Ok(text.clone()),
            Value::Scalar(Node::Whole(number)) => Ok(number.to_string()),
            _ => Err(own.refused("must be a text")),
        };
        resolved.list()?.iter().map(text).collect()
    }

    /// `Fn::Sub`: a text with names in `${…}`, and perhaps an object that says what some of them are.
    fn substituted(&self, argument: &Node, place: &str, depth: usize) -> Result<String, Refused> {
        let wrong = |reason: &str| Refused::new(place, format!("has Fn::Sub with what it does not take: {reason}"));
        let (template, own) = match argument {
            Node::Text(text) => (text, None),
            Node::List(list) => match list.as_slice() {
                [Node::Text(text), own @ Node::Object(_)] => (text, Some(own)),
                _ => return Err(wrong("it must be a text, and perhaps an object")),
            },
            _ => return Err(wrong("it must be a text, and perhaps an object")),
        };
        let mut text = String::new();
        let mut rest = template.as_str();
        while let Some((before, behind)) = rest.split_once("${") {
            text.push_str(before);
            let (name, after) = behind.split_once('}').ok_or_else(|| wrong("a `${` has no `}`"))?;
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                text.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let name = name.trim();
            if let Some(node) = own.and_then(|own| super::resolver::member(own, name)) {
                text.push_str(&self.text(node, &format!("{place}.Fn::Sub[1].{name}"), depth + 1)?);
            } else if let Some((logical, attribute)) = name.split_once('.') {
                text.push_str(self.attribute(logical, attribute, place, depth)?.as_text().unwrap_or_default());
            } else {
                let node = Node::Object(vec![("Ref".to_owned(), Node::Text(name.to_owned()))]);
                text.push_str(&self.text(&node, place, depth + 1)?);
            }
            if text.len() > LONGEST {
                return Err(Refused::new(place, format!("becomes longer than {LONGEST} bytes")));
            }
        }
        text.push_str(rest);
        Ok(text)
    }
}

fn pair(argument: &Node) -> Option<&[Node; 2]> {
    match argument {
        Node::List(list) => list.as_slice().try_into().ok(),
        _ => None,
    }
}

fn bounded(text: String, place: &str) -> Result<Option<Sourced>, Refused> {
    if text.len() > LONGEST {
        return Err(Refused::new(place, format!("becomes longer than {LONGEST} bytes")));
    }
    Ok(Some(Sourced::text(place, text)))
}
