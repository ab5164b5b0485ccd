//! CloudFormation's own ways.

use super::{Assumptions, document, read, refusal, source, web_acl};

const VISIBLE: &str = "{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: m}";

/// A template with a web ACL whose one rule has that statement.
fn template(statement: &str, more: &str) -> String {
    format!(
        "Resources:
  Acl:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
      DefaultAction: {{Allow: {{}}}}
      VisibilityConfig: {VISIBLE}
      Rules:
        - Name: one
          Priority: 0
          Action: {{Block: {{}}}}
          VisibilityConfig: {VISIBLE}
          Statement: {statement}
{more}"
    )
}

fn byte_match(search: &str) -> String {
    format!(
        "{{ByteMatchStatement: {{{search}, FieldToMatch: {{UriPath: {{}}}}, PositionalConstraint: CONTAINS, TextTransformations: [{{Priority: 0, Type: NONE}}]}}}}"
    )
}

/// What the one rule searches for.
fn searched(search: &str, more: &str) -> String {
    let acl = web_acl("a.yaml", &template(&byte_match(search), more));
    let text = format!("{:?}", acl.rules[0].kind);
    let bytes = text.split("search: [").nth(1).unwrap().split(']').next().unwrap();
    String::from_utf8(bytes.split(", ").map(|own| own.parse().unwrap()).collect()).unwrap()
}

#[test]
fn functions_are_carried_out() {
    let more = "Parameters:
  Word: {Type: String, Default: admin}
  Words: {Type: CommaDelimitedList, Default: 'a, b ,c'}
Mappings:
  Map: {us-east-1: {Word: mapped}}
Conditions:
  IsAdmin: !Equals [!Ref Word, admin]
  Not: !Not [!Condition IsAdmin]
  Both: !And [!Condition IsAdmin, !Or [!Condition Not, !Equals [a, a]]]
";
    for (search, expected) in [
        ("SearchString: plain", "plain"),
        ("SearchString: 12", "12"),
        ("SearchStringBase64: aGk=", "hi"),
        ("SearchString: !Ref Word", "admin"),
        ("SearchString: !Sub '/${Word}/${!Word}'", "/admin/${Word}"),
        ("SearchString: !Sub ['${a}${Word}', {a: !Ref 'AWS::Region'}]", "us-east-1admin"),
        ("SearchString: !Join ['-', [a, !Ref Word]]", "a-admin"),
        ("SearchString: !Join ['', !Ref Words]", "abc"),
        ("SearchString: !Select [1, !Split ['|', 'a|b']]", "b"),
        ("SearchString: !FindInMap [Map, !Ref 'AWS::Region', Word]", "mapped"),
        ("SearchString: !If [IsAdmin, yes!, no!]", "yes!"),
        ("SearchString: !If [Not, yes!, no!]", "no!"),
        ("SearchString: !If [Both, yes!, no!]", "yes!"),
        ("SearchString: !If [Both, yes!, !Ref Nowhere]", "yes!"),
        ("SearchString: a, SearchStringBase64: !Ref 'AWS::NoValue'", "a"),
        ("SearchString: {Fn::Base64: hi}", "aGk="),
    ] {
        assert_eq!(searched(search, more), expected, "{search}");
    }
}

#[test]
fn things_refer_to_each_other_wherever_they_stand() {
    let more = "  Set:
    Type: AWS::WAFv2::IPSet
    Properties: {Scope: REGIONAL, Name: !Sub '${AWS::StackName}-set', IPAddressVersion: IPV4, Addresses: [192.0.2.0/24]}
  Gone:
    Type: AWS::WAFv2::IPSet
    Condition: Never
    Properties: {Scope: REGIONAL, IPAddressVersion: NONSENSE, Addresses: []}
Conditions: {Never: !Equals [a, b]}
Outputs: {Arn: {Value: !GetAtt Acl.Arn}}
";
    for reference in ["!GetAtt Set.Arn", "!GetAtt [Set, Arn]", "!Sub '${Set.Arn}'"] {
        let acl = web_acl("a.yaml", &template(&format!("{{IPSetReferenceStatement: {{Arn: {reference}}}}}"), more));
        assert!(format!("{acl:?}").contains("ipset/stack-set/"), "{reference}");
        assert_eq!(acl.arn.name, "Acl", "without a name it has its logical one");
    }
}

