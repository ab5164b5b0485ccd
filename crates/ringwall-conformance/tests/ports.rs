//! Ports of a NAT gateway, when so many are lent that the first one thought of is often taken.

use std::collections::BTreeSet;

use ringwall_conformance::engine::{Engine, Host, Specification, Tables};
use ringwall_conformance::page::names::Names;
use ringwall_conformance::page::{Line, packet, world};
use ringwall_model::outcome::Verdict;
use ringwall_model::world::World;

const NETWORK: &str = "\
vpc home: internet gateway door
acl outer
    in 100 allow all from 0.0.0.0/0
    out 100 allow all to 0.0.0.0/0
table public
    10.0.0.0/16 local
    0.0.0.0/0 internet gateway door
table private
    10.0.0.0/16 local
    0.0.0.0/0 NAT gateway exit
subnet front of home: 10.0.1.0/24, table public, acl outer
subnet back of home: 10.0.2.0/24, table private, acl outer
group open
    out 1 all to 0.0.0.0/0
nat exit of front: 10.0.1.13 as 198.51.100.13";

/// As many connections to one destination as make some hundred meet a port that is taken: 4,500 among 64,512.
const CLIENTS: u8 = 5;
const CONNECTIONS: u16 = 900;

fn network() -> (World, Names) {
    let (mut world, mut names) = (World::default(), Names::default());
    let clients = (0..CLIENTS).map(|own| format!("interface client{own} of back: 10.0.2.{}, group open", 10 + own));
    let text = NETWORK.lines().map(str::to_owned).chain(clients).enumerate();
    let lines: Vec<Line> = text.map(|(place, text)| Line { number: place + 1, text }).collect();
    world::change(&mut world, &mut names, &lines).expect("a network");
    (world, names)
}

/// An engine lends the ports that the specification lends: each once.
fn agrees(engine: &mut dyn Engine) {
    let (world, names) = network();
    let mut judge = Specification::default();
    judge.publish(&world);
    engine.publish(&world);
    let mut lent = BTreeSet::new();
    let connections = (0..CLIENTS).flat_map(|client| (0..CONNECTIONS).map(move |number| (client, 20_000 + number)));
    for (client, port) in connections {
        let text = format!("0 client{client}: tcp 10.0.2.{}:{port} > 203.0.113.9:443 syn", 10 + client);
        let sent = packet::read(&world, &names, &text).expect("a packet");
        let expected = judge.judge(sent.origin, &sent.bytes, 1_000);
        let said = engine.judge(sent.origin, &sent.bytes, 1_000);
        assert_eq!(said, expected, "{}: {text}", engine.name());
        let Verdict::LeftToInternet { sent } = said.verdict else { panic!("{text} becomes {said:?}") };
        assert!(lent.insert(sent.ports), "{text} has the port of another connection");
    }
}

#[test]
fn the_tables_lend_each_port_once() {
    agrees(&mut Tables::default());
}

#[test]
fn the_gates_on_the_host_lend_each_port_once() {
    agrees(&mut Host::default());
}
