//! Endpoints on real sockets: boto3 and raw bytes in front; the embedded S3, and moto as S3 and DynamoDB, behind.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ringwall_endpoint::{Authority, Context, CurrentPolicy, Upstream, Ways, serve};
use ringwall_policy::{Kind, Origin, Passage, Policy};
use ringwall_s3::{RootOnly, Server};

const ACCOUNT: &str = "123456789012";
const IDLE: Duration = Duration::from_secs(1);

/// The folder with the clients: `RINGWALL_CLIENTS`, or where `cargo xtask setup` puts them. None if they are not there.
fn clients() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/bin");
    let folder = std::env::var_os("RINGWALL_CLIENTS").map_or(own, PathBuf::from);
    if folder.join("moto_server").is_file() {
        return Some(folder);
    }
    println!("NOT RUN: boto3 and moto are not in {}; `cargo xtask setup` installs them", folder.display());
    None
}

/// A server of moto's, until the test ends.
struct Moto {
    process: Child,
    address: SocketAddr,
}

impl Moto {
    fn start(clients: &Path) -> Moto {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(clients.join("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(60), "moto does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Moto { process, address }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn context(service: &str, is_secure: bool, policy: &str) -> Arc<Context> {
    let endpoint = Some(Passage { endpoint: "vpce-1".to_owned(), vpc: "vpc-1".to_owned() });
    Arc::new(Context {
        origin: Origin { source: IpAddr::from([10, 0, 1, 7]), endpoint, is_secure },
        service: service.to_owned(),
        region: "us-east-1".to_owned(),
        policy: Arc::new(CurrentPolicy::new(Policy::parse(policy, Kind::Endpoint).unwrap())),
    })
}

/// Serves an endpoint, and says at which port.
fn listen(context: Arc<Context>, ways: Arc<Ways>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, context.clone(), ways.clone()));
            }
        });
    });
    port
}

fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Principal": "*", "Action": "{action}", "Resource": "{resource}"}}"#)
}

fn policy(statements: &[String]) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "))
}

#[test]
fn clients_get_through_endpoints_what_their_policies_permit() {
    let Some(clients) = clients() else { return };
    let (state, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let moto = Moto::start(&clients);
    let root = Arc::new(RootOnly {
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned(),
        account: ACCOUNT.to_owned(),
    });
    let authority = Arc::new(Authority::open(state.path()).unwrap());
    let ways = |services: &[&str], s3: Option<Server>| {
        let upstream = |service: &&str| ((*service).to_owned(), Upstream { address: moto.address });
        Arc::new(Ways {
            authority: authority.clone(),
            identities: root.clone(),
            account: ACCOUNT.to_owned(),
            s3,
            upstreams: services.iter().map(upstream).collect::<BTreeMap<_, _>>(),
            room: Ways::room(),
            idle: IDLE,
        })
    };
    let server = Server::open(folder.path(), ACCOUNT, root.clone()).unwrap();
    let (near, away) = (ways(&["dynamodb"], Some(server)), ways(&["s3"], None));
    let all = policy(&[allow("*", "*")]);
    let reads = policy(&[allow("s3:GetObject", "*")]);
    let secret = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::away/secret/*"}"#;
    let one = policy(&[allow("dynamodb:*", "arn:aws:dynamodb:us-east-1:123456789012:table/one")]);
    let secure = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}"#;
    let ports = [
        ("S3", context("s3", true, &all), &near),
        ("S3_READS", context("s3", true, &reads), &near),
        ("S3_AWAY", context("s3", true, &policy(&[allow("*", "*"), secret.to_owned()])), &away),
        ("DYNAMODB", context("dynamodb", true, &all), &near),
        ("DYNAMODB_ONE", context("dynamodb", true, &one), &near),
        ("PLAIN", context("s3", false, &policy(&[secure.to_owned()])), &near),
        ("NOWHERE", context("sqs", true, &all), &near),
    ];
    let mut command = Command::new(clients.join("python"));
    for (name, context, ways) in ports {
        command.env(format!("PORT_{name}"), listen(context, ways.clone()).to_string());
    }
    let output = command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/endpoint.py"))
        .env("AWS_CA_BUNDLE", state.path().join("ca.pem"))
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_DEFAULT_REGION", "us-east-1")])
        .env("AWS_MAX_ATTEMPTS", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