#[test]
fn what_cannot_be_resolved_is_refused_with_its_place() {
    let place = "`Resources.Acl.Properties.Rules[0].Statement.ByteMatchStatement.SearchString`";
    for (search, expected) in [
        ("SearchString: !Ref Nowhere", "refers to `Nowhere`, which the template does not have"),
        (
            "SearchString: !Ref Bucket",
            "refers to `Bucket`, AWS::S3::Bucket, of which nothing is known before deployment; a parameter could take its place",
        ),
        (
            "SearchString: !Ref Open",
            "refers to the parameter `Open`, which has no value here: give one with `--parameter Open=VALUE`",
        ),
        ("SearchString: !GetAtt Acl.Capacity", "asks for `Capacity`, which is not known before deployment"),
        (
            "SearchString: !ImportValue x",
            "has the function Fn::ImportValue, which AWS alone can carry out; a parameter could take its place",
        ),
        ("SearchString: !If [Nowhere, a, b]", "names the condition `Nowhere`, which the template does not have"),
        ("SearchString: !Sub '${a'", "has Fn::Sub with what it does not take: a `${` has no `}`"),
        ("SearchString: [a]", "must be a string"),
    ] {
        let more = "  Bucket: {Type: AWS::S3::Bucket}\nParameters: {Open: {Type: String}}\n";
        let text = template(&byte_match(search), more);
        assert_eq!(refusal("a.yaml", &text), format!("{place} {expected}"), "{search}");
    }
    let cycle = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}";
    let text = template(&byte_match("SearchString: !If [A, a, b]"), cycle);
    assert!(refusal("a.yaml", &text).contains("leads to itself"), "{}", refusal("a.yaml", &text));
    let name = "  Set: {Type: AWS::WAFv2::IPSet, Properties: {Name: !Ref Set, Scope: REGIONAL}}";
    let text = template("{IPSetReferenceStatement: {Arn: !GetAtt Set.Arn}}", name);
    assert!(refusal("a.yaml", &text).contains("leads to itself"), "{}", refusal("a.yaml", &text));
}

#[test]
fn refusals_of_the_rules_name_the_templates_place() {
    let unknown = "{ByteMatchStatement: {Searchstring: x}}";
    assert_eq!(
        refusal("a.yaml", &template(unknown, "")),
        "`Resources.Acl.Properties.Rules[0].Statement.ByteMatchStatement.SearchString` is missing"
    );
    let set = "  Set: {Type: AWS::WAFv2::IPSet, Properties: {Scope: REGIONAL, IPAddressVersion: IPV4, Addresses: [10.0.0.0/8, 1.2.3.4]}}";
    let text = template("{IPSetReferenceStatement: {Arn: !GetAtt Set.Arn}}", set);
    assert!(
        refusal("a.yaml", &text).starts_with("`Resources.Set.Properties.Addresses[1]` "),
        "{}",
        refusal("a.yaml", &text)
    );
    let twice = "{ByteMatchStatement: {SearchString: x, SearchStringBase64: eA==}}";
    assert!(refusal("a.yaml", &template(twice, "")).contains("SearchStringBase64` stands beside SearchString"));
}

