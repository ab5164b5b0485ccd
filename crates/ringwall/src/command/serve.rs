//! `ringwall serve`: the daemon.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_api::settings::{Quotas, Settings};
use ringwall_model::limits::SESSIONS_PER_INTERFACE;
use ringwall_net::{Ipv4Prefix, Ipv6Prefix};
use ringwalld::options::{EndpointOptions, FlowLogOptions, Internet, Options, Resolver, RootKey, WafOptions};

use super::{Entry, Failure, name_argument, text};
use crate::output::line;

/// The command.
pub const ENTRY: Entry = Entry { define, run };

fn define() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("serve")
        .about("Run the control plane; what it has set up goes on when it ends")
        .arg(name_argument())
        .arg(option("listen", "ADDRESS", "Where the AWS API listens").default_value("127.0.0.1:4566"))
        .arg(
            option("state", "DIR", "Where state is kept [default: /var/lib/ringwall/NAME]").conflicts_with("ephemeral"),
        )
        .arg(
            Arg::new("ephemeral")
                .long("ephemeral")
                .action(ArgAction::SetTrue)
                .help("Keep state in memory; POST /moto-api/reset empties it"),
        )
        .arg(option("account", "DIGITS", "The account that everything belongs to").default_value("000000000000"))
        .arg(option(
            "root-key-file",
            "FILE",
            "A file with the root user's access key id and secret, a line each [default: test, test, on loopback only]",
        ))
        .arg(
            option(
                "public-ipv4",
                "CIDR",
                "A block that public IPv4 addresses are taken from; may be repeated [default: 198.51.100.0/24]",
            )
            .action(ArgAction::Append),
        )
        .arg(
            option(
                "public-ipv6",
                "CIDR",
                "A block that IPv6 blocks of VPCs are taken from; may be repeated [default: 2001:db8::/40]",
            )
            .action(ArgAction::Append),
        )
        .arg(
            option(
                "internet",
                "WHERE",
                "The internet: a namespace of its own that owns every other address, or this host's own network",
            )
            .value_parser(["namespace", "host"])
            .default_value("namespace"),
        )
        .arg(
            option(
                "resolver",
                "ADDRESS",
                "Where names that are not Ringwall's are asked for; may be repeated; none refuses them [default: as this host]",
            )
            .action(ArgAction::Append),
        )
        .arg(
            option("quota", "NAME=NUMBER", "Sets a quota; may be repeated; an unknown name lists them all")
                .action(ArgAction::Append),
        )
        .arg(
            option("session-limit", "NUMBER", "Tracked sessions per interface")
                .value_parser(clap::value_parser!(u32).range(1..))
                .default_value("65536"),
        )
        .arg(
            option(
                "s3-endpoint",
                "ADDRESS",
                "An S3 to stand behind endpoints and flow logs, such as 127.0.0.1:9000, by HTTP [default: a folder below the state]",
            )
            .value_parser(clap::value_parser!(SocketAddr)),
        )
        .arg(
            option(
                "dynamodb-endpoint",
                "ADDRESS",
                "A DynamoDB to stand behind endpoints, such as 127.0.0.1:8000, by HTTP; without one there are none for it",
            )
            .value_parser(clap::value_parser!(SocketAddr)),
        )
        .arg(
            option(
                "endpoint-service",
                "NAME=ADDRESS",
                "A further service that interface endpoints lead to, by HTTP, such as logs=127.0.0.1:9001; may be repeated",
            )
            .action(ArgAction::Append),
        )
        .arg(option(
            "flow-log-directory",
            "DIR",
            "Where flow logs of the destination `file` are, a file each [default: flow-logs below the state]",
        ))
        .arg(
            option("flow-log-period", "SECONDS", "Time between two files of a flow log in a bucket")
                .value_parser(clap::value_parser!(u32).range(1..))
                .default_value("300"),
        )
        .arg(option(
            "geo-database",
            "FILE",
            "Countries of addresses for web ACLs, in MaxMind's format; without it rules about countries are refused",
        ))
        .arg(option(
            "asn-database",
            "FILE",
            "Autonomous systems of addresses for web ACLs, in MaxMind's format; without it rules about them are refused",
        ))
        .arg(option(
            "core-rule-set",
            "DIR",
            "OWASP's Core Rule Set as it is released, for the rule group RingwallManagedOwaspCrs; by default the package modsecurity-crs",
        ))
        .arg(
            option(
                "ip-list",
                "NAME=FILE",
                "Addresses for managed rule groups: reputation, reconnaissance, ddos, anonymous, hosting",
            )
            .action(ArgAction::Append),
        )
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let options = options(matches)?;
    let name = options.name.clone();
    ringwalld::serve(&options, |address| {
        line(&format!("Ringwall `{name}` answers at http://{address}"));
    })?;
    Ok(ExitCode::SUCCESS)
}

