//! What is found in SQL, rule by rule, with what each finds and what it leaves alone.

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Condition,
    Computed,
    Hidden,
    Order,
    Power,
    Union,
    Select,
    Statement,
    File,
    Probe,
    Obscured,
}

/// From which sensitivity on something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// At both.
    Low,
    /// At the high one alone.
    High,
}

/// Something that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub rule: Rule,
    pub level: Level,
    pub start: usize,
    pub end: usize,
}

impl Rule {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Rule::Condition => "condition",
            Rule::Computed => "computed",
            Rule::Hidden => "hidden",
            Rule::Order => "order",
            Rule::Power => "power",
            Rule::Union => "union",
            Rule::Select => "select",
            Rule::Statement => "statement",
            Rule::File => "file",
            Rule::Probe => "probe",
            Rule::Obscured => "obscured",
        }
    }
    pub(crate) fn says(self) -> &'static str { "" }
}
