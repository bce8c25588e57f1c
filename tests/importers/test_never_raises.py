"""Whatever is uploaded, there is an answer: a document that compiles, or problems that say why not."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.exporters.sam import export_sam
from flows.importers.cloudformation import import_template
from flows.importers.intrinsics import INTRINSICS
from flows.importers.sam.events import EVENTS
from flows.importers.sam.globals import SECTIONS
from flows.importers.types import OTHER_TYPES
from flows.topology import compile_topology, validate
from flows.topology.links import DERIVATIONS
from flows.topology.types import NODE_TYPES, SAM_TYPES

IDS = ["A", "B", "C", "Orders"]
TYPES = sorted({*NODE_TYPES, *SAM_TYPES, *DERIVATIONS, *(row for row in OTHER_TYPES if "*" not in row)})
WORDS = sorted(
    {
        *IDS,
        *[
            "Arn",
            "QueueName",
            "FifoQueue",
            "RedrivePolicy",
            "deadLetterTargetArn",
            "FunctionName",
            "EventSourceArn",
            "Events",
            "Type",
            "Properties",
            "Queue",
            "Topic",
            "Bucket",
            "Pattern",
            "Schedule",
            "Stream",
        ],
        *[
            "Policies",
            "Statement",
            "Action",
            "Resource",
            "Effect",
            "Role",
            "Environment",
            "Variables",
            "DeadLetterQueue",
            "TargetArn",
            "EventInvokeConfig",
            "DestinationConfig",
            "OnFailure",
            "Destination",
        ],
        *[
            "Definition",
            "DefinitionUri",
            "DefinitionSubstitutions",
            "DefinitionString",
            "States",
            "Task",
            "Parameters",
            "Body",
            "paths",
            "Targets",
            "Subscription",
            "Endpoint",
            "Protocol",
            "Source",
            "Target",
        ],
        *[
            "NotificationConfiguration",
            "LambdaConfigurations",
            "Function",
            "DefinitionBody",
            "Connectors",
            "Metadata",
            "Redrive",
            "behaviour",
            "position",
            "TemplateURL",
            "Outputs",
            "Value",
        ],
        *[
            "Fn::ForEach::Loop",
            "Kept",
            "Added",
            "Id",
            "Loose",
            "Stubs",
            "Links",
            "FilterPolicy",
            "SqsSubscription",
            "DeadLetterConfig",
            "RestApiId",
            "ApiId",
            "Path",
            "Method",
            "Integration",
            "Uri",
            "ApiId",
            "SourceParameters",
            "Enrichment",
            "Name",
            "Body",
            "uri",
        ],
    }
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [
            *IDS,
            *EVENTS,
            "SQS",
            "*",
            "${A}",
            "${A.Arn}",
            "A.Arn",
            "AWS::NoValue",
            "arn:aws:sqs:eu-west-1:123456789012:A",
            "template.yaml",
            "true",
            "x.json",
        ]
    )
    | st.text(max_size=6)
)
keys = st.sampled_from([*WORDS, *INTRINSICS]) | st.text(max_size=4)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=4)
        | st.dictionaries(st.sampled_from(sorted(INTRINSICS)), inner, min_size=1, max_size=1)
    ),
    max_leaves=20,
)
resources = st.dictionaries(
    st.sampled_from(IDS),
    st.fixed_dictionaries(
        {"Type": st.sampled_from(TYPES)},
        optional={
            "Properties": st.dictionaries(st.sampled_from(WORDS), anything, max_size=6) | anything,
            "Condition": scalars,
            "Metadata": anything,
            "Connectors": anything,
        },
    )
    | anything,
    max_size=4,
)
templates = st.fixed_dictionaries(
    {"Resources": resources},
    optional={
        "Parameters": st.dictionaries(st.sampled_from(IDS), anything, max_size=2) | anything,
        "Conditions": st.dictionaries(st.sampled_from(IDS), anything, max_size=2) | anything,
        "Mappings": anything,
        "Globals": st.dictionaries(st.sampled_from(sorted(SECTIONS)), anything, max_size=2) | anything,
        "Outputs": anything,
        "Description": anything,
    },
)


def answered(content: bytes, **companions: bytes) -> None:
    result = import_template({"template.yaml": content, **companions}, "template.yaml", {"A": "given"})
    for found in result.problems:
        assert found.message
        assert found.code
    for line in result.report:
        assert line.verdict in {"modelled", "approximated", "ignored", "not drawn", "missing"}
    if result.document is None:
        assert any(found.severity == "error" for found in result.problems)
        return
    stored = json.loads(json.dumps(result.document, allow_nan=False))
    if not any(found.severity == "error" for found in validate(stored)):
        page = compile_topology(stored).as_json()
        assert json.loads(json.dumps(page, allow_nan=False)) == page
        exported = {"template.yaml": export_sam(stored).encode("utf-8", "surrogatepass")}
        assert import_template(exported, "template.yaml").document is not None


@settings(max_examples=600)
@given(templates)
def test_any_template_shaped_thing_is_answered(template):
    answered(json.dumps(template).encode())


@settings(max_examples=100)
@given(anything)
def test_any_json_is_answered(thing):
    answered(json.dumps(thing).encode(), **{"x.json": b"{"})


@settings(max_examples=200)
@given(st.text(max_size=200) | st.text(alphabet="ab:- \n[]{},&*!|>'\"#%@`?<.\t", max_size=60))
def test_any_text_is_answered(text):
    answered(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content):
    answered(content)
