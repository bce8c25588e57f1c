"""A run, exported, is a scenario that holds; put the fault back and it does not."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from dashboard.scenarios import scenario_of
from flows.models import Execution
from flows.runs import api
from flows.scenarios import read
from flows.scenarios import run as simulated
from flows.topology import normalise_behaviour
from tests.runs.conftest import ARN, SECOND

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

POISONED = {"TargetArn": ARN + "orders", "Mode": "burst", "Count": 20, "MessageBody": '{"poison": true}'}
REPAIR = {
    "FunctionName": "charge-card",
    "Behaviour": normalise_behaviour({"duration": {"kind": "constant", "ms": 100}, "failures": []}),
}
REDRIVE = {"SourceArn": ARN + "orders-dlq"}


def command(execution, operation, params, at):
    api.submit_command(execution.id, key=uuid4().hex, at=at, operation=operation, params=params, actor="Alice")


def test_an_exported_run_holds_and_fails_when_the_fault_is_put_back(an_execution, run):
    execution = an_execution()
    command(execution, "client:StartTraffic", POISONED, at=0)
    run(execution, "until", 200 * SECOND)
    command(execution, "lambda:UpdateFunctionCode", REPAIR, at=200 * SECOND)
    command(execution, "sqs:StartMessageMoveTask", REDRIVE, at=201 * SECOND)
    run(execution, "until", 300 * SECOND)

    document = scenario_of(Execution.objects.get(pk=execution.pk))
    assert [given["operation"] for given in document["commands"]] == [
        "client:StartTraffic",
        "lambda:UpdateFunctionCode",
        "sqs:StartMessageMoveTask",
    ]
    assert {"contents": {"node": "OrdersDlq", "state": "visible"}, "equals": 0} in document["expect"]

    def verdict(changed):
        scenario = read(json.dumps(changed))
        return simulated(scenario, scenario.topology.document)

    assert verdict(document).passed
    assert not verdict({**document, "commands": [document["commands"][0], document["commands"][2]]}).passed


def test_the_api_lets_it_go_on_and_tells_what_has_died(an_execution, work, client):
    execution = an_execution()
    command(execution, "client:StartTraffic", POISONED, at=0)
    address, local = f"/api/executions/{execution.pk}", {"HTTP_HOST": "localhost"}
    page = client.get("/import/", **local)
    token = page.cookies["redrive_csrf"].value

    def post(body):
        return client.post(
            f"{address}/demands", json.dumps(body), "application/json", headers={"X-CSRFToken": token}, **local
        )

    assert post({"kind": "until"}).status_code == 422
    assert post({"kind": "until", "until_at": 100 * SECOND}).status_code == 202
    work(execution)
    letters = client.get(f"{address}/dead-letters?at={100 * SECOND}", **local).json()
    assert len(letters) == 20
    assert {(each["node"], each["source"], each["error_type"], each["attempts"]) for each in letters} == {
        ("OrdersDlq", "Orders", "PoisonMessage", 3)
    }
    assert client.get(f"{address}/dead-letters?at={89 * SECOND}", **local).json() == []
