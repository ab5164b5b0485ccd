//! Reading what a rule asks: `!@rx ^a`.

use super::Reader;
use crate::files::beside;
use crate::operator::{ByteRange, Comparison, Digits, Expression, Operator, Phrases, Prefixes, Scheme};
use crate::refusal::Wrong;

impl Reader<'_> {
    /// Reads an operator, and whether its opposite is meant.
    pub(super) fn operator(&mut self, text: &str) -> Result<(Operator, bool), Wrong> {
        let text = text.trim_start();
        let (is_negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let (name, argument) = match text.strip_prefix('@') {
            Some(rest) => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
            None => ("rx", text),
        };
        let trimmed = argument.trim();
        let argument = if name.eq_ignore_ascii_case("rx") { argument } else { trimmed };
        let operator = self.named(&name.to_ascii_lowercase(), argument);
        Ok((operator.map_err(|says| format!("`@{name}` {says}"))?, is_negated))
    }

    /// The operator of a name. It begins where it does not say what is wrong with which operator.
    pub(crate) fn named(&mut self, name: &str, argument: &str) -> Result<Operator, Wrong> {
        if let Some(comparison) = comparison(name) {
            return Ok(Operator::Compare(comparison, self.text(argument)?));
        }
        Ok(match name {
            "beginswith" => Operator::BeginsWith(self.text(argument)?),
            "contains" | "strmatch" => Operator::Contains(self.text(argument)?),
            "containsword" => Operator::ContainsWord(self.text(argument)?),
            "endswith" => Operator::EndsWith(self.text(argument)?),
            "streq" => Operator::StringEquals(self.text(argument)?),
            "within" => Operator::Within(self.text(argument)?),
            "rx" if argument.contains("%{") => Operator::RxOf(self.text(argument)?),
            "rx" => Operator::Rx(Expression::read(argument.as_bytes())?),
            "rxglobal" => Operator::RxGlobal(Expression::read(argument.as_bytes())?),
            "pm" => Operator::Phrases(Phrases::of_words(argument)?),
            "pmf" | "pmfromfile" => Operator::Phrases(Phrases::of_lines(&self.file_beside(argument)?)?),
            "ipmatch" => Operator::Ip(Prefixes::read(argument)?),
            "ipmatchf" | "ipmatchfromfile" => {
                let file = self.file_beside(argument)?;
                Operator::Ip(Prefixes::of_lines(&String::from_utf8_lossy(&file))?)
            }
            "detectsqli" => Operator::DetectSqli,
            "detectxss" => Operator::DetectXss,
            "validatebyterange" => Operator::ByteRange(Box::new(ByteRange::read(argument)?)),
            "validateurlencoding" => Operator::UrlEncoding,
            "validateutf8encoding" => Operator::Utf8Encoding,
            "verifycc" => digits(Scheme::Card, argument)?,
            "verifycpf" => digits(Scheme::Cpf, argument)?,
            "verifyssn" => digits(Scheme::Ssn, argument)?,
            "verifysvnr" => digits(Scheme::Svnr, argument)?,
            "unconditionalmatch" => Operator::Always,
            "nomatch" => Operator::Never,
            "geolookup" | "rbl" if self.is_core() => Operator::Never,
            "geolookup" => {
                return Err("needs countries of addresses, of which SecLang's rules are not told here".into());
            }
            "rbl" => return Err("asks another server while the request waits, which rules do not here".into()),
            _ => return Err("is no operator".into()),
        })
    }

    /// The content of a file that stands beside the one which is read.
    fn file_beside(&mut self, name: &str) -> Result<Vec<u8>, Wrong> {
        let name = beside(&self.place.file, name.trim());
        let content = self.files.read(&name).ok_or_else(|| format!("names the file `{name}`, which there is not"))?;
        self.take(content.len())?;
        Ok(content.into_owned())
    }
}

fn comparison(name: &str) -> Option<Comparison> {
    match name {
        "eq" => Some(Comparison::Equal),
        "gt" => Some(Comparison::Greater),
        "ge" => Some(Comparison::GreaterOrEqual),
        "lt" => Some(Comparison::Less),
        "le" => Some(Comparison::LessOrEqual),
        _ => None,
    }
}

fn digits(scheme: Scheme, argument: &str) -> Result<Operator, Wrong> {
    Ok(Operator::Digits(Digits { scheme, expression: Expression::read(argument.as_bytes())? }))
}
