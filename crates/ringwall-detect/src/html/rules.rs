//! rules

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Tag,
    Event,
    Address,
    Style,
    Document,
    Declaration,
    LooseAttribute,
    LoneAddress,
    Script,
    Template,
    Utf7,
}
impl Rule {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Rule::Tag => "tag",
            Rule::Event => "event",
            Rule::Address => "address",
            Rule::Style => "style",
            Rule::Document => "document",
            Rule::Declaration => "declaration",
            Rule::LooseAttribute => "loose-attribute",
            Rule::LoneAddress => "lone-address",
            Rule::Script => "script",
            Rule::Template => "template",
            Rule::Utf7 => "utf-7",
        }
    }
    pub(crate) fn says(self) -> &'static str { "" }
}
