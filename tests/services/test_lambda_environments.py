"""Execution environments: cold starts, warm ones, provisioned ones; and how many may run at once."""

from __future__ import annotations

from typing import Any

import pytest

from flows.services.lambda_.concurrency import Growth
from flows.simulation import Simulation
from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, arn

NAME = "charge-card"
MS = 1000
BEHAVIOUR = {"duration": {"kind": "constant", "ms": 100}, "init": {"kind": "constant", "ms": 400}}


def a_cold_function(**properties: Any) -> Run:
    function = {**a_function(NAME, **properties), "playground": {"behaviour": BEHAVIOUR}}
    return Run(a_topology(ChargeCard=function, Orders=a_queue("orders")))


def invoke(run: Run, at: int | None = None, **params: object) -> None:
    run.command("lambda:Invoke", at, FunctionName=NAME, Payload="{}", **params)


def test_the_first_invocation_waits_for_its_environment_and_the_next_finds_it_warm():
    run = a_cold_function()
    invoke(run)
    run.until(SECOND)
    invoke(run)
    run.until(2 * SECOND)
    rows = [row for row in run.records() if row["node"]]
    assert [(row["at"], row["kind"]) for row in rows] == [
        (0, "InvocationStarted"),
        (0, "ColdStartBegan"),
        (500 * MS, "InvocationSucceeded"),
        (SECOND, "InvocationStarted"),
        (SECOND + 100 * MS, "InvocationSucceeded"),
    ]
    cold = rows[1]
    assert (cold["init"], cold["version"], cold["cause"]) == (400 * MS, "$LATEST", rows[0]["sequence"])
    assert cold["subject"] == rows[0]["subject"]
    assert rows[2]["duration"] == 100 * MS


def test_a_cold_start_does_not_count_towards_the_timeout():
    behaviour = {"duration": {"kind": "constant", "ms": 900}, "init": {"kind": "constant", "ms": 900}}
    function = {**a_function(NAME, Timeout=1), "playground": {"behaviour": behaviour}}
    run = Run(a_topology(ChargeCard=function))
    invoke(run)
    run.until(3 * SECOND)
    assert [(at, kind) for at, _, kind in run.story()][-1] == (1800 * MS, "InvocationSucceeded")


def test_each_invocation_at_once_has_an_environment_of_its_own():
    run = a_cold_function()
    for _ in range(3):
        invoke(run)
    run.until(SECOND)
    for _ in range(4):
        invoke(run)
    run.until(2 * SECOND)
    cold = [row["at"] for row in run.records() if row["kind"] == "ColdStartBegan"]
    assert cold == [0, 0, 0, SECOND]


def test_environments_that_stand_idle_for_ten_minutes_are_reaped():
    run = a_cold_function()
    for _ in range(2):
        invoke(run)
    run.until(SECOND)
    invoke(run, at=5 * MINUTE)
    run.until(20 * MINUTE)
    reaped = [(row["at"], row["environments"]) for row in run.records() if row["kind"] == "EnvironmentsReaped"]
    assert reaped == [(10 * MINUTE + 500 * MS, 1), (15 * MINUTE + 100 * MS, 1)]
    assert run.simulation.quiet


def test_new_code_begins_cold():
    run = a_cold_function()
    invoke(run)
    run.until(SECOND)
    run.ok("lambda:UpdateFunctionCode", FunctionName=NAME, Behaviour=BEHAVIOUR)
    invoke(run)
    run.until(2 * SECOND)
    assert [row["at"] for row in run.records() if row["kind"] == "ColdStartBegan"] == [0, SECOND]


def test_a_function_without_init_has_no_cold_starts():
    run = Run(a_topology(ChargeCard=a_function(NAME)))
    invoke(run)
    run.until(HOUR := 60 * MINUTE)
    assert HOUR
    assert {kind for _, _, kind in run.story()} == {"InvocationStarted", "InvocationSucceeded"}


def published(run: Run) -> None:
    run.ok("lambda:PublishVersion", FunctionName=NAME)
    run.ok("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1")


