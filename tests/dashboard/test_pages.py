"""The pages, as one person on her own machine meets them."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.views.executions import clock
from flows.models import Execution, Topology
from flows.runs import api as runs
from tests.dashboard.conftest import DOCUMENT

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

TEMPLATE = b"""\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt OrdersDlq.Arn
        maxReceiveCount: 3
  OrdersDlq:
    Type: AWS::SQS::Queue
"""
BROKEN = {**DOCUMENT, "resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": -1}}}}
HTMX = {"HX-Request": "true"}


def studio_data(page):
    found = re.search(
        r'<script id="studio-data" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL
    )
    return json.loads(found[1])


def test_a_template_is_imported_opened_and_drawn(local):
    answer = local.post("/import/", {"files": [SimpleUploadedFile("orders.yaml", TEMPLATE)]}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    opened = local.get(f"/topologies/{Topology.objects.get().pk}/", follow=True)
    assert opened.status_code == 200
    data = studio_data(opened)
    assert [node["id"] for node in data["topology"]["nodes"] if not node["scenery"]] == ["Orders", "OrdersDlq"]
    assert data["socket_url"] == f"/ws/executions/{Execution.objects.get().pk}/"


def test_the_studio_gets_what_its_types_say(local, execution):
    data = studio_data(local.get(f"/executions/{execution.pk}/"))
    assert {"execution", "topology", "report", "kinds", "socket_url", "api"} <= set(data)
    assert (
        data["execution"]
        | {
            "id": str(execution.pk),
            "name": "orders",
            "seed": 1,
            "epoch": "2026-01-01T00:00:00Z",
            "generation": 1,
            "topology_id": str(execution.topology_version.topology_id),
            "topology_name": "orders",
            "parent": None,
            "forked_at": None,
        }
        == data["execution"]
    )


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["with htmx", "without scripts"])
def test_problems_are_shown_at_once_with_place_and_hint(local, headers):
    answer = local.post("/import/", {"text": json.dumps(BROKEN)}, headers=headers)
    page = answer.content.decode()
    assert "/resources/Orders/Properties/VisibilityTimeout" in page
    assert not Topology.objects.exists()
    assert ("<html" in page) is (not headers)
    assert answer.status_code == (200 if headers else 422)


def test_a_broken_file_says_the_line(local):
    page = local.post("/import/", {"text": "Resources:\n  Orders: [\n"}, headers=HTMX).content.decode()
    assert re.search(r"line\s+\d", page)


def test_what_was_typed_is_never_markup(local):
    text = json.dumps({**DOCUMENT, "name": "<script>alert(1)</script>"})
    local.post("/import/", {"text": text})
    assert Topology.objects.get().name == "<script>alert(1)</script>"
    opened = local.get(f"/topologies/{Topology.objects.get().pk}/", follow=True)
    for page in (local.get("/"), local.get("/executions/"), opened):
        assert b"<script>alert" not in page.content


def test_an_execution_is_listed_and_deleted_after_a_question(local, execution):
    assert b"orders" in local.get("/executions/").content
    address = f"/executions/{execution.pk}/delete/"
    asked = local.post(address)
    assert b"cannot be undone" in asked.content
    assert Execution.objects.exists()
    assert local.post(address, {"confirmed": "1"}).url == "/executions/"
    assert not Execution.objects.exists()


def test_the_list_says_what_executions_take_and_what_goes_by_itself(local, execution, settings):
    execution.body_blocks.create(first=1, last=1, blob=bytes(3000))
    page = local.get("/executions/").content.decode().replace("\xa0", " ")
    assert "<dt>of commands and trace</dt><dd>2.9 KB</dd>" in page
    assert "They are kept until somebody deletes them." in page
    settings.KEEP_DAYS, settings.KEEP_BYTES = 30, 2**30
    page = local.get("/executions/").content.decode().replace("\xa0", " ")
    assert "those that nobody has moved for 30 days, and the longest unmoved while all take more than 1.0 GB." in page


def test_the_question_before_a_deletion_names_what_goes_and_what_stays(local, execution):
    runs.fork(execution.pk, 0, "Alice")
    asked = local.get(f"/executions/{execution.pk}/delete/").content.decode().replace("\xa0", " ")
    said = "Its 0 commands, its 0 records with all texts, and its checkpoints go with it: 0 bytes. Its 1 fork stays."
    assert said in asked


def test_htmx_has_asked_already(local, execution):
    answer = local.post(f"/executions/{execution.pk}/delete/", headers=HTMX)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not Execution.objects.exists()


def test_a_page_that_is_not_there_says_so_in_words(local):
    answer = local.get("/nothing/")
    assert answer.status_code == 404
    assert b"There is nothing here." in answer.content


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (0, "00:00:00.000"),
        (270_250_000, "00:04:30.250"),
        (86_400_000_000, "1 d 00:00:00.000"),
        (90_061_001_999, "1 d 01:01:01.001"),
    ],
)
def test_an_instant_reads_like_a_clock(at, shown):
    assert clock(at) == shown
