//! What is around documents: tags, logging, associations, costs.

use serde_json::{Value, json};

use super::{Made, Place, acl, group_rule, ip_set, path, rule, with};

fn tags(place: &mut Place, arn: &str) -> Value {
    let answer = place.ok("ListTagsForResource", json!({ "ResourceARN": arn }));
    assert_eq!(answer["TagInfoForResource"]["ResourceARN"], arn);
    answer["TagInfoForResource"]["TagList"].clone()
}

#[test]
fn tags_come_change_and_go_without_a_new_lock_token() {
    let mut place = Place::new();
    let first = json!([{ "Key": "a", "Value": "1" }]);
    let made = Made::of("IPSet", place.ok("CreateIPSet", with(ip_set("own"), json!({ "Tags": first }))));
    assert_eq!(tags(&mut place, made.arn()), first);
    let more = json!([{ "Key": "b", "Value": "" }, { "Key": "a", "Value": "2" }]);
    place.ok("TagResource", json!({ "ResourceARN": made.arn(), "Tags": more }));
    assert_eq!(tags(&mut place, made.arn()), json!([{ "Key": "a", "Value": "2" }, { "Key": "b", "Value": "" }]));
    place.ok("UntagResource", json!({ "ResourceARN": made.arn(), "TagKeys": ["a", "c"] }));
    assert_eq!(tags(&mut place, made.arn()), json!([{ "Key": "b", "Value": "" }]));
    assert_eq!(place.get(&made)["LockToken"], made.summary["LockToken"]);
    let many: Vec<Value> = (0..50).map(|at| json!({ "Key": format!("k{at}"), "Value": "v" })).collect();
    assert_eq!(
        place.code("TagResource", json!({ "ResourceARN": made.arn(), "Tags": many })),
        "WAFTagOperationException"
    );
    assert_eq!(place.code("TagResource", json!({ "ResourceARN": made.arn(), "Tags": [] })), "ValidationException");
    let other = made.arn().replace("own", "other");
    for (action, rest) in [
        ("TagResource", json!({ "Tags": first })),
        ("UntagResource", json!({ "TagKeys": ["a"] })),
        ("ListTagsForResource", json!({})),
    ] {
        let body = with(rest.clone(), json!({ "ResourceARN": other }));
        assert_eq!(place.code(action, body), "WAFNonexistentItemException", "{action}");
        let body = with(rest, json!({ "ResourceARN": "arn:aws:ec2:us-east-1:000000000000:vpc/vpc-1" }));
        assert_eq!(place.code(action, body), "WAFInvalidParameterException", "{action}");
    }
}

fn logging(arn: &str, more: Value) -> Value {
    let destination = json!(["arn:aws:s3:::aws-waf-logs-own"]);
    json!({ "LoggingConfiguration": with(json!({ "ResourceArn": arn, "LogDestinationConfigs": destination }), more) })
}

#[test]
fn logging_lives_with_its_web_acl() {
    let mut place = Place::new();
    place.0.settings.has_log_bucket = true;
    let made = place.acl("own", json!([]));
    let wanted = json!({ "ResourceArn": made.arn() });
    assert_eq!(place.code("GetLoggingConfiguration", wanted.clone()), "WAFNonexistentItemException");
    assert_eq!(place.code("DeleteLoggingConfiguration", wanted.clone()), "WAFNonexistentItemException");
    let redacted = json!({ "RedactedFields": [{ "SingleHeader": { "Name": "cookie" } }] });
    let answer = place.ok("PutLoggingConfiguration", logging(made.arn(), redacted.clone()));
    let printed = &answer["LoggingConfiguration"];
    assert_eq!((&printed["RedactedFields"], &printed["LogScope"]), (&redacted["RedactedFields"], &json!("CUSTOMER")));
    assert_eq!(place.ok("GetLoggingConfiguration", wanted.clone()), answer);
    let list = |place: &mut Place, more: Value| {
        let answer = place.ok("ListLoggingConfigurations", with(json!({ "Scope": "REGIONAL" }), more));
        answer["LoggingConfigurations"].clone()
    };
    assert_eq!(list(&mut place, json!({})), json!([printed]));
    assert_eq!(list(&mut place, json!({ "Scope": "CLOUDFRONT" })), json!([]));
    assert_eq!(list(&mut place, json!({ "LogScope": "SECURITY_LAKE" })), json!([]));
    let other = with(wanted.clone(), json!({ "LogScope": "SECURITY_LAKE" }));
    assert_eq!(place.code("GetLoggingConfiguration", other), "WAFNonexistentItemException");
    let replaced = place.ok("PutLoggingConfiguration", logging(made.arn(), json!({})));
    assert_eq!(replaced["LoggingConfiguration"].get("RedactedFields"), None, "there is one, WAF-123");
    place.ok("DeleteLoggingConfiguration", wanted.clone());
    assert_eq!(place.code("GetLoggingConfiguration", wanted), "WAFNonexistentItemException");
    place.ok("PutLoggingConfiguration", logging(made.arn(), json!({})));
    place.ok("DeleteWebACL", made.locked());
    assert_eq!(list(&mut place, json!({})), json!([]));
    assert_eq!(place.0.store.snapshot().region("us-east-1").waf_logging.len(), 0);
}

