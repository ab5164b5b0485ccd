//! Putting everything together.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ringwall_api::Settings;
use ringwall_api::ec2::operation::host_image;
use ringwall_datapath::DataPlane;
use ringwall_fabric::{Fabric, FabricError, Missing, Name, Place};
use ringwall_plan::Planner;
use ringwall_plan::services::ServicesSettings;
use ringwall_store::{Backend, Memory, Redb, Store, StoreError};
use serde_json::json;
use tokio::net::TcpListener;

use crate::console::Consoles;
use crate::control::{self, Local};
use crate::controller::{Controller, Plane, gateways};
use crate::endpoints::{Endpoints, EndpointsError};
use crate::flows::{Collector, Live, Setup};
use crate::http::{Front, Keys, PATIENCE};
use crate::node::{Keeper, chain};
use crate::options::{Options, OptionsError, Resolver};
use crate::plane::{PlaneError, prepare};
use crate::services::{Services, ServicesError, resolvers_of};
use crate::trail::Trail;
use crate::waf_options::WafFileError;
use crate::watch::Watch;

/// The daemon cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// the options
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// a privilege or a feature of the kernel
    #[error(transparent)]
    Missing(#[from] Missing),
    /// another daemon of that name
    #[error(
        "a Ringwall of the name `{0}` runs already; use another --name, or end that one with `ringwall down --name {0}`"
    )]
    RunsAlready(String),
    /// the address is taken
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// where
        address: SocketAddr,
        /// why
        source: io::Error,
    },
    /// a file or directory
    #[error("cannot use `{path}`: {source}")]
    File {
        /// which one
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// the store
    #[error(transparent)]
    Store(#[from] StoreError),
    /// the fabric
    #[error("cannot have the fabric: {0}")]
    Fabric(#[from] FabricError),
    /// the data plane
    #[error(transparent)]
    Plane(#[from] PlaneError),
    /// a file that web ACLs need
    #[error(transparent)]
    Waf(#[from] WafFileError),
    /// names and metadata
    #[error(transparent)]
    Services(#[from] ServicesError),
    /// endpoints
    #[error(transparent)]
    Endpoints(#[from] EndpointsError),
}

/// Runs a daemon until it is told to end. `ready` is called once it answers.
pub fn serve(options: &Options, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    options.check()?;
    let settings = Settings { waf: options.waf.settings()?, ..options.settings() };
    let name: Name = options.name.parse().map_err(|_| OptionsError::Name(options.name.clone()))?;
    let place = Place::new(name);
    ringwall_fabric::requirements::check(place.root())?;
    let directory = place.directory();
    make_directory(&directory)?;
    let _lock = lock(&directory, &options.name)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| ServeError::File { path: "/proc/self/fd".into(), source })?;
    // Before the API: whoever finds that it listens may ask the socket.
    let socket = {
        let _context = runtime.enter();
        control::listen(&directory)
            .map_err(|source| ServeError::File { path: directory.join(control::SOCKET), source })?
    };
    let listen = |source| ServeError::Listen { address: options.listen, source };
    let listener = runtime.block_on(bind(options.listen)).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let (backend, trail, instances) = state(options, &directory)?;
    let store = Store::open(backend)?;
    let consoles = Consoles::new(instances.clone());
    let (controller, writer) = Controller::new(store, trail.clone(), settings, options.session_limit, consoles);
    let thread = |name: &str| std::thread::Builder::new().name(name.to_owned());
    let spawned = |source| ServeError::File { path: "/proc/self/task".into(), source };
    thread("writer").spawn(move || writer.run()).map_err(spawned)?;
    let local = Arc::new(Local {
        controller: controller.clone(),
        watch: OnceLock::new(),
        flows: OnceLock::new(),
        about: about(options, address),
        kernel: OnceLock::new(),
    });
    let kept = options.state.clone().unwrap_or_else(|| directory.clone());
    let endpoints = Endpoints::new(place.clone(), options, address, &kept)?;
    let ground =
        Ground { options: options.clone(), place, instances, local: local.clone(), endpoints: endpoints.clone() };
    thread("node").spawn(move || ground.keep()).map_err(spawned)?;
    let front = Arc::new(Front {
        keys: Keys::new(options.root_key.clone(), options.account.clone()),
        controller: controller.clone(),
        trail,
        account: options.account.clone(),
        endpoints: Some(endpoints),
        can_reset: options.state.is_none(),
        patience: PATIENCE,
    });
    ready(address);
    tokio::task::LocalSet::new().block_on(&runtime, async {
        tokio::task::spawn_local(control::serve(socket, local));
        tokio::task::spawn_local(crate::http::serve(listener, front));
        wait_for_end().await;
    });
    controller.stop();
    Ok(())
}

/// How long an address or a lock that is in use is tried again.
const STILL_IN_USE: Duration = Duration::from_millis(500);

/// Listens. A process that a killed daemon had just forked holds the daemon's sockets until it is another program, so an
/// address in use may be free a moment later.
async fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let end = Instant::now() + STILL_IN_USE;
    loop {
        match TcpListener::bind(address).await {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            result => return result,
        }
    }
}

fn about(options: &Options, address: SocketAddr) -> serde_json::Value {
    json!({
        "name": options.name,
        "pid": std::process::id(),
        "endpoint": format!("http://{address}"),
        "account": options.account,
        "state": options.state,
        "public_ipv4": options.public_ipv4.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "public_ipv6": options.public_ipv6.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// The backend, the trail, and where instances have their directories.
type State = (Box<dyn Backend>, Arc<Trail>, PathBuf);

fn state(options: &Options, run: &Path) -> Result<State, ServeError> {
    let Some(directory) = &options.state else {
        let instances = run.join("ephemeral");
        make_directory(&instances)?;
        return Ok((Box::new(Memory::default()), Arc::new(Trail::in_memory()), instances));
    };
    make_directory(directory)?;
    let instances = directory.join("instances");
    make_directory(&instances)?;
    let path = directory.join("trail.jsonl");
    let trail = Trail::open(&path).map_err(|source| ServeError::File { path, source })?;
    Ok((Box::new(Redb::open(&directory.join("state.redb"))?), Arc::new(trail), instances))
}

fn make_directory(path: &Path) -> Result<(), ServeError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| ServeError::File { path: path.to_owned(), source })
}

/// One daemon at a time has a name. The lock goes with the process, and with those it had just forked.
fn lock(directory: &Path, name: &str) -> Result<fs::File, ServeError> {
    let path = directory.join("lock");
    let opened = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(|source| ServeError::File { path, source })?;
    let end = Instant::now() + STILL_IN_USE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(_) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => return Err(ServeError::RunsAlready(name.to_owned())),
        }
    }
}

async fn wait_for_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// What is served to instances whatever the records say.
fn services_settings(options: &Options) -> ServicesSettings {
    ServicesSettings {
        account: options.account.clone(),
        architecture: host_image::ARCHITECTURE.to_owned(),
        resolvers: match &options.resolver {
            Resolver::Host => resolvers_of(&fs::read_to_string("/etc/resolv.conf").unwrap_or_default()),
            Resolver::Addresses(addresses) => addresses.clone(),
            Resolver::Nowhere => Vec::new(),
        },
        public_blocks: options.public_ipv4.clone(),
        public_services: options.endpoints.public_names(),
    }
}

/// What the node's thread begins with.
struct Ground {
    options: Options,
    place: Place,
    instances: PathBuf,
    local: Arc<Local>,
    endpoints: Arc<Endpoints>,
}

impl Ground {
    /// Gets the data plane, hands it over, and keeps the node. A daemon without data plane would not filter: it ends.
    fn keep(self) {
        match self.begin() {
            Ok(keeper) => keeper.run(),
            Err(error) => {
                eprintln!("ringwall: {}", chain(&error));
                std::process::exit(1);
            }
        }
    }

    /// Has flow logs kept, by a thread of its own.
    fn collect_flows(&self, kernel: Arc<DataPlane>) -> Result<(), ServeError> {
        let controller = self.local.controller.clone();
        let live = Live::new(controller.clone(), kernel.clone());
        let _ = self.local.flows.set(live.clone());
        let state = self.options.state.clone().unwrap_or_else(|| self.place.directory());
        let directory = state.join("flows");
        let failed = |source| ServeError::File { path: state.join("flows"), source };
        let collector = Collector::new(Setup {
            controller,
            kernel,
            directory,
            files: self.options.flow_logs.directory.clone().unwrap_or_else(|| state.join("flow-logs")),
            options: self.options.flow_logs.clone(),
            key: self.options.root_key.clone(),
            s3: self.endpoints.s3_address(),
            live,
        });
        let collector = collector.map_err(failed)?;
        std::thread::Builder::new().name("flows".into()).spawn(move || collector.run()).map_err(failed)?;
        Ok(())
    }

    fn begin(&self) -> Result<Keeper, ServeError> {
        let fabric = Fabric::create_or_open(&self.place)?;
        let ground = prepare(&self.options, fabric)?;
        let links = Keeper::links(&ground.fabric).map_err(PlaneError::from)?;
        let controller = self.local.controller.clone();
        let world = Planner::default().plan(&controller.store().snapshot());
        let plane = Plane::take_over(ground.kernel.clone(), links, &gateways(&world)).map_err(PlaneError::Control)?;
        controller.services_are(Services::new(self.place.clone())?, services_settings(&self.options));
        controller.endpoints_are(self.endpoints.clone());
        controller.plane_is_ready(plane);
        let _ = self.local.kernel.set(ground.kernel.clone());
        let _ = self.local.watch.set(Watch::new(ground.pins.clone(), controller.clone()));
        self.collect_flows(ground.kernel.clone())?;
        let mut hide = vec![PathBuf::from("/sys/fs/bpf")];
        hide.extend(self.options.state.clone());
        Ok(Keeper {
            controller,
            fabric: Arc::new(ground.fabric),
            pins: ground.pins,
            instances: self.instances.clone(),
            hide,
        })
    }
}