fn options(matches: &ArgMatches) -> Result<Options, Failure> {
    let name = text(matches, "name").to_owned();
    let default = Settings::default();
    let state = match matches.get_one::<String>("state") {
        _ if matches.get_flag("ephemeral") => None,
        Some(directory) => Some(std::path::absolute(directory)?),
        None => Some(PathBuf::from("/var/lib/ringwall").join(&name)),
    };
    let listen = text(matches, "listen");
    Ok(Options {
        listen: listen
            .parse::<SocketAddr>()
            .map_err(|_| format!("`{listen}` is no address to listen on: expected IP:PORT, such as 127.0.0.1:4566"))?,
        state,
        account: text(matches, "account").to_owned(),
        root_key: root_key(matches.get_one::<String>("root-key-file").map(String::as_str))?,
        public_ipv4: blocks(matches, "public-ipv4", default.public_ipv4)?,
        public_ipv6: blocks(matches, "public-ipv6", default.public_ipv6)?,
        internet: if text(matches, "internet") == "host" { Internet::Host } else { Internet::Namespace },
        resolver: resolver(matches)?,
        quotas: quotas(matches)?,
        session_limit: matches.get_one("session-limit").copied().unwrap_or(SESSIONS_PER_INTERFACE),
        flow_logs: FlowLogOptions {
            directory: matches.get_one::<String>("flow-log-directory").map(std::path::absolute).transpose()?,
            period: matches.get_one("flow-log-period").copied().unwrap_or(FlowLogOptions::default().period),
        },
        endpoints: EndpointOptions {
            s3: matches.get_one("s3-endpoint").copied(),
            dynamodb: matches.get_one("dynamodb-endpoint").copied(),
            others: endpoint_services(matches)?,
        },
        waf: WafOptions {
            countries: matches.get_one::<String>("geo-database").map(PathBuf::from),
            networks: matches.get_one::<String>("asn-database").map(PathBuf::from),
            core_rules: matches.get_one::<String>("core-rule-set").map(PathBuf::from),
            lists: super::waf::document::ip_lists(matches)?,
        },
        name,
    })
}

trait Block: std::str::FromStr + Sized {
    const EXAMPLE: &'static str;
}

impl Block for Ipv4Prefix {
    const EXAMPLE: &'static str = "198.51.100.0/24";
}

impl Block for Ipv6Prefix {
    const EXAMPLE: &'static str = "2001:db8::/40";
}

fn blocks<B: Block>(matches: &ArgMatches, name: &str, default: Vec<B>) -> Result<Vec<B>, Failure> {
    let Some(texts) = matches.get_many::<String>(name) else { return Ok(default) };
    texts
        .map(|text| {
            text.parse()
                .map_err(|_| format!("`{text}` is no block for --{name}: expected one such as {}", B::EXAMPLE).into())
        })
        .collect()
}

fn resolver(matches: &ArgMatches) -> Result<Resolver, Failure> {
    let Some(texts) = matches.get_many::<String>("resolver") else { return Ok(Resolver::Host) };
    let texts: Vec<&str> = texts.map(String::as_str).collect();
    if texts == ["none"] {
        return Ok(Resolver::Nowhere);
    }
    let address = |text: &&str| {
        let plain = || text.parse::<IpAddr>().map(|address| SocketAddr::new(address, 53));
        text.parse::<SocketAddr>().or_else(|_| plain()).map_err(|_| {
            format!("`{text}` is no resolver: expected an address, such as 9.9.9.9 or 127.0.0.1:5353, or none alone")
                .into()
        })
    };
    texts.iter().map(address).collect::<Result<_, Failure>>().map(Resolver::Addresses)
}

fn endpoint_services(matches: &ArgMatches) -> Result<BTreeMap<String, SocketAddr>, Failure> {
    let mut services = BTreeMap::new();
    for text in matches.get_many::<String>("endpoint-service").into_iter().flatten() {
        let parsed = text.split_once('=').and_then(|(name, address)| Some((name, address.parse().ok()?)));
        let Some((name, address)) = parsed.filter(|(name, _)| EndpointOptions::is_free(name)) else {
            return Err(format!(
                "`{text}` is no service: expected NAME=IP:PORT, such as logs=127.0.0.1:9001, with a NAME that is none of Ringwall's own"
            )
            .into());
        };
        services.insert(name.to_owned(), address);
    }
    Ok(services)
}

fn quotas(matches: &ArgMatches) -> Result<Quotas, Failure> {
    let mut quotas = Quotas::default();
    for text in matches.get_many::<String>("quota").into_iter().flatten() {
        let known = text.split_once('=').and_then(|(name, value)| Some(quotas.set(name, value.parse().ok()?)));
        if known != Some(true) {
            let names = Quotas::NAMES.join(", ");
            return Err(format!("`{text}` sets no quota: expected NAME=NUMBER, with NAME one of {names}").into());
        }
    }
    Ok(quotas)
}

fn root_key(path: Option<&str>) -> Result<RootKey, Failure> {
    let Some(path) = path else { return Ok(RootKey::well_known()) };
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read the root key from `{path}`: {error}"))?;
    let mut lines = text.lines().map(str::trim);
    match (lines.next(), lines.next()) {
        (Some(id), Some(secret)) if !id.is_empty() && !secret.is_empty() => {
            Ok(RootKey { id: id.to_owned(), secret: secret.to_owned() })
        }
        _ => Err(format!(
            "`{path}` holds no key: expected the access key id in the first line and the secret in the second"
        )
        .into()),
    }
}
