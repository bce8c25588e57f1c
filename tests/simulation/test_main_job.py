"""The product's main job, without a browser: a real template, poison among the orders, a repair, and a redrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.importers.cloudformation import import_template
from flows.topology.compile import compile_topology
from tests.builders import SECOND, Run

TEMPLATE = Path(__file__).parents[3] / "shared" / "cases" / "templates" / "templates" / "sqs-lambda-dlq"

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not TEMPLATE.exists(), reason="the recorded cases are not here (../shared/cases)"),
]
POISON = {
    "failures": [{"body": {"path": "$.poison", "equals": True}, "error": {"type": "CardDeclined", "message": "no"}}]
}


def test_poison_goes_to_the_dead_letters_and_comes_back_when_the_function_is_repaired():
    files = {path.name: path.read_bytes() for path in TEMPLATE.iterdir() if path.is_file()}
    main = next(name for name in sorted(files) if name.endswith((".yaml", ".yml", ".json")))
    topology = compile_topology(import_template(files, main, {}).document)
    run = Run(topology)
    (function,) = [node for node in topology.nodes if node.kind == "function"]
    (mapping,) = [link for link in topology.links if link.kind == "esm"]
    queue = topology.nodes[mapping.source]
    redrive = next(link for link in topology.links_from(queue.index) if link.kind == "redrive")
    letters = topology.nodes[redrive.target]

    run.ok("lambda:UpdateFunctionCode", FunctionName=function.name, Behaviour=POISON)
    run.ok(
        "client:StartTraffic",
        TargetArn=queue.arn,
        Mode="rate",
        Count=200,
        RatePerSecond=20,
        MessageBody='{"order": {{index}}}',
        Variants=[{"Every": 10, "MessageBody": '{"order": {{index}}, "poison": true}'}],
    )
    while not run.simulation.quiet:
        run.until(run.simulation.now_at + 60 * SECOND)
    dead = run.receive(10, queue=letters.name, VisibilityTimeout=0, AttributeNames=["All"])
    assert run.counts(queue.name) == (0, 0, 0)
    assert sum(run.counts(letters.name)) >= 20
    assert {message["Attributes"]["DeadLetterQueueSourceArn"] for message in dead} == {queue.arn}

    run.ok("lambda:UpdateFunctionCode", FunctionName=function.name, Behaviour={"failures": []})
    chosen = [
        {"MessageId": dead[0]["MessageId"], "MessageBody": '{"order": "repaired"}'},
        {"MessageId": dead[1]["MessageId"]},
    ]
    run.until(run.simulation.now_at)
    run.ok("sqs:RedriveMessages", SourceArn=letters.arn, Messages=chosen)
    run.until(run.simulation.now_at + 5 * SECOND)
    run.ok("sqs:StartMessageMoveTask", SourceArn=letters.arn)
    while not run.simulation.quiet:
        run.until(run.simulation.now_at + 60 * SECOND)
    assert run.counts(letters.name) == run.counts(queue.name) == (0, 0, 0)
    rows = run.records()
    assert sum(row["kind"] == "MessageDeleted" for row in rows) == 200
    assert not [row for row in rows if row["kind"] == "MessageExpired"]
