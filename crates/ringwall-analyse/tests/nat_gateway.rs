//! What is said of ways through a NAT gateway, to gateway endpoints and to the services of a VPC.

mod place;

use place::{Place, block};
use ringwall_analyse::explain::{Explanation, Way};
use ringwall_analyse::question::End;
use ringwall_analyse::{Question, explain};
use ringwall_model::outcome::{Origin, Verdict};
use ringwall_model::session::Direction::{In, Out};
use ringwall_model::world::{RouteTarget, Traffic};
use ringwall_net::{PortRange, Protocol};

const TABLE_OF_NAT: &str = "route table of the NAT gateway's subnet";
const OUT_OF_NAT: &str = "network ACL, outbound, of the NAT gateway's subnet";
const INTO_NAT: &str = "network ACL, inbound, of the NAT gateway's subnet";

fn ask(place: &Place, from: End, to: &str, protocol: Protocol, port: u16) -> Explanation {
    let to = End::Address(to.parse().expect("an address"));
    let question = Question { from, to, protocol, port, source_port: 40_000, family: None, spoofed: None };
    explain(&place.world, &question).expect("it makes sense")
}

/// The client asks a web server of the internet.
fn to_the_internet(place: &Place) -> Explanation {
    ask(place, End::Interface(place.client, None), "203.0.113.9", Protocol::TCP, 443)
}

fn layers(way: &Way) -> Vec<(&str, bool)> {
    way.layers.iter().map(|layer| (layer.layer.as_str(), layer.passes)).collect()
}

fn text<'a>(way: &'a Way, layer: &str) -> &'a str {
    let found = way.layers.iter().find(|own| own.layer == layer);
    &found.unwrap_or_else(|| panic!("no {layer} in {way:#?}")).text
}

fn stop(way: &Way) -> (&str, &str) {
    let stopped = way.stopped_by.as_ref().expect("it is stopped");
    (&stopped.layer, stopped.reason)
}

fn commands(explanation: &Explanation) -> Vec<&str> {
    let remedy = explanation.remedy.as_ref();
    remedy.into_iter().flat_map(|remedy| &remedy.commands).map(String::as_str).collect()
}

/// PATH-6: three crossings each way, each named, in the order in which they are met.
#[test]
fn every_layer_through_a_nat_gateway_is_named_in_order() {
    let said = to_the_internet(&Place::new());
    assert!(said.reachable, "{said:#?}");
    let there = [
        "source check",
        "security group, outbound",
        "network ACL, outbound",
        "route table",
        INTO_NAT,
        "NAT gateway",
        OUT_OF_NAT,
        TABLE_OF_NAT,
        "internet gateway",
    ];
    assert_eq!(layers(&said.request), there.map(|layer| (layer, true)));
    let back = said.answer.expect("it arrived");
    let backwards = [
        "internet gateway",
        INTO_NAT,
        "NAT gateway",
        OUT_OF_NAT,
        TABLE_OF_NAT,
        "network ACL, inbound",
        "security group, inbound",
    ];
    assert_eq!(layers(&back), backwards.map(|layer| (layer, true)));
}

/// NAT-5: which address the gateway lends is said, and the answer is asked about with the port that was lent.
#[test]
fn the_translation_is_said_and_the_answer_has_the_lent_port() {
    let place = Place::new();
    let said = to_the_internet(&place);
    let Verdict::LeftToInternet { sent } = said.request.outcome.verdict else { panic!("{said:#?}") };
    let (lent, _) = sent.ports.expect("TCP has ports");
    assert_ne!(lent, 40_000);
    assert_eq!(text(&said.request, "NAT gateway"), "translates the source 10.0.1.4 to 10.0.0.13 and a port of its own");
    assert_eq!(said.request.arrives.as_deref(), Some("the internet, from 198.51.100.9"));
    let back = said.answer.expect("it arrived");
    assert_eq!(back.packet, format!("tcp 203.0.113.9:443 > 198.51.100.9:{lent}"));
    assert_eq!(text(&back, "NAT gateway"), "belongs to what 10.0.1.4:40000 began through it");
    assert_eq!(back.outcome.verdict.reason(), None);
}

