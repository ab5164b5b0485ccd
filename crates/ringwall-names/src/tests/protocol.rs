//! Messages that are not quite questions, and answers that do not quite fit.

use domain::base::iana::{Class, Opcode, OptRcode, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Name};

use super::{Told, World, addresses, query, query_of_class, read, record};
use crate::{Reply, Transport};

fn answer(world: &World, message: &[u8]) -> Vec<u8> {
    match world.respond(message, Transport::Udp) {
        Reply::Answer(answer) => answer,
        other => panic!("{other:?}"),
    }
}

const NAME: &str = "ip-10-0-0-5.ec2.internal";

#[test]
fn what_is_no_question_is_told_so_or_not_answered() {
    let world = World::new();
    let good = query(NAME, Rtype::A);
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut message = good.clone();
        change(&mut message);
        world.respond(&message, Transport::Udp)
    };
    let code = |reply: Reply| match reply {
        Reply::Answer(answer) => Message::from_octets(answer).unwrap().header().rcode(),
        other => panic!("{other:?}"),
    };
    assert_eq!(changed(&|message| message.truncate(11)), Reply::Silence, "too short to be answered");
    assert_eq!(changed(&|message| message[2] |= 0x80), Reply::Silence, "an answer is not answered: no loops");
    assert_eq!(code(changed(&|message| message.truncate(12))), Rcode::FORMERR);
    assert_eq!(code(changed(&|message| message.truncate(20))), Rcode::FORMERR);
    assert_eq!(code(changed(&|message| message[5] = 0)), Rcode::FORMERR, "no question");
    assert_eq!(code(changed(&|message| message[5] = 2)), Rcode::FORMERR, "two questions");
    assert_eq!(code(changed(&|message| message[12] = 0xc0)), Rcode::FORMERR, "a name that points to itself");
    for opcode in [Opcode::IQUERY, Opcode::STATUS, Opcode::NOTIFY, Opcode::UPDATE] {
        assert_eq!(code(changed(&|message| message[2] |= opcode.to_int() << 3)), Rcode::NOTIMP, "{opcode}");
    }
    let version = query_of_class("version.bind", Rtype::TXT, Class::CH);
    assert_eq!(read(&answer(&world, &version)), Told::Failed(Rcode::REFUSED));
    for kind in [Rtype::AXFR, Rtype::IXFR] {
        assert_eq!(world.ask("ec2.internal", kind), Told::Failed(Rcode::REFUSED));
    }
    for kind in [Rtype::MX, Rtype::TXT, Rtype::from_int(65_280)] {
        assert_eq!(world.ask(NAME, kind), Told::NoData("ec2.internal".into()), "{kind}");
    }
}

#[test]
fn a_name_is_repeated_as_it_was_asked() {
    let world = World::new();
    let message = query("iP-10-0-0-5.Ec2.InTeRnAl", Rtype::A);
    let answer = answer(&world, &message);
    assert_eq!(&answer[12..message.len()], &message[12..], "the letters that a client may compare");
    assert_eq!(read(&answer), addresses(&["10.0.0.5"]));
}

#[test]
fn who_does_not_want_others_to_be_asked_is_told_that_nobody_knows() {
    let world = World::new();
    let mut message = query("www.example.com", Rtype::A);
    message[2] &= !1;
    assert_eq!(read(&answer(&world, &message)), Told::Failed(Rcode::REFUSED));
    let mut message = query(NAME, Rtype::A);
    message[2] &= !1;
    assert_eq!(read(&answer(&world, &message)), addresses(&["10.0.0.5"]), "what is Ringwall's is known");
}

fn with_opt(name: &str, room: u16, version: u8, count: usize) -> Vec<u8> {
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_id(0x1234);
    builder.header_mut().set_rd(true);
    let mut question = builder.question();
    question.push((Name::vec_from_str(name).unwrap(), Rtype::A)).unwrap();
    let mut additional = question.additional();
    for _ in 0..count {
        additional
            .opt(|opt| {
                opt.set_udp_payload_size(room);
                opt.set_version(version);
                Ok(())
            })
            .unwrap();
    }
    additional.finish()
}

#[test]
fn edns_is_answered_in_edns() {
    let world = World::new();
    let told = answer(&world, &with_opt(NAME, 4096, 0, 1));
    let message = Message::from_octets(told.as_slice()).unwrap();
    assert_eq!((message.opt().unwrap().udp_payload_size(), message.opt().unwrap().version()), (1232, 0));
    let plain = answer(&world, &query(NAME, Rtype::A));
    assert!(Message::from_octets(plain.as_slice()).unwrap().opt().is_none(), "to who did not speak it");
    let told = answer(&world, &with_opt(NAME, 4096, 1, 1));
    let message = Message::from_octets(told.as_slice()).unwrap();
    assert_eq!(message.opt_rcode(), OptRcode::BADVERS);
    assert_eq!(message.header_counts().ancount(), 0);
    let told = answer(&world, &with_opt(NAME, 4096, 0, 2));
    assert_eq!(read(&told), Told::Failed(Rcode::FORMERR));
}

#[test]
fn an_answer_that_does_not_fit_says_so_and_is_there_by_tcp() {
    let mut world = World::new();
    let many: Vec<String> = (0..100).map(|number| format!("10.0.3.{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    world.shared.names = vec![record("many.example", &many)];
    for (message, limit) in [
        (query("many.example", Rtype::A), 512),
        (with_opt("many.example", 0, 0, 1), 512),
        (with_opt("many.example", 700, 0, 1), 700),
        (with_opt("many.example", 65_535, 0, 1), 1232),
    ] {
        let told = answer(&world, &message);
        let header = Message::from_octets(told.as_slice()).unwrap();
        assert!(header.header().tc() && told.len() <= limit, "{} of {limit}", told.len());
        assert_eq!(header.header_counts().ancount(), 0, "nothing that a client could take for everything");
        let Reply::Answer(whole) = world.respond(&message, Transport::Tcp) else { panic!("no answer") };
        assert!(!Message::from_octets(whole.as_slice()).unwrap().header().tc());
        assert_eq!(read(&whole), addresses(&many));
    }
}
