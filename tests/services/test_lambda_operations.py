"""Lambda's operations: what they answer and what they refuse."""

from __future__ import annotations

import pytest

from tests.builders import Run, an_order_topology, arn, function_arn


@pytest.fixture
def run() -> Run:
    return Run(
        an_order_topology(mapping={"ScalingConfig": {"MaximumConcurrency": 20}}, ReservedConcurrentExecutions=30)
    )


def test_a_function_is_found_by_name_and_by_arn(run):
    by_name = run.ok("lambda:GetFunction", FunctionName="charge-card")
    assert by_name == run.ok("lambda:GetFunction", FunctionName=function_arn("charge-card"))
    latest = run.ok("lambda:GetFunction", FunctionName=function_arn("charge-card") + ":$LATEST")
    assert latest["Configuration"]["FunctionArn"] == function_arn("charge-card") + ":$LATEST"
    assert by_name["Configuration"]["Timeout"] == 3
    assert by_name["Concurrency"] == {"ReservedConcurrentExecutions": 30}


def test_reserved_concurrency_is_put_and_deleted(run):
    account = run.simulation.world.nouns[run.topology.node("ChargeCard").index].account
    assert account.reserved == 30
    run.ok("lambda:PutFunctionConcurrency", FunctionName="charge-card", ReservedConcurrentExecutions=5)
    assert account.reserved == 5
    run.ok("lambda:DeleteFunctionConcurrency", FunctionName="charge-card")
    assert account.reserved == 0
    assert "Concurrency" not in run.ok("lambda:GetFunction", FunctionName="charge-card")


def test_mappings_are_listed_by_function_and_by_source(run):
    (mapping,) = run.ok("lambda:ListEventSourceMappings", FunctionName="charge-card")["EventSourceMappings"]
    assert mapping == {
        "UUID": "Mapping",
        "BatchSize": 10,
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": arn("orders"),
        "EventSourceMappingArn": "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:Mapping",
        "FunctionArn": function_arn("charge-card"),
        "LastModified": 1767225600.0,
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": [],
        "ScalingConfig": {"MaximumConcurrency": 20},
    }
    assert run.ok("lambda:ListEventSourceMappings", EventSourceArn=arn("orders-dlq")) == {"EventSourceMappings": []}
    assert run.ok("lambda:GetEventSourceMapping", UUID="Mapping") == mapping


def test_a_mapping_is_updated_and_its_record_says_how(run):
    run.records()
    answer = run.ok(
        "lambda:UpdateEventSourceMapping",
        UUID="Mapping",
        BatchSize=100,
        MaximumBatchingWindowInSeconds=5,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={},
    )
    assert (answer["BatchSize"], answer["MaximumBatchingWindowInSeconds"], answer["FunctionResponseTypes"]) == (
        100,
        5,
        ["ReportBatchItemFailures"],
    )
    assert "ScalingConfig" not in answer
    assert run.records()[-1]["settings"].startswith("BatchSize = 100, MaximumBatchingWindowInSeconds = 5")


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("GetFunction", {}, "ValidationException"),
        ("GetFunction", {"FunctionName": "orders"}, "ResourceNotFoundException"),
        ("UpdateFunctionCode", {"FunctionName": "charge-card"}, "InvalidParameterValueException"),
        (
            "UpdateFunctionCode",
            {"FunctionName": "charge-card", "Behaviour": {"failures": 7}},
            "InvalidParameterValueException",
        ),
        (
            "UpdateFunctionConfiguration",
            {"FunctionName": "charge-card", "Timeout": 901},
            "ValidationException",
        ),
        (
            "UpdateFunctionConfiguration",
            {"FunctionName": "charge-card", "MemorySize": True},
            "SerializationException",
        ),
        ("PutFunctionConcurrency", {"FunctionName": "charge-card"}, "ValidationException"),
        ("UpdateEventSourceMapping", {"UUID": "none"}, "ResourceNotFoundException"),
        ("UpdateEventSourceMapping", {"UUID": "Mapping", "BatchSize": 11}, "InvalidParameterValueException"),
        ("UpdateEventSourceMapping", {"UUID": "Mapping", "BatchSize": 0}, "ValidationException"),
        (
            "UpdateEventSourceMapping",
            {"UUID": "Mapping", "MaximumBatchingWindowInSeconds": 301},
            "ValidationException",
        ),
        ("ListEventSourceMappings", {"FunctionName": "none"}, "ResourceNotFoundException"),
        (
            "UpdateEventSourceMapping",
            {"UUID": "Mapping", "ScalingConfig": {"MaximumConcurrency": 1}},
            "ValidationException",
        ),
        ("Invoke", {"FunctionName": "charge-card", "InvocationType": "Later"}, "ValidationException"),
        ("Invoke", {"FunctionName": "charge-card", "Payload": "x" * 6_291_457}, "RequestTooLargeException"),
        ("Nothing", {}, "UnknownOperationException"),
    ],
)
def test_what_lambda_refuses(run, operation, params, code):
    assert run.no(f"lambda:{operation}", **params)[0] == code


def test_a_synchronous_invocation_too_many_is_refused(run):
    run.ok("lambda:PutFunctionConcurrency", FunctionName="charge-card", ReservedConcurrentExecutions=0)
    code, message = run.no("lambda:Invoke", FunctionName="charge-card", Payload="{}")
    assert (code, message) == ("TooManyRequestsException", "Rate Exceeded. (all 0 reserved executions are running)")
    assert run.ok("lambda:Invoke", FunctionName="charge-card", InvocationType="DryRun") == {"StatusCode": 204}


def test_timeout_and_memory_are_changed_and_recorded(run):
    answer = run.ok("lambda:UpdateFunctionConfiguration", FunctionName="charge-card", Timeout=30, MemorySize=512)
    assert (answer["Timeout"], answer["MemorySize"]) == (30, 512)
    changed = [(row["setting"], row["value"]) for row in run.records() if row["kind"] == "ConfigurationChanged"]
    assert changed == [("Timeout", "30 s"), ("MemorySize", "512 MB")]
