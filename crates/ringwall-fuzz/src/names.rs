//! Questions for names: whatever the message is, it is answered by a message that fits, asked elsewhere by a message that is
//! one, or not answered at all; and an answer is never answered.

use std::sync::OnceLock;

use ringwall_model::resource::traffic::Text;
use ringwall_model::services::{NameRecord, SharedServices, VpcServices};
use ringwall_names::upstream::Returned;
use ringwall_names::{Reply, SharedZones, Transport, Zones, respond};

/// Bytes of an answer by UDP at most.
const UDP_SIZE: usize = 1232;

/// Answers a message, and takes it for what another resolver says to a question.
pub fn names(data: &[u8]) -> bool {
    let (zones, shared) = world();
    let udp = respond(data, Transport::Udp, zones, shared, data.len());
    let tcp = respond(data, Transport::Tcp, zones, shared, data.len());
    assert_eq!(std::mem::discriminant(&udp), std::mem::discriminant(&tcp), "both ways know the same");
    match &udp {
        Reply::Silence => {}
        Reply::Answer(answer) => {
            assert!(answer.len() <= UDP_SIZE && answer[..2] == data[..2] && answer[2] & 0x80 != 0);
            assert_eq!(respond(answer, Transport::Udp, zones, shared, 0), Reply::Silence, "an answer is no question");
        }
        Reply::Forward(asked) => {
            let sent = asked.query(7);
            assert!(sent.len() <= UDP_SIZE && asked.take(7, data) == Returned::Foreign || data[..2] == [0, 7]);
            let mut returned = sent;
            returned[2] |= 0x80;
            assert!(matches!(asked.take(7, &returned), Returned::Answer(_)), "its own question, answered");
            assert_eq!(asked.take(8, &returned), Returned::Foreign, "another id");
        }
    }
    if let (Reply::Answer(udp), Reply::Answer(tcp)) = (&udp, &tcp) {
        assert!(udp.len() <= tcp.len(), "what does not fit is left out");
    }
    !matches!(udp, Reply::Silence)
}

fn world() -> &'static (Zones, SharedZones) {
    static WORLD: OnceLock<(Zones, SharedZones)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let address = |number: u8| std::net::IpAddr::from([10, 0, 1, number]);
        let record =
            |name: &str, count| NameRecord { name: name.to_owned(), addresses: (0..count).map(address).collect() };
        let public = "198.51.100.7".parse().expect("an address");
        let vpc = VpcServices {
            region: "us-east-1".to_owned(),
            ipv4: vec![Text("10.0.0.0/16".parse().expect("a block"))],
            ipv6: vec![Text("2001:db8::/56".parse().expect("a block"))],
            dns_support: true,
            dns_hostnames: true,
            names: vec![record("ec2.us-east-1.amazonaws.com", 2), record("many.example", 200)],
            public: [(public, "10.0.0.5".parse().expect("an address"))].into(),
            ..VpcServices::default()
        };
        let shared = SharedServices {
            names: vec![record("*.s3.us-east-1.amazonaws.com", 1)],
            public_names: [(public, "us-east-1".to_owned())].into(),
            ..SharedServices::default()
        };
        (Zones::new(&vpc), SharedZones::new(&shared))
    })
}
