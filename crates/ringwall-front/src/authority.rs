//! The certificate authority of a Ringwall.

use std::io;
use std::path::Path;

use ringwall_endpoint::Authority;

/// The certificate, in PEM, of the authority of a directory: whoever trusts it trusts the certificates of all services. The
/// authority is made if it is not there.
pub fn certificate(directory: &Path) -> io::Result<String> {
    let authority = Authority::open(directory).map_err(io::Error::other)?;
    Ok(authority.certificate_pem().to_owned())
}