/// PATH-7: within one subnet no ACL is asked between the two. Nor is anywhere to go then: both have one table.
#[test]
fn beside_the_gateway_no_edge_is_crossed() {
    let mut place = Place::new();
    place.move_client_beside_gateway();
    let said = to_the_internet(&place);
    let acls = layers(&said.request).iter().filter(|(layer, _)| layer.contains("ACL")).count();
    assert_eq!(acls, 0, "{said:#?}");
    assert_eq!(stop(&said.request), (TABLE_OF_NAT, "route-to-sender"));
}

/// C14, PATH-8: the table of the gateway's own subnet decides, and is named.
#[test]
fn a_gateway_without_a_way_to_the_internet_is_told_plainly() {
    let mut place = Place::new();
    place.clear_table_of_gateway();
    let said = to_the_internet(&place);
    assert_eq!(stop(&said.request), (TABLE_OF_NAT, "no-route"));
    let stopped = said.request.stopped_by.as_ref().expect("it is");
    assert_eq!(stopped.rule, Some(place.public_table.to_string()));
    assert_eq!(stopped.see, Some(format!("aws ec2 describe-route-tables --route-table-ids {}", place.public_table)));
    assert!(stopped.text.contains(&place.gateway.to_string()), "{}", stopped.text);
    assert_eq!(
        commands(&said),
        [format!(
            "aws ec2 create-route --route-table-id {} --destination-cidr-block 0.0.0.0/0 --gateway-id {}",
            place.public_table, place.internet_gateway
        )]
    );
}

/// C14: gateway and client in subnets of one table, which leads back to the gateway.
#[test]
fn a_gateway_whose_table_leads_to_itself_needs_one_of_its_own() {
    let mut place = Place::new();
    place.share_table();
    let said = to_the_internet(&place);
    assert_eq!(stop(&said.request), (TABLE_OF_NAT, "route-to-sender"));
    let text = &said.request.stopped_by.as_ref().expect("it is").text;
    assert!(text.contains("needs a table of its own, with a route to an internet gateway"), "{text}");
    assert!(said.remedy.is_none());
}

/// NAT-5: a private one stops at its private address, with which nothing leaves (IGW-4).
#[test]
fn a_private_gateway_is_called_private() {
    let mut place = Place::new();
    place.take_public_address();
    let said = to_the_internet(&place);
    assert_eq!(stop(&said.request), ("internet gateway", "source-without-public-address"));
    let stopped = said.request.stopped_by.as_ref().expect("it is");
    let gateway = place.gateway;
    assert!(
        stopped.text.ends_with(&format!("{gateway} is private, 10.0.0.13 has no Elastic IP address")),
        "{}",
        stopped.text
    );
    assert_eq!(stopped.see, Some(format!("aws ec2 describe-nat-gateways --nat-gateway-ids {gateway}")));
    assert!(said.remedy.is_none());
}

/// PATH-6: each of the six crossings can stop it, is named as it is, and an entry of its own ACL is what opens it.
#[test]
fn each_crossing_has_its_own_entry() {
    let place = Place::new();
    let (client, public) = (place.private_acl, place.public_acl);
    let crossings = [
        (client, Out, "203.0.113.9/32", false, "network ACL, outbound"),
        (public, In, "10.0.1.4/32", false, INTO_NAT),
        (public, Out, "203.0.113.9/32", false, OUT_OF_NAT),
        (public, In, "203.0.113.9/32", true, INTO_NAT),
        (public, Out, "10.0.1.4/32", true, OUT_OF_NAT),
        (client, In, "203.0.113.9/32", true, "network ACL, inbound"),
    ];
    for (acl, direction, remote, is_answer, layer) in crossings {
        let mut place = Place::new();
        place.deny(acl, direction, 50, block(remote));
        let said = to_the_internet(&place);
        let way = if is_answer { said.answer.as_ref().expect("the packet arrived") } else { &said.request };
        assert_eq!(stop(way).0, layer, "{acl} {direction:?}");
        assert_eq!(way.stopped_by.as_ref().expect("it is").rule, Some(format!("{acl}/50")));
        let side = if direction == In { "--ingress" } else { "--egress" };
        let ports = if is_answer { "From=1024,To=65535" } else { "From=443,To=443" };
        assert_eq!(
            commands(&said),
            [format!(
                "aws ec2 create-network-acl-entry --network-acl-id {acl} {side} --rule-number 49 --rule-action allow \
                 --protocol 6 --port-range {ports} --cidr-block {remote}"
            )]
        );
    }
}

