//! User data as a parameter.

use ringwall_wire::blob::Blob;

use crate::ec2::error::Code;
use crate::error::ApiError;

/// The most bytes that user data may have before they are encoded.
const MOST_BYTES: usize = 16 * 1024;

/// Reads user data: base64, which may be broken into lines. Returns it in base64 again; none if it is empty.
pub fn parse(text: &str) -> Result<Option<String>, ApiError> {
    let joined: String = text.split_ascii_whitespace().collect();
    let blob =
        Blob::parse(&joined).map_err(|_| Code::InvalidParameterValue.with("Invalid BASE64 encoding of user data."))?;
    if blob.0.len() > MOST_BYTES {
        return Err(Code::InvalidParameterValue.with(format!("User data is limited to {MOST_BYTES} bytes")));
    }
    Ok(Some(blob.base64()).filter(|_| !blob.0.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_data_is_base64_of_up_to_sixteen_kibibytes() {
        assert_eq!(parse("IyEv\nYmlu").unwrap().as_deref(), Some("IyEvYmlu"));
        assert_eq!(parse("").unwrap(), None);
        assert_eq!(parse("#!/bin/sh").unwrap_err().code, "InvalidParameterValue");
        let most = Blob(vec![b'x'; MOST_BYTES]).base64();
        assert_eq!(parse(&most).unwrap(), Some(most));
        assert!(parse(&Blob(vec![b'x'; MOST_BYTES + 1]).base64()).unwrap_err().message.contains("16384"));
    }
}
