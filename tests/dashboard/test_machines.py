"""The editor's questions: what is wrong with a definition, what can be drawn of it, which fields there are."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from flows.asl.lint.reading import LARGEST
from flows.models import Topology

pytestmark = pytest.mark.django_db

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


def ask(definition, **more):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return Client().post("/api/machines/lint", {"definition": text, **more}, content_type="application/json")


def test_a_definition_in_order_has_nothing_but_a_graph():
    answer = ask(PASS)
    assert answer.status_code == 200
    assert answer.json() | {"graph": None} == {"result": "OK", "diagnostics": [], "graph": None}
    assert [state["id"] for state in answer.json()["graph"]["states"]] == ["A"]


def test_all_problems_come_at_once_and_what_can_be_drawn_is_drawn():
    answer = ask(
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "Succeed", "Next": "A"}}}
    ).json()
    assert answer["result"] == "FAIL"
    assert [(found["code"], found["location"]) for found in answer["diagnostics"]] == [
        ("SCHEMA_VALIDATION_FAILED", "/States/C"),
        ("MISSING_TRANSITION_TARGET", "/States/A/Next"),
        ("MISSING_TRANSITION_TARGET", "/States/C"),
    ]
    assert [state["id"] for state in answer["graph"]["states"]] == ["A", "C"]


def test_warnings_do_not_fail():
    answer = ask({"StartAt": "A", "States": {"A": {"Type": "Fail", "Cause": "$.why"}}}).json()
    assert (answer["result"], [found["severity"] for found in answer["diagnostics"]]) == ("OK", ["WARNING"])


def test_what_is_no_json_has_no_graph():
    answer = ask("{").json()
    assert (answer["graph"], [found["code"] for found in answer["diagnostics"]]) == (None, ["INVALID_JSON_DESCRIPTION"])
    assert ask("[" * 100_000).json()["graph"] is None


def test_an_express_machine_is_judged_as_one():
    state = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": True}
    machine = {"StartAt": "A", "States": {"A": state}}
    assert ask(machine, type="STANDARD").json()["result"] == "OK"
    assert ask(machine, type="EXPRESS").json()["result"] == "FAIL"
    assert ask(machine, type="FAST").status_code == 422


def test_more_than_a_megabyte_is_refused():
    answer = ask("x" * (LARGEST + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")


def test_nothing_is_stored():
    before = Topology.objects.count()
    ask(PASS)
    assert Topology.objects.count() == before


def test_the_fields_are_those_of_the_table():
    fields = Client().get("/api/machines/fields").json()["fields"]
    assert fields[""]["JSONPath"] == ["States", "StartAt", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"]
    assert "Parameters" in fields["Task"]["JSONPath"]
    assert "Arguments" not in fields["Task"]["JSONPath"]
    assert {"Retrier", "Catcher", "Choice rule", "Map", "ItemReader"} <= fields.keys()