/// What both legs refuse is told apart: the ACL of the client's subnet decides, and the gateway's is named behind it.
#[test]
fn refusals_before_and_after_the_gateway_are_told_apart() {
    let mut place = Place::new();
    place.deny(place.private_acl, Out, 50, block("203.0.113.9/32"));
    place.deny(place.public_acl, Out, 60, block("203.0.113.9/32"));
    let said = to_the_internet(&place);
    assert_eq!(stop(&said.request), ("network ACL, outbound", "network-acl-out"));
    let also: Vec<_> =
        said.request.also_stopped_by.iter().map(|also| (also.layer.as_str(), also.rule.clone())).collect();
    assert_eq!(also, [(OUT_OF_NAT, Some(format!("{}/60", place.public_acl)))]);
    assert_eq!(commands(&said).len(), 2);
}

/// A private subnet whose table leads nowhere: the NAT gateway that is there is the way, not the internet gateway.
#[test]
fn a_private_subnet_is_sent_to_the_nat_gateway() {
    let mut place = Place::new();
    place.clear_table_of_client();
    let nat = format!(
        "aws ec2 create-route --route-table-id {} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id {}",
        place.private_table, place.gateway
    );
    assert_eq!(commands(&to_the_internet(&place)), [nat]);
    place.give_client_public_address();
    let igw = format!(
        "aws ec2 create-route --route-table-id {} --destination-cidr-block 0.0.0.0/0 --gateway-id {}",
        place.private_table, place.internet_gateway
    );
    assert_eq!(commands(&to_the_internet(&place)), [igw]);
}

/// NAT-26: what a deleted gateway leaves behind is a blackhole, which leads to the next gateway when it is replaced.
#[test]
fn a_blackhole_is_replaced() {
    let mut place = Place::new();
    place.route_client(RouteTarget::Blackhole);
    let said = to_the_internet(&place);
    assert_eq!(stop(&said.request), ("route table", "blackhole-route"));
    assert_eq!(
        commands(&said),
        [format!(
            "aws ec2 replace-route --route-table-id {} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id {}",
            place.private_table, place.gateway
        )]
    );
}

/// C13, NAT-12: nothing begins outside, and nothing would change that.
#[test]
fn what_begins_outside_is_explained() {
    let place = Place::new();
    let said = ask(&place, End::Internet(None), "198.51.100.9", Protocol::TCP, 443);
    assert_eq!(layers(&said.request), [("internet gateway", true), (INTO_NAT, true), ("NAT gateway", false)]);
    let stopped = said.request.stopped_by.as_ref().expect("it is");
    assert_eq!((stopped.reason, stopped.rule.clone()), ("no-nat-mapping", Some(place.gateway.to_string())));
    assert!(stopped.text.contains("no rule could admit it"), "{}", stopped.text);
    assert!(said.remedy.is_none() && said.answer.is_none());
    let ping = ask(&place, End::Internet(None), "198.51.100.9", Protocol::ICMP, 0);
    assert_eq!(stop(&ping.request).1, "no-nat-mapping");
}

/// A ping goes through with an identifier that is lent (NAT-4), and protocols that are not carried are named.
#[test]
fn pings_pass_and_tunnels_do_not() {
    let place = Place::new();
    let ping = ask(&place, End::Interface(place.client, None), "203.0.113.9", Protocol::ICMP, 0);
    assert!(ping.reachable, "{ping:#?}");
    assert!(text(&ping.request, "NAT gateway").ends_with("and an identifier of its own"));
    let tunnel = ask(&place, End::Interface(place.client, None), "203.0.113.9", Protocol(50), 0);
    assert_eq!(stop(&tunnel.request), ("NAT gateway", "nat-gateway-protocol"));
}

