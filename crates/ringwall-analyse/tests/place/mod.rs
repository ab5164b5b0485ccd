//! A VPC with a private subnet, a public one and a NAT gateway in it.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use ringwall_model::id::{
    InternetGatewayId, NatGatewayId, NetworkAclId, NetworkInterfaceId, PrefixListId, ResourceId, RouteTableId,
    SecurityGroupId, SecurityGroupRuleId, SubnetId, VpcEndpointId, VpcId,
};
use ringwall_model::session::{Direction, Timeouts};
use ringwall_model::world::{
    AclEntry, GatewayEndpoint, Interface, NatGateway, NetworkAcl, Peer, PrefixList, PrivateAddress, Route,
    RouteDestination, RouteTable, RouteTarget, SecurityGroup, SecurityGroupRule, Subnet, Traffic, Vpc, World,
};
use ringwall_net::{Family, MacAddress, Prefix};

/// The place, and the names of what is in it.
pub struct Place {
    pub world: World,
    pub vpc: VpcId,
    pub internet_gateway: InternetGatewayId,
    pub gateway: NatGatewayId,
    pub gateway_interface: NetworkInterfaceId,
    pub client: NetworkInterfaceId,
    pub public_table: RouteTableId,
    pub private_table: RouteTableId,
    pub public_acl: NetworkAclId,
    pub private_acl: NetworkAclId,
    public: SubnetId,
    private: SubnetId,
    group: SecurityGroupId,
}

/// A block as people write it.
pub fn block(text: &str) -> Prefix {
    text.parse().expect("a block")
}

fn route(destination: &str, target: RouteTarget) -> Route {
    Route { destination: RouteDestination::Prefix(block(destination)), target }
}

fn open_acl() -> Arc<NetworkAcl> {
    let all = AclEntry { number: 100, allow: true, prefix: Prefix::all(Family::V4), traffic: Traffic::All };
    Arc::new(NetworkAcl { changed: 1, ingress: vec![all], egress: vec![all] })
}

fn rule(number: u128, prefix: Prefix, traffic: Traffic) -> SecurityGroupRule {
    SecurityGroupRule { id: SecurityGroupRuleId::from_random(number), peer: Peer::Prefix(prefix), traffic }
}

impl Place {
    /// Everything is open, and the client reaches the internet through the gateway.
    pub fn new() -> Place {
        let mut place = Place {
            world: World { revision: 1, ..World::default() },
            vpc: VpcId::from_random(1),
            internet_gateway: InternetGatewayId::from_random(1),
            gateway: NatGatewayId::from_random(1),
            gateway_interface: NetworkInterfaceId::from_random(1),
            client: NetworkInterfaceId::from_random(2),
            public_table: RouteTableId::from_random(1),
            private_table: RouteTableId::from_random(2),
            public_acl: NetworkAclId::from_random(1),
            private_acl: NetworkAclId::from_random(2),
            public: SubnetId::from_random(1),
            private: SubnetId::from_random(2),
            group: SecurityGroupId::from_random(1),
        };
        place.add_network();
        place.add_interfaces();
        place
    }

    fn add_network(&mut self) {
        let resolver = Some(Ipv4Addr::new(10, 0, 0, 2));
        self.world.vpcs.insert(self.vpc, Vpc { internet_gateway: Some(self.internet_gateway), resolver });
        for acl in [self.public_acl, self.private_acl] {
            self.world.network_acls.insert(acl, open_acl());
        }
        self.set_table(self.public_table, RouteTarget::InternetGateway(self.internet_gateway));
        self.set_table(self.private_table, RouteTarget::NatGateway(self.gateway));
        let subnets = [
            (self.public, "10.0.0.0/24", self.public_table, self.public_acl, 1),
            (self.private, "10.0.1.0/24", self.private_table, self.private_acl, 2),
        ];
        for (id, ipv4, route_table, network_acl, number) in subnets {
            let router = MacAddress([2, 0, 0, 1, 0, number]);
            let ipv4 = ipv4.parse().expect("a block");
            let content = Subnet { vpc: self.vpc, ipv4, ipv6: None, route_table, network_acl, router };
            self.world.subnets.insert(id, content);
        }
        let everything = rule(1, Prefix::all(Family::V4), Traffic::All);
        let group = SecurityGroup { changed: 1, ingress: vec![], egress: vec![everything] };
        self.world.security_groups.insert(self.group, Arc::new(group));
    }

    fn add_interfaces(&mut self) {
        let own = PrivateAddress { address: Ipv4Addr::new(10, 0, 0, 13), public: Some(Ipv4Addr::new(198, 51, 100, 9)) };
        self.add_interface(self.gateway_interface, self.public, own, 1);
        let interface = self.world.interfaces.get_mut(&self.gateway_interface).expect("it is there");
        (interface.groups, interface.source_dest_check) = (Arc::default(), false);
        let gateway = NatGateway {
            interface: self.gateway_interface,
            addresses: vec![own.address],
            connection_limit: 55_000,
            port_seed: 7,
        };
        self.world.nat_gateways.insert(self.gateway, gateway);
        let own = PrivateAddress { address: Ipv4Addr::new(10, 0, 1, 4), public: None };
        self.add_interface(self.client, self.private, own, 2);
    }

