//! `@verifyCC`, `@verifyCPF`, `@verifySSN`, `@verifySVNR`: numbers with a check of their own.

use super::{Expression, Hit};

/// Numbers of a kind, found by an expression.
#[derive(Clone, Debug)]
pub struct Digits {
    /// which kind
    pub scheme: Scheme,
    /// what may be one
    pub expression: Expression,
}

/// A kind of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// of payment cards
    Card,
    /// of taxpayers in Brazil
    Cpf,
    /// of social security in the United States
    Ssn,
    /// of social security in Austria
    Svnr,
}

/// How many places of a value are tried, so that hostile ones do not take long.
const MOST_TRIES: usize = 1000;

impl Digits {
    /// Where a valid number is in a value.
    pub fn find(&self, value: &[u8]) -> Option<Hit> {
        let mut start = 0;
        for _ in 0..MOST_TRIES {
            if start > value.len() {
                return None;
            }
            let range = self.expression.find_from(value, start)?;
            let digits: Vec<u32> = value[range.clone()]
                .iter()
                .filter(|own| own.is_ascii_digit())
                .map(|own| u32::from(own - b'0'))
                .collect();
            if self.scheme.is_valid(&digits) {
                return Some(Hit { captures: vec![(0, range.clone())], range, says: None });
            }
            start = range.start + 1;
        }
        None
    }
}

impl Scheme {
    fn is_valid(self, digits: &[u32]) -> bool {
        match self {
            Scheme::Card => is_card(digits),
            Scheme::Cpf => is_cpf(digits),
            Scheme::Ssn => is_ssn(digits),
            Scheme::Svnr => is_svnr(digits),
        }
    }
}

/// Luhn's sum: every second digit from the right counts twice.
fn is_card(digits: &[u32]) -> bool {
    let weigh = |(place, digit): (usize, &u32)| match place % 2 {
        1 if *digit > 4 => digit * 2 - 9,
        1 => digit * 2,
        _ => *digit,
    };
    !digits.is_empty() && digits.iter().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

fn are_same(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair[0] == pair[1])
}

/// Nine digits and two that check them.
fn is_cpf(digits: &[u32]) -> bool {
    let Some(digits) = digits.get(..11).filter(|own| !are_same(own)) else { return false };
    let check = |length: usize| {
        let sum: u32 =
            digits[..length].iter().zip((2..=length as u32 + 1).rev()).map(|(own, weight)| own * weight).sum();
        if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
    };
    digits[9] == check(9) && digits[10] == check(10)
}

/// An area that there is, and nothing that is all zeros, all the same or counts up.
fn is_ssn(digits: &[u32]) -> bool {
    if digits.len() != 9 || are_same(digits) || digits.windows(2).all(|pair| pair[0] + 1 == pair[1]) {
        return false;
    }
    let number = |own: &[u32]| own.iter().fold(0, |number, digit| number * 10 + digit);
    let (area, group, serial) = (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]));
    group > 0 && serial > 0 && area > 0 && area < 740 && area != 666
}

/// Ten digits, of which the fourth checks the others.
fn is_svnr(digits: &[u32]) -> bool {
    let Some(digits) = digits.get(..10).filter(|own| !are_same(own)) else { return false };
    let sum: u32 = digits.iter().zip([3, 7, 9, 0, 5, 8, 4, 2, 1, 6]).map(|(own, weight)| own * weight).sum();
    sum % 11 % 10 == digits[3]
}
