"""The gallery's examples import, compile, and show what their words promise."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.importers.cloudformation import import_template
from flows.services.kinds import KINDS
from flows.simulation import Command, Simulation
from flows.topology import compile_topology, validate
from flows.topology.examples import all_examples

EXAMPLES = {example.slug: example for example in all_examples()}
SECOND = 1_000_000
HOUR = 3_600 * SECOND
NAMES = {row["number"]: row["name"] for row in KINDS.as_json()}


def played(slug, until_at=HOUR, **other):
    """(kinds of record by node, all records) after the example's own traffic."""
    example = EXAMPLES[slug]
    topology = compile_topology(import_template(example.files, example.main).document)
    traffic = {name: value for name, value in example.traffic.items() if name != "target"}
    params = {"TargetArn": topology.node(example.traffic["target"]).arn, **traffic, **other}
    simulation = Simulation.begin(topology, seed=1)
    assert simulation.apply(Command(1, 0, "me", "client:StartTraffic", params)).ok
    simulation.run_until(until_at)
    columns = simulation.drain().columns
    return Counter(
        (topology.nodes[node].id, NAMES[int(kind)]) for node, kind in zip(columns["node"], columns["kind"], strict=True)
    )


def test_the_first_is_the_plain_one():
    assert next(iter(EXAMPLES)) == "order-queue-with-dead-letters"


@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_imports_without_errors_and_its_traffic_has_a_target(slug):
    example = EXAMPLES[slug]
    result = import_template(example.files, example.main)
    assert result.problems == []
    assert [problem for problem in validate(result.document) if problem.severity == "error"] == []
    topology = compile_topology(result.document)
    assert topology.node(example.traffic["target"]).service != "external"
    assert example.title and example.description and example.watch and example.experiments


def test_only_the_poison_orders_die_where_failures_are_reported_one_by_one():
    counts = played("order-queue-with-dead-letters")
    assert counts["OrdersDlq", "DeadLetterArrived"] == 20
    assert counts["Orders", "MessageDeleted"] == 180
    assert counts["Orders", "MessageReceived"] == 180 + 3 * 20


def test_healthy_orders_die_with_the_poison_where_the_whole_batch_fails():
    counts = played("whole-batch-failure")
    assert counts["OrdersDlq", "DeadLetterArrived"] > 10
    assert counts["Orders", "MessageDeleted"] + counts["OrdersDlq", "DeadLetterArrived"] == 200


def test_a_backlog_is_only_time():
    early, late = played("backlog", 20 * SECOND), played("backlog")
    assert early["Reports", "MessageSent"] - early["Reports", "MessageReceived"] > 350
    assert late["Reports", "MessageDeleted"] == 400
    assert late["ReportsDlq", "DeadLetterArrived"] == 0


def test_every_corrupt_photo_becomes_a_dead_letter_after_three_attempts():
    counts = played("dead-letters-at-every-hop")
    assert counts["Photos", "ObjectCreated"] == 60
    assert counts["ResizeDlq", "FailureArrived"] == 6
    assert counts["Resize", "InvocationFailed"] == 18
    assert counts["Resize", "EventDelivered"] == 54


def test_results_go_to_their_destinations():
    counts = played("on-success-on-failure")
    assert counts["Converted", "ObjectCreated"] == counts["Convert", "EventDelivered"] > 25
    assert counts["Failures", "FailureArrived"] == counts["ConvertDlq", "FailureArrived"]
    assert counts["Failures", "FailureArrived"] + counts["Converted", "ObjectCreated"] == 40


def test_every_reading_arrives_though_the_stream_was_out():
    counts = played("fail-up-the-stack")
    assert counts["Measurements", "RecordPut"] == 60
    assert counts["Forward", "InvocationFailed"] > 40
    assert counts["ForwardDlq", "FailureArrived"] == 0


def test_cards_are_charged_more_often_than_orders_were_placed():
    counts = played("charged-twice")
    assert counts["Orders", "MessagePublished"] == 30
    assert 33 <= counts["Charges", "MessageSent"] < 60
    assert counts["PaymentsDlq", "DeadLetterArrived"] == 0
    assert counts["ChargeCard", "RequestTimedOut"] > 0


def test_who_waits_sees_every_failure_and_who_does_not_sees_none():
    now = played("synchronous-beside-asynchronous")
    waited = now["Shop", "ErrorReturned"] + now["Shop", "IntegrationTimedOut"]
    assert now["Shop", "RequestReceived"] == now["Shop", "ResponseReturned"] + waited > 60
    assert waited > 10
    assert now["Shop", "IntegrationTimedOut"] == now["Shop", "IntegrationEndedLate"] > 0
    later = played("synchronous-beside-asynchronous", Path="/orders/later")
    assert later["Shop", "RequestReceived"] == later["Shop", "ResponseReturned"] == later["Orders", "MessageSent"] == 60
    assert later["ChargeLater", "InvocationFailed"] > 5
