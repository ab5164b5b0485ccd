//! Names and metadata: a worker that serves them, as each revision says (DNS-1, DNS-17).
//!
//! The worker is a process of its own and outlives this one (C02). A daemon that starts finds the worker of the one before by
//! its socket, and tells it everything anew; if the worker has died, or speaks another language, there is a new one. While the
//! daemon runs, a worker that dies is replaced at once.
//!
//! Each VPC has a network namespace in which its questions arrive, kept at [`services_namespace`]. The daemon opens sockets in
//! it and hands them over; the worker itself stays in the namespace of the host, where it asks the host's resolvers.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ringwall_fabric::{Namespace, NamespaceError, Place, worker_socket};
use ringwall_model::id::VpcId;
use ringwall_model::services::{ServicesConfiguration, VpcServices};
use ringwall_services::{Client, ClientError, Sockets, open_service_sockets_here};

use crate::node::{OWN_PROGRAM, chain};
use crate::random;
use crate::worker::{REST, WorkerError, namespace_at, start_anew, wait_for_end};

/// What the worker is called.
pub const WORKER: &str = "services";

/// Names and metadata cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    /// speaking with the worker
    #[error(transparent)]
    Client(#[from] ClientError),
    /// a namespace
    #[error("cannot enter the namespace of a VPC's services")]
    Namespace(#[from] NamespaceError),
    /// opening sockets
    #[error("cannot listen to questions for names and metadata in {vpc}")]
    Sockets {
        /// the VPC
        vpc: VpcId,
        /// why
        source: io::Error,
    },
    /// a file of the run directory
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

/// Where the namespace is kept in which questions of a VPC arrive.
pub fn services_namespace(place: &Place, vpc: VpcId) -> PathBuf {
    place.namespace(&format!("services-{vpc}"))
}

/// Opens the sockets of a VPC's services in a namespace: the resolver there is at the address given (DNS-1).
pub fn open_service_sockets(
    namespace: &Namespace,
    resolver: std::net::Ipv4Addr,
) -> Result<io::Result<Sockets>, NamespaceError> {
    namespace.run_in(|| open_service_sockets_here(resolver))
}

/// The worker, as the daemon knows it.
pub struct Services {
    place: Place,
    program: PathBuf,
    key: [u8; 32],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    client: Option<Client>,
    wanted: Option<ServicesConfiguration>,
    /// counts workers, so that the end of one is not taken for the end of the next
    generation: u64,
}

impl Services {
    /// The services of a place, not served so far. The key of tokens is kept in the run directory: tokens hold as long as the
    /// instances that asked for them can.
    pub fn new(place: Place) -> Result<Arc<Services>, ServicesError> {
        Services::with_program(place, PathBuf::from(OWN_PROGRAM))
    }

    /// As [`Services::new`], with another program that can be a worker.
    pub fn with_program(place: Place, program: PathBuf) -> Result<Arc<Services>, ServicesError> {
        let path = place.directory().join("metadata.key");
        let key = token_key(&path).map_err(|source| ServicesError::File { path, source })?;
        Ok(Arc::new(Services { place, program, key, state: Mutex::default() }))
    }

    /// Has a configuration served. When it returns, the next question is answered by it. VPCs whose namespace is not there
    /// yet are served from the first call on that finds it.
    pub fn bring_to(self: &Arc<Self>, wanted: &ServicesConfiguration) -> Result<(), ServicesError> {
        let mut state = self.lock();
        state.wanted = Some(wanted.clone());
        self.serve(&mut state)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks once more for namespaces that were not there yet; what is served stays as it is.
    pub fn look_again(self: &Arc<Self>) -> Result<(), ServicesError> {
        self.serve(&mut self.lock())
    }

    /// Serves what is wanted. A worker that turns out to be gone is replaced once; what fails then fails again and again.
    fn serve(self: &Arc<Self>, state: &mut State) -> Result<(), ServicesError> {
        let Some(wanted) = state.wanted.take() else { return Ok(()) };
        let served = match self.tell(state, &wanted) {
            Err(ServicesError::Client(ClientError::Channel(_))) => {
                state.client = None;
                self.tell(state, &wanted)
            }
            result => result,
        };
        if served.is_err() {
            state.client = None;
        }
        state.wanted = Some(wanted);
        served
    }

    fn tell(self: &Arc<Self>, state: &mut State, wanted: &ServicesConfiguration) -> Result<(), ServicesError> {
        if state.client.is_none() {
            let is_needed = worker_socket(&self.place, WORKER).exists() || !self.namespaces(state, wanted)?.is_empty();
            if !is_needed {
                return Ok(());
            }
            let client = self.find_or_start()?;
            state.generation += 1;
            self.watch(client.stream(), state.generation);
            state.client = Some(client);
        }
        let namespaces = self.namespaces(state, wanted)?;
        let Some(client) = &mut state.client else { return Ok(()) };
        // First what is to be served, so that no question meets a socket behind which nobody knows anything.
        let is_same = client.sent().is_some_and(|sent| sent.shared == wanted.shared && sent.vpcs == wanted.vpcs);
        if !is_same {
            client.configure(wanted, &self.key)?;
        }
        for (vpc, namespace) in namespaces {
            give(client, vpc, &namespace, wanted)?;
        }
        Ok(())
    }

    /// The namespaces that there are and that the worker is not known to have sockets in.
    fn namespaces(
        &self,
        state: &State,
        wanted: &ServicesConfiguration,
    ) -> Result<Vec<(VpcId, Namespace)>, ServicesError> {
        let mut namespaces = Vec::new();
        let known = state.client.as_ref().map(|client| &client.greeting().sockets);
        for vpc in wanted.vpcs.keys() {
            let path = services_namespace(&self.place, *vpc);
            let there = namespace_at(&path);
            if there.is_none() || known.is_some_and(|known| known.get(vpc) == there.as_ref()) {
                continue;
            }
            if let Some(namespace) = Namespace::open(&path)? {
                namespaces.push((*vpc, namespace));
            }
        }
        Ok(namespaces)
    }

    /// The worker that is there, or a new one.
    fn find_or_start(&self) -> Result<Client, ServicesError> {
        let path = worker_socket(&self.place, WORKER);
        if let Ok(client) = Client::connect(&path) {
            return Ok(client);
        }
        let path = start_anew(&self.place, WORKER, &self.program)?;
        Ok(Client::connect(&path)?)
    }

    /// Replaces the worker when it dies.
    fn watch(self: &Arc<Self>, stream: &UnixStream, generation: u64) {
        let (Ok(stream), services) = (stream.try_clone(), Arc::downgrade(self)) else { return };
        let watching = std::thread::Builder::new().name("services".into()).spawn(move || {
            wait_for_end(&stream);
            drop(stream);
            revive(&services, generation);
        });
        if let Err(error) = watching {
            eprintln!("ringwall: the worker of names and metadata is not watched: {error}");
        }
    }
}

/// Gives the worker the sockets of a VPC, unless it has them from an earlier daemon.
fn give(
    client: &mut Client,
    vpc: VpcId,
    namespace: &Namespace,
    wanted: &ServicesConfiguration,
) -> Result<(), ServicesError> {
    let identity = namespace.identity()?;
    let resolver = wanted.vpcs.get(&vpc).and_then(VpcServices::resolver);
    let Some(resolver) = resolver.filter(|_| client.greeting().sockets.get(&vpc) != Some(&identity)) else {
        return Ok(());
    };
    let sockets = open_service_sockets(namespace, resolver)?;
    let sockets = sockets.map_err(|source| ServicesError::Sockets { vpc, source })?;
    Ok(client.give(vpc, identity, &sockets)?)
}

impl Drop for Services {
    fn drop(&mut self) {
        // Lets go of the thread that watches.
        if let Some(client) = self.lock().client.take() {
            let _ = client.stream().shutdown(std::net::Shutdown::Both);
        }
    }
}

fn revive(services: &Weak<Services>, generation: u64) {
    std::thread::sleep(REST);
    let Some(services) = services.upgrade() else { return };
    let mut state = services.lock();
    if state.generation != generation || state.client.is_none() {
        return;
    }
    eprintln!("ringwall: the worker of names and metadata has died and is replaced");
    state.client = None;
    if let Err(error) = services.serve(&mut state) {
        eprintln!("ringwall: {}", chain(&error));
    }
}

/// The key that tokens for metadata are sealed with.
fn token_key(path: &Path) -> io::Result<[u8; 32]> {
    if let Some(key) = fs::read(path).ok().and_then(|bytes| bytes.try_into().ok()) {
        return Ok(key);
    }
    let mut key = [0; 32];
    key[..16].copy_from_slice(&random::number().to_ne_bytes());
    key[16..].copy_from_slice(&random::number().to_ne_bytes());
    let unfinished = path.with_extension("unfinished");
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&unfinished)?;
    io::Write::write_all(&mut file, &key)?;
    fs::rename(&unfinished, path)?;
    Ok(key)
}

/// The resolvers that a host uses, from the text of its `/etc/resolv.conf`.
pub fn resolvers_of(text: &str) -> Vec<SocketAddr> {
    let address = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let address = words.next().filter(|word| *word == "nameserver").and(words.next())?;
        Some(SocketAddr::new(address.parse::<IpAddr>().ok()?, 53))
    };
    // As the C library: three at most.
    text.lines().filter_map(address).take(3).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_hosts_resolvers_are_those_of_its_file() {
        let text = "# nameserver 1.1.1.1\nsearch example.com\nnameserver 10.0.0.2\n nameserver\t::1 # here\nnameserver fe80::1%eth0\n";
        let expected: Vec<SocketAddr> = vec!["10.0.0.2:53".parse().unwrap(), "[::1]:53".parse().unwrap()];
        assert_eq!(resolvers_of(text), expected);
        assert_eq!(resolvers_of(""), []);
    }

    #[test]
    fn the_key_of_tokens_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let key = token_key(&path).unwrap();
        assert_eq!(token_key(&path).unwrap(), key);
        assert_ne!(key, [0; 32]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
