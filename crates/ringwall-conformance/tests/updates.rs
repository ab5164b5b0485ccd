//! Updates of tables: the same as a rebuild, and never a half.

use std::collections::BTreeSet;

use ringwall_abi::record::{Bits, InterfaceRecord};
use ringwall_conformance::engine::{Plant, has_link};
use ringwall_gen::Rng;
use ringwall_gen::change::change;
use ringwall_gen::traffic::Traffic;
use ringwall_gen::world::{Size, world};
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::world::World;
use ringwall_net::frame::parse;
use ringwall_tables::compiler::{Compiler, Links};
use ringwall_tables::difference::{Installed, writes};
use ringwall_tables::evaluate::Evaluator;
use ringwall_tables::flat::{FlatMaps, Map, Write};
use ringwall_tables::image::Image;
use ringwall_tables::numbers::HighWater;

fn links(world: &World) -> Links {
    let up = world.interfaces.keys().filter(|id| has_link(world, id));
    Links {
        interfaces: up.enumerate().map(|(place, id)| (*id, 100 + place as u32)).collect(),
        services: world.vpcs.keys().enumerate().map(|(place, id)| (*id, 10_000 + place as u32)).collect(),
    }
}

/// An image with numbers replaced by what they stand for, so that two compilers can be compared.
fn resolved(image: &Image) -> BTreeSet<String> {
    let mac = |slot: u32| image.banked.interfaces.get(&slot).map(|record| record.mac);
    let mut lines = BTreeSet::new();
    let sets = |numbers: &[[u32; 2]; 2]| -> String {
        numbers.as_flattened().iter().map(|number| format!("{:?}", image.rule_sets[number])).collect()
    };
    for record in image.banked.interfaces.values() {
        let bare = InterfaceRecord {
            id: 0,
            vpc: 0,
            subnet: 0,
            identity: 0,
            group_rules: [[0; 2]; 2],
            acl_rules: [[0; 2]; 2],
            route_table: 0,
            ..*record
        };
        let routes: Vec<String> = image.route_tables[&record.route_table]
            .blocks
            .iter()
            .map(|(prefix, route)| format!("{prefix} {} {} {:?}", route.kind, route.index, mac(route.slot)))
            .collect();
        lines.insert(format!("{bare:?} {} {} {routes:?}", sets(&record.group_rules), sets(&record.acl_rules)));
        let named: Vec<(Vec<String>, Bits)> = image
            .identities
            .iter()
            .filter(|((_, identity), _)| *identity == record.identity)
            .map(|((set, _), bits)| (vec![format!("{:?}", image.rule_sets[set])], *bits))
            .collect();
        let mut named: Vec<String> = named.iter().map(|entry| format!("{entry:?}")).collect();
        named.sort();
        lines.insert(format!("{:?} is named by {named:?}", record.mac));
    }
    for ((_, address), record) in &image.banked.endpoints {
        lines.insert(format!("{address:?} at {:?} outside {:?}", mac(record.slot), record.public_v4));
    }
    for ((_, neighbour), slot) in &image.banked.neighbours {
        lines.insert(format!("{neighbour:?} is {:?}", mac(*slot)));
    }
    for (slot, record) in &image.banked.nat_gateways {
        lines.insert(format!("{:?} translates {record:?}", mac(*slot)));
    }
    for record in image.banked.vpcs.values() {
        lines.insert(format!("services by {} with {:?}", record.services, record.resolver));
    }
    for (address, record) in &image.banked.public_addresses {
        lines.insert(format!("{address:?} is {:?} {:?}", mac(record.slot), record.private));
    }
    lines
}

#[test]
fn a_compiler_that_saw_every_change_makes_what_a_new_one_makes() {
    let mut compared = 0;
    for seed in 0..120 {
        let mut random = Rng::with_seed(seed);
        let mut world = world(&mut random, Size::SMALL);
        let mut old = Compiler::new(HighWater::default());
        for _ in 0..12 {
            let incremental = old.compile(&world, &links(&world)).unwrap();
            let rebuilt = Compiler::new(HighWater::default()).compile(&world, &links(&world)).unwrap();
            assert_eq!(resolved(&incremental), resolved(&rebuilt), "seed {seed}");
            compared += 1;
            change(&mut random, &mut world, Size::SMALL);
        }
    }
    assert_eq!(compared, 120 * 12);
}

