//! Vigilance on links: faults that show only where the program works are found there, and so are faults of its tables.

use std::path::Path;
use std::process::Command;

use ringwall_conformance::engine::{Engine, Ground, Live};
use ringwall_conformance::{Run, run};
use ringwall_datapath::{DataPlane, Mode};
use ringwall_gen::world::Size;
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::World;
use ringwall_tables::flat::{Map, Write};

const PLAN: Run = Run { seed: 1, worlds: 12, packets: 3_000, change_every: 250, size: Size::LARGE, is_still: true };

/// File, what stands there, and what is put in its place.
const IN_THE_PROGRAM: &[(&str, &str, &str)] = &[
    ("parse.h", "skb->vlan_present ? 0x8100 : read16(j->head + 12)", "read16(j->head + 12)"),
    ("answer.h", "enum { QUOTED = 128 };", "enum { QUOTED = 28 };"),
    ("answer.h", "bpf_redirect(skb->ifindex, 0)", "bpf_redirect(skb->ifindex, 1)"),
    ("send.h", "bpf_redirect_peer(ifindex, 0)", "bpf_redirect_peer(skb->ifindex, 0)"),
    ("send.h", "__u64 flags = BPF_F_PSEUDO_HDR | 4 |", "__u64 flags = 4 |"),
    ("report.h", "if (TEST || j->watch == WATCH_PACKETS)", "if (TEST || j->watch != WATCH_PACKETS)"),
    ("journey.bpf.c", "j->uplink, j->uplink_mac, uplink_router", "j->uplink, uplink_router, uplink_router"),
    ("journey.bpf.c", "j->slot = *slot;", "j->slot = *slot ^ 1;"),
    ("nat_way.h", "p->destination_port = key->source_port;", "p->destination_port = key->destination_port;"),
    ("nat_way.h", "if (entry < 0)\n\t\t\treturn REASON_NETWORK_ACL_IN;", ""),
    ("edge/nat_gateway.h", "count_loans(&j->port, 1);", ""),
    (
        "send.h",
        "if (bpf_l4_csum_replace(skb, at, swap16((__u16)from), new, 2 | (p->protocol == PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0)))",
        "if (0)",
    ),
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(drop).unwrap() }
    }
}

/// The program as an object, with a fault in it.
fn with_fault(number: usize, file: &str, right: &str, wrong: &str) -> Vec<u8> {
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bpf");
    let directory = std::env::temp_dir().join(format!("ringwall-live-fault-{}-{number}", std::process::id()));
    copy(&original, &directory);
    let text = std::fs::read_to_string(directory.join(file)).unwrap();
    assert_eq!(text.matches(right).count(), 1, "`{right}` stands once in {file}");
    std::fs::write(directory.join(file), text.replace(right, wrong)).unwrap();
    let status = Command::new(std::env::var("CLANG").unwrap_or_else(|_| "clang".to_owned()))
        .args(["-g", "-O2", "-target", "bpf", "-mcpu=v3", "-w", "-c"])
        .arg(directory.join("journey.bpf.c"))
        .arg("-o")
        .arg(directory.join("journey.o"))
        .status();
    assert!(status.unwrap().success(), "the program with a fault in it compiles");
    let object = std::fs::read(directory.join("journey.o")).unwrap();
    std::fs::remove_dir_all(&directory).unwrap();
    object
}

/// Whether a run finds something: a disagreement, or what makes no sense at all.
fn finds<E: Engine>(make: impl FnMut() -> E) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(PLAN, make).is_err())).unwrap_or(true)
}

#[test]
fn every_fault_planted_in_the_program_is_found_on_links() {
    let mut missed = Vec::new();
    for (number, (file, right, wrong)) in IN_THE_PROGRAM.iter().enumerate() {
        let object = with_fault(number, file, right, wrong);
        let ground = Ground::lay_around(|| DataPlane::load_object(&object, Mode::Live)).expect("this test needs root");
        if !finds(|| Live::new(ground.clone())) {
            missed.push(format!("{file}: {right} -> {wrong}"));
        }
    }
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

/// Links, with something done to every write.
struct Spoiled<F> {
    live: Live,
    spoil: F,
}

impl<F: Fn(Write) -> Option<Write>> Engine for Spoiled<F> {
    fn name(&self) -> &'static str {
        "spoiled links"
    }

    fn publish(&mut self, world: &World) {
        let mut update = self.live.prepare(world);
        update.writes = update.writes.into_iter().filter_map(&self.spoil).collect();
        self.live.carry_out(&update);
    }

    fn accepts(&self, bytes: &[u8]) -> bool {
        self.live.accepts(bytes)
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        self.live.judge(origin, bytes, now)
    }
}

/// Whether a run on tables with something done to every write finds it.
fn convicts(spoil: impl Fn(Write) -> Option<Write>) -> bool {
    let ground = Ground::lay().expect("devices can be made and the program attached: this test needs root");
    finds(|| Spoiled { live: Live::new(ground.clone()), spoil: &spoil })
}

fn convicts_without(map: Map) -> bool {
    convicts(|write| (!matches!(&write, Write::Put { map: own, .. } if *own == map)).then_some(write))
}

#[test]
fn faults_planted_in_the_tables_are_found_on_links() {
    assert!(!convicts(Some), "without a fault nothing is found");
    assert!(convicts_without(Map::Neighbours));
    assert!(convicts_without(Map::InterfaceSlots));
    assert!(convicts_without(Map::PublicAddresses));
    assert!(convicts(|write| (!matches!(write, Write::Flip { .. })).then_some(write)));
}
