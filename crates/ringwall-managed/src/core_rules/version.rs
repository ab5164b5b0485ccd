//! How the Core Rule Set is set: its version, because that is what any client of AWS's can say of a managed group.

use std::fmt;
use std::str::FromStr;

/// Paranoia levels and threshold: `PL1`, `PL2_Threshold10`, `PL1_Executing3_Threshold5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Configuration {
    /// the rules of which levels count, 1 to 4
    pub paranoia_level: u8,
    /// the rules up to which level are asked; those above the first write labels alone
    pub executing: u8,
    /// as many points stop a request
    pub threshold: u32,
}

impl Default for Configuration {
    /// What the Core Rule Set comes with.
    fn default() -> Configuration {
        Configuration { paranoia_level: 1, executing: 1, threshold: 5 }
    }
}

/// What is no configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no configuration of the Core Rule Set: `PL1` to `PL4`, then if wanted `_Executing` with a level not below it, then if \
     wanted `_Threshold` with a number from 1"
)]
pub struct NoConfiguration;

impl FromStr for Configuration {
    type Err = NoConfiguration;

    fn from_str(text: &str) -> Result<Configuration, NoConfiguration> {
        let mut parts = text.split('_').peekable();
        let level = parts.next().and_then(|own| own.strip_prefix("PL"));
        let paranoia_level = level.and_then(number).filter(|own| (1..=4).contains(own)).ok_or(NoConfiguration)? as u8;
        let mut read = |name: &str| {
            let Some(digits) = parts.peek().and_then(|own| own.strip_prefix(name)) else { return Ok(None) };
            parts.next();
            number(digits).map(Some).ok_or(NoConfiguration)
        };
        let executing = read("Executing")?.map_or(Ok(u32::from(paranoia_level)), |own| {
            (u32::from(paranoia_level)..=4).contains(&own).then_some(own).ok_or(NoConfiguration)
        })?;
        let threshold = read("Threshold")?.unwrap_or(Configuration::default().threshold);
        if parts.next().is_some() || threshold == 0 {
            return Err(NoConfiguration);
        }
        Ok(Configuration { paranoia_level, executing: executing as u8, threshold })
    }
}

/// A number as one writes it: one to four digits, without a zero before them.
fn number(digits: &str) -> Option<u32> {
    let is_plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_plain && (digits == "0" || !digits.starts_with('0')))
}

impl fmt::Display for Configuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PL{}", self.paranoia_level)?;
        if self.executing > self.paranoia_level {
            write!(formatter, "_Executing{}", self.executing)?;
        }
        write!(formatter, "_Threshold{}", self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_written_as_a_version() {
        for (text, levels, threshold, written) in [
            ("PL1", (1, 1), 5, "PL1_Threshold5"),
            ("PL2_Threshold10", (2, 2), 10, "PL2_Threshold10"),
            ("PL1_Executing3", (1, 3), 5, "PL1_Executing3_Threshold5"),
            ("PL4_Executing4_Threshold9999", (4, 4), 9999, "PL4_Threshold9999"),
        ] {
            let own: Configuration = text.parse().unwrap();
            assert_eq!((own.paranoia_level, own.executing, own.threshold), (levels.0, levels.1, threshold), "{text}");
            assert_eq!(own.to_string(), written);
        }
        for text in [
            "",
            "PL",
            "PL0",
            "PL5",
            "pl1",
            "PL1_",
            "PL1_Threshold",
            "PL1_Threshold0",
            "PL1_Threshold05",
            "PL1_Threshold10000",
            "PL2_Executing1",
            "PL1_Executing5",
            "PL1_Threshold5_Executing2",
            "PL1_Threshold5_x",
            "Version_1.0",
        ] {
            assert_eq!(text.parse::<Configuration>(), Err(NoConfiguration), "{text}");
        }
    }
}
