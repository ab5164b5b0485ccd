//! Days and times of the Gregorian calendar, extended to all years.

pub(super) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAY: i64 = 86_400_000;
/// Days in the 400 years after which the calendar repeats.
const ERA: i64 = 146_097;
/// Days from the first of March of year 0, where the arithmetic below counts from, to the first of January 1970.
const TO_1970: i64 = 719_468;

/// A moment as calendars and clocks show it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) millisecond: u32,
}

impl Civil {
    pub(super) fn of(millis: i64) -> Civil {
        let (year, month, day) = date(millis.div_euclid(DAY));
        let time = millis.rem_euclid(DAY) as u32;
        Civil {
            year,
            month,
            day,
            hour: time / 3_600_000,
            minute: time / 60_000 % 60,
            second: time / 1000 % 60,
            millisecond: time % 1000,
        }
    }

    /// `None` unless every part is within its range, the day within its month, and the year has four digits.
    pub(super) fn millis(self) -> Option<i64> {
        let days = days(self.year, self.month, self.day);
        let fits = (0..=9999).contains(&self.year)
            && date(days) == (self.year, self.month, self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
            && self.millisecond < 1000;
        let seconds = i64::from((self.hour * 60 + self.minute) * 60 + self.second);
        fits.then(|| days * DAY + seconds * 1000 + i64::from(self.millisecond))
    }
}

/// Which entry of [`WEEKDAYS`] a moment is in. 1970 began with a Thursday.
pub(super) fn weekday(millis: i64) -> usize {
    (millis.div_euclid(DAY) + 3).rem_euclid(7) as usize
}

/// Year, month and day, so many days after 1970. Years are counted from March, so that the leap day is the last of its year.
fn date(days: i64) -> (i64, u32, u32) {
    let days = days + TO_1970;
    let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}

/// The reverse of [`date`], for years of few digits.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_follows_the_one_before() {
        let (mut year, mut month, mut day) = (0, 1, 1);
        for number in days(0, 1, 1)..=days(9999, 12, 31) {
            assert_eq!(date(number), (year, month, day));
            assert_eq!(days(year, month, day), number);
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + u32::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (month, day) if day == length => (year, month + 1, 1),
                (month, day) => (year, month, day + 1),
            };
        }
        assert_eq!(year, 10_000);
    }

    #[test]
    fn days_that_never_were_have_no_number() {
        let day = |year, month, day| Civil { year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }.millis();
        assert_eq!(day(1970, 1, 1), Some(0));
        assert_eq!(day(2000, 2, 29), Some(951_782_400_000));
        for (year, month, date) in
            [(1900, 2, 29), (2023, 2, 29), (2023, 4, 31), (2023, 0, 1), (2023, 13, 1), (2023, 1, 0), (10_000, 1, 1)]
        {
            assert_eq!(day(year, month, date), None, "{year}-{month}-{date}");
        }
    }

    #[test]
    fn weekdays_go_round() {
        assert_eq!(WEEKDAYS[weekday(0)], "Thu");
        assert_eq!(WEEKDAYS[weekday(-1)], "Wed");
        assert_eq!(WEEKDAYS[weekday(1_398_796_238_000)], "Tue");
    }
}
