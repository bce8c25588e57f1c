"""Versions and aliases, and what runs when one of them is invoked."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from flows.services.ports import Answer
from flows.topology.compiled import CompiledTopology
from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, arn, function_arn

ONE, TWO = ({"duration": {"kind": "constant", "ms": 100}, "output": number} for number in (1, 2))
NAME = "charge-card"


def behaving(name: str, behaviour: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {**a_function(name, **properties), "playground": {"behaviour": behaviour}}


def a_versioned_function(behaviour: dict[str, Any] = ONE) -> Run:
    return Run(a_topology(ChargeCard=behaving(NAME, behaviour), Orders=a_queue("orders")))


def invoke(run: Run, **params: Any) -> dict[str, Any]:
    """The answer, however long it takes."""
    heard: list[Answer] = []
    given = run.simulation.call(
        run.simulation.world.caller("Alice"), "lambda", "Invoke", {"FunctionName": NAME, **params}
    )
    if isinstance(given, Answer):
        heard.append(given)
    else:
        run.simulation.when(given, heard.append)
        while not heard:
            assert run.simulation.step()
    assert heard[0].refusal is None, heard[0].refusal
    return heard[0].output or {}


def publish(run: Run, behaviour: dict[str, Any] | None = None) -> str:
    if behaviour is not None:
        run.ok("lambda:UpdateFunctionCode", FunctionName=NAME, Behaviour=behaviour)
    return str(run.ok("lambda:PublishVersion", FunctionName=NAME)["Version"])


def two_versions() -> Run:
    run = a_versioned_function()
    assert (publish(run), publish(run, TWO)) == ("1", "2")
    return run


def test_a_version_stays_as_it_was_published():
    run = two_versions()
    run.ok("lambda:UpdateFunctionConfiguration", FunctionName=NAME, Timeout=60)
    answers = {qualifier: invoke(run, Qualifier=qualifier) for qualifier in ("1", "2", "$LATEST")}
    assert {name: (answer["Payload"], answer["ExecutedVersion"]) for name, answer in answers.items()} == {
        "1": ("1", "1"),
        "2": ("2", "2"),
        "$LATEST": ("2", "$LATEST"),
    }
    assert invoke(run, FunctionName=f"{function_arn(NAME)}:1")["Payload"] == "1"
    timeouts = [row["Timeout"] for row in run.ok("lambda:ListVersionsByFunction", FunctionName=NAME)["Versions"]]
    assert timeouts == [60, 3, 3]


def test_nothing_new_is_no_new_version():
    run = two_versions()
    assert publish(run) == "2"
    assert publish(run, ONE) == "3"
    published = [row["version"] for row in run.records() if row["kind"] == "VersionPublished"]
    assert published == ["1", "2", "3"]


def test_an_alias_names_a_version_and_is_turned_to_another():
    run = two_versions()
    made = run.ok("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1", Description="d")
    assert made.pop("RevisionId")
    assert made == {
        "AliasArn": f"{function_arn(NAME)}:live",
        "Name": "live",
        "FunctionVersion": "1",
        "Description": "d",
    }
    assert invoke(run, Qualifier="live")["ExecutedVersion"] == "1"
    run.ok("lambda:UpdateAlias", FunctionName=NAME, Name="live", FunctionVersion="2")
    assert invoke(run, FunctionName=f"{NAME}:live")["ExecutedVersion"] == "2"
    assert [row["Name"] for row in run.ok("lambda:ListAliases", FunctionName=NAME)["Aliases"]] == ["live"]
    run.ok("lambda:DeleteAlias", FunctionName=NAME, Name="live")
    assert run.no("lambda:Invoke", FunctionName=NAME, Qualifier="live") == (
        "ResourceNotFoundException",
        f"Function not found: {function_arn(NAME)}:live",
    )


def test_a_weighted_alias_sends_a_share_to_the_second_version_and_says_so():
    run = two_versions()
    routing = {"AdditionalVersionWeights": {"2": 0.25}}
    made = run.ok("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1", RoutingConfig=routing)
    assert made["RoutingConfig"] == routing
    run.records()
    versions = Counter(invoke(run, Qualifier="live")["ExecutedVersion"] for _ in range(400))
    assert 70 <= versions["2"] <= 130
    rows = run.records()
    routed = [row for row in rows if row["kind"] == "AliasRouted"]
    assert Counter(row["version"] for row in routed) == versions
    assert {row["alias"] for row in routed} == {"live"}
    assert {row["subject"] for row in routed} == {row["subject"] for row in rows if row["kind"] == "InvocationStarted"}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Name": "live", "FunctionVersion": "9"}, "ResourceNotFoundException"),
        ({"Name": "7", "FunctionVersion": "1"}, "ValidationException"),
        ({"Name": "live"}, "ValidationException"),
        (
            {"Name": "live", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "InvalidParameterValueException",
        ),
        (
            {"Name": "live", "FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "InvalidParameterValueException",
        ),
        (
            {"Name": "live", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 1.5}}},
            "ValidationException",
        ),
        (
            {"Name": "a", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1, "3": 0.1}}},
            "InvalidParameterValueException",
        ),
    ],
)
def test_what_an_alias_may_not_be(params, code):
    assert two_versions().no("lambda:CreateAlias", FunctionName=NAME, **params)[0] == code


def test_a_version_that_an_alias_names_is_not_deleted():
    run = two_versions()
    run.ok("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1")
    code, message = run.no("lambda:DeleteFunction", FunctionName=NAME, Qualifier="1")
    wanted = "Unable to delete version because the following aliases reference it: [live]"
    assert (code, message) == ("ResourceConflictException", wanted)
    run.ok("lambda:DeleteFunction", FunctionName=NAME, Qualifier="2")
    assert run.no("lambda:GetFunction", FunctionName=NAME, Qualifier="2")[0] == "ResourceNotFoundException"


def test_events_have_settings_and_records_of_the_alias_they_were_sent_to():
    failing = {**ONE, "failures": [{"how": "raise", "error": {"type": "E", "message": "no"}}]}
    run = Run(a_topology(ChargeCard=behaving(NAME, failing), Failures=a_queue("failures")))
    publish(run)
    run.ok("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1")
    run.ok(
        "lambda:PutFunctionEventInvokeConfig",
        FunctionName=NAME,
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn("failures")}},
    )
    run.ok("lambda:Invoke", FunctionName=NAME, Qualifier="live", InvocationType="Event", Payload="{}")
    run.ok("lambda:Invoke", FunctionName=NAME, InvocationType="Event", Payload="{}")
    run.until(10 * MINUTE)
    (message,) = run.receive(queue="failures", AttributeNames=["All"])
    record = json.loads(message["Body"])
    assert record["requestContext"]["functionArn"] == f"{function_arn(NAME)}:live"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responseContext"]["executedVersion"] == "1"
    assert message["Attributes"]["AWSTraceHeader"].startswith("Root=1-")
    discarded = [row["attempt"] for row in run.records() if row["kind"] == "EventDiscarded"]
    assert discarded == [3]


def an_imported_topology() -> CompiledTopology:
    """As SAM's AutoPublishAlias writes it: a version, an alias, a mapping on the alias."""
    companions = {
        "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": NAME}},
        "Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionName": NAME, "FunctionVersion": "1", "Name": "live"},
        },
        "Url": {
            "Type": "AWS::Lambda::Url",
            "Properties": {"TargetFunctionArn": function_arn(NAME), "Qualifier": "live", "AuthType": "NONE"},
        },
    }
    return a_topology(
        Orders=a_queue("orders"),
        ChargeCard=behaving(NAME, ONE),
        Mapping=a_mapping("orders", f"{NAME}:live"),
        **companions,
    )


