//! `ringwall flows`: what interfaces see, as it happens, in groups; and the rules that it asks for.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command};
use ringwall_flows::group::{Groups, Key, Seen};
use ringwall_flows::{Action, Direction};
use ringwall_net::Protocol;
use serde_json::Value;

use super::{Entry, Failure, name_argument, text};
use crate::client::{Lines, ask};
use crate::output::{Style, line, note, table};

/// The command.
pub const ENTRY: Entry = Entry { define, run };

/// Groups that are shown and kept at most.
const MOST_GROUPS: usize = 10_000;
const SHOWN: usize = 40;
/// How often groups are shown anew.
const REFRESH: Duration = Duration::from_secs(1);

fn define() -> Command {
    Command::new("flows")
        .about("Follow what interfaces see: flows with their packets and bytes, accepted or rejected, also in groups")
        .args_conflicts_with_subcommands(true)
        .arg(name_argument())
        .arg(json_argument())
        .arg(
            Arg::new("by")
                .long("by")
                .value_name("KEYS")
                .value_delimiter(',')
                .value_parser(keys())
                .help("Sum up in groups, such as interface,port; in a pipe the sums come at the end"),
        )
        .arg(seconds_argument("End after so many seconds"))
        .subcommand(
            Command::new("suggest")
                .about("Propose the narrowest security group rules that would have let pass what was seen")
                .arg(name_argument())
                .arg(json_argument())
                .arg(
                    Arg::new("interface")
                        .long("interface")
                        .value_name("ID")
                        .required_unless_present("group")
                        .conflicts_with("group")
                        .help("By what this interface sees, for its groups"),
                )
                .arg(
                    Arg::new("group").long("group").value_name("ID").help("By what all interfaces with this group see"),
                )
                .arg(seconds_argument("Beside what is known now, also by what comes in so many seconds"))
                .arg(
                    Arg::new("rejected").long("rejected").action(ArgAction::SetTrue).help("Also by what was rejected"),
                ),
        )
}

fn keys() -> Vec<&'static str> {
    Key::ALL.iter().map(|(name, _)| *name).collect()
}

fn json_argument() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Write JSON, a document in a line")
}

fn seconds_argument(help: &'static str) -> Arg {
    Arg::new("seconds").long("seconds").value_name("NUMBER").value_parser(clap::value_parser!(u64)).help(help)
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    if let Some(("suggest", own)) = matches.subcommand() {
        return suggest(own);
    }
    let mut lines = Lines::open(text(matches, "name"), "/flows")?;
    note("looking on; Ctrl-C ends");
    let end = matches.get_one::<u64>("seconds").map(|seconds| Instant::now() + Duration::from_secs(*seconds));
    let (style, json) = (Style::of_stdout(), matches.get_flag("json"));
    let Some(names) = matches.get_many::<String>("by") else {
        follow(&mut lines, end, |value| match value {
            Some(value) if json => line(&value.to_string()),
            Some(value) => serde_json::from_value(value).is_ok_and(|seen| line(&words(&seen, style))),
            None => true,
        })?;
        return Ok(ExitCode::SUCCESS);
    };
    let names: Vec<&str> = names.map(String::as_str).collect();
    let mut groups = Groups::new(names.iter().filter_map(|name| Key::by_name(name)).collect(), MOST_GROUPS);
    let is_shown = std::io::stdout().is_terminal() && !json;
    let mut shown = Instant::now();
    follow(&mut lines, end, |value| {
        if let Some(seen) = value.and_then(|value| serde_json::from_value::<Seen>(value).ok()) {
            groups.add(&seen);
        }
        if is_shown && shown.elapsed() >= REFRESH {
            shown = Instant::now();
            return line("\x1b[2J\x1b[H") && show(&groups, &names, style);
        }
        true
    })?;
    if json {
        for (values, sum) in groups.largest_first() {
            let mut group: serde_json::Map<String, Value> = names
                .iter()
                .zip(values)
                .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
                .collect();
            group.insert("packets".into(), sum.packets.into());
            group.insert("bytes".into(), sum.bytes.into());
            line(&Value::Object(group).to_string());
        }
    } else {
        show(&groups, &names, style);
    }
    Ok(ExitCode::SUCCESS)
}

/// Hands over what comes, and nothing from time to time, until the end or until `note` returns false.
fn follow(
    lines: &mut Lines,
    end: Option<Instant>,
    mut note: impl FnMut(Option<Value>) -> bool,
) -> Result<(), crate::client::ClientError> {
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(());
        }
        let patience = left.unwrap_or(REFRESH).min(REFRESH).max(Duration::from_millis(1));
        lines.set_patience(Some(patience))?;
        let waited = Instant::now();
        let next = lines.next()?;
        // No line before the time was up: the stream has ended.
        let has_ended = next.is_none() && waited.elapsed() < patience / 2;
        if has_ended || !note(next) {
            return Ok(());
        }
    }
}

