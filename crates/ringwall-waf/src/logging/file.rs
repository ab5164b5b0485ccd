//! Files of records in a bucket: when one is full, and its key (WAF-126).

use sha2::{Digest, Sha256};

use crate::document::Arn;
use crate::environment::Millis;

/// How long records wait for a file, in milliseconds.
pub const PERIOD: Millis = 300_000;

/// How long a file is at most before it is compressed, in bytes.
pub const LONGEST_FILE: usize = 75 << 20;

/// Records that wait to become a file.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    text: String,
    /// when the first of them came
    begun: Millis,
}

impl Batch {
    /// Adds the line of a record.
    pub fn add(&mut self, line: &str, now: Millis) {
        if self.text.is_empty() {
            self.begun = now;
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The file's content, one record a line, if it is to be written now; the batch is empty then. Windows end at whole periods of
    /// the clock, so that names tell them apart.
    pub fn take_due(&mut self, now: Millis) -> Option<(Millis, String)> {
        let is_over = now / PERIOD > self.begun / PERIOD;
        let is_due = !self.text.is_empty() && (is_over || self.text.len() >= LONGEST_FILE);
        is_due.then(|| self.take()).flatten()
    }

    /// The file's content, whether or not it is due, with the beginning of its window; none if there are no records.
    pub fn take(&mut self) -> Option<(Millis, String)> {
        let text = std::mem::take(&mut self.text);
        (!text.is_empty()).then_some((self.begun / PERIOD * PERIOD, text))
    }
}

/// The key of a file of a web ACL whose window begins then. Files of one window differ in what they hold, and so in their names.
pub fn file_key(web_acl: &Arn, begun: Millis, text: &str) -> String {
    let Arn { account, region, name, is_global, .. } = web_acl;
    let region = if *is_global { "cloudfront" } else { region };
    let (year, month, day) = civil(begun / 86_400_000);
    let (hour, minute) = (begun / 3_600_000 % 24, begun / 60_000 % 60);
    let hash: String = Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!(
        "AWSLogs/{account}/WAFLogs/{region}/{name}/{year:04}/{month:02}/{day:02}/{hour:02}/{minute:02}/\
         {account}_waflogs_{region}_{name}_{year:04}{month:02}{day:02}T{hour:02}{minute:02}Z_{hash}.log.gz"
    )
}

/// Year, month and day of a day since 1970, by counting years that begin in March.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (day, expected) in [
            (0, (1970, 1, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (19_782, (2024, 2, 29)),
            (20_088, (2024, 12, 31)),
            (47_541, (2100, 3, 1)),
        ] {
            assert_eq!(civil(day), expected, "{day}");
        }
    }

    #[test]
    fn a_key_is_awss() {
        let acl = |scope: &str, region: &str| Arn {
            text: String::new(),
            region: region.to_owned(),
            account: "111122223333".to_owned(),
            is_global: scope == "global",
            name: "own".to_owned(),
        };
        let begun = 1_655_740_500_000; // 2022-06-20T15:55Z
        let regional = acl("regional", "eu-west-1");
        let key = file_key(&regional, begun, "{}\n");
        let start = "AWSLogs/111122223333/WAFLogs/eu-west-1/own/2022/06/20/15/55/111122223333_waflogs_eu-west-1_own_20220620T1555Z_";
        assert!(key.starts_with(start) && key.ends_with(".log.gz"), "WAF-126: {key}");
        assert_eq!(key.len(), start.len() + 8 + ".log.gz".len());
        assert_ne!(key, file_key(&regional, begun, "{1}\n"));
        let global = acl("global", "us-east-1");
        assert!(file_key(&global, begun, "").contains("/WAFLogs/cloudfront/own/"), "WAF-126");
    }

    #[test]
    fn a_file_is_due_when_its_window_is_over_or_it_is_full() {
        let mut batch = Batch::default();
        assert_eq!(batch.take_due(10 * PERIOD), None);
        batch.add("a", 3 * PERIOD + 5);
        batch.add("b", 3 * PERIOD + 9);
        assert_eq!(batch.take_due(4 * PERIOD - 1), None);
        assert_eq!(batch.take_due(4 * PERIOD), Some((3 * PERIOD, "a\nb\n".to_owned())));
        assert_eq!(batch.take(), None);
        batch.add(&"x".repeat(LONGEST_FILE), 7 * PERIOD);
        assert!(batch.take_due(7 * PERIOD).is_some(), "WAF-126");
    }
}
