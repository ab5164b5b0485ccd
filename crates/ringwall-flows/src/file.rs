//! Files: their names, and what is in them (FL-31).

use std::io::Write;

use ringwall_model::id::FlowLogId;
use ringwall_model::resource::flow_log::{FileFormat, KeyLayout};

use crate::format::Format;

/// A moment of the calendar, in UTC.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
}

impl Civil {
    /// The moment so many seconds after the start of 1970. (Days from civil dates, after Howard Hinnant.)
    fn of(second: i64) -> Civil {
        let (days, rest) = (second.div_euclid(86_400), second.rem_euclid(86_400));
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Civil {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * shifted_month + 2) / 5 + 1,
            hour: rest / 3_600,
            minute: rest / 60 % 60,
        }
    }
}

/// Where a file belongs.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// what its key begins with, without a slash at the end; may be empty
    pub prefix: &'p str,
    /// the account
    pub account: &'p str,
    /// the Region
    pub region: &'p str,
    /// the flow log
    pub log: FlowLogId,
    /// how it is written
    pub format: FileFormat,
    /// how keys are laid out
    pub layout: KeyLayout,
}

impl Place<'_> {
    /// The key of a file that was put together in a second since 1970. What is in it is part of its name, so that a file
    /// that is sent twice is one file.
    pub fn key(&self, second: i64, lines: &[String]) -> String {
        let Place { account, region, log, .. } = self;
        let t = Civil::of(second);
        let hive = self.layout.is_hive_compatible;
        let part = |name: &str, value: String| if hive { format!("{name}={value}") } else { value };
        let mut parts = vec![
            "AWSLogs".to_owned(),
            part("aws-account-id", (*account).to_owned()),
            part("aws-service", "vpcflowlogs".to_owned()),
            part("aws-region", (*region).to_owned()),
            part("year", format!("{:04}", t.year)),
            part("month", format!("{:02}", t.month)),
            part("day", format!("{:02}", t.day)),
        ];
        if self.layout.is_per_hour {
            parts.push(part("hour", format!("{:02}", t.hour)));
        }
        let ending = match self.format {
            FileFormat::PlainText => "log.gz",
            FileFormat::Parquet => "log.parquet",
        };
        let time = format!("{:04}{:02}{:02}T{:02}{:02}Z", t.year, t.month, t.day, t.hour, t.minute);
        let hash = hash(second, lines);
        parts.push(format!("{account}_vpcflowlogs_{region}_{log}_{time}_{hash:08x}.{ending}"));
        if !self.prefix.is_empty() {
            parts.insert(0, self.prefix.to_owned());
        }
        parts.join("/")
    }
}

/// FNV-1a, folded: files of the same minute differ, nobody attacks this.
fn hash(second: i64, lines: &[String]) -> u32 {
    let seed = second.to_be_bytes();
    let bytes = seed.iter().chain(lines.iter().flat_map(|line| line.as_bytes().iter().chain(b"\n")));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)) as u32
}

/// What is in a file of plain text: the fields' names, then the lines, compressed.
pub fn text(format: &Format, lines: &[String]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for line in std::iter::once(&format.header()).chain(lines) {
        encoder.write_all(line.as_bytes())?;
        encoder.write_all(b"\n")?;
    }
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn place(prefix: &str, layout: KeyLayout, format: FileFormat) -> Place<'_> {
        let log = "fl-1234abcd".parse().unwrap();
        Place { prefix, account: "123456789012", region: "us-east-1", log, format, layout }
    }

    #[test]
    fn keys_are_laid_out_as_awss() {
        let time = 1_655_740_500; // 2022-06-20T15:55Z
        let plain = place("", KeyLayout::default(), FileFormat::PlainText).key(time, &[]);
        let start = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2022/06/20/";
        let name = "123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20220620T1555Z_";
        assert!(plain.starts_with(&format!("{start}{name}")) && plain.ends_with(".log.gz"), "FL-31: {plain}");
        assert_eq!(plain.len(), start.len() + name.len() + 8 + ".log.gz".len());
        let layout = KeyLayout { is_hive_compatible: true, is_per_hour: true };
        let hive = place("a/b", layout, FileFormat::Parquet).key(time, &[]);
        let start = "a/b/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2022/month=06/\
                     day=20/hour=15/123456789012_vpcflowlogs_";
        assert!(hive.starts_with(start) && hive.ends_with(".log.parquet"), "{hive}");
    }

    #[test]
    fn another_content_is_another_file_and_the_same_is_the_same() {
        let place = place("", KeyLayout::default(), FileFormat::PlainText);
        let (one, other) = (place.key(0, &["a".into()]), place.key(0, &["b".into()]));
        assert!(one != other && one == place.key(0, &["a".into()]));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (second, expected) in [
            (0, (1970, 1, 1)),
            (951_782_400, (2000, 2, 29)),
            (4_107_542_400, (2100, 3, 1)),
            (1_709_251_199, (2024, 2, 29)),
        ] {
            let civil = Civil::of(second);
            assert_eq!((civil.year, civil.month, civil.day), expected, "{second}");
        }
    }

    #[test]
    fn a_file_of_text_names_its_fields_first() {
        let packed = text(&Format::default(), &["one".into(), "two".into()]).unwrap();
        let mut read = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut read).unwrap();
        assert_eq!(read, format!("{}\none\ntwo\n", Format::default().header()), "FL-31");
    }
}