#[test]
fn several_web_acls_are_told_apart_and_parameters_given() {
    let second = "  Second:\n    Type: AWS::WAFv2::WebACL\n    Properties: {Name: other, Scope: CLOUDFRONT, DefaultAction: {Block: {}}, VisibilityConfig: {SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: !Ref Metric}}\nParameters: {Metric: {Type: String}}\n";
    let text = template(&byte_match("SearchString: a"), second);
    let chosen = |name: Option<&str>, values: &[(&str, &str)]| {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let assumptions = Assumptions { values, ..Assumptions::default() };
        let document = read(&[source("a.yaml", &text)], name, &assumptions).map_err(|refused| refused.to_string())?;
        let acl = document.web_acl(&mut super::Bundle::new(), super::ALL).map_err(|refused| refused.to_string())?;
        Ok::<_, String>(acl.arn.text)
    };
    let given = [("Metric", "given")];
    assert_eq!(chosen(None, &given).unwrap_err(), "has several web ACLs, of which one must be chosen: Acl, Second");
    assert!(
        chosen(Some("other"), &given).unwrap().starts_with("arn:aws:wafv2:us-east-1:111122223333:global/webacl/other/")
    );
    assert!(chosen(Some("Second"), &given).is_ok());
    assert_eq!(chosen(Some("third"), &given).unwrap_err(), "has no such web ACL, but Acl, Second");
    assert!(chosen(Some("other"), &[]).unwrap_err().contains("give one with `--parameter Metric=VALUE`"));
    assert_eq!(
        chosen(Some("other"), &[("Metric", "x"), ("Nothing", "y")]).unwrap_err(),
        "has no parameter `Nothing`, for which a value is given"
    );
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    for (name, text, expected) in [
        (
            "a.txt",
            "hello",
            "is neither JSON, as AWS prints it, nor a CloudFormation template (.yaml), nor Terraform's (.tf)",
        ),
        ("a.yaml", "a: b", "has no `Resources`, as a template has"),
        ("a.yaml", "- a", "must be an object"),
        ("a.yaml", "Resources: {}", "has no web ACL"),
        ("a.json", "{", "is not JSON: EOF while parsing an object at line 1 column 1"),
        (
            "main.tf.json",
            "{\"resource\": {}}",
            "is a configuration of Terraform in JSON, which is not read: give what `terraform show -json` prints of a plan or a state",
        ),
    ] {
        assert_eq!(refusal(name, text), expected, "{text}");
    }
    assert!(document("a.json", "{\"Name\": \"x\"}").is_ok(), "as AWS prints it");
}

#[test]
fn what_a_web_acl_is_made_of_is_one() {
    const MADE: &str = r#"{"Name": "shop", "Scope": "SCOPE", "DefaultAction": {"Allow": {}}, "Rules": [], "Tags": [{"Key": "a", "Value": "b"}],
        "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "shop"}}"#;
    let regional = web_acl("acl.json", &MADE.replace("SCOPE", "REGIONAL"));
    assert!(regional.arn.text.starts_with("arn:aws:wafv2:us-east-1:111122223333:regional/webacl/shop/"));
    let global = web_acl("acl.json", &MADE.replace("SCOPE", "CLOUDFRONT"));
    assert!(
        global.arn.is_global && global.arn.text.starts_with("arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/")
    );
    let within = web_acl("acl.json", &format!(r#"{{"WebACL": {}, "IPSets": []}}"#, MADE.replace("SCOPE", "REGIONAL")));
    assert_eq!(within.arn.text, regional.arn.text);
    let id = "11111111-2222-3333-4444-555555555555";
    let update =
        MADE.replace("SCOPE", "REGIONAL").replace("\"Scope\"", &format!(r#""Id": "{id}", "LockToken": "x", "Scope""#));
    assert!(web_acl("acl.json", &update).arn.text.ends_with(&format!("/shop/{id}")));
    assert_eq!(refusal("acl.json", &MADE.replace("SCOPE", "LOCAL")), "`Scope` must be REGIONAL or CLOUDFRONT");
    assert_eq!(refusal("acl.json", &MADE.replace("\"SCOPE\"", "1")), "`Scope` must be a string");
    let unknown = MADE.replace("SCOPE", "REGIONAL").replace("\"Rules\"", "\"Ruels\"");
    assert_eq!(refusal("acl.json", &unknown), "`Ruels` is no member that is known there");
    let unnamed = MADE.replace("SCOPE", "REGIONAL").replace("\"Name\": \"shop\", ", "");
    assert_eq!(refusal("acl.json", &unnamed), "`Name` is missing");
}
