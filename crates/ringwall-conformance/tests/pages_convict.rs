//! Vigilance: each worked example convicts an engine that gets wrong what the page is about.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use ringwall_conformance::engine::{Engine, Specification};
use ringwall_conformance::page::Page;
use ringwall_model::outcome::{Origin, Outcome};
use ringwall_model::world::{AclEntry, RouteTarget, Traffic, World};
use ringwall_net::{Family, Prefix};

type Distort = fn(&mut World);

/// The specification, shown another world than the page's, or made to forget.
struct Wrong {
    inner: Specification,
    world: World,
    distort: Distort,
    forgets: bool,
}

impl Engine for Wrong {
    fn name(&self) -> &'static str {
        "the wrong one"
    }

    fn publish(&mut self, world: &World) {
        self.world = world.clone();
        (self.distort)(&mut self.world);
        self.inner.publish(&self.world);
    }

    fn judge(&mut self, origin: Origin, bytes: &[u8], now: u32) -> Outcome {
        if self.forgets {
            self.inner = Specification::default();
            self.inner.publish(&self.world);
        }
        self.inner.judge(origin, bytes, now)
    }
}

fn every_acl_is_open(world: &mut World) {
    for acl in world.network_acls.values_mut().map(Arc::make_mut) {
        let entry = |family| AclEntry { number: 100, allow: true, prefix: Prefix::all(family), traffic: Traffic::All };
        acl.ingress = Family::ALL.map(entry).to_vec();
        acl.egress = acl.ingress.clone();
    }
}

fn nobody_checks(world: &mut World) {
    world.interfaces.values_mut().for_each(|interface| interface.source_dest_check = false);
}

fn one_group_alone_counts(world: &mut World) {
    for interface in world.interfaces.values_mut() {
        let first: BTreeSet<_> = interface.groups.iter().take(1).copied().collect();
        interface.groups = Arc::new(first);
    }
}

fn short_prefixes_alone_are_routes(world: &mut World) {
    for table in world.route_tables.values_mut().map(Arc::make_mut) {
        table.routes.retain(|route| match route.destination {
            ringwall_model::world::RouteDestination::Prefix(prefix) => prefix.length() <= 16,
            ringwall_model::world::RouteDestination::PrefixList(_) => true,
        });
    }
}

fn nobody_is_public(world: &mut World) {
    world.interfaces.values_mut().flat_map(|interface| &mut interface.ipv4).for_each(|own| own.public = None);
}

fn hardware_addresses_differ(world: &mut World) {
    world.interfaces.values_mut().for_each(|interface| interface.mac.0[4] += 1);
}

fn nat_gateways_serve_without_limit(world: &mut World) {
    world.nat_gateways.values_mut().for_each(|gateway| gateway.connection_limit = 55_000);
}

fn nat_gateways_are_routed_past(world: &mut World) {
    lead_past(world, |target| matches!(target, RouteTarget::NatGateway(_)));
}

fn endpoints_are_routed_past(world: &mut World) {
    lead_past(world, |target| matches!(target, RouteTarget::GatewayEndpoint(_)));
}

/// Routes to what is meant lead to the internet gateway.
fn lead_past(world: &mut World, is_meant: fn(RouteTarget) -> bool) {
    let Some(gateway) = world.vpcs.values().find_map(|vpc| vpc.internet_gateway) else { return };
    for table in world.route_tables.values_mut().map(Arc::make_mut) {
        let meant = table.routes.iter_mut().filter(|route| is_meant(route.target));
        meant.for_each(|route| route.target = RouteTarget::InternetGateway(gateway));
    }
}

fn there_is_no_resolver(world: &mut World) {
    world.vpcs.values_mut().for_each(|vpc| vpc.resolver = None);
}

fn every_vpc_has_a_resolver(world: &mut World) {
    world.vpcs.values_mut().for_each(|vpc| vpc.resolver = Some([10, 0, 0, 2].into()));
}

fn nothing(_: &mut World) {}

/// The page, and the engine that it convicts: what is done to the world, and whether it forgets every session.
const WRONGS: &[(&str, Distort, bool)] = &[
    ("packet/journey.md", every_acl_is_open, false),
    ("packet/frame.md", hardware_addresses_differ, false),
    ("packet/fragment.md", nothing, true),
    ("packet/path_mtu.md", every_acl_is_open, false),
    ("packet/eni/session.md", nothing, true),
    ("packet/eni/source_check.md", nobody_checks, false),
    ("packet/eni/security_group.md", one_group_alone_counts, false),
    ("packet/subnet/network_acl.md", every_acl_is_open, false),
    ("packet/subnet/route_table.md", short_prefixes_alone_are_routes, false),
    ("packet/edge/internet_gateway.md", nobody_is_public, false),
    ("packet/edge/egress_only_internet_gateway.md", nothing, true),
    ("packet/edge/nat_gateway.md", nothing, true),
    ("packet/edge/nat_gateway.md", every_acl_is_open, false),
    ("packet/edge/nat_gateway.md", nat_gateways_serve_without_limit, false),
    ("packet/edge/nat_gateway.md", nat_gateways_are_routed_past, false),
    ("packet/edge/gateway_endpoint.md", endpoints_are_routed_past, false),
    ("packet/edge/gateway_endpoint.md", every_acl_is_open, false),
    ("packet/services.md", there_is_no_resolver, false),
    ("packet/services.md", every_vpc_has_a_resolver, false),
];

fn complaints(name: &str, distort: Distort, forgets: bool) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../semantics").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{name}: {why}"));
    let make = || -> Box<dyn Engine> {
        Box::new(Wrong { inner: Specification::default(), world: World::default(), distort, forgets })
    };
    Page::read(&text).and_then(|page| page.run(make)).unwrap_or_else(|why| panic!("{name}: {why}")).complaints.len()
}

#[test]
fn every_page_convicts_who_gets_its_subject_wrong() {
    for (name, distort, forgets) in WRONGS {
        assert!(complaints(name, *distort, *forgets) > 0, "{name} does not notice");
    }
}

#[test]
fn no_page_convicts_the_innocent() {
    for (name, ..) in WRONGS {
        assert_eq!(complaints(name, nothing, false), 0, "{name}");
    }
}
