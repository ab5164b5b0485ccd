"""What boto3 does with a server whose address is in the environment."""

import io
import os
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3")


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, (found, error)
        return error
    raise AssertionError(f"{arguments} was not refused")


def keys_are_anything():
    odd = ["a/../../b", "../../../etc/passwd", "a//b", "a", "a/", "é \U0001f600+%&?#", "x" * 1024, "<&>'\""]
    for number, key in enumerate(odd):
        s3.put_object(Bucket="logs", Key=key, Body=str(number).encode())
    for number, key in enumerate(odd):
        assert s3.get_object(Bucket="logs", Key=key)["Body"].read() == str(number).encode(), key
    listed = [entry["Key"] for entry in s3.list_objects_v2(Bucket="logs")["Contents"]]
    assert listed == sorted(odd, key=str.encode), listed
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="logs", PaginationConfig={"PageSize": 3})
    assert [entry["Key"] for page in pages for entry in page["Contents"]] == listed
    pages = s3.get_paginator("list_objects").paginate(Bucket="logs", Delimiter="/", PaginationConfig={"PageSize": 1})
    pages = list(pages)
    assert len(pages) > 3 and {prefix["Prefix"] for page in pages for prefix in page.get("CommonPrefixes", [])} == {"a/", "../"}
    refused("KeyTooLongError", s3.put_object, Bucket="logs", Key="x" * 1025)
    answer = s3.delete_objects(Bucket="logs", Delete={"Objects": [{"Key": key} for key in odd]})
    assert len(answer["Deleted"]) == len(odd) and s3.list_objects_v2(Bucket="logs")["KeyCount"] == 0


def what_goes_with_an_object_comes_back():
    s3.put_object(Bucket="logs", Key="o", Body=b"0123456789", ContentType="text/plain", CacheControl="no-store", Metadata={"team": "red"},
                  ContentEncoding="identity", ContentDisposition="inline", ChecksumAlgorithm="SHA256")
    got = s3.get_object(Bucket="logs", Key="o", ChecksumMode="ENABLED")
    assert got["ContentType"] == "text/plain" and got["CacheControl"] == "no-store" and got["Metadata"] == {"team": "red"}
    assert got["ChecksumSHA256"] and got["ETag"] == '"781e5e245d69b566979b86e28d23f2c7"' and got["ContentEncoding"] == "identity"
    part = s3.get_object(Bucket="logs", Key="o", Range="bytes=2-4")
    assert part["Body"].read() == b"234" and part["ContentRange"] == "bytes 2-4/10" and part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert s3.get_object(Bucket="logs", Key="o", Range="bytes=-3")["Body"].read() == b"789"
    refused("InvalidRange", s3.get_object, Bucket="logs", Key="o", Range="bytes=10-")
    assert s3.get_object(Bucket="logs", Key="o", ResponseContentType="image/png")["ContentType"] == "image/png"
    refused("304", s3.head_object, Bucket="logs", Key="o", IfNoneMatch=got["ETag"])
    refused("PreconditionFailed", s3.get_object, Bucket="logs", Key="o", IfMatch='"x"')
    refused("PreconditionFailed", s3.put_object, Bucket="logs", Key="o", IfNoneMatch="*")
    s3.put_object(Bucket="logs", Key="new", IfNoneMatch="*")
    s3.put_object(Bucket="logs", Key="new", Body=b"1", IfMatch=s3.head_object(Bucket="logs", Key="new")["ETag"])
    refused("NoSuchKey", s3.get_object, Bucket="logs", Key="none")
    refused("404", s3.head_object, Bucket="logs", Key="none")
    s3.copy_object(Bucket="logs", Key="copy", CopySource={"Bucket": "logs", "Key": "o"})
    assert s3.head_object(Bucket="logs", Key="copy")["Metadata"] == {"team": "red"}
    s3.copy_object(Bucket="logs", Key="copy", CopySource={"Bucket": "logs", "Key": "o"}, MetadataDirective="REPLACE", Metadata={"team": "blue"})
    assert s3.head_object(Bucket="logs", Key="copy")["Metadata"] == {"team": "blue"}
    refused("InvalidRequest", s3.copy_object, Bucket="logs", Key="o", CopySource={"Bucket": "logs", "Key": "o"})


