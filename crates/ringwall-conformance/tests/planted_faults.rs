//! Vigilance: faults planted in the gates and in the tables are found. A fault that is not found would mean that the
//! comparison does not look there.

use std::path::{Path, PathBuf};
use std::process::Command;

use ringwall_conformance::engine::{Engine, Host, Plant};
use ringwall_conformance::page::Page;
use ringwall_conformance::{Run, run};
use ringwall_gen::world::Size;
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_net::frame::parse;
use ringwall_tables::evaluate::Evaluator;
use ringwall_tables::flat::{Map, Write};

/// File, what stands there, and what is put in its place.
type Fault = (&'static str, &'static str, &'static str);

const IN_THE_GATES: &[Fault] = &[
    (
        "classifier.h",
        "key->prefix_length = j->query.has_port ? 56 : 40;",
        "key->prefix_length = j->query.has_port ? 48 : 40;",
    ),
    (
        "classifier.h",
        "return word ? base + lowest_bit(word) : NO_MATCH;",
        "return word ? base + 63 - __builtin_clzll(word) : NO_MATCH;",
    ),
    ("subnet/network_acl.h", "if (entry < 0 || entry > 63)", "if (entry > 63)"),
    ("subnet/network_acl.h", "return set->allow.words[0] >> entry & 1 ? entry : -1 - entry;", "return entry;"),
    ("subnet/route_table.h", "if (slot == sender) {", "if (0) {"),
    ("subnet/route_table.h", "j->crosses = next->subnet != i->subnet;", "j->crosses = 1;"),
    (
        "subnet/route_table.h",
        "if (endpoint && endpoint->slot == slot && !j->to_gateway)",
        "if (endpoint && !j->to_gateway)",
    ),
    ("eni/security_group.h", "if (p->protocol == PROTOCOL_TCP && !opens_connection(p))", "if (0)"),
    (
        "eni/security_group.h",
        "if (!counts || counts->tracked >= i->session_limit)",
        "if (!counts || counts->tracked > i->session_limit)",
    ),
    ("eni/security_group.h", "if (other_record->flags & all)\n\t\treturn rule;", "return rule;"),
    ("eni/security_group.h", "if (s && holds(s, p))", "if (s)"),
    (
        "eni/session.h",
        "if (!p->has_embedded || !same_address(p->destination, p->embedded_source))",
        "if (!p->has_embedded)",
    ),
    ("eni/session.h", "return icmp == ICMP_NONE ? OTHER_TIMEOUT : ICMP_TIMEOUT;", "return OTHER_TIMEOUT;"),
    ("eni/session.h", "if (p->tcp_flags & TCP_RST || (s->flags & both) == both) {", "if (p->tcp_flags & TCP_RST) {"),
    ("eni/source_check.h", "return endpoint && endpoint->slot == slot;", "return endpoint != NULL;"),
    ("edge/internet_gateway.h", "v4 >> 22 == 0x191 ||", ""),
    ("edge/internet_gateway.h", "if (!sender || !sender->slot || !read32(sender->public_v4))", "if (!sender)"),
    (
        "edge/egress_only_internet_gateway.h",
        "return s && s->flags & SESSION_BEGUN_OUT && holds(s, &j->packet);",
        "return s != NULL;",
    ),
    ("fragment.h", "if (!first || j->now - first->seen >= FRAGMENT_TIMEOUT)", "if (!first)"),
    ("parse.h", "if (is_disguised(p->source) || is_disguised(p->destination))", "if (0)"),
    ("frame.h", "p->hop_limit == 255 &&", ""),
    ("outward.h", "if (!s || !j->epoch || s->epoch_out != j->epoch ||", "if (!s ||"),
    (
        "inward.h",
        "if (!s || !j->epoch || s->epoch_in != j->epoch || s->from != j->from)",
        "if (!s || s->epoch_in != j->epoch)",
    ),
    (
        "inward.h",
        "j->identity = endpoint && endpoint->slot == j->slot ? endpoint->identity : 0;",
        "j->identity = endpoint ? endpoint->identity : 0;",
    ),
    ("entrance.h", "if (!j->reflected && holder_of(j, p->source))", "if (0)"),
    ("send.h", "if (bpf_l4_csum_replace(skb, at, old, new, flags))", "if (0)"),
    ("path_mtu.h", "if (judge_acl(i->acl_rules[family][DIRECTION_IN]) < 0)", "if (0)"),
    ("nat_way.h", "p->destination_port = key->source_port;", "p->destination_port = key->destination_port;"),
    ("nat_way.h", "*shown = key->source_port;", ""),
    ("nat_way.h", "if (entry < 0)\n\t\t\treturn REASON_NETWORK_ACL_IN;", ""),
    ("nat_way.h", "if (entry < 0)\n\t\t\treturn REASON_NETWORK_ACL_OUT;", ""),
    ("nat_way.h", "if (!outward && opens_connection(p))", "if (0)"),
    ("edge/nat_gateway.h", "return m->flags & NAT_CLOSED ? TCP_CLOSED_TIMEOUT : NAT_TIMEOUT;", "return NAT_TIMEOUT;"),
    (
        "edge/nat_gateway.h",
        "if (n && n->id == key->gateway && idle < timeout)\n\t\treturn timeout - idle;",
        "if (n && n->id == key->gateway)\n\t\treturn 1;",
    ),
    ("edge/nat_gateway.h", "count_loans(&j->port, 1);", ""),
    (
        "send.h",
        "if (bpf_l4_csum_replace(skb, at, swap16((__u16)from), new, 2 | (p->protocol == PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0)))",
        "if (0)",
    ),
];

/// Faults that only the comparison looks for: they show after more packets than a page has, or in worlds that none draws.
const IN_THE_LONG_RUN: &[Fault] = &[
    ("edge/nat_gateway.h", "count_loans(&port, -1);", ""),
    ("edge/gateway_endpoint.h", "return sender && sender->slot ? 0 : REASON_ENDPOINT_SOURCE_UNKNOWN;", "return 0;"),
    (
        "services.h",
        "packets) + packets > LINK_LOCAL_PACKETS_PER_SECOND;",
        "packets) + packets > LINK_LOCAL_PACKETS_PER_SECOND + 1;",
    ),
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn build(directory: &Path) -> PathBuf {
    let gates = directory.join("gates");
    let status = Command::new(std::env::var("CC").unwrap_or_else(|_| "cc".to_owned()))
        .args(["-std=gnu11", "-O1", "-w", "-DRINGWALL_HOST"])
        .arg(directory.join("host/main.c"))
        .arg(directory.join("host/helpers.c"))
        .arg("-o")
        .arg(&gates)
        .status()
        .unwrap();
    assert!(status.success(), "the gates with a fault in them compile");
    gates
}

/// Worlds in which faults are looked for; most are found in the first few.
const PLAN: Run = Run { seed: 1, worlds: 150, packets: 1_500, change_every: 60, size: Size::SMALL, is_still: false };

/// The faults in the gates that nothing notices, where `notices` is asked about each.
fn unnoticed(name: &str, faults: &[Fault], notices: impl Fn(&Path) -> bool) -> Vec<String> {
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bpf");
    let mut missed = Vec::new();
    for (number, (file, right, wrong)) in faults.iter().enumerate() {
        let directory = std::env::temp_dir().join(format!("ringwall-{name}-{}-{number}", std::process::id()));
        copy(&original, &directory);
        let path = directory.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text.matches(right).count(),
            1,
            "`{right}` stands once in {file}: the list of faults must follow the gates"
        );
        std::fs::write(&path, text.replace(right, wrong)).unwrap();
        let gates = build(&directory);
        // a fault may also show as an outcome that makes no sense, which stops whoever reads it
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| notices(&gates))).unwrap_or(true);
        if !found {
            missed.push(format!("{file}: {right} -> {wrong}"));
        }
        std::fs::remove_dir_all(&directory).unwrap();
    }
    missed
}

