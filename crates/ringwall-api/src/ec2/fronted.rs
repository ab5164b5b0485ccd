//! What the worker of endpoints is told of what calls made.

use ringwall_model::endpoints::EndpointsConfiguration;
use ringwall_plan::endpoints::{Mark, endpoints};

use super::scene::subnet;
use crate::bench::Bench;

const S3: &str = "ServiceName=com.amazonaws.us-east-1.s3";

fn served(bench: &Bench) -> EndpointsConfiguration {
    endpoints(&bench.store.snapshot())
}

fn mark(bench: &Bench) -> Mark {
    Mark::of(&bench.store.snapshot())
}

#[test]
fn subnets_ask_through_the_endpoint_of_their_table() {
    let mut bench = Bench::new();
    let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
    let [a, b] = ['a', 'b'].map(|zone| subnet(&mut bench, zone));
    let own = bench.ok("CreateRouteTable", &format!("VpcId={vpc}")).get("routeTableId");
    bench.ok("AssociateRouteTable", &format!("RouteTableId={own}&SubnetId={a}"));
    let before = mark(&bench);
    let made = bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{S3}&RouteTableId.1={own}")).get("vpcEndpointId");
    assert_ne!(mark(&bench), before);
    let now = served(&bench);
    let clients = &now.gateways[&vpc.parse().unwrap()];
    assert_eq!(clients.len(), 1, "GWE-3: only the subnets of the table");
    assert_eq!(clients[0].endpoints["s3"].to_string(), made);
    assert!(now.endpoints.values().all(|endpoint| endpoint.is_gateway && endpoint.policy.is_none()));
    bench.ok("AssociateRouteTable", &format!("RouteTableId={own}&SubnetId={b}"));
    assert_eq!(served(&bench).gateways[&vpc.parse().unwrap()].len(), 2);
    let policy = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#;
    let before = mark(&bench);
    bench.ok("ModifyVpcEndpoint", &format!("VpcEndpointId={made}&PolicyDocument={policy}"));
    assert_ne!(mark(&bench), before);
    assert_eq!(served(&bench).endpoints[&made.parse().unwrap()].policy.as_deref(), Some(policy));
    bench.ok("ModifyVpcEndpoint", &format!("VpcEndpointId={made}&RemoveRouteTableId.1={own}"));
    assert!(served(&bench).gateways.is_empty(), "an endpoint without tables serves nobody");
    bench.ok("DeleteVpcEndpoints", &format!("VpcEndpointId.1={made}"));
    assert!(served(&bench).endpoints.is_empty());
}

#[test]
fn the_main_table_is_that_of_subnets_without_one() {
    let mut bench = Bench::new();
    let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
    let main = bench.ok("DescribeRouteTables", "").get("routeTableId");
    bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{S3}&RouteTableId.1={main}"));
    let subnets = bench.store.snapshot().region("us-east-1").subnets.len();
    assert_eq!(served(&bench).gateways[&vpc.parse().unwrap()].len(), subnets, "RT-11");
}

#[test]
fn interfaces_are_their_endpoints_own() {
    let mut bench = Bench::new();
    let vpc = bench.ok("DescribeVpcs", "").get("vpcId");
    let a = subnet(&mut bench, 'a');
    let service = "ServiceName=com.amazonaws.us-east-1.sts&VpcEndpointType=Interface&PrivateDnsEnabled=false";
    let made = bench.ok("CreateVpcEndpoint", &format!("VpcId={vpc}&{service}&SubnetId.1={a}")).get("vpcEndpointId");
    let now = served(&bench);
    let [endpoint] = now.interfaces.values().collect::<Vec<_>>()[..] else { panic!("{now:?}") };
    assert_eq!(endpoint.to_string(), made);
    assert!(!now.endpoints[endpoint].is_gateway && now.gateways.is_empty());
    let marked = mark(&bench);
    bench.ok("CreateSecurityGroup", &format!("GroupName=g&GroupDescription=g&VpcId={vpc}"));
    assert_eq!(mark(&bench), marked, "what does not count");
}
