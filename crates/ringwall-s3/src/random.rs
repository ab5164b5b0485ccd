//! Names that nobody can guess, from the kernel's randomness.

/// A name that nobody can guess: 32 hexadecimal digits.
pub fn name() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the kernel's randomness");
    hexadecimal(&bytes)
}

/// The id of a request, as S3's look.
pub(crate) fn request_id() -> String {
    let mut name = name().to_ascii_uppercase();
    name.truncate(16);
    name
}

/// Bytes in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
