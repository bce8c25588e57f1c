"""The API: what it answers."""

from __future__ import annotations

import json

import pytest
import zstandard

from dashboard.limits import UPLOAD_BYTES
from flows.models import BodyBlock, Execution, Topology, TraceChunk
from tests.dashboard.conftest import DOCUMENT
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(databases=["default", "checkpoints"])]

TEMPLATE = """\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt OrdersDlq.Arn
        maxReceiveCount: 3
  OrdersDlq:
    Type: AWS::SQS::Queue
  Log:
    Type: AWS::Logs::LogGroup
"""


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("flows.runs.dispatch.hint_after_commit", lambda *_args, **_kwargs: None)


def post(client, address, body=None, **headers):
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def put(client, address, body):
    return client.put(address, json.dumps(body), content_type="application/json")


# ── importing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pasted_template_becomes_a_topology_with_a_report(local):
    answer = post(local, "/api/topologies/import", {"text": TEMPLATE, "name": "orders"})
    assert answer.status_code == 201
    imported = answer.json()
    assert imported["topology"]["name"] == "orders"
    assert imported["version"] == 1
    assert {line["verdict"] for line in imported["report"] if line["resource"] == "Orders"} == {"modelled"}
    assert local.get(imported["topology"]["url"]).status_code == 302


def test_uploaded_files_become_a_topology(local):
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = [SimpleUploadedFile("README.md", b"# Orders"), SimpleUploadedFile("template.yaml", TEMPLATE.encode())]
    answer = local.post("/api/topologies/import/files", {"files": files, "parameters": "Stage=dev"})
    assert answer.status_code == 201, answer.content
    assert len(answer.json()["topology"]["digest"]) == 64


def test_a_topology_document_is_imported_as_it_is(local):
    answer = post(local, "/api/topologies/import", {"text": json.dumps(DOCUMENT), "filename": "orders.json"})
    assert answer.status_code == 201, answer.content
    assert answer.json()["topology"]["name"] == "orders"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "{",
        "[1, 2]",
        "just words",
        "Resources: [",
        "a: &a [*a]",
        "\x00\x01",
        '{"format": 99, "resources": {}}',
        '{"format": 1, "resources": 7}',
        "[" * 10_000,
        "a: " * 10_000,
    ],
)
def test_what_is_no_template_is_refused_with_problems_and_hints(local, text):
    answer = post(local, "/api/topologies/import", {"text": text})
    assert answer.status_code == 422
    refused = answer.json()
    assert refused["code"] == "Invalid"
    assert refused["problems"]
    assert all(problem["message"] for problem in refused["problems"])
    assert not Topology.objects.exists()


def test_too_much_is_refused_before_it_is_read(local):
    answer = local.post("/api/topologies/import", b"x" * (UPLOAD_BYTES + 300_000), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")


# ── reading and writing ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_document_is_the_next_version_and_an_unchanged_one_is_not(local, topology):
    address = f"/api/topologies/{topology.pk}"
    document = local.get(address).json()["document"]
    assert put(local, address, {"document": document}).json()["version"] == 1
    document["name"] = "orders, calmer"
    assert put(local, address, {"document": document}).json()["version"] == 2
    assert local.get(address).json()["name"] == "orders, calmer"


def test_a_document_with_errors_is_refused_with_all_of_them(local, topology):
    resources = {"A": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": -1, "DelaySeconds": 9000}}}
    answer = put(
        local, f"/api/topologies/{topology.pk}", {"document": {"format": 1, "name": "bad", "resources": resources}}
    )
    assert answer.status_code == 422
    assert {problem["path"] for problem in answer.json()["problems"]} == {
        "/resources/A/Properties/VisibilityTimeout",
        "/resources/A/Properties/DelaySeconds",
    }


def test_an_execution_says_how_far_it_is(local, execution):
    answer = local.get(f"/api/executions/{execution.pk}").json()
    assert (answer["seed"], answer["generation"], answer["head"], answer["state"]) == (1, 1, 0, "idle")


def test_chunks_come_with_their_lengths(local, execution):
    for first in (1, 11):
        TraceChunk.objects.create(
            execution=execution, generation=1, first=first, last=first + 9, first_at=0, last_at=0, header=b"RDC1", hot=b"h", cold=b"c",
            provisional=False,
        )  # fmt: skip
    answer = local.get(f"/api/executions/{execution.pk}/chunks?after=10")
    assert answer.content == b"\x06\x00\x00\x00RDC1hc"
    assert (answer["Redrive-Last"], answer["Redrive-Generation"]) == ("20", "1")
    assert local.get(f"/api/executions/{execution.pk}/chunks?after=20").content == b""


def test_bodies_are_given_by_number(local, execution):
    BodyBlock.objects.create(execution=execution, first=3, last=3, blob=zstandard.compress(b'["hello"]'))
    assert local.get(f"/api/executions/{execution.pk}/bodies?numbers=3,4").json() == {"3": "hello"}


def test_a_command_is_accepted_into_the_log_once(local, execution):
    command = {"key": "k-1", "at": 5, "operation": "sqs:SendMessage", "params": {"MessageBody": "hello"}}
    for _ in range(2):
        answer = post(local, f"/api/executions/{execution.pk}/commands", command)
        assert (answer.status_code, answer.json()["status"], answer.json()["ordinal"]) == (202, "accepted", 1)
    assert execution.commands.count() == 1


def test_the_kinds_of_record_are_a_table(local):
    kinds = {kind["number"]: kind["name"] for kind in local.get("/api/kinds").json()}
    assert kinds[100] == "MessageSent"


# ── idempotence ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_key_is_the_same_deed(local, topology):
    address = f"/api/topologies/{topology.pk}/executions"
    first, again = (post(local, address, {}, **{"idempotency-key": "k-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    assert Execution.objects.count() == 1
    other = post(local, "/api/topologies/import", {"text": TEMPLATE}, **{"idempotency-key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (409, "KeyTaken")


def test_a_refused_deed_may_be_tried_again_with_its_key(local):
    for text, status in (("", 422), (TEMPLATE, 201)):
        assert post(local, "/api/topologies/import", {"text": text}, **{"idempotency-key": "k-1"}).status_code == status
