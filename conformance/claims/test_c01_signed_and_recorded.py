"""C01: every change is an API call, proved by its signature, and recorded, refused ones too."""

import json
import pathlib

import pytest
from botocore.exceptions import ClientError
from support.signing import Request, now

NAME = "made by a call"


def groups(daemon):
    found = daemon.client().describe_security_groups(Filters=[{"Name": "group-name", "Values": [NAME]}])
    return [group["GroupId"] for group in found["SecurityGroups"]]


def creation(daemon):
    vpc = daemon.client().describe_vpcs()["Vpcs"][0]["VpcId"]
    return Request(daemon, "CreateSecurityGroup", GroupName=NAME, GroupDescription=NAME, VpcId=vpc)


def unsigned(request):
    del request.headers["x-note"]


def unknown_key(request):
    request.sign(key="AKIAIOSFODNN7EXAMPLE")


def wrong_secret(request):
    request.sign(secret="guessed")


def wrong_secret_of_unknown_key(request):
    request.sign(key="AKIAIOSFODNN7EXAMPLE", secret="guessed")


def foreign_session(request):
    request.sign(token="of nobody")


def too_old(request):
    request.sign(at=now(minutes=-15, seconds=-5))


def too_early(request):
    request.sign(at=now(minutes=15, seconds=30))


def altered_body(request):
    request.sign().body += "&TagSpecification.1.ResourceType=security-group"


def altered_header(request):
    request.sign().headers["x-note"] = "as it was not"


def dropped_header(request):
    del request.sign().headers["x-note"]


def altered_date(request):
    request.sign(at=now(minutes=-1)).headers["x-amz-date"] = now().strftime("%Y%m%dT%H%M%SZ")


def another_service(request):
    """Signed for CloudTrail, shown to EC2: its region and service are part of what is signed."""
    request.sign(service="cloudtrail")
    request.headers["authorization"] = request.headers["authorization"].replace("/cloudtrail/", "/ec2/")


def another_region(request):
    request.sign(region="eu-west-1")
    request.headers["authorization"] = request.headers["authorization"].replace("/eu-west-1/", "/us-east-1/")


def unsigned_payload(request):
    """Parameters are in the body: leaving it out of the signature would sign any call."""
    request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    request.sign()


SPOILT = [
    (unsigned, 403, "MissingAuthenticationToken"),
    (unknown_key, 401, "AuthFailure"),
    (wrong_secret, 401, "AuthFailure"),
    (wrong_secret_of_unknown_key, 401, "AuthFailure"),
    (foreign_session, 401, "AuthFailure"),
    (too_old, 400, "RequestExpired"),
    (too_early, 400, "RequestExpired"),
    (altered_body, 401, "AuthFailure"),
    (altered_header, 401, "AuthFailure"),
    (dropped_header, 401, "IncompleteSignature"),
    (altered_date, 401, "AuthFailure"),
    (another_service, 401, "AuthFailure"),
    (another_region, 401, "AuthFailure"),
    (unsigned_payload, 401, "AuthFailure"),
]


