//! The worker, on real sockets.

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use ringwall_model::services::{METADATA_V4, METADATA_V6, RESOLVER_V4, RESOLVER_V6, ServicesConfiguration};
use support::{
    OTHER, OWN, RESOLVER, Stage, across_a_link, ask, configuration, connect, http, in_a_namespace, outcome, question,
    serve, vpc,
};

const A: u16 = 1;
const NAME: &str = "ip-10-0-0-9.ec2.internal";

#[test]
fn a_name_is_answered_at_each_address_of_the_resolver() {
    in_a_namespace(|| {
        let stage = Stage::new();
        serve(&mut stage.client(), &configuration(1));
        let query = question(0x1234, NAME, A);
        for resolver in [RESOLVER, RESOLVER_V4] {
            let answer = ask(OWN, resolver, &query).expect("DNS-1: an answer");
            assert_eq!((&answer[..2], outcome(&answer)), (&[0x12, 0x34][..], (0, [10, 0, 0, 9])), "{resolver}");
        }
        let source: Ipv6Addr = "2001:db8::5".parse().unwrap();
        assert_eq!(outcome(&ask(source, RESOLVER_V6, &query).expect("DNS-1: an answer")), (0, [10, 0, 0, 9]));
        let mut stream = connect(OWN, RESOLVER, 53);
        for _ in 0..2 {
            stream.write_all(&[&(query.len() as u16).to_be_bytes()[..], &query].concat()).unwrap();
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut answer = vec![0; u16::from_be_bytes(length).into()];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(outcome(&answer), (0, [10, 0, 0, 9]), "by TCP, again and again");
        }
    });
}

#[test]
fn questions_and_answers_cross_a_link() {
    let stage = Stage::new();
    let mut client = stage.client();
    across_a_link(
        move || serve(&mut client, &configuration(1)),
        || {
            for resolver in [RESOLVER, RESOLVER_V4] {
                let answer =
                    ask(OWN, resolver, &question(1, NAME, A)).expect("an answer from the address that was asked");
                assert_eq!(outcome(&answer), (0, [10, 0, 0, 9]), "{resolver}");
            }
            assert_eq!(outcome(&ask_by_tcp(NAME)), (0, [10, 0, 0, 9]));
            let get = "GET /latest/meta-data/local-ipv4 HTTP/1.1\r\nHost: x";
            assert!(http(&mut connect(OWN, METADATA_V4, 80), get).ends_with("10.0.0.5"));
        },
    );
}

#[test]
fn what_is_no_question_is_not_answered_and_hurts_nobody() {
    in_a_namespace(|| {
        let stage = Stage::new();
        serve(&mut stage.client(), &configuration(1));
        let socket = support::socket(OWN);
        for bytes in [&[][..], &[0; 11], &[0xff; 12], &[0xff; 1500], &[0; 4000]] {
            socket.send_to(bytes, (RESOLVER, 53)).unwrap();
            let _ = connect(OWN, RESOLVER, 53).write_all(bytes);
            let _ = connect(OWN, METADATA_V4, 80).write_all(bytes);
        }
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some());
    });
}

#[test]
fn a_change_holds_when_it_was_taken() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut client = stage.client();
        let mut wanted = configuration(1);
        serve(&mut client, &wanted);
        for revision in 2..50 {
            let on = revision % 2 == 0;
            wanted.revision = revision;
            wanted.vpcs.get_mut(&vpc()).unwrap().dns_hostnames = !on;
            client.configure(&wanted, &support::KEY).unwrap();
            let answer = ask(OWN, RESOLVER, &question(1, NAME, A)).expect("an answer");
            assert_eq!(answer[3] & 15, if on { 3 } else { 0 }, "DNS-7: revision {revision}");
        }
        let greeting = stage_greeting(&stage, client);
        assert_eq!(greeting.revision, 49);
    });
}

/// What the worker says to the next control plane.
fn stage_greeting(stage: &Stage, client: ringwall_services::Client) -> ringwall_services::Greeting {
    drop(client);
    stage.client().greeting().clone()
}

#[test]
fn a_resolver_that_is_switched_off_says_nothing() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut wanted = configuration(1);
        wanted.vpcs.get_mut(&vpc()).unwrap().dns_support = false;
        serve(&mut stage.client(), &wanted);
        let socket = support::socket(OWN);
        socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        socket.send_to(&question(1, NAME, A), (RESOLVER, 53)).unwrap();
        assert!(socket.recv(&mut [0; 512]).is_err(), "DNS-5");
        let answer = http(&mut connect(OWN, METADATA_V4, 80), "GET /latest/meta-data/local-ipv4 HTTP/1.1\r\nHost: x");
        assert!(answer.starts_with("HTTP/1.1 200"), "metadata is another matter: {answer}");
    });
}

#[test]
fn the_worker_answers_without_a_control_plane_and_is_found_by_the_next() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut client = stage.client();
        serve(&mut client, &configuration(7));
        drop(client);
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some(), "C02");
        let mut next = stage.client();
        let greeting = next.greeting().clone();
        assert_eq!((greeting.revision, greeting.sockets, greeting.pid), (7, [(vpc(), (0, 1))].into(), stage.pid()));
        next.configure(&ServicesConfiguration { revision: 8, ..configuration(8) }, &support::KEY).unwrap();
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some());
    });
}

