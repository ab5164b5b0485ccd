"""The WAFv2 API with boto3: what passes, what is refused, and how."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def waf(shared):
    return shared.client("wafv2")


def test_an_ip_set_lives(waf):
    """WAF-105, WAF-106, WAF-107, WAF-108."""
    made = waf.create_ip_set(
        Name="lives", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"], Description="for a test"
    )["Summary"]
    assert made["ARN"] == f"arn:aws:wafv2:us-east-1:000000000000:regional/ipset/lives/{made['Id']}"
    assert made in waf.list_ip_sets(Scope="REGIONAL")["IPSets"]
    target = {"Name": "lives", "Scope": "REGIONAL", "Id": made["Id"]}
    got = waf.get_ip_set(**target)
    assert got["LockToken"] == made["LockToken"]
    assert got["IPSet"] == {
        "Name": "lives",
        "Id": made["Id"],
        "ARN": made["ARN"],
        "Description": "for a test",
        "IPAddressVersion": "IPV4",
        "Addresses": ["192.0.2.0/24"],
    }
    token = waf.update_ip_set(**target, Addresses=["198.51.100.1/32"], LockToken=made["LockToken"])["NextLockToken"]
    assert token != made["LockToken"]
    for change in (waf.update_ip_set, waf.delete_ip_set):
        rest = {"Addresses": []} if change == waf.update_ip_set else {}
        with pytest.raises(waf.exceptions.WAFOptimisticLockException):
            change(**target, **rest, LockToken=made["LockToken"])
    assert waf.get_ip_set(**target)["IPSet"]["Addresses"] == ["198.51.100.1/32"]
    assert waf.get_ip_set(**target)["IPSet"]["Description"] == "", "what is left out is cleared"
    waf.delete_ip_set(**target, LockToken=token)
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_ip_set(**target)
    assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []
