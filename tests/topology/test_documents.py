"""Documents: any JSON is answered with problems, and a good document compiles to the same page every time."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.topology import compile_topology, normalise, validate
from flows.topology.document import MIGRATIONS
from flows.topology.links import DERIVATIONS
from flows.topology.properties import property_schemas
from flows.topology.types import NODE_TYPES
from tests.topology.documents import ARN, the_cast

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from([ARN.format("A"), "A", "B", "true"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
WORDS = [
    "QueueName",
    "FifoQueue",
    "RedrivePolicy",
    "deadLetterTargetArn",
    "maxReceiveCount",
    "VisibilityTimeout",
    "FunctionName",
    "EventSourceArn",
    "BatchSize",
    "Targets",
    "Arn",
    "EventPattern",
    "Subscription",
    "Endpoint",
    "Protocol",
    "NotificationConfiguration",
    "LambdaConfigurations",
    "Function",
    "Definition",
    "States",
    "Type",
    "Resource",
    "Parameters",
    "Body",
    "paths",
    "Target",
    "Source",
    "DestinationConfig",
]
properties = st.recursive(
    anything,
    lambda inner: st.dictionaries(st.sampled_from(WORDS), inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=15,
)
resources = st.dictionaries(
    st.sampled_from(["A", "B", "C", "D"]),
    st.fixed_dictionaries(
        {
            "Type": st.sampled_from(sorted({*NODE_TYPES, *DERIVATIONS})),
            "Properties": st.dictionaries(st.sampled_from(WORDS), properties, max_size=5),
        }
    )
    | anything,
    max_size=4,
)


@given(anything)
def test_any_json_is_answered_with_problems(thing):
    for problem in validate(thing):
        assert problem.message
        assert problem.severity in {"error", "warning"}


@settings(max_examples=200)
@given(resources)
def test_a_document_without_errors_compiles_and_gives_the_same_page_again(given_resources):
    document = {"format": 1, "name": "x", "resources": given_resources}
    if any(problem.severity == "error" for problem in validate(document)):
        return
    topology = compile_topology(document)
    page = topology.as_json()
    again = compile_topology(json.loads(json.dumps(document))).as_json()
    assert json.dumps(page, sort_keys=True) == json.dumps(again, sort_keys=True)
    for index, link in enumerate(topology.links):
        assert link.index == index
        assert 0 <= link.source < len(topology.nodes)
        assert 0 <= link.target < len(topology.nodes)


def test_normalising_keeps_a_document_whole_and_is_done_once():
    document = the_cast()
    document["resources"]["ChargeCard"]["playground"] = {
        "behaviour": {"output": 1},
        "position": {"x": 1, "y": 2},
        "mine": True,
    }
    once = normalise(document)
    assert normalise(once) == once
    playground = once["resources"]["ChargeCard"]["playground"]
    assert (playground["position"], playground["mine"], playground["behaviour"]["output"]) == (
        {"x": 1, "y": 2},
        True,
        1,
    )
    assert "quantiles" not in str(document)


def test_forms_are_made_from_the_same_models():
    schema = property_schemas()["AWS::SQS::Queue"]
    assert schema["properties"]["VisibilityTimeout"] | {"title": ""} == {
        "default": 30,
        "description": "How long a received message stays hidden from others.",
        "maximum": 43_200,
        "minimum": 0,
        "title": "",
        "type": "integer",
        "unit": "s",
    }


def test_an_older_document_is_brought_up_to_date_step_by_step(monkeypatch):
    monkeypatch.setitem(MIGRATIONS, -1, lambda old: {**old, "format": 0, "name": old.pop("title")})
    monkeypatch.setitem(MIGRATIONS, 0, lambda old: {**old, "format": 1})
    document = {**the_cast(), "format": -1, "title": "Old orders"}
    del document["name"]
    assert validate(dict(document)) == []
    assert normalise(dict(document))["name"] == "Old orders"
    assert compile_topology(dict(document)).name == "Old orders"