#[test]
fn the_next_control_plane_takes_the_place_of_one_that_does_not_go() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut first = stage.client();
        serve(&mut first, &configuration(1));
        let mut second = stage.client();
        second.configure(&configuration(2), &support::KEY).unwrap();
        assert!(first.configure(&configuration(3), &support::KEY).is_err());
        assert_eq!(stage.client().greeting().revision, 2);
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some());
    });
}

#[test]
fn after_a_worker_was_killed_the_next_one_takes_its_tokens() {
    in_a_namespace(|| {
        let mut stage = Stage::new();
        serve(&mut stage.client(), &configuration(1));
        let token = token(OWN);
        stage.replace();
        serve(&mut stage.client(), &configuration(1));
        let get = format!("GET /latest/meta-data/ HTTP/1.1\r\nHost: x\r\nX-aws-ec2-metadata-token: {token}");
        let answer = http(&mut connect(OWN, METADATA_V4, 80), &get);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some());
    });
}

#[test]
fn the_worker_is_nobody() {
    in_a_namespace(|| {
        let stage = Stage::new();
        serve(&mut stage.client(), &configuration(1));
        let status = std::fs::read_to_string(format!("/proc/{}/status", stage.pid())).unwrap();
        for line in ["Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534", "Groups:\t \n"] {
            assert!(status.contains(line), "{status}");
        }
        for line in ["CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"] {
            assert!(status.contains(line), "{status}");
        }
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", stage.pid())).unwrap();
        let open = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
        let soft: u64 = open.split_ascii_whitespace().nth(3).unwrap().parse().unwrap();
        assert_eq!(soft, 16_384, "room for the sockets of many VPCs");
    });
}

#[test]
fn a_vpc_that_is_gone_is_not_served() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut client = stage.client();
        serve(&mut client, &configuration(1));
        let gone = ServicesConfiguration { revision: 2, vpcs: Default::default(), ..configuration(2) };
        client.configure(&gone, &support::KEY).unwrap();
        let socket = support::socket(OWN);
        socket.connect((RESOLVER, 53)).unwrap();
        socket.send(&question(1, NAME, A)).unwrap();
        assert!(socket.recv(&mut [0; 512]).is_err());
        assert!(client.greeting().sockets.is_empty());
        serve(&mut client, &configuration(3));
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some(), "its addresses are free again");
    });
}

/// A token, as an instance gets it.
fn token(source: Ipv4Addr) -> String {
    let put = "PUT /latest/api/token HTTP/1.1\r\nHost: x\r\nX-aws-ec2-metadata-token-ttl-seconds: 60";
    let answer = http(&mut connect(source, METADATA_V4, 80), put);
    let (head, token) = answer.split_once("\r\n\r\n").expect("an answer");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    token.to_owned()
}

#[test]
fn metadata_is_for_the_instance_that_asks() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut client = stage.client();
        let mut wanted = configuration(1);
        serve(&mut client, &wanted);
        let get = "GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: x";
        let answer = http(&mut connect(OWN, METADATA_V4, 80), get);
        assert!(answer.ends_with("\r\n\r\ni-0123456789abcdef0") && answer.contains("server: EC2ws"), "{answer}");
        assert_eq!(http(&mut connect(OTHER, METADATA_V4, 80), get), "", "nobody has this address");
        let source: Ipv6Addr = "2001:db8::5".parse().unwrap();
        assert_eq!(http(&mut connect(source, METADATA_V6, 80), get), "", "DNS-17: IPv6 has to be asked for");
        for instance in wanted.vpcs.get_mut(&vpc()).unwrap().instances.values_mut() {
            (instance.options.ipv6, instance.options.tokens_required) = (true, true);
        }
        client.configure(&wanted, &support::KEY).unwrap();
        let with_token = format!("{get}\r\nX-aws-ec2-metadata-token: {}", token(OWN));
        assert!(http(&mut connect(source, METADATA_V6, 80), &with_token).ends_with("\r\ni-0123456789abcdef0"));
        assert!(http(&mut connect(OWN, METADATA_V4, 80), get).starts_with("HTTP/1.1 401"));
    });
}

