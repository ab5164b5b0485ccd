//! What is asked elsewhere, and what of the answers is believed.

use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::{Message, MessageBuilder, Name, Ttl};
use domain::rdata::A;

use super::{World, addresses, query, read};
use crate::upstream::{Asked, Returned};
use crate::{Reply, Transport};

fn asked(message: &[u8], transport: Transport) -> Asked {
    match World::new().respond(message, transport) {
        Reply::Forward(asked) => *asked,
        other => panic!("{other:?}"),
    }
}

/// What a resolver answers to a question: as many addresses.
fn response(query: &[u8], count: usize) -> Vec<u8> {
    let query = Message::from_octets(query).unwrap();
    let mut answer = MessageBuilder::new_vec().start_answer(&query, Rcode::NOERROR).unwrap();
    answer.header_mut().set_ra(true);
    for number in 0..count {
        let owner = query.sole_question().unwrap();
        let address = A::from_octets(192, 0, 2, number as u8);
        answer.push((owner.qname(), Class::IN, Ttl::from_secs(60), address)).unwrap();
    }
    answer.finish()
}

#[test]
fn a_question_is_asked_anew_and_its_answer_handed_on() {
    let asked = asked(&query("wWw.Example.com", Rtype::A), Transport::Udp);
    let sent = asked.query(0xabcd);
    let question = Message::from_octets(sent.as_slice()).unwrap();
    assert!(question.header().rd() && question.header().id() == 0xabcd && question.opt().is_none());
    let Returned::Answer(answer) = asked.take(0xabcd, &response(&sent, 1)) else { panic!("not believed") };
    assert_eq!(read(&answer), addresses(&["192.0.2.0"]));
}

#[test]
fn an_answer_to_another_question_is_not_believed() {
    let asked = asked(&query("wWw.Example.com", Rtype::A), Transport::Udp);
    let good = response(&asked.query(0xabcd), 1);
    assert_eq!(asked.take(0xabce, &good), Returned::Foreign, "another id");
    assert_eq!(asked.take(0xabcd, &asked.query(0xabcd)), Returned::Foreign, "no answer at all");
    assert_eq!(asked.take(0xabcd, &good[..11]), Returned::Foreign);
    for (name, kind, class) in [
        ("www.Example.com", Rtype::A, Class::IN),
        ("wWw.Example.org", Rtype::A, Class::IN),
        ("wWw.Example.com", Rtype::AAAA, Class::IN),
        ("wWw.Example.com", Rtype::A, Class::CH),
    ] {
        let mut other = MessageBuilder::new_vec().question();
        other.header_mut().set_id(0xabcd);
        other.push((Name::vec_from_str(name).unwrap(), kind, class)).unwrap();
        assert_eq!(asked.take(0xabcd, &response(&other.finish(), 1)), Returned::Foreign, "{name} {kind} {class}");
    }
}

#[test]
fn an_answer_that_does_not_fit_is_cut_for_the_client() {
    let by_udp = asked(&query("www.example.com", Rtype::A), Transport::Udp);
    let by_tcp = asked(&query("www.example.com", Rtype::A), Transport::Tcp);
    let long = response(&by_udp.query(1), 60);
    assert!(long.len() > 512 && by_tcp.is_by_tcp() && !by_udp.is_by_tcp());
    let Returned::Answer(cut) = by_udp.take(1, &long) else { panic!("not believed") };
    assert!(Message::from_octets(cut.as_slice()).unwrap().header().tc() && cut.len() <= 512);
    let Returned::Answer(whole) = by_tcp.take(1, &long) else { panic!("not believed") };
    assert_eq!(whole.len(), long.len());
    let mut truncated = long;
    truncated[2] |= 2;
    assert_eq!(by_tcp.take(1, &truncated), Returned::Truncated);
}

#[test]
fn who_gets_no_answer_is_told_so() {
    let asked = asked(&query("www.example.com", Rtype::A), Transport::Udp);
    assert_eq!(read(&asked.failure()), super::Told::Failed(Rcode::SERVFAIL));
    assert_eq!(read(&asked.refusal()), super::Told::Failed(Rcode::REFUSED));
}