def test_a_topologys_versions_aliases_and_url_are_there_from_the_start():
    topology = an_imported_topology()
    run = Run(topology)
    assert run.ok("lambda:GetAlias", FunctionName=NAME, Name="live")["FunctionVersion"] == "1"
    assert run.ok("lambda:GetFunctionUrlConfig", FunctionName=NAME, Qualifier="live")["AuthType"] == "NONE"
    run.ok("lambda:UpdateFunctionCode", FunctionName=NAME, Behaviour={**ONE, "failures": [{"how": "raise"}]})
    run.send()
    run.until(SECOND)
    assert [kind for _, _, kind in run.story()].count("InvocationSucceeded") == 1
    mapping = run.ok("lambda:GetEventSourceMapping", UUID="Mapping")
    assert mapping["FunctionArn"] == f"{function_arn(NAME)}:live"
    shown = {row["name"]: row["value"] for row in topology.node("ChargeCard").settings}
    assert (shown["Version 1"], shown["Alias live"], shown["URL"]) == ("published", "version 1", "invokes live")


def test_the_tail_of_the_log_comes_with_the_answer():
    import base64

    run = a_versioned_function()
    lines = base64.b64decode(invoke(run, LogType="Tail")["LogResult"]).decode().splitlines()
    assert lines[0].startswith("START RequestId: ")
    assert lines[0].endswith(" Version: $LATEST")
    assert "\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\t" in lines[-1]


