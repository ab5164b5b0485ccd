"""What clients get through endpoints; where these are is in the environment."""

import http.client
import os
import socket
import ssl
import struct
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PORTS = {name: int(os.environ[f"PORT_{name}"]) for name in ["S3", "S3_READS", "S3_AWAY", "DYNAMODB", "DYNAMODB_ONE", "PLAIN", "NOWHERE"]}

# Inside a VPC its resolver says where the services' names lead; here, this does.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve("127.0.0.1" if str(host).endswith("amazonaws.com") else host, *rest, **more)


def client(service, port, scheme="https", **more):
    return boto3.client(service, endpoint_url=f"{scheme}://{service}.us-east-1.amazonaws.com:{PORTS[port]}", **more)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{arguments} was not refused")


def s3_by_tls_and_both_kinds_of_addresses():
    for style in ["path", "virtual"]:
        s3 = client("s3", "S3", config=Config(s3={"addressing_style": style}))
        s3.create_bucket(Bucket=f"logs-{style}")
        s3.put_object(Bucket=f"logs-{style}", Key="a b", Body=b"x" * 100_000)
        assert s3.get_object(Bucket=f"logs-{style}", Key="a b")["Body"].read() == b"x" * 100_000
    reads = client("s3", "S3_READS")
    assert reads.get_object(Bucket="logs-path", Key="a b")["ContentLength"] == 100_000
    error = refused("AccessDenied", reads.put_object, Bucket="logs-path", Key="b", Body=b"")
    assert "because no VPC endpoint policy allows the s3:PutObject action" in str(error)
    plain = client("s3", "PLAIN", scheme="http")
    refused("AccessDenied", plain.list_buckets)


def s3_elsewhere():
    away = client("s3", "S3_AWAY", config=Config(s3={"addressing_style": "path"}))
    away.create_bucket(Bucket="away")
    away.upload_fileobj(__import__("io").BytesIO(b"y" * 9_000_000), "away", "large")
    assert away.get_object(Bucket="away", Key="large")["Body"].read() == b"y" * 9_000_000
    refused("AccessDenied", away.get_object, Bucket="away", Key="secret/a")
    refused("AccessDenied", away.delete_objects, Bucket="away", Delete={"Objects": [{"Key": "large"}]})
    wrong = client("s3", "S3_AWAY", aws_access_key_id="test", aws_secret_access_key="wrong")
    refused("SignatureDoesNotMatch", wrong.list_buckets)


def dynamodb():
    db = client("dynamodb", "DYNAMODB")
    for name in ["one", "two"]:
        db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
        db.put_item(TableName=name, Item={"k": {"S": "a"}, "v": {"S": "v" * 100_000}})
    assert len(db.get_item(TableName="one", Key={"k": {"S": "a"}})["Item"]["v"]["S"]) == 100_000
    one = client("dynamodb", "DYNAMODB_ONE")
    assert one.get_item(TableName="one", Key={"k": {"S": "a"}})["Item"]
    error = refused("AccessDeniedException", one.get_item, TableName="two", Key={"k": {"S": "a"}})
    assert "table/two because no VPC endpoint policy allows the dynamodb:GetItem action" in str(error), error
    keys = {"Keys": [{"k": {"S": "a"}}]}
    refused("AccessDeniedException", one.batch_get_item, RequestItems={"one": keys, "two": keys})
    refused("AccessDeniedException", one.execute_statement, Statement="SELECT * FROM one")
    assert db.list_tables()["TableNames"] == ["one", "two"]
    wrong = client("dynamodb", "DYNAMODB", aws_access_key_id="test", aws_secret_access_key="wrong")
    refused("InvalidSignatureException", wrong.list_tables)
    unknown = client("dynamodb", "DYNAMODB", aws_access_key_id="unknown", aws_secret_access_key="test")
    refused("UnrecognizedClientException", unknown.list_tables)
    nowhere = client("sqs", "NOWHERE")
    refused("UnsupportedOperation", nowhere.list_queues)


def raw(port, text):
    with socket.create_connection(("127.0.0.1", PORTS[port])) as stream:
        stream.sendall(text.replace("\n", "\r\n").encode())
        stream.settimeout(5)
        answer = b""
        try:
            while chunk := stream.recv(65536):
                answer += chunk
        except TimeoutError:
            pass
        return answer.decode()


def heads_are_strict():
    for text in ["GET / HTTP/1.1\nHost: a\nHost: b\n\n", "GET http://b/ HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.0\nHost: a\n\n", "GET / HTTP/1.1\n\n",
                 "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip, chunked\n\n0\n\n", "GET / HTTP/1.1\nHost: a\nUpgrade: websocket\nConnection: upgrade\n\n"]:
        answer = raw("PLAIN", text)
        assert " 400 " in answer.split("\r\n")[0] and "onnection: close" in answer, (text, answer)
    many = "".join(f"x-{number}: 1\n" for number in range(200))
    assert " 431 " in raw("PLAIN", f"GET / HTTP/1.1\nHost: a\n{many}\n").split("\r\n")[0]


def who_idles_is_reset():
    stream = socket.create_connection(("127.0.0.1", PORTS["PLAIN"]))
    begin = time.monotonic()
    try:
        end = stream.recv(1)
    except ConnectionResetError:
        assert 0.9 < time.monotonic() - begin < 5, "IFE-8"
        return
    raise AssertionError(f"closed, not reset: {end}")


def certificates_are_for_names_of_aws_alone():
    context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
    for name, is_given in [("s3.us-east-1.amazonaws.com", True), ("x.y.vpce.amazonaws.com", True), ("example.com", False), ("amazonaws.com.example.com", False)]:
        with socket.create_connection(("127.0.0.1", PORTS["S3"])) as stream:
            try:
                context.wrap_socket(stream, server_hostname=name).close()
                got = True
            except (ssl.SSLError, ConnectionError):
                got = False
        assert got == is_given, name


s3_by_tls_and_both_kinds_of_addresses()
s3_elsewhere()
dynamodb()
heads_are_strict()
who_idles_is_reset()
certificates_are_for_names_of_aws_alone()