def bodies_are_what_they_were_promised_to_be():
    refused("BadDigest", s3.put_object, Bucket="logs", Key="bad", Body=b"1", ChecksumCRC32="AAAAAA==")
    refused("BadDigest", s3.put_object, Bucket="logs", Key="bad", Body=b"1", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")
    refused("404", s3.head_object, Bucket="logs", Key="bad")
    for algorithm in ["CRC32", "SHA1", "SHA256"]:
        s3.put_object(Bucket="logs", Key="stream", Body=io.BytesIO(b"x" * 300_000), ChecksumAlgorithm=algorithm)
        assert s3.get_object(Bucket="logs", Key="stream")["ContentLength"] == 300_000


def uploads_in_parts():
    for algorithm in [None, "CRC32", "SHA256"]:
        more = {"ChecksumAlgorithm": algorithm} if algorithm else {}
        upload = s3.create_multipart_upload(Bucket="logs", Key="parts", ContentType="text/x", **more)["UploadId"]
        names = {"Bucket": "logs", "Key": "parts", "UploadId": upload}
        assert s3.list_multipart_uploads(Bucket="logs")["Uploads"][0]["UploadId"] == upload
        parts = []
        for number, body in [(2, b"b" * 10), (1, b"a" * (5 << 20))]:
            answer = s3.upload_part(PartNumber=number, Body=body, **names, **more)
            part = {"PartNumber": number, "ETag": answer["ETag"]}
            if algorithm:
                part[f"Checksum{algorithm}"] = answer[f"Checksum{algorithm}"]
            parts.insert(0, part)
        assert [part["Size"] for part in s3.list_parts(**names)["Parts"]] == [5 << 20, 10]
        refused("InvalidPart", s3.complete_multipart_upload, MultipartUpload={"Parts": [{"PartNumber": 3, "ETag": "x"}]}, **names)
        answer = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **names)
        assert answer["ETag"].endswith('-2"'), answer
        if algorithm:
            assert answer[f"Checksum{algorithm}"].endswith("-2"), answer
        got = s3.get_object(Bucket="logs", Key="parts", Range=f"bytes={(5 << 20) - 2}-{(5 << 20) + 1}")
        assert got["Body"].read() == b"aabb" and got["ContentType"] == "text/x"
        refused("NoSuchUpload", s3.list_parts, **names)
    upload = s3.create_multipart_upload(Bucket="logs", Key="parts")["UploadId"]
    s3.upload_part_copy(Bucket="logs", Key="parts", UploadId=upload, PartNumber=1, CopySource={"Bucket": "logs", "Key": "o"}, CopySourceRange="bytes=1-2")
    s3.abort_multipart_upload(Bucket="logs", Key="parts", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="logs")


def presigned_addresses_work_as_long_as_they_are_unchanged():
    signer = boto3.client("s3", config=Config(signature_version="s3v4"))
    address = signer.generate_presigned_url("get_object", Params={"Bucket": "logs", "Key": "o"}, ExpiresIn=60)
    assert urllib.request.urlopen(address).read() == b"0123456789"
    put = signer.generate_presigned_url("put_object", Params={"Bucket": "logs", "Key": "by address"}, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(put, data=b"!", method="PUT", headers={"Content-Type": ""}))
    assert s3.get_object(Bucket="logs", Key="by address")["Body"].read() == b"!"
    for changed in [address.replace("/o?", "/new?"), address + "&response-content-type=text/html", address.split("?")[0]]:
        try:
            urllib.request.urlopen(changed)
        except urllib.error.HTTPError as error:
            assert error.code == 403 and error.read().startswith(b"<?xml"), changed
        else:
            raise AssertionError(changed)


def only_who_has_the_key_is_let_in():
    other = {"endpoint_url": os.environ["AWS_ENDPOINT_URL"], "region_name": "us-east-1"}
    wrong = boto3.client("s3", aws_access_key_id="test", aws_secret_access_key="wrong", **other)
    refused("SignatureDoesNotMatch", wrong.list_buckets)
    unknown = boto3.client("s3", aws_access_key_id="unknown", aws_secret_access_key="test", **other)
    refused("InvalidAccessKeyId", unknown.list_buckets)
    token = boto3.client("s3", aws_access_key_id="test", aws_secret_access_key="test", aws_session_token="x", **other)
    refused("InvalidToken", token.list_buckets)
    old = boto3.client("s3", config=Config(signature_version="s3"))
    refused("InvalidRequest", old.list_buckets)


def buckets_have_regions():
    west = boto3.client("s3", region_name="eu-west-1", config=Config(retries={"total_max_attempts": 1}))
    refused("IllegalLocationConstraintException", west.create_bucket, Bucket="west")
    west.create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert west.get_bucket_location(Bucket="west")["LocationConstraint"] == "eu-west-1"
    assert s3.head_bucket(Bucket="logs")["BucketRegion"] == "us-east-1"
    refused("BucketAlreadyOwnedByYou", west.create_bucket, Bucket="west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3.list_objects_v2(Bucket="west")["KeyCount"] == 0, "boto3 learns the Region and asks again"
    for name in ["Logs", "..", "ab", "a_b", "10.0.0.1"]:
        try:
            s3.create_bucket(Bucket=name)
        except Exception as error:
            assert "Invalid bucket name" in str(error) or "InvalidBucketName" in str(error), error
        else:
            raise AssertionError(name)


s3.create_bucket(Bucket="logs")
keys_are_anything()
what_goes_with_an_object_comes_back()
bodies_are_what_they_were_promised_to_be()
uploads_in_parts()
presigned_addresses_work_as_long_as_they_are_unchanged()
only_who_has_the_key_is_let_in()
buckets_have_regions()