def test_a_version_is_published_of_the_code_one_means():
    run = a_versioned_function()
    refused = run.no("lambda:PublishVersion", FunctionName=NAME, CodeSha256="other")
    assert refused[0] == "InvalidParameterValueException"
    sha = run.ok("lambda:GetFunctionConfiguration", FunctionName=NAME)["CodeSha256"]
    made = run.ok("lambda:PublishVersion", FunctionName=NAME, CodeSha256=sha, Description="first")
    assert (made["Version"], made["Description"], made["FunctionArn"]) == ("1", "first", f"{function_arn(NAME)}:1")


def test_a_reply_that_is_too_large_is_an_error():
    run = a_versioned_function({**ONE, "output": "x" * 6_291_556})
    answer = invoke(run)
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"])["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_request_that_is_too_large_is_refused_in_the_words_of_its_type():
    run = a_versioned_function()
    payload = json.dumps("x" * 6_291_456)
    assert run.no("lambda:Invoke", FunctionName=NAME, Payload=payload) == (
        "RequestTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    )
    _, message = run.no("lambda:Invoke", FunctionName=NAME, InvocationType="Event", Payload=json.dumps("x" * 1_048_576))
    assert message == "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)"


def test_an_event_sent_to_an_alias_that_is_gone_when_its_turn_comes_is_given_up():
    failing = {**ONE, "failures": [{"how": "raise"}]}
    run = Run(a_topology(ChargeCard=behaving(NAME, failing)))
    publish(run)
    run.ok("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1")
    run.ok("lambda:Invoke", FunctionName=NAME, Qualifier="live", InvocationType="Event", Payload="{}")
    run.until(SECOND)
    run.ok("lambda:DeleteAlias", FunctionName=NAME, Name="live")
    run.until(10 * MINUTE)
    discarded = [(row["at"], row["condition"]) for row in run.records() if row["kind"] == "EventDiscarded"]
    assert discarded == [(MINUTE + 100_000, "VersionDeleted")]


def test_aliases_and_provisioned_concurrency_are_listed():
    run = two_versions()
    for name, version in (("live", "1"), ("beta", "2")):
        run.ok("lambda:CreateAlias", FunctionName=NAME, Name=name, FunctionVersion=version)
    rows = run.ok("lambda:ListAliases", FunctionName=NAME, FunctionVersion="2")["Aliases"]
    assert [row["Name"] for row in rows] == ["beta"]
    taken = run.no("lambda:CreateAlias", FunctionName=NAME, Name="live", FunctionVersion="1")
    assert taken[0] == "ResourceConflictException"
    for operation in ("UpdateAlias", "GetAlias"):
        assert run.no(f"lambda:{operation}", FunctionName=NAME, Name="none")[0] == "ResourceNotFoundException"
    asked = {"FunctionName": NAME, "Qualifier": "live", "ProvisionedConcurrentExecutions": 3}
    run.ok("lambda:PutProvisionedConcurrencyConfig", **asked)
    (row,) = run.ok("lambda:ListProvisionedConcurrencyConfigs", FunctionName=NAME)["ProvisionedConcurrencyConfigs"]
    assert (row["FunctionArn"], row["Status"]) == (f"{function_arn(NAME)}:live", "IN_PROGRESS")
    run.ok("lambda:PutFunctionConcurrency", FunctionName=NAME, ReservedConcurrentExecutions=2)
    code, _ = run.no("lambda:PutProvisionedConcurrencyConfig", **asked)
    assert code == "InvalidParameterValueException"
    everything = run.ok("lambda:ListFunctions", FunctionVersion="ALL")["Functions"]
    assert [row["FunctionArn"].removeprefix(function_arn(NAME)) for row in everything] == [":$LATEST", ":1", ":2"]


def test_two_names_of_a_version_in_one_request_must_agree():
    run = two_versions()
    refused = run.no("lambda:GetFunction", FunctionName=f"{NAME}:1", Qualifier="2")
    message = "The derived qualifier from the function name does not match the specified qualifier."
    assert refused == ("InvalidParameterValueException", message)
    found = run.ok("lambda:GetFunction", FunctionName=f"123456789012:function:{NAME}:1")
    assert found["Configuration"]["Version"] == "1"
