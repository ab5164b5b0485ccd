"""What is predicted for a packet, compared with what became of it when it was sent."""


def who(end):
    return getattr(end, "id", end)


def layers(journey):
    return {layer["layer"]: layer for layer in journey["layers"]}


def passes(network, source, to, port=None, protocol="tcp", layer=None, rule=None, **more):
    """The packet gets through, as predicted and for real; `layer` let it through by `rule`."""
    said = network.daemon.explain(who(source), who(to), protocol, port, send=True, **more)
    assert said["reachable"] and said["sent"]["agrees"], said
    if layer:
        assert layers(said["request"])[layer]["rule"] == rule, said["request"]
    return said


def stopped(network, source, to, port=None, protocol="tcp", layer=None, rule=None, answer=False, **more):
    """The packet (or its answer) is stopped by `layer` and `rule`, as predicted and for real."""
    said = network.daemon.explain(who(source), who(to), protocol, port, send=True, **more)
    assert not said["reachable"] and said["sent"]["agrees"], said
    journey = said["answer" if answer else "request"]
    assert journey["stopped_by"]["layer"] == layer, journey
    if rule:
        assert journey["stopped_by"]["rule"] == rule, journey
    return said