/// NAT-36: the callee sees the gateway's Elastic IP address, and that is what a rule must name.
#[test]
fn a_hairpin_is_opened_by_the_elastic_address() {
    let mut place = Place::new();
    let web = place.add_web();
    let said = ask(&place, End::Interface(place.client, None), "198.51.100.20", Protocol::TCP, 80);
    assert_eq!(stop(&said.request), ("security group, inbound", "security-group-in"));
    let [command] = commands(&said)[..] else { panic!("{said:#?}") };
    assert!(command.contains(r#""IpRanges":[{"CidrIp":"198.51.100.9/32"}]"#), "{command}");
    place.open(web, Traffic::Ports { protocol: Protocol::TCP, ports: PortRange::single(80) }, block("198.51.100.9/32"));
    let said = ask(&place, End::Interface(place.client, None), "198.51.100.20", Protocol::TCP, 80);
    assert!(said.reachable, "{said:#?}");
    let back = said.answer.expect("it arrived");
    assert_eq!(text(&back, "NAT gateway"), "belongs to what 10.0.1.4:40000 began through it");
}

/// Nobody sends from a NAT gateway's own interface.
#[test]
fn a_gateways_interface_is_no_sender() {
    let place = Place::new();
    let from = End::Interface(place.gateway_interface, None);
    let to = End::Address("203.0.113.9".parse().expect("an address"));
    let question =
        Question { from, to, protocol: Protocol::TCP, port: 443, source_port: 40_000, family: None, spoofed: None };
    let error = explain(&place.world, &question).expect_err("nobody is there");
    assert!(error.to_string().contains("is a NAT gateway's"), "{error}");
}

/// DNS-4: no group and no ACL filters the VPC's own services, however closed they are.
#[test]
fn the_resolver_is_asked_past_all_rules() {
    let mut place = Place::new();
    place.close_everything();
    for resolver in ["169.254.169.253", "10.0.0.2"] {
        let said = ask(&place, End::Interface(place.client, None), resolver, Protocol::UDP, 53);
        assert!(said.reachable, "{said:#?}");
        assert_eq!(layers(&said.request), [("source check", true), ("link-local services", true)]);
        assert!(
            text(&said.request, "link-local services").starts_with("no security group, no ACL and no route is asked")
        );
        assert_eq!(said.request.arrives, Some(format!("the resolver of the VPC, as {resolver} from 10.0.1.4")));
        let back = said.answer.expect("it arrived");
        assert_eq!(back.origin, Origin::Services(place.vpc));
        assert_eq!(layers(&back), [("link-local services", true)]);
    }
}

/// DNS-5: without DNS support there is none at either address.
#[test]
fn without_dns_support_there_is_no_resolver() {
    let mut place = Place::new();
    place.remove_resolver();
    let said = ask(&place, End::Interface(place.client, None), "169.254.169.253", Protocol::UDP, 53);
    assert_eq!(stop(&said.request), ("route table", "never-routed"));
    let said = ask(&place, End::Interface(place.client, None), "10.0.0.2", Protocol::UDP, 53);
    assert_eq!(stop(&said.request), ("route table", "no-such-address"));
}

/// GWE-6, GWE-10: the endpoint's route wins over the NAT gateway's, and the answer comes back by it.
#[test]
fn an_endpoint_takes_what_its_list_names() {
    let mut place = Place::new();
    let endpoint = place.add_endpoint();
    let said = ask(&place, End::Interface(place.client, None), "52.219.0.10", Protocol::TCP, 443);
    assert!(said.reachable, "{said:#?}");
    assert_eq!(
        text(&said.request, "gateway endpoint"),
        "leads to the service past the internet, from the private address"
    );
    let arrives = format!("the service behind {endpoint}, as 52.219.0.10 from 10.0.1.4");
    assert_eq!(said.request.arrives, Some(arrives));
    let back = said.answer.expect("it arrived");
    assert_eq!(back.layers[0].rule, Some(endpoint.to_string()));
    // GWE-16
    let question = ask(&place, End::Interface(place.client, None), "52.219.0.10", Protocol::UDP, 443);
    assert_eq!(stop(&question.request), ("gateway endpoint", "gateway-endpoint-protocol"));
    let see = question.request.stopped_by.as_ref().and_then(|stopped| stopped.see.clone());
    assert_eq!(see, Some(format!("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {endpoint}")));
    // the NAT gateway's way is still the one to everybody else
    assert!(to_the_internet(&place).request.outcome.through.is_some());
}
