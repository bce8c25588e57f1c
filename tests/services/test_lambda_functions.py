"""Functions and mappings made while a run goes: their life, what AWS answers, and what becomes of what they held."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, arn, function_arn

ROLE = "arn:aws:iam::123456789012:role/r"
CODE = {"ZipFile": "eA=="}
QUICK = {"duration": {"kind": "constant", "ms": 100}}


@pytest.fixture
def run() -> Run:
    return Run(a_topology(Orders=a_queue("orders", "orders-dlq"), OrdersDlq=a_queue("orders-dlq")))


def create(run: Run, name: str = "charge-card", **params: Any) -> dict[str, Any]:
    return run.ok("lambda:CreateFunction", FunctionName=name, Role=ROLE, Code=CODE, Behaviour=QUICK, **params)


def connect(run: Run, **params: Any) -> dict[str, Any]:
    return run.ok("lambda:CreateEventSourceMapping", EventSourceArn=arn("orders"), FunctionName="charge-card", **params)


def test_a_new_function_is_answered_as_aws_does_and_is_pending_for_a_moment(run):
    made = create(run, Runtime="python3.12", Handler="index.handler", Timeout=30, Environment={"Variables": {}})
    assert made.pop("CodeSha256")
    assert made.pop("RevisionId")
    assert made.pop("RuntimeVersionConfig")["RuntimeVersionArn"].startswith("arn:aws:lambda:eu-west-1::runtime:")
    assert made == {
        "FunctionName": "charge-card",
        "FunctionArn": function_arn("charge-card"),
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "CodeSize": 1,
        "Description": "",
        "Timeout": 30,
        "MemorySize": 128,
        "LastModified": "2026-01-01T00:00:00.000+0000",
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/charge-card"},
        "Environment": {"Variables": {}},
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
    }
    run.until(SECOND)
    found = run.ok("lambda:GetFunction", FunctionName="charge-card")["Configuration"]
    assert (found["State"], found["LastUpdateStatus"]) == ("Active", "Successful")
    assert [row["FunctionName"] for row in run.ok("lambda:ListFunctions")["Functions"]] == ["charge-card"]


def test_a_name_is_given_once_and_again_after_the_function_is_gone(run):
    create(run)
    refused = run.no("lambda:CreateFunction", FunctionName="charge-card", Role=ROLE, Code=CODE)
    assert refused == ("ResourceConflictException", "Function already exist: charge-card")
    run.ok("lambda:DeleteFunction", FunctionName="charge-card")
    assert run.no("lambda:GetFunction", FunctionName="charge-card") == (
        "ResourceNotFoundException",
        f"Function not found: {function_arn('charge-card')}",
    )
    create(run)


def test_a_new_mapping_reads_once_it_is_enabled(run):
    create(run)
    run.send()
    made = connect(run)
    uuid = made["UUID"]
    assert made == {
        "UUID": uuid,
        "BatchSize": 10,
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": arn("orders"),
        "EventSourceMappingArn": f"arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:{uuid}",
        "FunctionArn": function_arn("charge-card"),
        "FunctionResponseTypes": [],
        "LastModified": 1767225600.0,
        "State": "Creating",
        "StateTransitionReason": "USER_INITIATED",
    }
    run.until(SECOND - 1)
    assert run.counts() == (1, 0, 0)
    run.until(2 * SECOND)
    rows = [(row["at"], row["kind"], row.get("state", "")) for row in run.records() if row["node"] == 3]
    assert rows == [
        (0, "ResourceCreated", ""),
        (0, "MappingStateChanged", "Creating"),
        (SECOND, "MappingStateChanged", "Enabled"),
        (SECOND, "InvocationStarted", ""),
        (SECOND + 100_000, "InvocationSucceeded", ""),
    ]
    assert run.counts() == (0, 0, 0)


def test_a_deleted_mapping_is_listed_for_a_moment_and_reads_no_more(run):
    create(run)
    uuid = connect(run)["UUID"]
    run.until(2 * SECOND)
    assert run.ok("lambda:DeleteEventSourceMapping", UUID=uuid)["State"] == "Deleting"
    run.send()
    assert run.ok("lambda:GetEventSourceMapping", UUID=uuid)["State"] == "Deleting"
    run.until(MINUTE)
    assert run.counts() == (1, 0, 0)
    missing = ("ResourceNotFoundException", "The resource you requested does not exist.")
    assert run.no("lambda:GetEventSourceMapping", UUID=uuid) == missing
    assert run.no("lambda:DeleteEventSourceMapping", UUID=uuid) == missing


def test_what_runs_when_a_mapping_is_deleted_ends_and_deletes_its_messages(run):
    create(run)
    uuid = connect(run)["UUID"]
    run.until(SECOND)
    run.send()
    run.until(SECOND + 50_000)
    run.ok("lambda:DeleteEventSourceMapping", UUID=uuid)
    run.until(3 * SECOND)
    assert run.counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"FunctionName": "none"}, "InvalidParameterValueException", "Function does not exist"),
        ({"EventSourceArn": None}, "InvalidParameterValueException", "Unrecognized event source."),
        (
            {"EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:none"},
            "InvalidParameterValueException",
            (
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                "SQS Error Message: The specified queue does not exist."
            ),
        ),
        (
            {"EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/s", "StartingPosition": "LATEST"},
            "InvalidParameterValueException",
            "Stream not found: arn:aws:kinesis:eu-west-1:123456789012:stream/s",
        ),
        (
            {"EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/s"},
            "ValidationException",
            (
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
                "Member must not be null"
            ),
        ),
        (
            {"BatchSize": 11},
            "InvalidParameterValueException",
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        ),
        (
            {"BatchSize": 0, "MaximumBatchingWindowInSeconds": 301},
            "ValidationException",
            (
                "2 validation errors detected: Value '0' at 'batchSize' failed to satisfy constraint: Member must have "
                "value greater than or equal to 1; Value '301' at 'maximumBatchingWindowInSeconds' failed to satisfy "
                "constraint: Member must have value less than or equal to 300"
            ),
        ),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:orders-dlq"}}},
            "InvalidParameterValueException",
            "Unsupported DestinationConfig parameter for given event source mapping type.",
        ),
        (
            {"FunctionResponseTypes": ["Other"]},
            "ValidationException",
            (
                "1 validation error detected: Value '[Other]' at 'functionResponseTypes' failed to satisfy constraint: "
                "Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]"
            ),
        ),
    ],
)
def test_what_a_new_mapping_may_not_be(run, params, code, message):
    create(run)
    given = {"EventSourceArn": arn("orders"), "FunctionName": "charge-card", **params}
    wanted = {name: value for name, value in given.items() if value is not None}
    assert run.no("lambda:CreateEventSourceMapping", **wanted) == (code, message)


def test_a_queue_must_hide_its_messages_as_long_as_the_function_may_take(run):
    create(run, Timeout=31)
    refused = run.no("lambda:CreateEventSourceMapping", EventSourceArn=arn("orders"), FunctionName="charge-card")
    message = "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"
    assert refused == ("InvalidParameterValueException", message)


def test_a_second_mapping_of_the_same_two_is_refused(run):
    create(run)
    uuid = connect(run)["UUID"]
    code, message = run.no("lambda:CreateEventSourceMapping", EventSourceArn=arn("orders"), FunctionName="charge-card")
    assert code == "ResourceConflictException"
    assert message.endswith(f"Please update or delete the existing mapping with UUID {uuid}")


def test_a_mapping_is_turned_to_another_function(run):
    create(run)
    create(run, "refund")
    uuid = connect(run)["UUID"]
    run.until(SECOND)
    answer = run.ok("lambda:UpdateEventSourceMapping", UUID=uuid, FunctionName="refund")
    assert (answer["FunctionArn"], answer["State"]) == (function_arn("refund"), "Updating")
    run.send()
    run.until(2 * SECOND)
    topology = run.simulation.world.topology
    started = [topology.nodes[row["node"]].name for row in run.records() if row["kind"] == "InvocationStarted"]
    assert started == ["refund"]


def test_a_deleted_queue_takes_the_polling_with_it_and_the_mapping_can_still_be_deleted(run):
    create(run)
    uuid = connect(run)["UUID"]
    run.until(SECOND)
    run.ok("sqs:DeleteQueue", QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders")
    run.until(MINUTE)
    assert run.ok("lambda:DeleteEventSourceMapping", UUID=uuid)["EventSourceArn"] == arn("orders")


def test_events_that_wait_for_a_deleted_function_are_discarded(run):
    behaviour = {**QUICK, "failures": [{"how": "raise"}]}
    run.ok("lambda:CreateFunction", FunctionName="f", Role=ROLE, Code=CODE, Behaviour=behaviour)
    run.ok("lambda:Invoke", FunctionName="f", InvocationType="Event", Payload="{}")
    run.until(SECOND)
    run.ok("lambda:Invoke", FunctionName="f", InvocationType="Event", Payload="{}")
    run.until(SECOND + 50_000)
    run.ok("lambda:DeleteFunction", FunctionName="f")
    run.until(10 * MINUTE)
    discarded = [(row["at"], row["condition"]) for row in run.records() if row["kind"] == "EventDiscarded"]
    assert discarded == [(SECOND + 50_000, "FunctionDeleted"), (SECOND + 100_000, "FunctionDeleted")]
    assert run.simulation.quiet


def test_a_dead_letter_queue_is_put_and_taken_away_while_it_runs(run):
    behaviour = {**QUICK, "failures": [{"how": "raise", "error": {"type": "E", "message": "no"}}]}
    made = run.ok(
        "lambda:CreateFunction",
        FunctionName="f",
        Role=ROLE,
        Code=CODE,
        Behaviour=behaviour,
        DeadLetterConfig={"TargetArn": arn("orders-dlq")},
    )
    assert made["DeadLetterConfig"] == {"TargetArn": arn("orders-dlq")}
    run.ok("lambda:PutFunctionEventInvokeConfig", FunctionName="f", MaximumRetryAttempts=0)
    run.ok("lambda:Invoke", FunctionName="f", InvocationType="Event", Payload='{"raise": 1}')
    run.until(SECOND)
    (letter,) = run.receive(queue="orders-dlq", MessageAttributeNames=["All"])
    assert letter["Body"] == '{"raise": 1}'
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no"
    changed = run.ok("lambda:UpdateFunctionConfiguration", FunctionName="f", DeadLetterConfig={"TargetArn": ""})
    assert "DeadLetterConfig" not in changed
    assert (changed["State"], changed["LastUpdateStatus"]) == ("Active", "InProgress")
    run.ok("lambda:Invoke", FunctionName="f", InvocationType="Event", Payload="{}")
    run.until(2 * SECOND)
    assert [row["condition"] for row in run.records() if row["kind"] == "EventDiscarded"] == ["RetriesExhausted"]


def test_an_event_invoke_config_says_what_was_said_and_is_there_once_it_was_put(run):
    create(run)
    wanted = f"The function {function_arn('charge-card')}:$LATEST doesn't have an EventInvokeConfig"
    for operation in ("Get", "Delete", "Update"):
        params = {"MaximumRetryAttempts": 1} if operation == "Update" else {}
        refused = run.no(f"lambda:{operation}FunctionEventInvokeConfig", FunctionName="charge-card", **params)
        assert refused == ("ResourceNotFoundException", wanted)
    put = run.ok("lambda:PutFunctionEventInvokeConfig", FunctionName="charge-card", MaximumRetryAttempts=1)
    assert put == {
        "FunctionArn": f"{function_arn('charge-card')}:$LATEST",
        "LastModified": 1767225600.0,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
        "MaximumRetryAttempts": 1,
    }
    assert run.ok("lambda:GetFunctionEventInvokeConfig", FunctionName="charge-card") == put
    listed = run.ok("lambda:ListFunctionEventInvokeConfigs", FunctionName="charge-card")
    assert listed == {"FunctionEventInvokeConfigs": [put]}
    assert run.ok("lambda:DeleteFunctionEventInvokeConfig", FunctionName="charge-card") == {}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "You must specify at least one of error handling or destination setting."),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": function_arn("charge-card")}}},
            "You can't specify the function as a destination for itself.",
        ),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": function_arn("none")}}},
            f"The destination ARN {function_arn('none')} is invalid.",
        ),
    ],
)
def test_what_an_event_invoke_config_may_not_be(run, params, message):
    create(run)
    refused = run.no("lambda:PutFunctionEventInvokeConfig", FunctionName="charge-card", **params)
    assert refused == ("InvalidParameterValueException", message)


def test_permissions_are_kept_as_a_policy(run):
    create(run)
    params = {
        "StatementId": "s",
        "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com",
        "SourceArn": "arn:aws:sns:eu-west-1:123456789012:t",
    }
    said = run.ok("lambda:AddPermission", FunctionName="charge-card", **params)["Statement"]
    assert said == (
        '{"Sid":"s","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction",'
        f'"Resource":"{function_arn("charge-card")}",'
        '"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:sns:eu-west-1:123456789012:t"}}}'
    )
    policy = run.ok("lambda:GetPolicy", FunctionName="charge-card")["Policy"]
    assert policy == f'{{"Version":"2012-10-17","Id":"default","Statement":[{said}]}}'
    assert run.no("lambda:AddPermission", FunctionName="charge-card", **params)[0] == "ResourceConflictException"
    run.ok("lambda:RemovePermission", FunctionName="charge-card", StatementId="s")
    assert run.no("lambda:GetPolicy", FunctionName="charge-card")[0] == "ResourceNotFoundException"


def test_tags_are_kept(run):
    create(run, Tags={"a": "1"})
    run.ok("lambda:TagResource", Resource=function_arn("charge-card"), Tags={"b": "2"})
    run.ok("lambda:UntagResource", Resource=function_arn("charge-card"), TagKeys=["a"])
    assert run.ok("lambda:ListTags", Resource=function_arn("charge-card")) == {"Tags": {"b": "2"}}


def test_a_list_comes_in_pages(run):
    for name in ("c", "a", "b"):
        create(run, name)
    first = run.ok("lambda:ListFunctions", MaxItems=2)
    assert [row["FunctionName"] for row in first["Functions"]] == ["a", "b"]
    rest = run.ok("lambda:ListFunctions", MaxItems=2, Marker=first["NextMarker"])
    assert [row["FunctionName"] for row in rest["Functions"]] == ["c"]
    assert "NextMarker" not in rest


def test_a_chain_that_came_through_a_function_sixteen_times_is_stopped_and_its_message_ends_in_the_dead_letter_queue():
    """orders → charge-card → orders …; the message that Lambda does not hand on comes back until it is given up."""
    behaviour = {"duration": {"kind": "constant", "ms": 100}, "calls": [{"target": "Orders"}]}
    function = {**a_function("charge-card"), "playground": {"behaviour": behaviour}}
    topology = a_topology(
        Orders=a_queue("orders", "orders-dlq", 2),
        OrdersDlq=a_queue("orders-dlq"),
        ChargeCard=function,
        Mapping=a_mapping("orders", "charge-card"),
    )
    run = Run(topology)
    run.send()
    run.until(5 * MINUTE)
    rows = run.records()
    kinds = [row["kind"] for row in rows]
    assert kinds.count("InvocationStarted") == 16
    stopped = [(row["rounds"], row["at"]) for row in rows if row["kind"] == "RecursiveLoopStopped"]
    assert [rounds for rounds, _ in stopped] == [16, 16]
    assert stopped[1][1] - stopped[0][1] == 30 * SECOND
    assert run.counts("orders-dlq") == (1, 0, 0)


def test_a_function_may_be_told_to_let_loops_go_on(run):
    create(run)
    assert run.ok("lambda:GetFunctionRecursionConfig", FunctionName="charge-card") == {"RecursiveLoop": "Terminate"}
    run.ok("lambda:PutFunctionRecursionConfig", FunctionName="charge-card", RecursiveLoop="Allow")
    assert run.ok("lambda:GetFunctionRecursionConfig", FunctionName="charge-card") == {"RecursiveLoop": "Allow"}


def test_code_as_bytes_is_kept_and_the_behaviour_stays(run):
    made = create(run)
    run.until(SECOND)
    changed = run.ok("lambda:UpdateFunctionCode", FunctionName="charge-card", ZipFile="eHg=")
    assert (changed["CodeSize"], changed["CodeSha256"]) == (2, made["CodeSha256"])
    assert run.no("lambda:UpdateFunctionCode", FunctionName="charge-card") == (
        "InvalidParameterValueException",
        "Please provide a source for function code.",
    )


def test_a_request_about_an_older_revision_is_refused(run):
    made = create(run)
    changed = run.ok("lambda:UpdateFunctionConfiguration", FunctionName="charge-card", Timeout=5)
    assert changed["RevisionId"] != made["RevisionId"]
    code, _ = run.no(
        "lambda:UpdateFunctionConfiguration", FunctionName="charge-card", Timeout=6, RevisionId=made["RevisionId"]
    )
    assert code == "PreconditionFailedException"


def test_a_destination_may_be_a_bucket():
    topology = a_topology(
        Resize={**a_function("resize"), "playground": {"behaviour": {**QUICK, "output": {"ok": True}}}},
        Results={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "results"}},
    )
    run = Run(topology)
    destination = {"OnSuccess": {"Destination": "arn:aws:s3:::results"}}
    run.ok("lambda:PutFunctionEventInvokeConfig", FunctionName="resize", DestinationConfig=destination)
    run.ok("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload='{"a":1}')
    run.until(SECOND)
    (found,) = run.ok("s3:ListObjectsV2", Bucket="results")["Contents"]
    assert found["Key"].startswith("aws/lambda/async/resize/2026/01/01/2026-01-01T00.00.00-")
    record = json.loads(run.ok("s3:GetObject", Bucket="results", Key=found["Key"])["Body"])
    assert (record["requestPayload"], record["responsePayload"]) == ({"a": 1}, {"ok": True})
    assert [link.kind for link in run.simulation.world.topology.links_from(1)] == ["async-on-success"]


def test_a_queue_that_is_deleted_while_a_batch_of_it_runs_leaves_nothing_behind(run):
    create(run)
    connect(run)
    run.until(SECOND)
    run.send()
    run.until(SECOND + 50_000)
    run.ok("sqs:DeleteQueue", QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders")
    run.until(10 * MINUTE)
    rows = run.records()
    assert [row["at"] for row in rows if row["kind"] == "InvocationSucceeded"] == [SECOND + 100_000]
    assert "MessageDeleted" not in [row["kind"] for row in rows]
    assert run.simulation.quiet


def test_a_destination_that_does_not_exist_is_refused_with_both_named(run):
    create(run)
    destinations = {"OnSuccess": {"Destination": arn("none")}}
    refused = run.no("lambda:PutFunctionEventInvokeConfig", FunctionName="charge-card", DestinationConfig=destinations)
    assert refused == (
        "InvalidParameterValueException",
        (
            f"The provided destination config DestinationConfig(onSuccess=OnSuccess(destination={arn('none')}), "
            "onFailure=null) is invalid."
        ),
    )
    missing = run.no(
        "lambda:PutFunctionEventInvokeConfig", FunctionName="charge-card", Qualifier="7", MaximumRetryAttempts=0
    )
    message = f"The function {function_arn('charge-card')}:7 doesn't exist."
    assert missing == ("ResourceNotFoundException", message)


def test_a_mapping_has_tags_and_other_sources_are_not_known(run):
    create(run)
    made = connect(run, Tags={"a": "1"})
    assert run.ok("lambda:ListTags", Resource=made["EventSourceMappingArn"]) == {"Tags": {"a": "1"}}
    params = {"EventSourceArn": "arn:aws:s3:::bucket", "FunctionName": "charge-card"}
    refused = run.no("lambda:CreateEventSourceMapping", **params)
    message = "Unrecognized event source, must be kinesis, dynamodb stream or sqs."
    assert refused == ("InvalidParameterValueException", message)
    assert run.no("lambda:ListTags", Resource="arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:x")[0] == (
        "ResourceNotFoundException"
    )


def test_permissions_that_were_never_given_are_not_found(run):
    create(run)
    params = {"FunctionName": "charge-card", "StatementId": "s"}
    assert run.no("lambda:RemovePermission", **params)[0] == "ResourceNotFoundException"
    allowed = {"Action": "lambda:InvokeFunction", "Principal": "123456789012", "SourceAccount": "123456789012"}
    said = run.ok("lambda:AddPermission", **params, **allowed)["Statement"]
    assert '"Principal":{"AWS":"arn:aws:iam::123456789012:root"}' in said
    assert '"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"}}' in said
    missing = run.no("lambda:RemovePermission", FunctionName="charge-card", StatementId="other")
    assert missing == ("ResourceNotFoundException", "Statement other is not found in resource policy.")
