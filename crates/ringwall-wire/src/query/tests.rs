//! What forms are read as, and what is wrong with those that are refused.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::markup::Flat;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Authorize {
    group_id: Option<String>,
    ip_permissions: Vec<Permission>,
    dry_run: bool,
    #[serde(rename = "TagSpecification")]
    tag_specifications: Vec<TagSpecification>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Permission {
    ip_protocol: String,
    from_port: Option<i32>,
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Group {
    group_id: Short,
}

/// Refuses as the typed ids do.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Short(String);

impl TryFrom<String> for Short {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() < 8 { Ok(Short(text)) } else { Err("too long".to_owned()) }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagSpecification {
    resource_type: Kind,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Vpc,
    SecurityGroup,
}

fn ec2<T: DeserializeOwned>(form: &str) -> Result<Decoded<T>, DecodeError> {
    decode(&Form::parse(form.as_bytes()).unwrap(), Dialect::Ec2)
}

fn query<T: DeserializeOwned>(form: &str) -> Result<Decoded<T>, DecodeError> {
    decode(&Form::parse(form.as_bytes()).unwrap(), Dialect::Query)
}

fn error(parameter: &str, problem: Problem) -> DecodeError {
    DecodeError { parameter: parameter.to_owned(), problem }
}

fn invalid(parameter: &str, value: &str, expected: &'static str) -> DecodeError {
    error(parameter, Problem::Invalid { value: value.to_owned(), expected })
}

#[test]
fn structures_go_by_name_and_lists_by_number() {
    let decoded = ec2::<Authorize>(
        "Action=X&Version=2016-11-15&IpPermissions.10.IpProtocol=udp&IpPermissions.2.IpProtocol=tcp&IpPermissions.2.FromPort=-1\
         &IpPermissions.2.Groups.1.GroupId=sg-1&DryRun=true&TagSpecification.1.ResourceType=security-group&GroupId=",
    );
    let tcp = Permission {
        ip_protocol: "tcp".to_owned(),
        from_port: Some(-1),
        groups: vec![Group { group_id: Short("sg-1".to_owned()) }],
    };
    let udp = Permission { ip_protocol: "udp".to_owned(), from_port: None, groups: vec![] };
    let value = Authorize {
        group_id: Some(String::new()),
        ip_permissions: vec![tcp, udp],
        dry_run: true,
        tag_specifications: vec![TagSpecification { resource_type: Kind::SecurityGroup }],
    };
    assert_eq!(decoded, Ok(Decoded { value, unknown: vec![] }));
}

#[test]
fn what_no_field_takes_is_listed_in_the_order_sent() {
    let decoded = ec2::<Authorize>(
        "Zone=z&IpPermissions.1.Foo=1&Action=X&X-Amz-Date=y&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.Action=1&Deep.1.X.2=3&Deep=4&a.b=",
    )
    .unwrap();
    assert_eq!(decoded.unknown, ["Zone", "IpPermissions.1.Foo", "IpPermissions.1.Action", "Deep.1.X.2", "Deep", "a.b"]);
    assert_eq!(ec2::<()>("Action=X&A.1=b&Version=1").unwrap().unknown, ["A.1"]);
}

#[test]
fn what_is_missing_is_named_in_full() {
    assert_eq!(
        ec2::<Authorize>("IpPermissions.3.FromPort=1"),
        Err(error("IpPermissions.3.IpProtocol", Problem::Missing))
    );
    assert_eq!(ec2::<Permission>("Action=X"), Err(error("IpProtocol", Problem::Missing)));
}

#[test]
fn a_value_of_the_wrong_type_is_invalid() {
    assert_eq!(ec2::<Authorize>("DryRun=True"), Err(invalid("DryRun", "True", "`true` or `false`")));
    assert_eq!(
        ec2::<Authorize>("IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=2147483648"),
        Err(invalid("IpPermissions.1.FromPort", "2147483648", "a whole number of 32 bits"))
    );
    assert_eq!(
        ec2::<Authorize>("TagSpecification.1.ResourceType=moon"),
        Err(invalid("TagSpecification.1.ResourceType", "moon", "one of the values that the parameter takes"))
    );
    assert_eq!(query::<f32>("").unwrap_err().problem, Problem::Missing);
    #[derive(Debug, Deserialize)]
    struct Narrow {
        _number: f32,
    }
    assert_eq!(query::<Narrow>("_number=1e39").unwrap_err(), invalid("_number", "1e39", "a number"));
}

#[test]
fn a_value_that_its_type_refuses_is_told_with_the_types_reason() {
    let problem = Problem::Refused { value: "sg-12345".to_owned(), reason: "too long".to_owned() };
    assert_eq!(
        ec2::<Authorize>("IpPermissions.1.IpProtocol=tcp&IpPermissions.1.Groups.1.GroupId=sg-12345"),
        Err(error("IpPermissions.1.Groups.1.GroupId", problem))
    );
}

#[test]
fn a_structure_may_refuse_what_it_does_not_know() {
    assert_eq!(
        ec2::<Authorize>("IpPermissions.1.IpProtocol=tcp&IpPermissions.1.Groups.1.Name=a"),
        Err(error("IpPermissions.1.Groups.1.Name", Problem::Unknown))
    );
}

#[test]
fn values_structures_and_lists_are_not_mistaken_for_each_other() {
    assert_eq!(ec2::<Authorize>("IpPermissions=a"), Err(invalid("IpPermissions", "a", "a list")));
    assert_eq!(ec2::<Authorize>("IpPermissions="), Err(invalid("IpPermissions", "", "a list")));
    assert_eq!(ec2::<Authorize>("IpPermissions.Foo=a"), Err(invalid("IpPermissions.Foo", "a", "a list")));
    assert_eq!(ec2::<Authorize>("IpPermissions.1=a"), Err(invalid("IpPermissions.1", "a", "a structure")));
    assert_eq!(ec2::<Authorize>("DryRun.1=true"), Err(invalid("DryRun.1", "true", "a plain value")));
    assert_eq!(ec2::<Authorize>("DryRun=true&DryRun.X=a"), Err(invalid("DryRun.X", "a", "part of a plain value")));
    assert_eq!(
        ec2::<Authorize>("IpPermissions.member.1.IpProtocol=a").unwrap_err().parameter,
        "IpPermissions.member.1.IpProtocol"
    );
    assert_eq!(
        ec2::<Authorize>("TagSpecification.1.ResourceType.Vpc=a").unwrap_err().parameter,
        "TagSpecification.1.ResourceType.Vpc"
    );
}

#[test]
fn lists_count_from_one_and_not_without_end() {
    for number in ["0", "01", "10001", "4294967297"] {
        let form = format!("IpPermissions.{number}.IpProtocol=a");
        assert_eq!(ec2::<Authorize>(&form), Err(error(&format!("IpPermissions.{number}"), Problem::Index)));
    }
    assert_eq!(ec2::<Authorize>("IpPermissions.10000.IpProtocol=a").unwrap().value.ip_permissions.len(), 1);
}

#[test]
fn names_have_at_most_sixteen_parts() {
    let name = |parts: usize| vec!["A"; parts].join(".");
    assert_eq!(ec2::<()>(&name(16)).unwrap().unknown, [name(16)]);
    assert_eq!(ec2::<()>(&name(17)), Err(error(&name(17), Problem::TooDeep)));
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Collections {
    list: Vec<String>,
    flat: Flat<Vec<u8>>,
    map: BTreeMap<String, Option<u32>>,
    renamed: Renamed,
    nested: BTreeMap<Kind2, Vec<String>>,
    pair: Option<(u8, u8)>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename = "$wire key=K value=V")]
struct Renamed(BTreeMap<String, String>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Kind2 {
    A,
    B,
}

#[test]
fn the_query_protocol_writes_lists_in_three_ways_and_maps_in_two() {
    for form in ["list.member.2=b&list.member.1=a", "list.Any.1=a&list.Any.2=b", "list.1=a&list.2=b"] {
        assert_eq!(query::<Collections>(form).unwrap().value.list, ["a", "b"], "{form}");
    }
    for form in ["map.entry.1.key=k&map.entry.1.value=7", "map.1.key=k&map.1.value=7"] {
        assert_eq!(
            query::<Collections>(form).unwrap().value.map,
            BTreeMap::from([("k".to_owned(), Some(7))]),
            "{form}"
        );
    }
    let decoded =
        query::<Collections>("renamed.entry.1.K=k&renamed.entry.1.V=v&renamed.entry.1.key=x&flat.1=5").unwrap();
    assert_eq!(decoded.value.renamed, Renamed(BTreeMap::from([("k".to_owned(), "v".to_owned())])));
    assert_eq!((decoded.value.flat, decoded.unknown), (Flat(vec![5]), vec!["renamed.entry.1.key".to_owned()]));
    let decoded = query::<Collections>("nested.entry.3.key=B&nested.entry.3.value.member.1=x").unwrap();
    assert_eq!(decoded.value.nested, BTreeMap::from([(Kind2::B, vec!["x".to_owned()])]));
}

#[test]
fn the_query_protocol_writes_an_empty_list_as_an_empty_value() {
    assert_eq!(query::<Collections>("list=&map=&flat=").unwrap().value, Collections::default());
    assert_eq!(query::<Collections>("list=&list.member.1=a"), Err(invalid("list", "", "a list")));
}

#[test]
fn a_list_of_two_kinds_of_names_is_invalid() {
    assert_eq!(query::<Collections>("list.member.1=a&list.1=b"), Err(invalid("list.member.1", "a", "a list")));
    assert_eq!(query::<Collections>("list.member.1=a&list.item.1=b"), Err(invalid("list.item.1", "b", "a list")));
    assert_eq!(query::<Collections>("list.member=a"), Err(invalid("list.member", "a", "a list")));
    assert_eq!(query::<Collections>("list.member.x=a"), Err(invalid("list.member.x", "a", "a list")));
    assert_eq!(query::<Collections>("map.other.1.key=a"), Err(invalid("map.other.1.key", "a", "a map")));
}

#[test]
fn a_map_names_each_key_once_and_gives_it_a_value() {
    assert_eq!(query::<Collections>("map.entry.1.key=k"), Err(error("map.entry.1.value", Problem::Missing)));
    assert_eq!(query::<Collections>("map.1.value=1"), Err(error("map.1.key", Problem::Missing)));
    assert_eq!(
        query::<Collections>("map.1.key=k&map.1.value=1&map.2.key=k&map.2.value=2"),
        Err(invalid("map.2.key", "k", "a key of its own"))
    );
}

#[test]
fn a_tuple_takes_as_many_items_as_it_has() {
    assert_eq!(query::<Collections>("pair.1=1&pair.2=2").unwrap().value.pair, Some((1, 2)));
    for form in ["pair.1=1", "pair.1=1&pair.2=2&pair.3=3"] {
        assert_eq!(query::<Collections>(form).unwrap_err().parameter, "pair", "{form}");
    }
}

#[test]
fn a_value_of_any_kind_shows_its_kind() {
    let decoded = query::<serde_json::Value>("a=1&b.1=x&b.2.c=y&d.e=z").unwrap().value;
    assert_eq!(decoded, serde_json::json!({ "a": "1", "b": ["x", { "c": "y" }], "d": { "e": "z" } }));
}
