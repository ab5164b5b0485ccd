//! Endpoints and public services: a worker that serves them, as each revision says (GWE-1, IFE-1).
//!
//! The worker is a process of its own and outlives this one (C02), as that of [`crate::services`] does. The daemon opens sockets
//! where requests arrive and hands them over: in the namespaces of VPCs' services, in those of endpoints' interfaces, on the
//! internet, and on the loopback interface of this host, by which the daemon itself reaches S3.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use ringwall_fabric::{Namespace, NamespaceError, end_worker, worker_socket};
use ringwall_front::sockets::{SocketKind, Sockets, open_interface_here, open_services_here};
use ringwall_front::{Client, ClientError, Ground, GroundIdentity, Place};
use ringwall_model::endpoints::EndpointsConfiguration;

use crate::node::{OWN_PROGRAM, chain, endpoint_namespace};
use crate::options::{EndpointOptions, Internet, Options};
use crate::services::services_namespace;
use crate::worker::{REST, WorkerError, namespace_at, start_anew, wait_for_end};

/// What the worker is called.
pub const WORKER: &str = "endpoints";

/// How long the worker may take to end when everything is forgotten.
const GRACE: Duration = Duration::from_secs(1);

/// Endpoints cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum EndpointsError {
    /// speaking with the worker
    #[error(transparent)]
    Client(#[from] ClientError),
    /// a namespace
    #[error("cannot enter a namespace of endpoints")]
    Namespace(#[from] NamespaceError),
    /// opening sockets
    #[error("cannot listen to requests at {place:?}")]
    Sockets {
        /// where
        place: Place,
        /// why
        source: io::Error,
    },
    /// a file or directory
    #[error("cannot use `{path}`")]
    File {
        /// which one
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// starting the worker
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

/// The worker, as the daemon knows it.
pub struct Endpoints {
    place: ringwall_fabric::Place,
    options: EndpointOptions,
    has_internet: bool,
    ground: Ground,
    directories: Vec<OwnedFd>,
    s3_folder: PathBuf,
    host: TcpListener,
    address: SocketAddr,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    client: Option<Client>,
    wanted: EndpointsConfiguration,
    /// whether the public addresses are another's, so that it is said once
    is_taken: bool,
    /// counts workers, so that the end of one is not taken for the end of the next
    generation: u64,
}

impl Endpoints {
    /// The endpoints of a place, not served so far. `own` is where the API listens; the directory is where the authority and the
    /// folder of the embedded S3 are.
    pub fn new(
        place: ringwall_fabric::Place,
        options: &Options,
        own: SocketAddr,
        directory: &Path,
    ) -> Result<Arc<Endpoints>, EndpointsError> {
        let file = |path: &Path| {
            let path = path.to_owned();
            move |source| EndpointsError::File { path, source }
        };
        let authority = directory.join("authority");
        let open_authority = open_directory(&authority).map_err(file(&authority))?;
        let certificate = ringwall_front::certificate(&authority).map_err(file(&authority))?;
        let shown = options.run_directory().join(CERTIFICATE);
        fs::write(&shown, certificate).map_err(file(&shown))?;
        let s3_folder = directory.join("s3");
        if options.state.is_none() {
            // What was in memory is gone with its process, and this with it.
            forget(&place, &s3_folder).map_err(file(&s3_folder))?;
        }
        let mut directories = vec![open_authority];
        if options.endpoints.s3.is_none() {
            directories.push(open_directory(&s3_folder).map_err(file(&s3_folder))?);
        }
        let identities =
            directories.iter().map(identity_of).collect::<io::Result<Vec<_>>>().map_err(file(directory))?;
        let ground = Ground {
            identity: GroundIdentity {
                account: options.account.clone(),
                authority: identities[0],
                s3: identities.get(1).copied(),
            },
            access_key_id: options.root_key.id.clone(),
            secret_access_key: options.root_key.secret.clone(),
            upstreams: options.endpoints.upstreams(own),
        };
        let listen = |source| EndpointsError::Sockets { place: Place::Host, source };
        let host = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(listen)?;
        let address = host.local_addr().map_err(listen)?;
        Ok(Arc::new(Endpoints {
            place,
            options: options.endpoints.clone(),
            has_internet: options.internet == Internet::Namespace,
            ground,
            directories,
            s3_folder,
            host,
            address,
            state: Mutex::default(),
        }))
    }

    /// Where S3 is reached from this host, whatever stands behind it.
    pub fn s3_address(&self) -> SocketAddr {
        self.address
    }

    /// Has endpoints served. When it returns, the next request is judged by them. Places whose namespace is not there yet are
    /// served from the first call on that finds it.
    pub fn bring_to(self: &Arc<Self>, wanted: EndpointsConfiguration) -> Result<(), EndpointsError> {
        let mut state = self.lock();
        state.wanted = wanted;
        self.serve(&mut state)
    }

    /// Looks once more for namespaces that were not there yet; what is served stays as it is.
    pub fn look_again(self: &Arc<Self>) -> Result<(), EndpointsError> {
        self.serve(&mut self.lock())
    }

    /// Forgets what the embedded S3 holds.
    pub fn reset(self: &Arc<Self>) -> Result<(), EndpointsError> {
        let mut state = self.lock();
        state.client = None;
        let file = |source| EndpointsError::File { path: self.s3_folder.clone(), source };
        forget(&self.place, &self.s3_folder).map_err(file)?;
        self.serve(&mut state)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves what is wanted. A worker that turns out to be gone is replaced once; what fails then fails again and again.
    fn serve(self: &Arc<Self>, state: &mut State) -> Result<(), EndpointsError> {
        let served = match self.tell(state) {
            Err(EndpointsError::Client(ClientError::Channel(_))) => {
                state.client = None;
                self.tell(state)
            }
            result => result,
        };
        if served.is_err() {
            state.client = None;
        }
        served
    }

    fn tell(self: &Arc<Self>, state: &mut State) -> Result<(), EndpointsError> {
        if state.client.is_none() {
            let mut client = self.find_or_start()?;
            let directories: Vec<BorrowedFd<'_>> = self.directories.iter().map(AsFd::as_fd).collect();
            client.stand_on(&self.ground, &directories)?;
            self.give_host(&mut client)?;
            state.generation += 1;
            self.watch(client.stream(), state.generation);
            state.client = Some(client);
        }
        let State { client, wanted, is_taken, .. } = state;
        let Some(client) = client else { return Ok(()) };
        // First what is to be served, so that no request meets a socket behind which nobody knows anything.
        let is_same = client.sent().is_some_and(|sent| {
            (&sent.endpoints, &sent.gateways, &sent.interfaces)
                == (&wanted.endpoints, &wanted.gateways, &wanted.interfaces)
        });
        if !is_same {
            client.configure(wanted)?;
        }
        let places = self.places(wanted);
        let gone: Vec<Place> =
            client.places().keys().copied().filter(|place| *place != Place::Host && !places.contains(place)).collect();
        for place in gone {
            client.forget(place)?;
        }
        for place in places {
            match self.give(client, place) {
                Err(EndpointsError::Sockets { place: Place::Internet, source }) => {
                    if !std::mem::replace(is_taken, true) {
                        eprintln!("ringwall: services are not reached by their public addresses: {source}");
                    }
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// The places where requests may arrive.
    fn places(&self, wanted: &EndpointsConfiguration) -> Vec<Place> {
        let vpcs = wanted.gateways.keys().map(|vpc| Place::Vpc(*vpc));
        let interfaces = wanted.interfaces.keys().map(|interface| Place::Interface(*interface));
        vpcs.chain(interfaces).chain(self.has_internet.then_some(Place::Internet)).collect()
    }

    /// Gives the worker the sockets of a place whose namespace is there, unless it has them.
    fn give(&self, client: &mut Client, place: Place) -> Result<(), EndpointsError> {
        let path = match place {
            Place::Vpc(vpc) => services_namespace(&self.place, vpc),
            Place::Interface(interface) => endpoint_namespace(&self.place, interface),
            Place::Internet => self.place.internet_namespace(),
            Place::Host => return Ok(()),
        };
        let there = namespace_at(&path);
        if there.is_none() || client.places().get(&place) == there.as_ref() {
            return Ok(());
        }
        let Some(namespace) = Namespace::open(&path)? else { return Ok(()) };
        let identity = namespace.identity()?;
        let opened: io::Result<Sockets> = namespace.run_in(|| match place {
            Place::Vpc(_) => open_services_here(&self.options.by_gateway()),
            Place::Internet => open_services_here(&self.options.public()),
            _ => open_interface_here(),
        })?;
        let sockets = opened.map_err(|source| EndpointsError::Sockets { place, source })?;
        Ok(client.give(place, identity, &sockets)?)
    }

    /// Gives the worker this daemon's own way to S3.
    fn give_host(&self, client: &mut Client) -> Result<(), EndpointsError> {
        let own = self.host.try_clone().map_err(|source| EndpointsError::Sockets { place: Place::Host, source })?;
        let kind = SocketKind { service: "s3".to_owned(), is_secure: false };
        Ok(client.give(Place::Host, (0, 0), &vec![(kind, own.into())])?)
    }

    /// The worker that is there, or a new one.
    fn find_or_start(&self) -> Result<Client, EndpointsError> {
        if let Ok(client) = Client::connect(&worker_socket(&self.place, WORKER)) {
            // One that stands on other directories cannot stand on these.
            if client.ground().is_none_or(|ground| *ground == self.ground.identity) {
                return Ok(client);
            }
        }
        let path = start_anew(&self.place, WORKER, Path::new(OWN_PROGRAM))?;
        Ok(Client::connect(&path)?)
    }

    /// Replaces the worker when it dies.
    fn watch(self: &Arc<Self>, stream: &UnixStream, generation: u64) {
        let (Ok(stream), endpoints) = (stream.try_clone(), Arc::downgrade(self)) else { return };
        let watching = std::thread::Builder::new().name("endpoints".into()).spawn(move || {
            wait_for_end(&stream);
            drop(stream);
            revive(&endpoints, generation);
        });
        if let Err(error) = watching {
            eprintln!("ringwall: the worker of endpoints is not watched: {error}");
        }
    }
}

/// The file below the run directory with the authority's certificate.
pub const CERTIFICATE: &str = "ca.pem";

fn revive(endpoints: &Weak<Endpoints>, generation: u64) {
    std::thread::sleep(REST);
    let Some(endpoints) = endpoints.upgrade() else { return };
    let mut state = endpoints.lock();
    if state.generation != generation || state.client.is_none() {
        return;
    }
    eprintln!("ringwall: the worker of endpoints has died and is replaced");
    state.client = None;
    if let Err(error) = endpoints.serve(&mut state) {
        eprintln!("ringwall: {}", chain(&error));
    }
}

/// Takes away what the embedded S3 holds, and the worker that holds it. The folder stays, and is empty.
fn forget(place: &ringwall_fabric::Place, folder: &Path) -> io::Result<()> {
    end_worker(place, WORKER, Instant::now() + GRACE)?;
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
    }
    Ok(())
}

/// Opens a directory, which is made if it is not there.
fn open_directory(path: &Path) -> io::Result<OwnedFd> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(fs::File::open(path)?.into())
}

fn identity_of(directory: &OwnedFd) -> io::Result<(u64, u64)> {
    let metadata = fs::File::from(directory.try_clone()?).metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}
