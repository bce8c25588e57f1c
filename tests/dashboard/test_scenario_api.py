"""A run downloaded as a scenario file: it is one, it has a name that no header can be made of, and it is its owner's."""

from __future__ import annotations

import pytest

from flows.models import Execution, Topology
from flows.runs import api as runs
from flows.scenarios import read, run
from tests.dashboard.test_api import no_worker  # noqa: F401 - a fixture is used by being there

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])


def test_a_run_is_downloaded_as_a_scenario_that_passes(local, execution):
    answer = local.get(f"/api/executions/{execution.pk}/scenario")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Content-Disposition"] == 'attachment; filename="orders.scenario.json"'
    assert answer.content.startswith(b'{\n  "format": 1,\n  "name": "orders",')
    scenario = read(answer.content.decode())
    verdict = run(scenario, scenario.topology.document)
    assert verdict.passed
    assert [outcome.says for outcome in verdict.outcomes] == [
        "contents node=Orders state=visible equals 0",
        "contents node=OrdersDlq state=visible equals 0",
    ]


def test_what_is_not_applied_yet_is_not_in_it(local, execution):
    runs.submit_command(execution.pk, key="k", at=5, operation="sqs:SendMessage", params={}, actor="alice")
    assert local.get(f"/api/executions/{execution.pk}/scenario").json()["commands"] == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ('x"; filename="evil.exe', "x-filenameevilexe.scenario.json"),
        ("a\r\nSet-Cookie: redrive_session=stolen", "a-set-cookie-redrive_sessionstolen.scenario.json"),
        ("../../etc/passwd", "etcpasswd.scenario.json"),
        ("Bestellungen · größer", "bestellungen-groer.scenario.json"),
        ("注文", "run.scenario.json"),
        ("x" * 200, "x" * 80 + ".scenario.json"),
    ],
)
def test_no_name_gets_out_of_the_header(local, execution, name, file):
    Execution.objects.filter(pk=execution.pk).update(name=name)
    answer = local.get(f"/api/executions/{execution.pk}/scenario")
    assert answer["Content-Disposition"] == f'attachment; filename="{file}"'
    assert "redrive_session" not in answer.cookies
    assert answer.json()["name"] == name


def test_a_run_without_a_name_has_its_topologys(local, execution):
    Topology.objects.update(name="Order pipeline")
    assert (
        "order-pipeline.scenario.json" in local.get(f"/api/executions/{execution.pk}/scenario")["Content-Disposition"]
    )
