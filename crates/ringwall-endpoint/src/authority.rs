//! Ringwall's certificate authority: a key in the state directory, and certificates for the names that clients ask for.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use time::{Duration, OffsetDateTime};

/// So many certificates are kept; the next name begins anew.
const MOST_KEPT: usize = 1_000;

/// For how long a certificate is good, and after how long another one is made.
const GOOD_FOR: Duration = Duration::days(90);
const KEPT_FOR: Duration = Duration::days(30);

/// The authority cannot be opened, or a certificate not be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// a file
    #[error("the authority's files: {0}")]
    File(#[from] io::Error),
    /// a key or certificate
    #[error("the authority's key: {0}")]
    Key(#[from] rcgen::Error),
    /// what is made cannot be used
    #[error("a certificate: {0}")]
    Tls(#[from] rustls::Error),
}

/// An authority with its key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    /// the key of every certificate; they differ in their names alone
    key: KeyPair,
    kept: Mutex<HashMap<String, (OffsetDateTime, Arc<CertifiedKey>)>>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// What the authority says of itself: always the same, so that its certificate can be made again from its key.
fn own_parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Ringwall");
    name.push(DnType::CommonName, "Ringwall local authority");
    parameters.distinguished_name = name;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.not_before = rcgen::date_time_ymd(2025, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2055, 1, 1);
    parameters
}

impl Authority {
    /// Opens the authority of a directory: `ca.key`, which only its owner can read, and `ca.pem`. Both are made if they are not there.
    pub fn open(directory: &Path) -> Result<Authority, AuthorityError> {
        let (key_file, certificate_file) = (directory.join("ca.key"), directory.join("ca.pem"));
        let key = match fs::read_to_string(&key_file) {
            Ok(pem) => KeyPair::from_pem(&pem)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = KeyPair::generate()?;
                put(&key_file, &key.serialize_pem(), 0o600)?;
                key
            }
            Err(error) => return Err(error.into()),
        };
        let pem = match fs::read_to_string(&certificate_file) {
            Ok(pem) => pem,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let pem = own_parameters().self_signed(&key)?.pem();
                put(&certificate_file, &pem, 0o644)?;
                pem
            }
            Err(error) => return Err(error.into()),
        };
        let issuer = Issuer::new(own_parameters(), key);
        Ok(Authority { issuer, pem, key: KeyPair::generate()?, kept: Mutex::default() })
    }

    /// The authority's certificate in PEM, for clients that are to trust it: what `ringwall ca` prints.
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a name, and the key that goes with it.
    pub fn certify(&self, name: &str, now: OffsetDateTime) -> Result<Arc<CertifiedKey>, AuthorityError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made, certified)) = kept.get(name)
            && now - *made < KEPT_FOR
        {
            return Ok(certified.clone());
        }
        let mut parameters = CertificateParams::new(vec![name.to_owned()])?;
        let mut own_name = DistinguishedName::new();
        // Longer than 64 letters, a common name is none; the name that counts is the other one.
        own_name.push(DnType::CommonName, if name.len() <= 64 { name } else { "Ringwall endpoint" });
        parameters.distinguished_name = own_name;
        parameters.not_before = now - Duration::days(1);
        parameters.not_after = now + GOOD_FOR;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.use_authority_key_identifier_extension = true;
        let certificate = parameters.signed_by(&self.key, &self.issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let chain = vec![CertificateDer::from(certificate)];
        let certified = Arc::new(CertifiedKey::new(chain, any_supported_type(&key)?));
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(name.to_owned(), (now, certified.clone()));
        Ok(certified)
    }
}

/// Writes a file that is there whole or not at all.
fn put(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let _ = fs::remove_file(&temporary);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Chooses the certificate for a connection: for the name that the client asks for, if it is one of AWS's, else for the service's own.
#[derive(Debug)]
pub(crate) struct Certificates {
    pub(crate) authority: Arc<Authority>,
    /// such as `s3.eu-central-1.amazonaws.com`, for clients that name nothing
    pub(crate) own_name: String,
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map_or_else(|| self.own_name.clone(), str::to_ascii_lowercase);
        let is_of_aws = ["amazonaws.com", "amazonaws.com.cn", "api.aws"]
            .iter()
            .any(|domain| name.strip_suffix(domain).is_some_and(|start| start.ends_with('.')));
        if !is_of_aws {
            return None;
        }
        self.authority.certify(&name, OffsetDateTime::now_utc()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn an_authority_stays_the_same_and_its_key_is_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let first = Authority::open(directory.path()).unwrap().certificate_pem().to_owned();
        let again = Authority::open(directory.path()).unwrap();
        assert_eq!(again.certificate_pem(), first);
        let mode = fs::metadata(directory.path().join("ca.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(directory.path().join("ca.key"), "nonsense").unwrap();
        assert!(matches!(Authority::open(directory.path()), Err(AuthorityError::Key(_))));
    }

    #[test]
    fn certificates_are_kept_for_a_while_and_not_without_bound() {
        let directory = tempfile::tempdir().unwrap();
        let authority = Authority::open(directory.path()).unwrap();
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let first = authority.certify("s3.us-east-1.amazonaws.com", now).unwrap();
        let same = authority.certify("s3.us-east-1.amazonaws.com", now + Duration::days(29)).unwrap();
        assert!(Arc::ptr_eq(&first, &same));
        let later = authority.certify("s3.us-east-1.amazonaws.com", now + Duration::days(31)).unwrap();
        assert!(!Arc::ptr_eq(&first, &later));
        for number in 0..MOST_KEPT + 10 {
            authority.certify(&format!("b{number}.s3.us-east-1.amazonaws.com"), now).unwrap();
        }
        assert!(authority.kept.lock().unwrap().len() <= MOST_KEPT);
    }
}
