//! A server on a real socket.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use ringwall_policy::{Kind, Origin, Passage, Policy};
use ringwall_s3::{Body, RequestContext, RootOnly, Server};

/// The account that the buckets are of.
pub const ACCOUNT: &str = "123456789012";

/// Where requests are said to come from; tests change it.
pub type Context = Arc<Mutex<RequestContext>>;

/// A server that is there until the test ends.
pub struct Running {
    /// where it listens
    pub address: SocketAddr,
    /// where requests are said to come from
    pub context: Context,
}

/// The context of a request that came through an endpoint with a policy.
pub fn through_endpoint(policy: &str) -> RequestContext {
    let passage = Passage { endpoint: "vpce-0a1b2c3d4e5f60718".to_owned(), vpc: "vpc-0a1b2c3d4e5f60718".to_owned() };
    RequestContext {
        origin: Origin { source: IpAddr::from([10, 0, 1, 7]), endpoint: Some(passage), is_secure: false },
        endpoint_policy: Some(Arc::new(Policy::parse(policy, Kind::GatewayEndpoint).unwrap())),
    }
}

/// The context of a request that came from outside.
pub fn from_outside() -> RequestContext {
    RequestContext {
        origin: Origin { source: IpAddr::from([192, 0, 2, 7]), endpoint: None, is_secure: false },
        endpoint_policy: None,
    }
}

/// A server over a folder, with the key `test`.
pub fn open(folder: &Path) -> Server {
    let root = RootOnly {
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned(),
        account: ACCOUNT.to_owned(),
    };
    Server::open(folder, ACCOUNT, Arc::new(root)).unwrap()
}

/// Serves on a thread of its own.
pub fn run(server: Server) -> Running {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let context: Context = Arc::new(Mutex::new(from_outside()));
    let shared = context.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (server, context) = (server.clone(), shared.clone());
                tokio::spawn(async move {
                    let answer = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                        let (server, context) = (server.clone(), context.lock().unwrap().clone());
                        async move {
                            Ok::<_, std::convert::Infallible>(server.handle(request.map(Body::from), context).await)
                        }
                    });
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
    });
    Running { address, context }
}

/// The folder with the AWS CLI and boto3: `RINGWALL_CLIENTS`, or where `cargo xtask setup` puts them. None if they are not there.
pub fn clients() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/bin");
    let folder = std::env::var_os("RINGWALL_CLIENTS").map_or(own, PathBuf::from);
    if folder.join("aws").is_file() {
        return Some(folder);
    }
    println!("NOT RUN: the AWS CLI and boto3 are not in {}; `cargo xtask setup` installs them", folder.display());
    None
}

/// A command of the clients, told where the server is.
pub fn client(folder: &Path, program: &str, address: SocketAddr) -> Command {
    let mut command = Command::new(folder.join(program));
    command
        .env_remove("AWS_PROFILE")
        .env("AWS_ENDPOINT_URL", format!("http://{address}"))
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1");
    command
}
