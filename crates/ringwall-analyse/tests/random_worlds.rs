//! Whatever the world and the question: what is said is what the specification decided.

use ringwall_analyse::explain::Way;
use ringwall_analyse::question::End;
use ringwall_analyse::{Question, explain};
use ringwall_gen::Rng;
use ringwall_gen::world::{Size, world};
use ringwall_model::outcome::Verdict;
use ringwall_model::world::World;
use ringwall_net::Protocol;

const WORLDS: u64 = 150;
const QUESTIONS: u32 = 30;

fn end(random: &mut Rng, world: &World) -> End {
    let interfaces: Vec<_> = world.interfaces.keys().copied().collect();
    let addresses = world.interfaces.values().flat_map(|interface| {
        interface.addresses().chain(interface.ipv4.iter().filter_map(|own| own.public).map(Into::into))
    });
    let addresses: Vec<_> = addresses.collect();
    match random.u8(0..8) {
        0 => End::Internet(None),
        1 => End::Address(addresses[random.usize(0..addresses.len())]),
        2 => End::Address("203.0.113.9".parse().expect("an address")),
        3 => End::Address("169.254.169.253".parse().expect("an address")),
        _ => End::Interface(interfaces[random.usize(0..interfaces.len())], None),
    }
}

/// A way that is stopped names the verdict's reason first, and a layer that stops for each refusal's gate; one that is not
/// has no layer that stops.
fn is_consistent(way: &Way) -> bool {
    let reason = way.outcome.verdict.reason().map(|reason| reason.slug());
    let named = way.stopped_by.as_ref().map(|stopped| stopped.reason);
    let stops = way.layers.iter().filter(|layer| !layer.passes).count();
    reason == named
        && (stops > 0) == reason.is_some()
        && matches!(way.outcome.verdict, Verdict::Dropped { .. }) == reason.is_some()
}

#[test]
fn what_is_said_is_what_was_decided() {
    let (mut through, mut to_services, mut remedies) = (0, 0, 0);
    for seed in 1..=WORLDS {
        let mut random = Rng::with_seed(seed);
        let world = world(&mut random, Size::SMALL);
        for _ in 0..QUESTIONS {
            let protocol = [Protocol::TCP, Protocol::UDP, Protocol::ICMP][random.usize(0..3)];
            let (from, to) = (end(&mut random, &world), end(&mut random, &world));
            let question = Question { from, to, protocol, port: 443, source_port: 40_000, family: None, spoofed: None };
            let Ok(said) = explain(&world, &question) else { continue };
            let ways = [Some(&said.request), said.answer.as_ref()];
            for way in ways.into_iter().flatten() {
                assert!(is_consistent(way), "world {seed}, {question:?}\n{way:#?}");
                through += u32::from(way.outcome.through.is_some());
                to_services += u32::from(way.verdict == "to-service");
            }
            remedies += u32::from(said.remedy.is_some());
        }
    }
    assert!(through > 50 && to_services > 50 && remedies > 50, "{through} {to_services} {remedies}");
}
