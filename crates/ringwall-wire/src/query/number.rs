//! Numbers as AWS writes them: decimal, without the other spellings that Rust reads.

use std::str::FromStr;

/// A whole number: digits, a minus before them if negative.
pub(super) fn integer<T: FromStr>(text: &str) -> Option<T> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A number with a fraction or an exponent, or one of the three words for those that are none.
pub(super) fn float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if !text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) => None,
        // A number too large for its type would come out as infinite.
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_digits_within_the_range_of_their_type() {
        assert_eq!(integer::<i8>("-128"), Some(-128));
        assert_eq!(integer::<u64>("18446744073709551615"), Some(u64::MAX));
        assert_eq!(integer::<u16>("007"), Some(7));
        for text in ["", "-", "+1", "1.0", "0x1", " 1", "1 ", "1e3", "١", "128", "-129"] {
            assert_eq!(integer::<i8>(text), None, "{text}");
        }
        assert_eq!(integer::<u8>("-1"), None);
    }

    #[test]
    fn floats_are_decimal_or_one_of_three_words() {
        assert_eq!(float("10.8"), Some(10.8));
        assert_eq!(float("-1e-3"), Some(-0.001));
        assert_eq!(float("-Infinity"), Some(f64::NEG_INFINITY));
        assert!(float("NaN").is_some_and(f64::is_nan));
        for text in ["", "inf", "nan", "infinity", "1e999", "0x1", "1,5", "e", "."] {
            assert_eq!(float(text), None, "{text}");
        }
    }
}
