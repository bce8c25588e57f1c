"""What is forgotten by itself, what is done once, and what holds nobody up."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import timedelta
from importlib import import_module

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY

from dashboard.hosting import housekeeping
from flows.models import Answered, Topology

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])
TEMPLATE = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"
KEY = {"Idempotency-Key": "k-1"}


def test_ended_sessions_and_old_guesses_are_forgotten():
    now = timezone.now()
    for name, at in (("ended", now - timedelta(minutes=1)), ("lasting", now + timedelta(days=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=at)
    for name, days in (("old", 2), ("new", 0)):
        guess = AccessAttempt.objects.create(username=name, ip_address="10.0.0.7", failures_since_start=1)
        AccessAttempt.objects.filter(pk=guess.pk).update(attempt_time=now - timedelta(days=days))
    assert housekeeping.forget() == 2
    assert [each.session_key for each in Session.objects.all()] == ["lasting"]
    assert [each.username for each in AccessAttempt.objects.all()] == ["new"]


def test_files_are_counted_under_one_route(local):
    counted = {"method": "GET", "route": "static/", "status": "404"}
    before = REGISTRY.get_sample_value("redrive_requests_total", counted) or 0
    assert local.get("/static/studio-none.js").status_code == 404
    assert REGISTRY.get_sample_value("redrive_requests_total", counted) == before + 1


def test_a_template_is_read_before_the_database_is_locked(local, monkeypatch):
    """It may be ten megabytes long, and SQLite has one write lock for all."""
    imports = import_module("dashboard.imports")
    read, inside = imports.import_template, []
    atomics = len(connection.atomic_blocks)  # the test's own

    def watched(*args, **kwargs):
        inside.append(len(connection.atomic_blocks) - atomics)
        return read(*args, **kwargs)

    monkeypatch.setattr(imports, "import_template", watched)
    answers = [
        local.post("/api/topologies/import", {"text": TEMPLATE}, content_type="application/json", headers=KEY)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Topology.objects.count() == 1
    assert inside == [0, 0]


def test_what_is_refused_leaves_no_key_and_may_be_tried_again(local):
    def post(text):
        return local.post("/api/topologies/import", {"text": text}, content_type="application/json", headers=KEY)

    assert post("Resources: 1").status_code == 422
    assert Answered.objects.count() == 0
    assert post(TEMPLATE).status_code == 201
    other = local.post("/api/topologies/import/files", {}, headers=KEY)
    assert other.status_code == 422  # it says what is missing before anything is begun


def test_who_may_not_import_does_not_make_us_read(hosted, by, monkeypatch):
    monkeypatch.setattr("dashboard.imports.import_template", None)
    for address in ("/import/", "/api/topologies/import"):
        assert by(None).post(address, {"text": TEMPLATE}, content_type="application/json").status_code == 403


@pytest.mark.parametrize("report", [5, "text", [1], [{}], [{"verdict": 5}], [{"verdict": []}], {"a": 1}])
def test_a_report_that_somebody_wrote_by_hand_breaks_nothing(local, report):
    text = json.dumps({"format": 1, "resources": {}, "report": report})
    answer = local.post("/api/topologies/import", {"text": text}, content_type="application/json")
    written = isinstance(report, list) and all(isinstance(line, dict) for line in report)
    assert (answer.status_code, answer.json().get("report", [])) == (201 if written else 422, [])
    assert local.post("/import/", {"text": text}).status_code == (200 if written else 422)


def test_a_packed_file_that_would_fill_the_memory_is_refused():
    from flows.asl import item_reader
    from flows.asl.failures import StateFailedError

    packed = gzip.compress(b"[" + b" " * item_reader.LARGEST_UNPACKED + b"]")
    assert len(base64.b64encode(packed)) < 100_000
    with pytest.raises(StateFailedError, match="larger than 64 MB unpacked"):
        item_reader._text(packed)