/// What the current bank and the tables without banks hold; zero elements of arrays are as good as none.
fn current(maps: &FlatMaps) -> BTreeSet<(Map, Vec<u8>, Vec<u8>)> {
    let mut elements = BTreeSet::new();
    for map in Map::ALL {
        for (key, value) in maps.elements(map) {
            let first = u32::from_ne_bytes(key[..4].try_into().unwrap());
            let bank = match map {
                Map::Interfaces => Some(first / ringwall_abi::code::SLOTS),
                Map::Vpcs => Some(first / ringwall_abi::code::VPC_SLOTS),
                Map::Endpoints | Map::Neighbours | Map::PublicAddresses | Map::NatGateways => Some(first & 1),
                // counted by the kernel program, only begun by updates
                Map::SessionCounts => continue,
                _ => None,
            };
            if bank.is_none_or(|bank| bank == maps.bank) && value.iter().any(|byte| *byte != 0) {
                elements.insert((map, key.to_vec(), value.to_vec()));
            }
        }
    }
    elements
}

#[test]
fn applying_differences_leaves_what_writing_everything_leaves() {
    let mut compared = 0;
    for seed in 0..120 {
        let mut random = Rng::with_seed(1000 + seed);
        let mut world = world(&mut random, Size::SMALL);
        let mut compiler = Compiler::new(HighWater::default());
        let (mut installed, mut maps) = (Installed::default(), FlatMaps::default());
        for _ in 0..12 {
            let image = compiler.compile(&world, &links(&world)).unwrap();
            writes(&installed, &image).iter().for_each(|write| maps.apply(write));
            let empty = Installed { bank: installed.bank, ..Installed::default() };
            let mut rebuilt = FlatMaps::default();
            writes(&empty, &image).iter().for_each(|write| rebuilt.apply(write));
            installed.become_image(image);
            assert_eq!(current(&maps), current(&rebuilt), "seed {seed}");
            compared += 1;
            change(&mut random, &mut world, Size::SMALL);
        }
    }
    assert_eq!(compared, 120 * 12);
}

#[test]
fn an_update_that_breaks_off_anywhere_leaves_the_old_or_the_new_and_no_half() {
    let (mut old_ones, mut new_ones) = (0, 0);
    for seed in 0..150 {
        let mut random = Rng::with_seed(2000 + seed);
        let mut world = world(&mut random, Size::SMALL);
        let (mut plant, mut evaluator, mut traffic) = (Plant::default(), Evaluator::default(), Traffic::default());
        plant.writes(&world).iter().for_each(|write| evaluator.maps.apply(write));
        for now in 0..40 {
            let sent = traffic.frame(&mut random, &world);
            evaluator.judge(plant.entry(sent.origin), &parse(&sent.bytes), 1000 + now, &plant.names());
        }
        let old_world = world.clone();
        change(&mut random, &mut world, Size::SMALL);
        // The links stay: what a link's going does is another matter.
        if links(&old_world).interfaces.keys().ne(links(&world).interfaces.keys()) {
            continue;
        }
        let update = plant.writes(&world);
        let mut whole = evaluator.clone();
        update.iter().for_each(|write| whole.maps.apply(write));
        for _ in 0..12 {
            let kept = random.usize(0..=update.len());
            let mut torn = evaluator.clone();
            update[..kept].iter().for_each(|write| torn.maps.apply(write));
            let flipped = update[..kept].iter().any(|write| matches!(write, Write::Flip { .. }));
            let like = if flipped { &whole } else { &evaluator };
            for _ in 0..12 {
                let sent = traffic.frame(&mut random, &world);
                let frame = parse(&sent.bytes);
                let slot = plant.entry(sent.origin);
                let expected = like.clone().judge(slot, &frame, 2000, &plant.names());
                let actual = torn.clone().judge(slot, &frame, 2000, &plant.names());
                assert_eq!(actual, expected, "seed {seed}, {kept} of {} writes", update.len());
                if flipped { new_ones += 1 } else { old_ones += 1 }
            }
        }
    }
    assert!(old_ones > 2_000 && new_ones > 500, "{old_ones} {new_ones}");
}

#[test]
fn while_the_first_tables_are_written_nothing_passes() {
    let mut asked = 0;
    for seed in 0..100 {
        let mut random = Rng::with_seed(3000 + seed);
        let world = world(&mut random, Size::SMALL);
        let mut plant = Plant::default();
        let update = plant.writes(&world);
        let flip = update.iter().position(|write| matches!(write, Write::Flip { .. })).expect("an update flips");
        let mut traffic = Traffic::default();
        for _ in 0..20 {
            let mut torn = Evaluator::default();
            let kept = random.usize(0..=flip);
            update[..kept].iter().for_each(|write| torn.maps.apply(write));
            for _ in 0..10 {
                let sent = traffic.frame(&mut random, &world);
                let outcome = torn.judge(plant.entry(sent.origin), &parse(&sent.bytes), 1000, &plant.names());
                let is_answer_outside =
                    !matches!(sent.origin, Origin::Interface(_)) && matches!(outcome.verdict, Verdict::Answered(_));
                assert!(matches!(outcome.verdict, Verdict::Dropped { .. }) || is_answer_outside, "{outcome:?}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 100 * 20 * 10);
}
