//! What holds for all questions. Each run has a seed, which a failure names.

use domain::base::iana::Rtype;
use domain::base::{Message, Name};

use super::{Told, World, addresses, query};
use crate::{Reply, Transport};

#[test]
fn whatever_the_bytes_are_an_answer_is_one_and_fits() {
    let world = World::new();
    let good = query("ip-10-0-0-5.ec2.internal", Rtype::A);
    for seed in 0..20_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut message = if random.bool() { good.clone() } else { vec![0; random.usize(0..80)] };
        for _ in 0..random.usize(0..6) {
            let place = random.usize(0..message.len().max(1));
            if let Some(byte) = message.get_mut(place) {
                *byte = random.u8(..);
            }
        }
        match world.respond(&message, Transport::Udp) {
            Reply::Answer(answer) => {
                let answer = Message::from_octets(answer.as_slice()).expect("a message");
                assert!(answer.header().qr() && answer.as_slice().len() <= 1232, "seed {seed}");
                assert_eq!(answer.as_slice()[..2], message[..2], "seed {seed}");
                assert!(matches!(world.respond(answer.as_slice(), Transport::Udp), Reply::Silence), "seed {seed}");
            }
            Reply::Forward(asked) => {
                let sent = asked.query(1);
                assert!(Message::from_octets(sent.as_slice()).unwrap().sole_question().is_ok(), "seed {seed}");
            }
            Reply::Silence => {}
        }
    }
}

#[test]
fn case_makes_no_difference() {
    let world = World::new();
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let name = format!("ip-10-{}-{}-{}.ec2.internal", random.u8(..2), random.u8(..), random.u8(..));
        let mixed: String =
            name.chars().map(|own| if random.bool() { own.to_ascii_uppercase() } else { own }).collect();
        assert_eq!(world.ask(&name, Rtype::A), world.ask(&mixed, Rtype::A), "seed {seed}: {mixed}");
    }
}

#[test]
fn the_name_of_an_address_is_the_address_of_the_name() {
    let world = World::new();
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (third, fourth) = (random.u8(..), random.u8(..));
        let reverse = format!("{fourth}.{third}.0.10.in-addr.arpa");
        let Told::Pointer(name) = world.ask(&reverse, Rtype::PTR) else { panic!("seed {seed}: DNS-12") };
        assert_eq!(world.ask(&name, Rtype::A), addresses(&[&format!("10.0.{third}.{fourth}")]), "seed {seed}");
    }
}

#[test]
fn a_name_in_a_domain_of_ringwalls_is_never_asked_elsewhere() {
    let world = World::new();
    for seed in 0..5_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut labels: Vec<u8> = Vec::new();
        for _ in 0..random.usize(0..4) {
            let length = random.u8(1..12);
            labels.push(length);
            labels.extend((0..length).map(|_| random.u8(..)));
        }
        let domain = ["ec2.internal", "compute.internal", "us-east-1.compute.internal", "0.10.in-addr.arpa"];
        let domain = domain[random.usize(..domain.len())];
        labels.extend_from_slice(Name::vec_from_str(domain).unwrap().as_slice());
        let mut message = query("x", Rtype::A)[..12].to_vec();
        message.extend_from_slice(&labels);
        message.extend_from_slice(&[0, 1, 0, 1]);
        let reply = world.respond(&message, Transport::Udp);
        assert!(matches!(reply, Reply::Answer(_)), "seed {seed}: {domain} {labels:?} {reply:?}");
    }
}