#[test]
fn other_names_are_asked_of_the_hosts_resolver_by_the_host() {
    let upstream = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = upstream.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut room = [0; 512];
        while let Ok((length, from)) = upstream.recv_from(&mut room) {
            let mut answer = room[..length].to_vec();
            (answer[2], answer[3]) = (0x81, 0x80);
            // Somebody who does not know the id comes first.
            let mut wrong = answer.clone();
            wrong[1] ^= 1;
            upstream.send_to(&wrong, from).unwrap();
            answer[7] = 1;
            answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1]);
            upstream.send_to(&answer, from).unwrap();
        }
    });
    // In the namespace of the host, as the daemon starts it.
    let stage = Stage::new();
    in_a_namespace(move || {
        let mut client = stage.client();
        let mut wanted = configuration(1);
        wanted.shared.resolvers = vec![address];
        serve(&mut client, &wanted);
        for id in [0, 1, 0xffff_u16] {
            let answer = ask(OWN, RESOLVER, &question(id, "WWW.example.com", A)).expect("DNS-2: an answer");
            assert_eq!((&answer[..2], outcome(&answer)), (&id.to_be_bytes()[..], (0, [192, 0, 2, 1])));
        }
        let inside = ask(OWN, RESOLVER, &question(1, "nobody.ec2.internal", A)).expect("an answer");
        assert_eq!(inside[3] & 15, 3, "what is Ringwall's is asked of nobody");
        wanted.shared.resolvers.clear();
        client.configure(&wanted, &support::KEY).unwrap();
        let refused = ask(OWN, RESOLVER, &question(1, "www.example.com", A)).expect("an answer");
        assert_eq!(refused[3] & 15, 5, "by configuration nobody is asked");
    });
}

/// Asks for a name by TCP.
fn ask_by_tcp(name: &str) -> Vec<u8> {
    let (mut stream, query) = (connect(OWN, RESOLVER, 53), question(0x1234, name, A));
    stream.write_all(&[&(query.len() as u16).to_be_bytes()[..], &query].concat()).unwrap();
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut answer = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut answer).unwrap();
    answer
}

#[test]
fn an_answer_that_is_too_long_for_a_packet_is_fetched_by_tcp_for_who_asks_by_tcp() {
    let stream = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = stream.local_addr().unwrap();
    let packets = UdpSocket::bind(address).unwrap();
    std::thread::spawn(move || {
        let mut room = [0; 512];
        while let Ok((length, from)) = packets.recv_from(&mut room) {
            (room[2], room[3]) = (0x83, 0x80);
            packets.send_to(&room[..length], from).unwrap();
        }
    });
    std::thread::spawn(move || {
        for mut stream in stream.incoming().flatten() {
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut message = vec![0; u16::from_be_bytes(length).into()];
            stream.read_exact(&mut message).unwrap();
            (message[2], message[3], message[6], message[7]) = (0x81, 0x80, 0, 100);
            for number in 0..100 {
                message.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, number]);
            }
            stream.write_all(&[&(message.len() as u16).to_be_bytes()[..], &message].concat()).unwrap();
        }
    });
    let stage = Stage::new();
    in_a_namespace(move || {
        let mut wanted = configuration(1);
        wanted.shared.resolvers = vec![address];
        serve(&mut stage.client(), &wanted);
        let short = ask(OWN, RESOLVER, &question(1, "many.example", A)).expect("an answer");
        assert_eq!((short[2] & 2, short[7]), (2, 0), "by UDP it is told to ask by TCP");
        let long = ask_by_tcp("many.example");
        assert_eq!((&long[..2], outcome(&long), long[7]), (&[0x12, 0x34][..], (0, [192, 0, 2, 99]), 100));
    });
}

#[test]
fn when_no_resolver_answers_that_is_the_answer_and_nobody_else_waits() {
    // Nobody listens at the first; the second says nothing.
    let gone = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let stage = Stage::new();
    in_a_namespace(move || {
        let mut wanted = configuration(1);
        wanted.shared.resolvers = vec![gone, silent.local_addr().unwrap()];
        serve(&mut stage.client(), &wanted);
        let waiting = std::time::Instant::now();
        let asking = support::socket(OWN);
        asking.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        for number in 0..300 {
            asking.send_to(&question(number, "www.example.com", A), (RESOLVER, 53)).unwrap();
        }
        assert!(ask(OWN, RESOLVER, &question(1, NAME, A)).is_some(), "other questions are answered meanwhile");
        assert!(waiting.elapsed() < Duration::from_secs(1));
        let mut room = [0; 512];
        for count in 0..300 {
            let length = asking.recv(&mut room).unwrap_or_else(|error| panic!("answer {count}: {error}"));
            assert_eq!(room[..length][3] & 15, 2);
        }
        assert!(waiting.elapsed() >= Duration::from_secs(3), "most of them waited for the second resolver, twice");
    });
}

#[test]
fn the_answer_to_a_put_lives_as_many_hops_as_the_instance_wants_and_no_other() {
    in_a_namespace(|| {
        let stage = Stage::new();
        let mut client = stage.client();
        let mut wanted = configuration(1);
        serve(&mut client, &wanted);
        for limit in [1, 3] {
            for instance in wanted.vpcs.get_mut(&vpc()).unwrap().instances.values_mut() {
                instance.options.hop_limit = limit;
            }
            client.configure(&wanted, &support::KEY).unwrap();
            let watch = support::watch_packets();
            let put = "PUT /latest/api/token HTTP/1.1\r\nHost: x\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\n";
            let get = "GET /latest/meta-data/ HTTP/1.1\r\nHost: x\r\n\r\n";
            let mut stream = connect(OWN, METADATA_V4, 80);
            for request in [get, put, get] {
                stream.write_all(request.as_bytes()).unwrap();
                assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            }
            assert_eq!(support::hops(&watch, 80), [64, limit, 64], "DNS-17");
        }
    });
}
