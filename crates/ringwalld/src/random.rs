//! Random numbers from the kernel.

/// A random number.
pub fn number() -> u128 {
    let mut bytes = [0; 16];
    // Without randomness nothing can be named; the kernel gives it from the first moment of user space on.
    getrandom::fill(&mut bytes).expect("the kernel gives random bytes");
    u128::from_ne_bytes(bytes)
}

/// A random UUID (version 4).
pub fn uuid() -> String {
    let bits = number() & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let text = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_uuid_says_its_version() {
        let uuid = super::uuid();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"), "{uuid}");
    }
}
