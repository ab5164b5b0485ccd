"""Services that Ringwall does not have are refused in the words of their own protocol, so that every client can say why."""

import pytest
from botocore.exceptions import ClientError

CALLS = [
    ("dynamodb", "list_tables", {}),
    ("lambda", "list_functions", {}),
    ("iam", "list_users", {}),
    ("elbv2", "describe_load_balancers", {}),
    ("apigatewayv2", "get_apis", {}),
    ("route53", "list_hosted_zones", {}),
    ("logs", "describe_log_groups", {}),
]


@pytest.mark.parametrize(("service", "action", "parameters"), CALLS)
def test_a_service_that_is_not_there_says_so(shared, service, action, parameters):
    with pytest.raises(ClientError) as refused:
        getattr(shared.client(service), action)(**parameters)
    error = refused.value.response["Error"]
    assert error["Code"] == "UnsupportedOperation", error
    assert "is not one of Ringwall's" in error["Message"]


@pytest.mark.parametrize("action", ["create_transit_gateway", "create_vpc_peering_connection", "describe_key_pairs"])
def test_an_action_that_is_not_there_is_named(shared, action):
    parameters = {
        "create_transit_gateway": {},
        "create_vpc_peering_connection": {"VpcId": "vpc-00000000", "PeerVpcId": "vpc-00000001"},
        "describe_key_pairs": {},
    }[action]
    with pytest.raises(ClientError) as refused:
        getattr(shared.client(), action)(**parameters)
    error = refused.value.response["Error"]
    assert error["Code"] == "UnsupportedOperation"
    assert action.title().replace("_", "") in error["Message"]