    fn add_interface(&mut self, id: NetworkInterfaceId, subnet: SubnetId, own: PrivateAddress, number: u8) {
        let content = Interface {
            vpc: self.vpc,
            subnet,
            mac: MacAddress([2, 0, 0, 2, 0, number]),
            up: true,
            ipv4: vec![own],
            ipv6: vec![],
            groups: Arc::new(BTreeSet::from([self.group])),
            source_dest_check: true,
            timeouts: Timeouts::default(),
            session_limit: 1_000,
        };
        self.world.interfaces.insert(id, content);
    }

    fn set_table(&mut self, table: RouteTableId, default: RouteTarget) {
        let routes = vec![route("10.0.0.0/16", RouteTarget::Local), route("0.0.0.0/0", default)];
        self.world.route_tables.insert(table, Arc::new(RouteTable { changed: 1, routes }));
    }

    fn clear(&mut self, table: RouteTableId) {
        let content = self.world.route_tables.get_mut(&table).expect("it is there");
        Arc::make_mut(content).routes.truncate(1);
    }

    /// Where the client's subnet sends what is for elsewhere.
    pub fn route_client(&mut self, target: RouteTarget) {
        self.set_table(self.private_table, target);
    }

    /// The gateway's subnet leads nowhere.
    pub fn clear_table_of_gateway(&mut self) {
        self.clear(self.public_table);
    }

    /// The client's subnet leads nowhere.
    pub fn clear_table_of_client(&mut self) {
        self.clear(self.private_table);
    }

    /// The gateway's subnet has the client's table.
    pub fn share_table(&mut self) {
        self.world.subnets.get_mut(&self.public).expect("it is there").route_table = self.private_table;
    }

    /// The client is in the gateway's subnet, and a part of the internet is behind the gateway from there.
    pub fn move_client_beside_gateway(&mut self) {
        let own = PrivateAddress { address: Ipv4Addr::new(10, 0, 0, 4), public: None };
        self.add_interface(self.client, self.public, own, 2);
        let table = Arc::make_mut(self.world.route_tables.get_mut(&self.public_table).expect("it is there"));
        table.routes.push(route("203.0.113.0/24", RouteTarget::NatGateway(self.gateway)));
    }

    /// The gateway becomes a private one.
    pub fn take_public_address(&mut self) {
        self.world.interfaces.get_mut(&self.gateway_interface).expect("it is there").ipv4[0].public = None;
    }

    /// The client has a public address.
    pub fn give_client_public_address(&mut self) {
        let own = &mut self.world.interfaces.get_mut(&self.client).expect("it is there").ipv4[0];
        own.public = Some(Ipv4Addr::new(198, 51, 100, 4));
    }

    /// An entry that denies.
    pub fn deny(&mut self, acl: NetworkAclId, direction: Direction, number: u16, prefix: Prefix) {
        let content = Arc::make_mut(self.world.network_acls.get_mut(&acl).expect("it is there"));
        let entry = AclEntry { number, allow: false, prefix, traffic: Traffic::All };
        match direction {
            Direction::In => content.ingress.push(entry),
            Direction::Out => content.egress.push(entry),
        }
    }

    /// A server beside the gateway, with a public address and a group that admits nobody.
    pub fn add_web(&mut self) -> SecurityGroupId {
        let id = NetworkInterfaceId::from_random(3);
        let own =
            PrivateAddress { address: Ipv4Addr::new(10, 0, 0, 20), public: Some(Ipv4Addr::new(198, 51, 100, 20)) };
        self.add_interface(id, self.public, own, 3);
        let group = SecurityGroupId::from_random(3);
        let content = SecurityGroup { changed: 1, ingress: vec![], egress: vec![] };
        self.world.security_groups.insert(group, Arc::new(content));
        self.world.interfaces.get_mut(&id).expect("it is there").groups = Arc::new(BTreeSet::from([group]));
        group
    }

    /// A rule inwards.
    pub fn open(&mut self, group: SecurityGroupId, traffic: Traffic, prefix: Prefix) {
        let content = Arc::make_mut(self.world.security_groups.get_mut(&group).expect("it is there"));
        content.ingress.push(rule(9, prefix, traffic));
    }

    /// Groups and ACLs without a rule.
    pub fn close_everything(&mut self) {
        for acl in self.world.network_acls.values_mut().map(Arc::make_mut) {
            (acl.ingress, acl.egress) = (vec![], vec![]);
        }
        for group in self.world.security_groups.values_mut().map(Arc::make_mut) {
            (group.ingress, group.egress) = (vec![], vec![]);
        }
    }

    /// DNS support is off.
    pub fn remove_resolver(&mut self) {
        self.world.vpcs.get_mut(&self.vpc).expect("it is there").resolver = None;
    }

    /// An endpoint on the client's table.
    pub fn add_endpoint(&mut self) -> VpcEndpointId {
        let (id, list) = (VpcEndpointId::from_random(1), PrefixListId::from_random(1));
        self.world.gateway_endpoints.insert(id, GatewayEndpoint { vpc: self.vpc, always_tracked: false });
        let content = PrefixList { changed: 1, prefixes: vec![block("52.219.0.0/20")] };
        self.world.prefix_lists.insert(list, Arc::new(content));
        let table = Arc::make_mut(self.world.route_tables.get_mut(&self.private_table).expect("it is there"));
        let destination = RouteDestination::PrefixList(list);
        table.routes.push(Route { destination, target: RouteTarget::GatewayEndpoint(id) });
        id
    }
}