#[test]
fn logging_that_cannot_be_is_refused() {
    let mut place = Place::new();
    let made = place.acl("own", json!([]));
    let good = logging(made.arn(), json!({}));
    assert_eq!(place.code("PutLoggingConfiguration", good), "UnsupportedOperation", "without an S3");
    place.0.settings.has_log_bucket = true;
    let error =
        place.refused("PutLoggingConfiguration", logging(made.arn(), json!({ "RedactedFields": [{ "Body": {} }] })));
    assert!(error.members.contains(&("Field", "FIELD_TO_MATCH".to_owned())), "WAF-124: {error}");
    for (more, code) in [
        (json!({ "LogDestinationConfigs": ["arn:aws:s3:::own-bucket-of-mine"] }), "WAFInvalidParameterException"),
        (
            json!({ "LogDestinationConfigs": ["arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-own"] }),
            "UnsupportedOperation",
        ),
        (json!({ "LogScope": "SECURITY_LAKE" }), "UnsupportedOperation"),
        (json!({ "Foo": 1 }), "WAFInvalidParameterException"),
        (json!({ "ResourceArn": null }), "ValidationException"),
        (json!({ "ResourceArn": made.arn().replace("own", "other") }), "WAFNonexistentItemException"),
        (json!({ "ResourceArn": made.arn().replace("webacl", "ipset") }), "WAFInvalidParameterException"),
    ] {
        assert_eq!(place.code("PutLoggingConfiguration", logging(made.arn(), more.clone())), code, "{more}");
    }
}

#[test]
fn resources_that_are_not_there_are_not_protected() {
    let mut place = Place::new();
    let made = place.acl("own", json!([]));
    let balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/own/0123456789abcdef";
    let associate = |acl: &str, resource: &str| json!({ "WebACLArn": acl, "ResourceArn": resource });
    assert_eq!(place.code("AssociateWebACL", associate(made.arn(), balancer)), "WAFUnavailableEntityException");
    let stage = "arn:aws:apigateway:us-east-1::/restapis/abc/stages/prod";
    assert_eq!(place.code("AssociateWebACL", associate(made.arn(), stage)), "WAFUnavailableEntityException", "WAF-113");
    let other = made.arn().replace("own", "other");
    assert_eq!(place.code("AssociateWebACL", associate(&other, balancer)), "WAFNonexistentItemException");
    for wrong in [
        "arn:aws:s3:::a-bucket-of-mine",
        "arn:aws:cloudfront::000000000000:distribution/E123",
        &balancer.replace("us-east-1", "eu-west-1"),
        &balancer.replace("/app/", "/net/"),
        "no arn at all, but long",
    ] {
        let error = place.refused("AssociateWebACL", associate(made.arn(), wrong));
        assert!(error.members.contains(&("Field", "RESOURCE_ARN".to_owned())), "{wrong}: {error}");
        for action in ["DisassociateWebACL", "GetWebACLForResource"] {
            assert_eq!(place.code(action, json!({ "ResourceArn": wrong })), "WAFInvalidParameterException", "{wrong}");
        }
    }
    for action in ["DisassociateWebACL", "GetWebACLForResource"] {
        assert_eq!(place.code(action, json!({ "ResourceArn": balancer })), "WAFNonexistentItemException");
    }
    let global = with(acl("own", json!([])), json!({ "Scope": "CLOUDFRONT" }));
    let global = Made::of("WebACL", place.ok("CreateWebACL", global));
    assert_eq!(place.code("AssociateWebACL", associate(global.arn(), balancer)), "WAFInvalidParameterException");
    let listed = place.ok("ListResourcesForWebACL", json!({ "WebACLArn": made.arn(), "ResourceType": "APPSYNC" }));
    assert_eq!(listed, json!({ "ResourceArns": [] }));
    let wrong = json!({ "WebACLArn": made.arn(), "ResourceType": "CLOUDFRONT" });
    assert_eq!(place.code("ListResourcesForWebACL", wrong), "ValidationException", "WAF-115");
    assert_eq!(place.code("ListResourcesForWebACL", json!({ "WebACLArn": other })), "WAFNonexistentItemException");
}

#[test]
fn rules_cost_before_what_they_cost_after() {
    let mut place = Place::new();
    let group = place.group("group", json!([rule("r", 0, path("/a"))]));
    let blocked = json!({ "Block": { "CustomResponse": { "ResponseCode": 403, "CustomResponseBodyKey": "own" } } });
    let rules = json!([
        with(rule("r", 0, path("/a")), json!({ "Action": blocked })),
        group_rule("g", 1, group.arn(), json!({})),
    ]);
    let answer = place.ok("CheckCapacity", json!({ "Scope": "REGIONAL", "Rules": rules }));
    assert_eq!(answer, json!({ "Capacity": 52 }), "WAF-25, WAF-29");
    let bodies = json!({ "own": { "ContentType": "TEXT_PLAIN", "Content": "no" } });
    let made = with(acl("own", rules), json!({ "CustomResponseBodies": bodies }));
    let made = Made::of("WebACL", place.ok("CreateWebACL", made));
    assert_eq!(place.get(&made)["WebACL"]["Capacity"], 52);
    let bad = json!({ "Scope": "REGIONAL", "Rules": [rule("r", 0, json!({}))] });
    assert_eq!(place.code("CheckCapacity", bad), "WAFInvalidParameterException");
    assert_eq!(place.code("CheckCapacity", json!({ "Scope": "REGIONAL" })), "ValidationException");
    assert_eq!(place.ok("ListWebACLs", json!({ "Scope": "REGIONAL" }))["WebACLs"].as_array().map(Vec::len), Some(1));
}
