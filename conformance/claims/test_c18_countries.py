"""C18, as far as the engine goes: it blocks by country."""

import pytest
from botocore.exceptions import ClientError
from support.daemon import Daemon
from support.web_acl import WebAcl, countries, request, rule

GERMANY = {"GeoMatchStatement": {"CountryCodes": ["DE"]}}


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "countries.mmdb"
    path.write_bytes(countries({(192, 0, 2, 0): "DE", (198, 51, 100, 0): "FR"}))
    return path


@pytest.fixture
def located(database):
    daemon = Daemon("countries", [f"--geo-database={database}"], keeps_state=False).start()
    yield daemon
    daemon.down()


def test_c18_a_country_is_blocked_and_others_are_not(located, database):
    """WAF-37, WAF-41, WAF-42: by the address of the connection, or by the one that a proxy tells."""
    clients = ["192.0.2.1", "198.51.100.1", "203.0.113.1"]
    acl = WebAcl(located, rule("germany", GERMANY))
    asked = [request("/", client=client) for client in clients]
    assert acl.blocks(*asked, options=["--geo", database]) == [True, False, False]
    forwarded = {"ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"}}
    acl = WebAcl(located, rule("germany", {"GeoMatchStatement": {"CountryCodes": ["DE"], **forwarded}}))
    asked = [request("/", f"X-Forwarded-For: {client}", client="203.0.113.1") for client in [*clients, "nowhere"]]
    none = request("/", client="192.0.2.1")
    assert acl.blocks(*asked, none, options=["--geo", database]) == [True, False, False, True, False]


def test_c18_without_knowing_countries_no_rule_pretends_to(shared):
    """What would have no effect is refused, with what to do."""
    with pytest.raises(ClientError) as refused:
        WebAcl(shared, rule("germany", GERMANY))
    assert refused.value.response["Error"]["Code"] == "UnsupportedOperation"
    assert "GeoMatchStatement" in str(refused.value) and "database in MaxMind's format" in str(refused.value)
