"""The API, fuzzed out of its own OpenAPI document: what a client may send by it, and what it may not.

Schemathesis reads the document and makes the requests; they go through WSGI in this process, each in a transaction that is
rolled back. It cannot know ids that exist nor what a drawing looks like, so half of the ids are real ones, and documents and
commands are ours with something in them replaced. Whatever is asked: no fault of ours, a status the document names, a body of
the shape it names, and every refusal says why.
"""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.db import transaction
from django.test.client import ClientHandler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.api.service import api
from flows.simulation import SERVICES
from tests.dashboard.conftest import DOCUMENT
from tests.dashboard.test_api import TEMPLATE, no_worker  # noqa: F401 - a fixture is used by being there
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(databases=["default", "checkpoints"])]

ASKED = [
    (method, path, mode)
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method, operation in methods.items()
    for mode in (
        ("POSITIVE", "NEGATIVE") if operation.get("parameters") or "requestBody" in operation else ("POSITIVE",)
    )
]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
TOKEN = "fuzz" * 8
bounded = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.fixture(scope="module")
def application():
    """WSGI, as a program on this machine meets it: it sends the cookie's token, as the page does.

    Through the test client's handler, which keeps the test's own transaction open between requests.
    """
    handler = ClientHandler(enforce_csrf_checks=True)

    def on_this_machine(environ, start_response):
        here = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_X_CSRFTOKEN": TOKEN}
        response = handler({**environ, **here, "HTTP_COOKIE": f"redrive_csrf={TOKEN}"})
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.getvalue()]

    return on_this_machine


@pytest.fixture(scope="module")
def schema(application):
    from schemathesis import openapi

    return openapi.from_wsgi("/api/openapi.json", application)


@pytest.fixture
def ids(topology, example, execution):
    """Of things that are there, may not be changed, or are gone."""
    gone = str(uuid.UUID(int=7))
    return {"topology_id": [str(topology.pk), str(example.pk), gone], "execution_id": [str(execution.pk), gone]}


@pytest.mark.parametrize(("method", "path", "mode"), ASKED, ids=lambda value: value)
def test_whatever_is_asked_the_answer_is_a_documented_one(schema, ids, method, path, mode):
    from schemathesis import GenerationMode

    operation = schema[path][method]

    @bounded
    @given(case=operation.as_strategy(generation_mode=GenerationMode[mode]), data=st.data())
    def ask(case, data):
        for name in case.path_parameters:
            if data.draw(st.booleans(), label="a real id"):
                case.path_parameters[name] = data.draw(st.sampled_from(ids[name]), label=name)
        with undone():
            answered(case)

    ask()


# ── what the document cannot say ──────────────────────────────────────────────────────────────────────────────────────

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["", "AWS::SQS::Queue", "AWS::Lambda::Function", "arn:aws:sqs:eu-west-1:123456789012:orders-dlq"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
COMMAND = {
    "key": "k",
    "at": 0,
    "params": {"QueueUrl": "orders", "MessageBody": "{}", "Mode": "burst", "Count": 3, "Entries": [{"Id": "1"}]},
}
RESOURCES = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
    "Resources": {
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": {"Fn::Sub": "orders-${Stage}"},
                "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["OrdersDlq", "Arn"]}, "maxReceiveCount": 3},
            },
        },
        "OrdersDlq": {"Type": "AWS::SQS::Queue"},
        "Charge": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Handler": "app.handler",
                "Runtime": "python3.12",
                "Events": {"Orders": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Orders", "Arn"]}}}},
            },
        },
    },
}
OPERATIONS = sorted(f"{service.kind}:{name}" for service in SERVICES.values() for name in service.operations)


@st.composite
def tampered(draw, original):
    """The original with one to three of its parts replaced, or taken away."""
    changed = deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(changed))
        if not places:
            break
        container, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            container[key] = draw(JSON)
        else:
            del container[key]
    return changed


@st.composite
def torn(draw, text):
    """A stretch of the text is replaced by another."""
    begin, end = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    return text[:begin] + draw(st.text(max_size=12)) + text[end:]


def _places(value):
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def test_a_document_with_anything_in_it_is_drawn_or_refused(schema, ids, local):
    put = schema["/api/topologies/{topology_id}"]["put"]
    mine = {"topology_id": ids["topology_id"][0]}

    @bounded
    @given(document=tampered(DOCUMENT))
    def write(document):
        with undone():
            if answered(put.Case(path_parameters=mine, body={"document": document})).status_code == 200:
                assert local.get("/").status_code == 200
                assert local.get(f"/topologies/{mine['topology_id']}/", follow=True).status_code == 200

    write()


def test_any_operation_with_anything_in_it_is_taken_or_refused(schema, ids):
    commands = schema["/api/executions/{execution_id}/commands"]["post"]

    @bounded
    @given(operation=st.sampled_from(OPERATIONS), command=tampered(COMMAND))
    def give(operation, command):
        body = {**command, "operation": operation}
        with undone():
            answered(commands.Case(path_parameters={"execution_id": ids["execution_id"][0]}, body=body))

    give()


def test_any_text_is_imported_or_refused(schema):
    import_text = schema["/api/topologies/import"]["post"]

    @bounded
    @given(text=tampered(RESOURCES).map(json.dumps) | tampered(DOCUMENT).map(json.dumps) | torn(TEMPLATE))
    def give(text):
        with undone():
            answered(import_text.Case(body={"text": text}))

    give()


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answered(case):
    from schemathesis import checks

    checks.load_all_checks()
    response = case.call()
    case.validate_response(response, checks=[checks.CHECKS.get_one(name) for name in CHECKS])
    if response.status_code >= 400:
        refusal = response.json()
        assert all(refusal[word] for word in ("code", "message", "hint")), refusal
    return response
