//! Terraform's functions, as far as lists of rules are made with them. Others are unknown, which is said where they are used.

use hcl::eval::{Context, FuncArgs, FuncDef, ParamType};
use hcl::{Map, Value};

type Made = Result<Value, String>;

/// The longest list or text that a function makes.
const LONGEST: usize = 1 << 16;

/// Declares them all.
pub(super) fn declare(context: &mut Context) {
    let one = |kind: ParamType, own: fn(FuncArgs) -> Made| FuncDef::builder().param(kind).build(own);
    let many = |own: fn(FuncArgs) -> Made| FuncDef::builder().variadic_param(ParamType::Any).build(own);
    for (name, function) in [
        ("abs", one(ParamType::Number, |own| Ok(own[0].as_f64().map_or(Value::Null, |own| number(own.abs()))))),
        ("compact", one(ParamType::Any, compact)),
        ("distinct", one(ParamType::Any, distinct)),
        ("flatten", one(ParamType::Any, |own| list(&own[0]).map(|own| Value::Array(flat(own))))),
        ("jsonencode", one(ParamType::Any, |own| encoded(&own[0], 0).map(Value::from))),
        ("keys", one(ParamType::Any, |own| Ok(map(&own[0])?.keys().map(|own| Value::from(own.as_str())).collect()))),
        ("length", one(ParamType::Any, length)),
        ("lower", one(ParamType::String, |own| Ok(Value::from(text(&own[0])?.to_lowercase())))),
        ("reverse", one(ParamType::Any, |own| Ok(list(&own[0])?.iter().rev().cloned().collect()))),
        ("sort", one(ParamType::Any, sort)),
        ("title", one(ParamType::String, title)),
        ("tolist", one(ParamType::Any, |own| list(&own[0]).map(|own| Value::Array(own.clone())))),
        ("tomap", one(ParamType::Any, |own| map(&own[0]).map(|own| Value::Object(own.clone())))),
        ("tonumber", one(ParamType::Any, to_number)),
        ("toset", one(ParamType::Any, |own| sort_if_texts(distinct(own)?))),
        ("tostring", one(ParamType::Any, |own| Ok(Value::from(shown(&own[0]))))),
        ("trimspace", one(ParamType::String, |own| Ok(Value::from(text(&own[0])?.trim())))),
        ("upper", one(ParamType::String, |own| Ok(Value::from(text(&own[0])?.to_uppercase())))),
        ("values", one(ParamType::Any, |own| Ok(map(&own[0])?.values().cloned().collect()))),
        ("coalesce", many(coalesce)),
        ("concat", many(concat)),
        ("contains", many(|own| Ok(Value::from(list(argument(&own, 0)?)?.contains(argument(&own, 1)?))))),
        ("element", many(element)),
        ("format", many(format)),
        ("join", many(join)),
        ("lookup", many(lookup)),
        ("max", many(|own| extreme(&own, f64::max))),
        ("merge", many(merge)),
        ("min", many(|own| extreme(&own, f64::min))),
        ("range", many(range)),
        ("replace", many(replace)),
        ("split", many(split)),
        ("zipmap", many(zipmap)),
    ] {
        context.declare_func(name, function);
    }
}

fn argument(own: &FuncArgs, at: usize) -> Result<&Value, String> {
    own.get(at).ok_or_else(|| "too few arguments".to_owned())
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "a string is expected".to_owned())
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "a list is expected".to_owned())
}

fn map(value: &Value) -> Result<&Map<String, Value>, String> {
    value.as_object().ok_or_else(|| "a map is expected".to_owned())
}

