//! Times as logs write them, in milliseconds since 1970.

use ringwall_waf::environment::Millis;

/// `10/Oct/2000:13:55:36 -0700`, as nginx and Apache write it.
pub(crate) fn of_server(text: &str) -> Option<Millis> {
    let (date, zone) = text.split_once(' ')?;
    let mut parts = date.splitn(3, '/');
    let day = number(parts.next()?, 2)?;
    let month = MONTHS.iter().position(|own| Some(*own) == date.get(3..6))? as i64 + 1;
    parts.next()?;
    let (year, clock) = parts.next()?.split_once(':')?;
    moment(number(year, 4)?, month, day, clock, zone)
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2018-07-02T22:23:00.186641Z`, with the clock's offset or `Z`.
pub(crate) fn of_iso(text: &str) -> Option<Millis> {
    let (date, clock) = text.split_once(['T', ' '])?;
    let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    of_date(date, clock, zone)
}

/// A date as `2018-07-02`, and a time as `22:23:00`.
pub(crate) fn of_date(date: &str, clock: &str, zone: &str) -> Option<Millis> {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    moment(year, month, day, clock, zone)
}

fn moment(year: i64, month: i64, day: i64, clock: &str, zone: &str) -> Option<Millis> {
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.splitn(3, ':');
    let (hour, minute, second) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let is_time = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    if !is_time || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: i64 =
        fraction.bytes().chain([b'0'; 3]).take(3).fold(0, |sum, own| sum * 10 + i64::from(own - b'0'));
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(zone)?;
    u64::try_from(seconds * 1000 + thousandths).ok()
}

/// How many seconds a clock is ahead: `Z`, `+0200`, `-07:00`, or nothing.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z") {
        return Some(0);
    }
    let sign = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().skip(1).filter(|own| *own != ':').collect();
    let value = number(&digits, 4)?;
    Some(sign * (value / 100 * 3600 + value % 100 * 60))
}

/// The days from 1970 to a date of the Gregorian calendar. Years begin in March, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

/// So many digits.
fn number(text: &str, length: usize) -> Option<i64> {
    if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same_moment() {
        let expected = Some(971_211_336_000);
        assert_eq!(of_server("10/Oct/2000:13:55:36 -0700"), expected);
        assert_eq!(of_server("10/Oct/2000:20:55:36 +0000"), expected);
        assert_eq!(of_iso("2000-10-10T20:55:36Z"), expected);
        assert_eq!(of_iso("2000-10-10T22:55:36.000+02:00"), expected);
        assert_eq!(of_date("2000-10-10", "20:55:36", ""), expected);
        assert_eq!(of_iso("2000-10-10T20:55:36.123456Z"), Some(971_211_336_123));
        assert_eq!(of_iso("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(of_iso("2000-02-29T00:00:00Z"), Some(951_782_400_000));
        assert_eq!(of_iso("2000-03-01T00:00:00Z"), Some(951_868_800_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "10/Oct/2000",
            "10/Okt/2000:13:55:36 -0700",
            "1/Oct/2000:13:55:36 -0700",
            "10/Oct/2000:25:55:36 -0700",
            "10/Oct/2000:13:55:36 0700",
            "32/Oct/2000:13:55:36 +0000",
        ] {
            assert_eq!(of_server(text), None, "{text}");
        }
        for text in
            ["2000-13-10T20:55:36Z", "2000-10-10", "1969-12-31T23:59:59Z", "2000-10-10T20:55:36.x", "é-ü-ö 1:2:3"]
        {
            assert_eq!(of_iso(text), None, "{text}");
        }
    }
}
