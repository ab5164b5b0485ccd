//! The web ACL that is tried, and what it is tried with: what the options of all commands say.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_clients::Places;
use ringwall_managed::IpLists;
use ringwall_templates::{Assumptions, Document, Source};
use ringwall_waf::action::token::TokenKey;
use ringwall_waf::document::{Bundle, WebAcl};
use ringwall_waf::environment::{Abilities, Environment, OwnDetector};
use ringwall_waf::rate::Counters;
use ringwall_waf::request::Resource;
use ringwalld::options::WafOptions;

use crate::command::{Failure, text};

/// The longest file that is read as a whole, in bytes.
const LONGEST: u64 = 256 << 20;

/// The kinds of resources, as the option names them.
const RESOURCES: [(&str, Resource); 7] = [
    ("alb", Resource::LoadBalancer),
    ("api-gateway", Resource::ApiGateway),
    ("appsync", Resource::AppSync),
    ("cloudfront", Resource::CloudFront),
    ("cognito", Resource::Cognito),
    ("app-runner", Resource::AppRunner),
    ("verified-access", Resource::VerifiedAccess),
];

/// The web ACL, and what it is tried with.
pub struct Tried {
    /// the web ACL
    pub acl: WebAcl,
    /// where it came from
    pub document: Document,
    /// what requests go to
    pub resource: Resource,
    places: Places,
    key: TokenKey,
}

/// Adds the options that say which web ACL is meant.
pub fn with_options(command: Command) -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let kinds: Vec<&str> = RESOURCES.iter().map(|(name, _)| *name).collect();
    command
        .arg(
            option(
                "acl",
                "FILE|DIR",
                "The web ACL: as AWS prints it, a CloudFormation template, .tf files, or `terraform show -json`",
            )
            .required(true),
        )
        .arg(option("web-acl", "NAME", "Which web ACL, where there are several"))
        .arg(
            option("parameter", "NAME=VALUE", "A parameter of a template, or a variable of Terraform")
                .action(ArgAction::Append),
        )
        .arg(option("region", "REGION", "The region that a template or Terraform is for").default_value("us-east-1"))
        .arg(option("account", "ACCOUNT", "The account that it is for").default_value("111122223333"))
        .arg(option("resource", "KIND", "What requests go to").value_parser(kinds))
        .arg(option("geo", "FILE", "Countries of addresses, in MaxMind's format"))
        .arg(option("asn", "FILE", "Autonomous systems of addresses, in MaxMind's format"))
        .arg(
            option(
                "ip-list",
                "NAME=FILE",
                "Addresses for managed rule groups: reputation, reconnaissance, ddos, anonymous, hosting",
            )
            .action(ArgAction::Append),
        )
        .arg(option(
            "core-rule-set",
            "DIR",
            "OWASP's Core Rule Set as it is released, for the group RingwallManagedOwaspCrs; by default the package modsecurity-crs",
        ))
}

impl Tried {
    /// Reads what the options say.
    pub fn read(matches: &ArgMatches) -> Result<Tried, Failure> {
        let place = Path::new(text(matches, "acl"));
        let mut values = std::collections::BTreeMap::new();
        for given in matches.get_many::<String>("parameter").into_iter().flatten() {
            let (name, value) =
                given.split_once('=').ok_or_else(|| format!("`--parameter {given}` must be NAME=VALUE"))?;
            values.insert(name.to_owned(), value.to_owned());
        }
        let account = text(matches, "account").to_owned();
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("`--account {account}` must be 12 digits").into());
        }
        let assumptions = Assumptions { region: text(matches, "region").to_owned(), account, values };
        let chosen = matches.get_one::<String>("web-acl").map(String::as_str);
        let refused = |refused: ringwall_templates::Refused| format!("{}: {refused}", place.display());
        let document = ringwall_templates::read(&sources(place)?, chosen, &assumptions).map_err(refused)?;
        let places = places(matches)?;
        let abilities = places.abilities(Abilities { detection: true, tokens: true, ..Abilities::default() });
        let acl = document.web_acl(&mut bundle(matches, abilities)?, abilities).map_err(refused)?;
        let named = RESOURCES.iter().find(|(name, _)| *name == text(matches, "resource")).map(|(_, own)| *own);
        let by_scope = if acl.arn.is_global { Resource::CloudFront } else { Resource::LoadBalancer };
        // Tokens that another one signed are none here, whatever the key.
        Ok(Tried { acl, document, resource: named.unwrap_or(by_scope), places, key: TokenKey::new([0; 32]) })
    }

    /// What a request is inspected with.
    pub fn environment<'e>(&'e self, counters: &'e dyn Counters, now: u64) -> Environment<'e> {
        Environment { geography: Some(&self.places), detector: &OwnDetector, counters, token_key: Some(&self.key), now }
    }
}

/// What a web ACL can refer to beside what stands in its document: managed rule groups, with the lists and rules that are named.
fn bundle(matches: &ArgMatches, abilities: Abilities) -> Result<Bundle, Failure> {
    let options = WafOptions {
        lists: ip_lists(matches)?,
        core_rules: matches.get_one::<String>("core-rule-set").map(PathBuf::from),
        ..WafOptions::default()
    };
    let mut bundle = Bundle::new();
    bundle.set_managed(Arc::new(options.managed(abilities).map_err(|error| error.to_string())?));
    Ok(bundle)
}

/// The files of lists by their names.
pub(crate) fn ip_lists(matches: &ArgMatches) -> Result<Vec<(String, PathBuf)>, Failure> {
    let named = |given: &String| {
        let (name, file) =
            given.split_once('=').filter(|(name, _)| IpLists::NAMES.contains(name)).ok_or_else(|| {
                format!("`--ip-list {given}` must be NAME=FILE, and NAME one of {}", IpLists::NAMES.join(", "))
            })?;
        Ok((name.to_owned(), PathBuf::from(file)))
    };
    matches.get_many::<String>("ip-list").into_iter().flatten().map(named).collect()
}

fn places(matches: &ArgMatches) -> Result<Places, Failure> {
    let mut places = Places::new();
    if let Some(file) = matches.get_one::<String>("geo") {
        places = places.with_countries(bytes(Path::new(file))?).map_err(|error| format!("{file} {error}"))?;
    }
    if let Some(file) = matches.get_one::<String>("asn") {
        places = places.with_networks(bytes(Path::new(file))?).map_err(|error| format!("{file} {error}"))?;
    }
    Ok(places)
}

/// The file, or the files of a folder that Terraform would read.
fn sources(place: &Path) -> Result<Vec<Source>, Failure> {
    let source = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok::<_, Failure>(Source { name, bytes: bytes(path)? })
    };
    if !place.is_dir() {
        return Ok(vec![source(place)?]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place).map_err(|error| format!("{}: {error}", place.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_read = name.ends_with(".tf") || name == "terraform.tfvars" || name.ends_with(".auto.tfvars");
        if is_read && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(format!("{}: has no .tf files", place.display()).into());
    }
    files.iter().map(|path| source(path)).collect()
}

/// A whole file.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let length = std::fs::metadata(path).map_err(told)?.len();
    if length > LONGEST {
        return Err(format!("{}: is longer than {LONGEST} bytes", path.display()).into());
    }
    Ok(std::fs::read(path).map_err(told)?)
}