fn show(groups: &Groups, names: &[&str], style: Style) -> bool {
    let heads = names.iter().copied().chain(["packets", "bytes"]).map(|name| style.faint(&name.to_uppercase()));
    let mut rows: Vec<Vec<String>> = vec![heads.collect()];
    let all = groups.largest_first();
    let row = |values: &[String], packets: u64, bytes: u64| {
        values.iter().cloned().chain([packets.to_string(), bytes.to_string()]).collect::<Vec<_>>()
    };
    rows.extend(all.iter().take(SHOWN).map(|(values, sum)| row(values, sum.packets, sum.bytes)));
    let written = table(&rows).iter().all(|text| line(text));
    let beyond = all.len().saturating_sub(SHOWN);
    let rest = groups.left_out();
    let is_complete = beyond == 0 && rest.packets == 0;
    written
        && (is_complete
            || line(&style.faint(&format!("and {beyond} more groups, and {} packets in others", rest.packets))))
}

fn words(seen: &Seen, style: Style) -> String {
    let verdict = match seen.action {
        Action::Accept => style.good("ACCEPT"),
        Action::Reject => style.bad("REJECT"),
    };
    let way = match seen.direction {
        Direction::Ingress => "in ",
        Direction::Egress => "out",
    };
    let end = |address: std::net::IpAddr, port: u16| match (address, port) {
        (_, 0) => address.to_string(),
        (std::net::IpAddr::V6(address), port) => format!("[{address}]:{port}"),
        (std::net::IpAddr::V4(address), port) => format!("{address}:{port}"),
    };
    format!(
        "{verdict} {} {way} {:4} {} > {}  {} packets, {} bytes",
        seen.interface,
        Protocol(seen.protocol).to_string(),
        end(seen.source, seen.source_port),
        end(seen.destination, seen.destination_port),
        seen.packets,
        seen.bytes
    )
}

fn suggest(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let whom = match matches.get_one::<String>("interface") {
        Some(id) => format!("interface={id}"),
        None => format!("group={}", text(matches, "group")),
    };
    let seconds = matches.get_one::<u64>("seconds").copied().unwrap_or(0);
    let path = format!("/flows/suggest?{whom}&seconds={seconds}&refused={}", matches.get_flag("rejected"));
    let proposal = ask(text(matches, "name"), "GET", &path, None)?;
    if matches.get_flag("json") {
        line(&proposal.to_string());
        return Ok(ExitCode::SUCCESS);
    }
    let style = Style::of_stdout();
    let list = |name: &str| {
        let items = proposal[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        items.collect::<Vec<_>>().join(" ")
    };
    line(&format!("seen      {} flows at {}", proposal["seen"], list("interfaces")));
    line(&format!("groups    {}", list("groups")));
    let rules = proposal["rules"].as_array().cloned().unwrap_or_default();
    let group = proposal["groups"].as_array().and_then(|all| all.first()?.as_str()).unwrap_or("GROUP").to_owned();
    for rule in &rules {
        line("");
        rule_words(rule, &group, style);
    }
    if rules.is_empty() {
        line("no rule is needed for what was seen");
    }
    Ok(ExitCode::SUCCESS)
}

fn rule_words(rule: &Value, group: &str, style: Style) {
    let (permission, why) = (&rule["permission"], &rule["why"]);
    let peer = permission["UserIdGroupPairs"][0]["GroupId"]
        .as_str()
        .or(permission["IpRanges"][0]["CidrIp"].as_str())
        .or(permission["Ipv6Ranges"][0]["CidrIpv6"].as_str())
        .unwrap_or("-");
    let ports = match (permission["FromPort"].as_i64(), permission["ToPort"].as_i64()) {
        (Some(from), Some(to)) if from == to => format!(" {from}"),
        (Some(from), Some(-1)) => format!(" type {from}"),
        (Some(from), Some(to)) => format!(" {from}-{to}"),
        _ => String::new(),
    };
    let direction = rule["direction"].as_str().unwrap_or("ingress");
    let protocol = permission["IpProtocol"].as_str().unwrap_or("-1");
    line(&format!("{}  {protocol}{ports}  {peer}", style.strong(&format!("{direction:7}"))));
    line(&style.faint(&format!(
        "  because of {} flows with {} packets, {} addresses at the other end",
        why["flows"], why["packets"], why["addresses"]
    )));
    line(&format!(
        "  aws ec2 authorize-security-group-{direction} --group-id {group} --ip-permissions '[{permission}]'"
    ));
}
