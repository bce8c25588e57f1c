"""The API: how it refuses. Always the same shape, always a place, never a stack."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.api.refusals import MEANINGS
from dashboard.api.service import api
from tests.dashboard.test_api import TEMPLATE, no_worker, post  # noqa: F401 - a fixture is used by being there

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


@pytest.mark.parametrize(
    ("address", "body", "path"),
    [
        ("/api/topologies/import", {"text": 7}, "/text"),
        ("/api/topologies/import", {"text": TEMPLATE, "txet": ""}, "/txet"),
        ("/api/topologies/import", [], ""),
        ("/api/executions/{execution}/fork", {"at": -1}, "/at"),
        ("/api/executions/{execution}/fork", {"at": 2**53}, "/at"),
        ("/api/executions/{execution}/commands", {"key": "k", "at": 0, "operation": "rm -rf"}, "/operation"),
        ("/api/executions/{execution}/commands", {"key": "", "at": 0, "operation": "sqs:SendMessage"}, "/key"),
    ],
)
def test_bad_input_is_named_by_its_place(local, execution, address, body, path):
    answer = post(local, address.format(execution=execution.pk), body)
    assert answer.status_code == 422
    assert path in {problem["path"] for problem in answer.json()["problems"]}


@pytest.mark.parametrize(
    "query", ["chunks?after=-1", "chunks?after=x", "bodies", "bodies?numbers=1;2", "snapshot", "snapshot?at=-1"]
)
def test_a_bad_query_is_refused(local, execution, query):
    answer = local.get(f"/api/executions/{execution.pk}/{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "Invalid")


def test_a_body_that_is_no_json_is_refused(local):
    answer = local.post("/api/topologies/import", b"{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ('{"a": ' + "[" * 400 + "]" * 400 + "}", "nested deeper than 64 levels"),
        ('{"a": "\\ud800"}', "half a surrogate pair"),
        ('{"\\u0000": 1}', "the character NUL"),
        ('{"a": NaN}', "not a number"),
        ('{"a": 9223372036854775808}', "more than 64 bits"),
    ],
)
def test_what_no_log_can_keep_is_refused(local, execution, params, why):
    body = f'{{"key": "k", "at": 0, "operation": "sqs:SendMessage", "params": {params}}}'
    answer = local.post(f"/api/executions/{execution.pk}/commands", body, content_type="application/json")
    assert answer.status_code == 422
    assert why in answer.json()["problems"][0]["message"]


def test_a_method_that_a_route_does_not_know_is_refused_in_words(local, execution):
    answer = local.post(f"/api/executions/{execution.pk}")
    assert (answer.status_code, answer.json()["code"], answer.json()["hint"]) == (
        405,
        "MethodNotAllowed",
        "Possible: DELETE, GET.",
    )
    page = local.delete("/executions/")
    assert (page.status_code, b"DELETE is not possible here." in page.content) == (405, True)


def test_a_fault_of_ours_shows_no_stack(local, execution, monkeypatch):
    monkeypatch.setattr("dashboard.api.executions.execution_json", lambda _execution: 1 / 0)
    answer = local.get(f"/api/executions/{execution.pk}")
    assert (answer.status_code, answer.json()["code"]) == (500, "Fault")
    assert b"ZeroDivision" not in answer.content


def test_a_page_that_fails_shows_no_stack(monkeypatch):
    monkeypatch.setattr("dashboard.library.cards", lambda _viewer: 1 / 0)
    answer = Client(headers={"host": "localhost"}, raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert b"ZeroDivision" not in answer.content
    assert b"on our side" in answer.content


def test_every_route_declares_its_refusals_and_has_a_summary():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path}"
            assert set(MEANINGS) <= {int(status) for status in operation["responses"]}, f"{method} {path}"


def test_the_page_of_the_api_lists_every_route_without_anybodys_script(local):
    page = local.get("/api/docs").content.decode()
    for path in api.get_openapi_schema()["paths"]:
        assert path in page
    assert "cdn" not in page.lower()