#[test]
fn every_fault_planted_in_the_gates_is_found() {
    let faults = [IN_THE_GATES, IN_THE_LONG_RUN].concat();
    let missed = unnoticed("planted", &faults, |gates| run(PLAN, || Host::start(gates)).is_err());
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

fn pages(directory: &Path) -> Vec<Page> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(pages(&path));
        } else {
            all.push(Page::read(&std::fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
    all
}

#[test]
fn every_fault_planted_in_the_gates_is_found_by_a_worked_example() {
    let pages = pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../semantics/packet"));
    let convicts =
        |page: &Page, gates: &Path| !page.run(|| Box::new(Host::start(gates))).unwrap().complaints.is_empty();
    let missed = unnoticed("pages", IN_THE_GATES, |gates| pages.iter().any(|page| convicts(page, gates)));
    assert!(missed.is_empty(), "no page under semantics/packet shows what would be wrong: {missed:#?}");
}

/// Tables, with something done to every write.
struct Spoiled {
    plant: Plant,
    evaluator: Evaluator,
    spoil: fn(Write) -> Option<Write>,
}

impl Engine for Spoiled {
    fn name(&self) -> &'static str {
        "spoiled tables"
    }

    fn publish(&mut self, world: &World) {
        for write in self.plant.writes(world).into_iter().filter_map(self.spoil) {
            self.evaluator.maps.apply(&write);
        }
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        self.evaluator.judge(self.plant.entry(origin), &parse(bytes), now, &self.plant.names())
    }
}

fn without_puts(write: Write, map: Map) -> Option<Write> {
    (!matches!(&write, Write::Put { map: own, .. } if *own == map)).then_some(write)
}

fn without_deletes(write: Write, map: Map) -> Option<Write> {
    (!matches!(&write, Write::Delete { map: own, .. } if *own == map)).then_some(write)
}

/// Changes a byte of every value of a map.
fn with_byte(write: Write, map: Map, at: usize, change: fn(u8) -> u8) -> Option<Write> {
    Some(match write {
        Write::Put { map: own, key, mut value } if own == map => {
            value[at] = change(value[at]);
            Write::Put { map, key, value }
        }
        other => other,
    })
}

type Spoil = fn(Write) -> Option<Write>;

const IN_THE_TABLES: &[(&str, Spoil)] = &[
    ("no rules by address", |write| without_puts(write, Map::RulePrefixes)),
    ("no rules by port", |write| without_puts(write, Map::RulePorts)),
    ("no rules by group", |write| without_puts(write, Map::RuleIdentities)),
    ("no routes", |write| without_puts(write, Map::Routes)),
    ("no neighbours", |write| without_puts(write, Map::Neighbours)),
    ("no public addresses", |write| without_puts(write, Map::PublicAddresses)),
    ("old private addresses stay", |write| without_deletes(write, Map::Endpoints)),
    ("old public addresses stay", |write| without_deletes(write, Map::PublicAddresses)),
    ("no flip", |write| (!matches!(write, Write::Flip { .. })).then_some(write)),
    ("every ACL entry allows", |write| with_byte(write, Map::RuleSets, 8, |_| 0xff)),
    ("nothing is open to everybody", |write| with_byte(write, Map::RuleSets, 8 + 128, |_| 0)),
    ("all of TCP is open", |write| with_byte(write, Map::RuleSets, 0, |flags| flags | 1)),
    ("no source check", |write| with_byte(write, Map::Interfaces, 20, |_| 0)),
    ("routes by another place", |write| with_byte(write, Map::Routes, 2, |index| index ^ 1)),
];

#[test]
fn every_fault_planted_in_the_tables_is_found() {
    let missed: Vec<&str> = IN_THE_TABLES
        .iter()
        .filter(|(_, spoil)| {
            let make = || Spoiled { plant: Plant::default(), evaluator: Evaluator::default(), spoil: *spoil };
            let compared = std::panic::AssertUnwindSafe(|| run(PLAN, make).is_err());
            !std::panic::catch_unwind(compared).unwrap_or(true)
        })
        .map(|(name, _)| *name)
        .collect();
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

#[test]
fn without_a_fault_nothing_is_found() {
    let make = || Spoiled { plant: Plant::default(), evaluator: Evaluator::default(), spoil: Some };
    assert!(run(Run { worlds: 20, ..PLAN }, make).is_ok());
}
