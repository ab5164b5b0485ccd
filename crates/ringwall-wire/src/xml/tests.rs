//! How values are written, markup by markup.

use std::collections::BTreeMap;

use serde::Serialize;

use super::*;
use crate::blob::Blob;
use crate::markup::Flat;
use crate::timestamp::Timestamp;

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    #[serde(rename = "return")]
    done: Option<bool>,
    vpc_set: Option<Vec<Vpc>>,
    port: Option<u16>,
    data: Option<Blob>,
    at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Vpc {
    vpc_id: &'static str,
    state: State,
    name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Available,
}

fn ec2<T: Serialize>(value: &T) -> String {
    let whole = response(Dialect::Ec2, "Act", NAMESPACE, "id", value).unwrap();
    let start = format!("{DECLARATION}<ActResponse xmlns=\"{NAMESPACE}\"><requestId>id</requestId>");
    whole.strip_prefix(&start).and_then(|rest| rest.strip_suffix("</ActResponse>")).unwrap().to_owned()
}

fn query<T: Serialize>(value: &T) -> String {
    let whole = response(Dialect::Query, "Act", "urn:a", "id", value).unwrap();
    let start = format!("{DECLARATION}<ActResponse xmlns=\"urn:a\">");
    let end = "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></ActResponse>";
    whole.strip_prefix(&start).and_then(|rest| rest.strip_suffix(end)).unwrap().to_owned()
}

#[test]
fn ec2_puts_fields_beside_the_request_id_and_items_into_lists() {
    let vpc = |vpc_id| Vpc { vpc_id, state: State::Available, name: None };
    let output = Output {
        done: Some(true),
        vpc_set: Some(vec![vpc("vpc-1"), vpc("vpc-2")]),
        port: Some(443),
        data: Some(Blob(b"value".to_vec())),
        at: Some(Timestamp::from_millis(0)),
    };
    assert_eq!(
        ec2(&output),
        "<return>true</return><vpcSet><item><vpcId>vpc-1</vpcId><state>available</state></item>\
         <item><vpcId>vpc-2</vpcId><state>available</state></item></vpcSet><port>443</port><data>dmFsdWU=</data>\
         <at>1970-01-01T00:00:00.000Z</at>"
    );
}

#[test]
fn what_is_absent_is_left_out_and_an_empty_list_is_an_empty_element() {
    assert_eq!(ec2(&Output::default()), "");
    assert_eq!(ec2(&()), "");
    assert_eq!(ec2(&Output { vpc_set: Some(vec![]), ..Output::default() }), "<vpcSet/>");
    assert_eq!(query(&()), "<ActResult/>");
}

#[derive(Serialize)]
struct Shapes {
    list: Vec<u8>,
    nested: Vec<Vec<&'static str>>,
    flat: Flat<Vec<u8>>,
    named: Named,
    map: BTreeMap<&'static str, Option<i64>>,
    pairs: Pairs,
    choice: Choice,
    other: Choice,
    plain: Plain,
}

#[derive(Serialize)]
#[serde(rename = "$wire item=Rule xmlns:p=urn:b")]
struct Named(Vec<&'static str>);

#[derive(Serialize)]
#[serde(rename = "$wire flat key=K value=V xmlns=urn:c")]
struct Pairs(BTreeMap<&'static str, f64>);

#[derive(Serialize)]
enum Choice {
    One(u8),
    Two { a: char },
}

#[derive(Serialize)]
struct Plain(&'static str);

#[test]
fn the_query_protocol_has_members_entries_and_exceptions() {
    let shapes = Shapes {
        list: vec![1, 2],
        nested: vec![vec!["a"], vec![]],
        flat: Flat(vec![3, 4]),
        named: Named(vec!["x"]),
        map: BTreeMap::from([("k", Some(-1)), ("n", None)]),
        pairs: Pairs(BTreeMap::from([("a", 1.5), ("b", f64::NEG_INFINITY)])),
        choice: Choice::One(7),
        other: Choice::Two { a: 'c' },
        plain: Plain("p"),
    };
    assert_eq!(
        query(&shapes),
        "<ActResult><list><member>1</member><member>2</member></list>\
         <nested><member><member>a</member></member><member/></nested><flat>3</flat><flat>4</flat>\
         <named xmlns:p=\"urn:b\"><Rule>x</Rule></named>\
         <map><entry><key>k</key><value>-1</value></entry><entry><key>n</key></entry></map>\
         <pairs xmlns=\"urn:c\"><K>a</K><V>1.5</V></pairs><pairs xmlns=\"urn:c\"><K>b</K><V>-Infinity</V></pairs>\
         <choice><One>7</One></choice><other><Two><a>c</a></Two></other><plain>p</plain></ActResult>"
    );
}

#[test]
fn text_is_escaped_and_what_xml_cannot_hold_is_replaced() {
    let mut out = String::new();
    escape("<a href=\"x\">&'\r\n\t\0\x1b\u{fffe}\u{7f}é😀", &mut out);
    assert_eq!(out, "&lt;a href=&quot;x&quot;&gt;&amp;'&#13;&#10;&#9;\u{fffd}\u{fffd}\u{fffd}\u{7f}é😀");
}

fn refused<T: Serialize>(value: &T) -> XmlError {
    response(Dialect::Query, "Act", "urn:a", "id", value).unwrap_err()
}

#[test]
fn an_answer_is_a_structure() {
    assert_eq!(refused(&"text"), XmlError::NotAStructure("text"));
    assert_eq!(refused(&vec![1]), XmlError::NotAStructure("a list"));
    assert_eq!(refused(&BTreeMap::from([("a", 1)])), XmlError::NotAStructure("a map"));
}

#[test]
fn names_that_would_break_the_document_are_refused() {
    #[derive(Serialize)]
    struct Bad {
        #[serde(rename = "a><b")]
        field: u8,
    }
    assert_eq!(refused(&Bad { field: 1 }), XmlError::Name("a><b".to_owned()));
    let action = response(Dialect::Ec2, "A b", "urn:a", "id", &()).unwrap_err();
    assert_eq!(action, XmlError::Name("A bResponse".to_owned()));
}

#[test]
fn mistakes_in_the_output_type_are_errors() {
    #[derive(Serialize)]
    #[serde(rename = "$wire flatt")]
    struct Misspelt(Vec<u8>);
    #[derive(Serialize)]
    enum Tuple {
        Pair(u8, u8),
    }
    #[derive(Serialize)]
    struct One<T> {
        field: T,
    }
    assert_eq!(refused(&One { field: Misspelt(vec![]) }), XmlError::Markup(BadMarkup("flatt")));
    assert_eq!(refused(&One { field: Tuple::Pair(1, 2) }), XmlError::TupleVariant);
}