def test_provisioned_environments_stand_ready_and_what_is_more_starts_cold():
    run = a_cold_function()
    published(run)
    asked = run.ok(
        "lambda:PutProvisionedConcurrencyConfig",
        FunctionName=NAME,
        Qualifier="live",
        ProvisionedConcurrentExecutions=2,
    )
    assert (asked["Status"], asked["AvailableProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 0)
    run.until(SECOND)
    found = run.ok("lambda:GetProvisionedConcurrencyConfig", FunctionName=NAME, Qualifier="live")
    assert (found["Status"], found["AvailableProvisionedConcurrentExecutions"]) == ("READY", 2)
    for _ in range(3):
        invoke(run, Qualifier="live")
    run.until(2 * SECOND)
    ends = [row["at"] for row in run.records() if row["kind"] == "InvocationSucceeded"]
    assert ends == [SECOND + 100 * MS, SECOND + 100 * MS, SECOND + 500 * MS]
    settings = run.ok("lambda:GetAccountSettings")["AccountLimit"]
    assert settings["UnreservedConcurrentExecutions"] == 998
    run.ok("lambda:DeleteProvisionedConcurrencyConfig", FunctionName=NAME, Qualifier="live")
    assert run.ok("lambda:GetAccountSettings")["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000
    code, _ = run.no("lambda:GetProvisionedConcurrencyConfig", FunctionName=NAME, Qualifier="live")
    assert code == "ProvisionedConcurrencyConfigNotFoundException"


@pytest.mark.parametrize(
    ("qualifier", "asked", "code"),
    [
        ("$LATEST", 1, "InvalidParameterValueException"),
        ("none", 1, "ResourceNotFoundException"),
        ("live", 901, "InvalidParameterValueException"),
        ("live", 0, "ValidationException"),
    ],
)
def test_what_cannot_be_provisioned(qualifier, asked, code):
    run = a_cold_function()
    published(run)
    params = {"FunctionName": NAME, "Qualifier": qualifier, "ProvisionedConcurrentExecutions": asked}
    assert run.no("lambda:PutProvisionedConcurrencyConfig", **params)[0] == code


def test_a_hundred_executions_stay_unreserved():
    run = a_cold_function()
    run.ok("lambda:PutFunctionConcurrency", FunctionName=NAME, ReservedConcurrentExecutions=900)
    code, message = run.no("lambda:PutFunctionConcurrency", FunctionName=NAME, ReservedConcurrentExecutions=901)
    assert code == "InvalidParameterValueException"
    assert message == (
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
        "its minimum value of [100]."
    )
    found = run.ok("lambda:GetFunctionConcurrency", FunctionName=NAME)
    assert found == {"ReservedConcurrentExecutions": 900}


def test_a_function_grows_by_a_thousand_in_ten_seconds():
    """A hundred tokens come back each second; what was reached once may be reached again at once."""
    growth = Growth()
    assert sum(growth.more(0) for _ in range(2000)) == 1000
    assert sum(growth.more(SECOND) for _ in range(2000)) == 100
    assert sum(growth.more(20 * SECOND) for _ in range(2000)) == 1000
    assert growth.reached == 2100


def test_with_a_raised_quota_growth_is_what_holds_a_function_back():
    topology = a_topology(
        Orders=a_queue("orders", VisibilityTimeout=900),
        ChargeCard=a_function(NAME, 60_000, Timeout=90),
        Mapping=a_mapping("orders", NAME, BatchSize=1),
    )
    run = Run(topology)
    run.ok("lambda:PutAccountConcurrency", ConcurrentExecutions=5000)
    for _ in range(1001):
        invoke(run)
    last = run.simulation.call(run.simulation.world.caller("Alice"), "lambda", "Invoke", {"FunctionName": NAME})
    refusal = getattr(last, "refusal", None)
    assert refusal is not None
    assert refusal.message == "Rate Exceeded. (the function grows by 1000 executions in 10 s at most)"
    run.until(SECOND)
    accepted = run.command("lambda:Invoke", FunctionName=NAME, Payload="{}")
    assert accepted.refusal is None


def test_a_box_at_every_point_goes_on_as_if_nothing_had_been():
    behaviour = {**BEHAVIOUR, "failures": [{"rate": 0.3, "how": "raise"}]}
    function = {**a_function(NAME), "playground": {"behaviour": behaviour}}
    topology = a_topology(
        Orders=a_queue("orders", "dead", 2),
        Dead=a_queue("dead"),
        ChargeCard=function,
        Mapping=a_mapping(
            "orders", NAME, BatchSize=3, FilterCriteria={"Filters": [{"Pattern": '{"body": {"n": [1]}}'}]}
        ),
    )
    run = Run(topology)
    published(run)
    run.ok(
        "lambda:PutProvisionedConcurrencyConfig", FunctionName=NAME, Qualifier="live", ProvisionedConcurrentExecutions=1
    )
    weights = {"AdditionalVersionWeights": {"1": 0.5}}
    run.ok("lambda:UpdateFunctionCode", FunctionName=NAME, Behaviour=behaviour, Publish=True)
    run.ok("lambda:UpdateAlias", FunctionName=NAME, Name="live", FunctionVersion="2", RoutingConfig=weights)
    role = "arn:aws:iam::123456789012:role/r"
    run.ok("lambda:CreateFunction", FunctionName="new", Role=role, Code={"ZipFile": ""}, Behaviour=behaviour)
    run.ok("lambda:CreateEventSourceMapping", FunctionName="new", EventSourceArn=arn("orders"), BatchSize=1)
    for index in range(12):
        run.send(f'{{"n": {index % 2}}}')
        invoke(run, Qualifier="live", InvocationType="Event")
        run.until(run.simulation.now_at + 300 * MS)
    boxes = []
    while run.simulation.now_at < 20 * SECOND and run.simulation.step():
        boxes.append(run.simulation.checkpoint())
    run.until(30 * MINUTE)
    digests = set()
    for box in boxes[:: max(1, len(boxes) // 25)]:
        again = Simulation.restore(box, topology)
        again.run_until(30 * MINUTE)
        digests.add(again.digest())
    assert digests == {run.simulation.digest()}
