//! Tokens of the second version: a proof that whoever asks could send a `PUT` (DNS-17).
//!
//! A token says when it ends and is sealed for its instance. So none has to be remembered, and a worker that was started anew
//! with the same key takes those of the one before.

use hmac::{Hmac, KeyInit, Mac};
use ringwall_model::id::InstanceId;
use ringwall_wire::Blob;
use sha2::Sha256;

/// Seconds that a token holds at most.
pub const LONGEST: u32 = 21_600;
/// The form of a token.
const VERSION: u8 = 1;
/// Bytes of a seal.
const SEAL: usize = 32;
/// Characters of a token: 41 bytes in base64.
const LENGTH: usize = 56;

/// The key that tokens of one Ringwall are sealed with.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey")
    }
}

impl TokenKey {
    /// A key of random bytes.
    pub fn new(bytes: [u8; 32]) -> TokenKey {
        TokenKey(bytes)
    }

    /// A token for an instance that holds until then, in seconds since 1970.
    pub fn issue(&self, instance: InstanceId, until: u64) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&until.to_be_bytes());
        bytes.extend_from_slice(&self.sealer(instance, &bytes).finalize().into_bytes());
        Blob(bytes).base64().replace('+', "-").replace('/', "_")
    }

    /// For how many seconds a token still holds; none if it does not, or never did for this instance.
    pub fn check(&self, instance: InstanceId, token: &str, now: u64) -> Option<u64> {
        if token.len() != LENGTH {
            return None;
        }
        let bytes = Blob::parse(&token.replace('-', "+").replace('_', "/")).ok()?.0;
        let (head, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        self.sealer(instance, head).verify_slice(seal).ok()?;
        let (version, until) = head.split_first()?;
        let until = u64::from_be_bytes(until.try_into().ok()?);
        until.checked_sub(now).filter(|left| *left > 0 && *version == VERSION)
    }

    fn sealer(&self, instance: InstanceId, head: &[u8]) -> Hmac<Sha256> {
        let mut sealer = match Hmac::<Sha256>::new_from_slice(&self.0) {
            Ok(sealer) => sealer,
            Err(_) => unreachable!("a key of any length will do"),
        };
        sealer.update(b"ringwall instance metadata\0");
        sealer.update(head);
        sealer.update(instance.to_string().as_bytes());
        sealer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_one_instance_and_ends() {
        let key = TokenKey::new([7; 32]);
        let (own, other) = ("i-0123456789abcdef0".parse().unwrap(), "i-0123456789abcdef1".parse().unwrap());
        let token = key.issue(own, 1_100);
        assert_eq!(token.len(), LENGTH);
        assert_eq!(key.check(own, &token, 1_000), Some(100));
        assert_eq!(key.check(own, &token, 1_100), None, "it has ended");
        assert_eq!(key.check(other, &token, 1_000), None, "it is another's");
        assert_eq!(TokenKey::new([8; 32]).check(own, &token, 1_000), None, "it is of another key");
    }

    #[test]
    fn a_token_with_any_letter_changed_is_none() {
        let key = TokenKey::new([7; 32]);
        let own = "i-0123456789abcdef0".parse().unwrap();
        let token = key.issue(own, u64::from(u32::MAX));
        for place in 0..LENGTH {
            for letter in ["A", "z", "-", "=", "é"] {
                let changed = format!("{}{letter}{}", &token[..place], &token[place + 1..]);
                assert!(changed == token || key.check(own, &changed, 0).is_none(), "{changed}");
            }
        }
        assert_eq!(key.check(own, "", 0), None);
    }
}