fn number(own: f64) -> Value {
    if own.fract() == 0.0 && own.abs() < 9e15 { Value::from(own as i64) } else { Value::from(own) }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// As JSON. Names stand in the order of the alphabet, as Terraform writes them.
fn encoded(value: &Value, depth: usize) -> Result<String, String> {
    if depth > 60 {
        return Err("the value lies too deep".to_owned());
    }
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let own = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(list) => {
            let parts: Result<Vec<String>, String> = list.iter().map(|own| encoded(own, depth + 1)).collect();
            format!("[{}]", parts?.join(","))
        }
        Value::Object(members) => {
            let mut parts = Vec::new();
            for (name, own) in members {
                parts.push(format!("{}:{}", quoted(name), encoded(own, depth + 1)?));
            }
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
    };
    if own.len() > LONGEST * 16 { Err("the text becomes too long".to_owned()) } else { Ok(own) }
}

fn compact(own: FuncArgs) -> Made {
    let is_there = |own: &&Value| own.as_str().is_none_or(|text| !text.is_empty()) && !own.is_null();
    Ok(list(&own[0])?.iter().filter(is_there).cloned().collect())
}

fn distinct(own: FuncArgs) -> Made {
    let mut kept: Vec<Value> = Vec::new();
    for own in list(&own[0])? {
        if kept.len() > LONGEST / 16 {
            return Err("the list is too long".to_owned());
        }
        if !kept.contains(own) {
            kept.push(own.clone());
        }
    }
    Ok(Value::Array(kept))
}

fn sort_if_texts(own: Value) -> Made {
    let Value::Array(mut list) = own else { return Ok(own) };
    if list.iter().all(Value::is_string) {
        list.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    }
    Ok(Value::Array(list))
}

fn sort(own: FuncArgs) -> Made {
    sort_if_texts(own[0].clone())
}

fn flat(own: &[Value]) -> Vec<Value> {
    let inner = |own: &Value| match own {
        Value::Array(list) => flat(list),
        other => vec![other.clone()],
    };
    own.iter().flat_map(inner).collect()
}

fn length(own: FuncArgs) -> Made {
    let length = match &own[0] {
        Value::String(text) => text.chars().count(),
        Value::Array(list) => list.len(),
        Value::Object(members) => members.len(),
        _ => return Err("a string, list or map is expected".to_owned()),
    };
    Ok(Value::from(length))
}

fn title(own: FuncArgs) -> Made {
    let mut before = ' ';
    let capital = |letter: char| {
        let own = if before.is_alphanumeric() { letter } else { letter.to_ascii_uppercase() };
        before = letter;
        own
    };
    Ok(Value::from(text(&own[0])?.chars().map(capital).collect::<String>()))
}

fn to_number(own: FuncArgs) -> Made {
    match &own[0] {
        Value::String(text) => text.parse().map(number).map_err(|_| format!("{text:?} is no number")),
        other => Ok(other.clone()),
    }
}

fn coalesce(own: FuncArgs) -> Made {
    let first = own.iter().find(|own| !own.is_null() && own.as_str() != Some(""));
    first.cloned().ok_or_else(|| "no argument has a value".to_owned())
}

fn concat(own: FuncArgs) -> Made {
    let mut joined = Vec::new();
    for own in own.iter() {
        joined.extend(list(own)?.iter().cloned());
        if joined.len() > LONGEST {
            return Err("the list becomes too long".to_owned());
        }
    }
    Ok(Value::Array(joined))
}

fn element(own: FuncArgs) -> Made {
    let list = list(argument(&own, 0)?)?;
    let at = argument(&own, 1)?.as_u64().ok_or("a number is expected")? as usize;
    list.get(at % list.len().max(1)).cloned().ok_or_else(|| "the list is empty".to_owned())
}

/// `%s`, `%v`, `%d`, `%q`, and numbers filled up with zeros as in `%03d`.
fn format(own: FuncArgs) -> Made {
    let mut rest = text(argument(&own, 0)?)?;
    let (mut out, mut next) = (String::new(), 1);
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        let end = behind.find(|own: char| !own.is_ascii_digit()).ok_or("a `%` says nothing")?;
        let (width, verb) = behind.split_at(end);
        rest = &verb[verb.chars().next().map_or(0, char::len_utf8)..];
        if verb.starts_with('%') {
            out.push('%');
            continue;
        }
        let value = argument(&own, next)?;
        next += 1;
        let shown = match verb.chars().next() {
            Some('s' | 'v' | 'd') => shown(value),
            Some('q') => encoded(&Value::from(shown(value)), 0)?,
            _ => return Err(format!("`%{verb}` is not known")),
        };
        let wide: usize = width.trim_start_matches('0').parse().unwrap_or(0);
        let fill = if width.starts_with('0') { "0" } else { " " };
        out.push_str(&fill.repeat(wide.min(256).saturating_sub(shown.len())));
        out.push_str(&shown);
    }
    out.push_str(rest);
    Ok(Value::from(out))
}

fn join(own: FuncArgs) -> Made {
    let between = text(argument(&own, 0)?)?;
    let parts: Vec<String> = flat(&own[1..]).iter().map(shown).collect();
    if parts.iter().map(String::len).sum::<usize>() + between.len() * parts.len() > LONGEST * 16 {
        return Err("the text becomes too long".to_owned());
    }
    Ok(Value::from(parts.join(between)))
}

fn lookup(own: FuncArgs) -> Made {
    let found = map(argument(&own, 0)?)?.get(text(argument(&own, 1)?)?);
    found.or(own.get(2)).cloned().ok_or_else(|| "there is no such key".to_owned())
}

fn extreme(own: &FuncArgs, choose: fn(f64, f64) -> f64) -> Made {
    let numbers: Option<Vec<f64>> = own.iter().map(Value::as_f64).collect();
    let chosen = numbers.and_then(|own| own.into_iter().reduce(choose));
    chosen.map(number).ok_or_else(|| "numbers are expected".to_owned())
}

fn merge(own: FuncArgs) -> Made {
    let mut merged = Map::new();
    for own in own.iter().filter(|own| !own.is_null()) {
        merged.extend(map(own)?.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(Value::Object(merged))
}

fn range(own: FuncArgs) -> Made {
    let numbers: Option<Vec<u64>> = own.iter().map(Value::as_u64).collect();
    let (from, to) = match numbers.as_deref() {
        Some([to]) => (0, *to),
        Some([from, to]) => (*from, *to),
        _ => return Err("one or two numbers are expected".to_owned()),
    };
    if to.saturating_sub(from) > LONGEST as u64 {
        return Err("the list becomes too long".to_owned());
    }
    Ok((from..to).map(Value::from).collect())
}

fn replace(own: FuncArgs) -> Made {
    let (own, search, with) = (text(argument(&own, 0)?)?, text(argument(&own, 1)?)?, text(argument(&own, 2)?)?);
    if search.len() > 1 && search.starts_with('/') && search.ends_with('/') {
        return Err("regular expressions are not replaced here".to_owned());
    }
    if own.len().saturating_mul(with.len().max(1)) > LONGEST * 16 {
        return Err("the text becomes too long".to_owned());
    }
    Ok(Value::from(own.replace(search, with)))
}

fn split(own: FuncArgs) -> Made {
    let (between, own) = (text(argument(&own, 0)?)?, text(argument(&own, 1)?)?);
    if between.is_empty() {
        return Ok(own.chars().map(|own| Value::from(own.to_string())).collect());
    }
    Ok(own.split(between).map(Value::from).collect())
}

fn zipmap(own: FuncArgs) -> Made {
    let (keys, values) = (list(argument(&own, 0)?)?, list(argument(&own, 1)?)?);
    Ok(Value::Object(keys.iter().map(shown).zip(values.iter().cloned()).collect()))
}