def trail(daemon):
    """The records in the order they were written: each line is one whole document."""
    lines = (pathlib.Path(daemon.directory) / "trail.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_c01_a_call_is_believed_only_as_it_was_signed(daemon):
    """What is refused changes nothing, has EC2's own code and status (API-11, API-16), and is one record (API-37)."""
    for spoil, status, code in SPOILT:
        request = creation(daemon)
        spoil(request)
        answered, refused, request_id = request.send()
        assert (answered, refused) == (status, code), spoil.__name__
        mine = [record for record in trail(daemon) if record["requestID"] == request_id]
        assert [record.get("errorCode", "").removeprefix("Client.") for record in mine] == [code], spoil.__name__
        assert mine[0]["responseElements"] is None
        assert "arn" not in mine[0]["userIdentity"], "nobody has proved who called"
        assert groups(daemon) == [], spoil.__name__
    answers = [creation(daemon).sign(at=now(minutes=minutes)).send()[:2] for minutes in (-14, 0, 14)]
    assert answers == [(200, None), *[(400, "InvalidGroup.Duplicate")] * 2], "believed each time"
    assert len(groups(daemon)) == 1


def test_c01_boto3_is_told_the_same(daemon):
    for key, secret in (("test", "wrong"), ("AKIAIOSFODNN7EXAMPLE", "test")):
        with pytest.raises(ClientError) as refused:
            daemon.client(key=key, secret=secret).create_vpc(CidrBlock="10.0.0.0/16")
        assert refused.value.response["Error"] == {
            "Code": "AuthFailure",
            "Message": "AWS was not able to validate the provided access credentials",
        }
    assert all(vpc["IsDefault"] for vpc in daemon.client().describe_vpcs()["Vpcs"])


def test_c01_every_call_is_one_record_whatever_came_of_it(daemon):
    """A change, a question, a refused change and a refused caller (API-37)."""
    ec2 = daemon.client()
    before = len(trail(daemon))
    made = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ec2.describe_vpcs(VpcIds=[made])
    with pytest.raises(ClientError):
        ec2.delete_vpc(VpcId="vpc-0123456789abcdef0")
    with pytest.raises(ClientError):
        daemon.client(secret="wrong").delete_vpc(VpcId=made)
    records = trail(daemon)[before:]
    assert [(r["eventName"], r["readOnly"], r.get("errorCode")) for r in records] == [
        ("CreateVpc", False, None),
        ("DescribeVpcs", True, None),
        ("DeleteVpc", False, "Client.InvalidVpcID.NotFound"),
        ("DeleteVpc", False, "Client.AuthFailure"),
    ]
    created, asked, absent, stranger = records
    assert created["requestParameters"] == {"cidrBlock": "10.7.0.0/16"}
    assert created["responseElements"]["vpc"]["vpcId"] == made
    assert asked["responseElements"] is None
    assert absent["requestParameters"] == {"vpcId": "vpc-0123456789abcdef0"}
    assert "vpc-0123456789abcdef0" in absent["errorMessage"]
    assert len({record["eventID"] for record in records}) == len({record["requestID"] for record in records}) == 4
    for record in records:
        assert record["eventSource"] == "ec2.amazonaws.com" and record["awsRegion"] == "us-east-1"
        assert record["sourceIPAddress"] == "127.0.0.1" and "Boto3/" in record["userAgent"]
        assert record["recipientAccountId"] == "000000000000" and record["eventType"] == "AwsApiCall"
    for record in (created, asked, absent):
        identity = record["userIdentity"]
        assert (identity["type"], identity["accessKeyId"]) == ("Root", "test")
        assert identity["arn"] == "arn:aws:iam::000000000000:root"
    assert stranger["userIdentity"].get("type") != "Root"
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs(VpcIds=[made])["Vpcs"]] == [made]


def test_c01_lookup_events_finds_what_the_trail_holds(daemon):
    ec2 = daemon.client()
    made = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    with pytest.raises(ClientError):
        ec2.delete_vpc(VpcId="vpc-0123456789abcdef0")
    ec2.delete_vpc(VpcId=made)
    written = [record for record in trail(daemon) if record["eventName"] == "DeleteVpc"]

    def look(key, value):
        attributes = [{"AttributeKey": key, "AttributeValue": value}]
        return daemon.client("cloudtrail").lookup_events(LookupAttributes=attributes)["Events"]

    found = look("EventName", "DeleteVpc")
    assert [json.loads(event["CloudTrailEvent"]) for event in found] == written[::-1], "the newest first"
    assert [json.loads(event["CloudTrailEvent"]).get("errorCode") for event in found] == [
        None,
        "Client.InvalidVpcID.NotFound",
    ]
    newest = found[0]
    assert newest["EventId"] == written[1]["eventID"] and newest["EventSource"] == "ec2.amazonaws.com"
    assert newest["ReadOnly"] == "false" and newest["AccessKeyId"] == "test" and newest["Username"] == "root"
    assert look("EventId", newest["EventId"])[0]["EventName"] == "DeleteVpc"
    assert look("EventName", "DeleteSubnet") == []
    assert {event["ReadOnly"] for event in look("ReadOnly", "true")} <= {"true"}
    other_region = daemon.client("cloudtrail", region="eu-west-1").lookup_events()["Events"]
    assert "DeleteVpc" not in [event["EventName"] for event in other_region]


def test_c01_the_trail_outlives_a_crash(daemon):
    """A call that was answered is in the trail, even if the next thing is the end."""
    made = daemon.client().create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    daemon.kill()
    assert trail(daemon)[-1]["responseElements"]["vpc"]["vpcId"] == made
    daemon.start()
    names = [event["EventName"] for event in daemon.client("cloudtrail").lookup_events()["Events"]]
    assert "CreateVpc" in names
