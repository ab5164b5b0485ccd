//! The one image there is: the host's own file system.
//!
//! It has a name, `ami-host`, and an id of the form that clients check for. An instance shows the one that it was started
//! with.

use ringwall_model::id::ImageId;
use ringwall_model::resource::instance::ImageName;

use crate::ec2::id::{Named, parse};
use crate::error::ApiError;

/// The image's name.
pub const NAME: &str = "ami-host";

/// The image's id.
pub const ID: &str = "ami-00000000000000a57";

/// What instances run on, in AWS's words.
pub const PLATFORM: &str = "Linux/UNIX";

/// The host's architecture, in AWS's words.
pub const ARCHITECTURE: &str = match std::env::consts::ARCH.as_bytes() {
    b"aarch64" => "arm64",
    b"x86" => "i386",
    _ => "x86_64",
};

/// Reads which image is meant: there is only one (INST-19).
pub fn find(text: &str) -> Result<ImageName, ApiError> {
    if text == NAME {
        return Ok(ImageName::Name(NAME.to_owned()));
    }
    let id: ImageId = parse(text)?;
    if text == ID { Ok(ImageName::Id(id)) } else { Err(ImageId::not_found(&[text.to_owned()])) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_has_a_name_and_an_id_and_there_is_no_other() {
        assert_eq!(find(NAME).unwrap().to_string(), NAME);
        assert_eq!(find(ID).unwrap().to_string(), ID);
        assert_eq!(find("ami-0123456789abcdef0").unwrap_err().code, "InvalidAMIID.NotFound");
        assert_eq!(find("ubuntu").unwrap_err().code, "InvalidAMIID.Malformed");
    }
}
