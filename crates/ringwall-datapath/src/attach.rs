//! Attaching the program to links.
//!
//! A filter at the ingress of a link belongs to the link, not to the process that attached it: it stays until the link goes,
//! whoever ends before.

use std::io;
use std::path::Path;

use aya::programs::tc::{NlOptions, TcAttachOptions, TcError, qdisc_add_clsact};
use aya::programs::{SchedClassifier, TcAttachType};

/// A program could not be attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// the link takes no filters
    #[error("prepare `{device}` for filters: {source}")]
    Prepare {
        /// the link
        device: String,
        /// why
        source: io::Error,
    },
    /// the program is not there, or the link does not take it
    #[error("attach the program to `{device}`: {source}")]
    Attach {
        /// the link
        device: String,
        /// why
        source: Box<aya::programs::ProgramError>,
    },
}

/// Which program a link gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// towards an instance
    Interface,
    /// towards the internet
    Uplink,
    /// towards the services of a VPC
    Services,
}

impl Side {
    /// The name of the program that the link gets.
    fn program(self) -> &'static str {
        match self {
            Side::Interface => "interface_entry",
            Side::Uplink => "uplink_entry",
            Side::Services => "services_entry",
        }
    }
}

const PRIORITY: u16 = 1;
const HANDLE: u32 = 1;

/// Attaches the pinned program to a link. The calling thread must be in the link's namespace. What is attached already is
/// left as it is.
pub fn attach(device: &str, side: Side, pins: &Path) -> Result<(), AttachError> {
    let prepare = |source| AttachError::Prepare { device: device.to_owned(), source };
    match qdisc_add_clsact(device) {
        Err(error) if is_there_already(&error) => {}
        Err(error) => return Err(prepare(io::Error::other(error))),
        Ok(()) => {}
    }
    let failed = |source| AttachError::Attach { device: device.to_owned(), source: Box::new(source) };
    let name = side.program();
    let mut program = SchedClassifier::from_pin(pins.join(name)).map_err(failed)?;
    let options =
        TcAttachOptions::Netlink(NlOptions { priority: PRIORITY, handle: HANDLE.into(), ..NlOptions::default() });
    let link = match program.attach_with_options(device, TcAttachType::Ingress, options) {
        Ok(id) => program.take_link(id).map_err(failed)?,
        Err(error) if is_there_already(&error) => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    // Dropped, it would detach.
    std::mem::forget(link);
    Ok(())
}

fn is_there_already(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = source {
        if current.to_string().contains("File exists") {
            return true;
        }
        source = current.source();
    }
    false
}

/// Takes the program off a link, if it is there. The calling thread must be in the link's namespace.
pub fn detach(device: &str, side: Side) -> Result<(), AttachError> {
    let name = side.program();
    match aya::programs::tc::qdisc_detach_program(device, TcAttachType::Ingress, name) {
        Ok(()) => Ok(()),
        Err(TcError::IoError(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(AttachError::Prepare { device: device.to_owned(), source: io::Error::other(error) }),
    }
}
