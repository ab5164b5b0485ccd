//! `@eq`, `@ge` and the like: numbers, as C reads them at the beginning of a text.

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// they are the same
    Equal,
    /// the value is greater
    Greater,
    /// or the same
    GreaterOrEqual,
    /// the value is less
    Less,
    /// or the same
    LessOrEqual,
}

impl Comparison {
    /// Whether a value compares so to another one.
    pub fn holds(self, value: &[u8], to: &[u8]) -> bool {
        if self == Comparison::Equal {
            // One that is too large counts as no number here, and as the largest one elsewhere.
            let small = |text: &[u8]| i32::try_from(number(text)).unwrap_or(0);
            return small(value) == small(to);
        }
        let (value, to) = (number(value), number(to));
        match self {
            Comparison::Equal => value == to,
            Comparison::Greater => value > to,
            Comparison::GreaterOrEqual => value >= to,
            Comparison::Less => value < to,
            Comparison::LessOrEqual => value <= to,
        }
    }
}

/// The number that a text begins with, behind white space; zero if there is none, and the largest or smallest if it is more
/// than sixty-four bits hold.
pub fn number(text: &[u8]) -> i64 {
    let text = text.trim_ascii_start();
    let (is_negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_i64, |value, digit| {
        let digit = i64::from(digit - b'0');
        let next = value.saturating_mul(10);
        if is_negative { next.saturating_sub(digit) } else { next.saturating_add(digit) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_at_the_beginning() {
        let cases: &[(&[u8], i64)] =
            &[(b"12x", 12), (b" -3", -3), (b"+4", 4), (b"x", 0), (b"", 0), (b"99999999999999999999", i64::MAX)];
        for (text, expected) in cases {
            assert_eq!(number(text), *expected);
        }
        assert_eq!(number(b"-9223372036854775808"), i64::MIN);
    }

    #[test]
    fn numbers_compare() {
        use Comparison::*;
        for (comparison, less, same, more) in [
            (Equal, false, true, false),
            (Greater, false, false, true),
            (GreaterOrEqual, false, true, true),
            (Less, true, false, false),
            (LessOrEqual, true, true, false),
        ] {
            let holds = |value: &[u8]| comparison.holds(value, b"5");
            assert_eq!((holds(b"4"), holds(b"5"), holds(b"6")), (less, same, more), "{comparison:?}");
        }
        assert!(Equal.holds(b"9999999999", b"0"));
    }
}
