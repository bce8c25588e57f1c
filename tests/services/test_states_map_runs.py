"""Distributed Maps: items from S3, child executions, what is tolerated, results in S3."""

from __future__ import annotations

import json

from tests.builders import SECOND, a_function, a_topology
from tests.services.states_cast import StatesRun, a_machine, a_run, execution_arn, states

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}}


def each(processor, **map_):
    """A machine of one distributed Map."""
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": map_.pop("kind", "STANDARD")}}
    return states(Each={"Type": "Map", "Label": "L", "ItemProcessor": {**config, **processor}, "End": True, **map_})


PAY = states(
    Pay={
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName.$": "$"},
        "ResultSelector": {"paid": True},
        "End": True,
    }
)


def test_every_item_is_a_child_execution_that_the_map_run_counts():
    run = a_run(each(PAY, MaxConcurrency=2))
    run.start(input_=["pay", "pay", "pay"])
    run.until(150_000)
    (map_run,) = run.ok("states:ListMapRuns", executionArn=execution_arn("one"))["mapRuns"]
    said = run.ok("states:DescribeMapRun", mapRunArn=map_run["mapRunArn"])
    assert (said["status"], said["maxConcurrency"]) == ("RUNNING", 2)
    counts = {name: said["itemCounts"][name] for name in ("pending", "running", "succeeded", "total")}
    assert counts == {"pending": 0, "running": 1, "succeeded": 2, "total": 3}
    run.until(10 * SECOND)
    assert run.whole() == [
        (0.0, "ExecutionStarted"),
        (0.0, "MapStateEntered"),
        (0.0, "MapStateStarted"),
        (0.0, "MapRunStarted"),
        (0.2, "MapRunSucceeded"),
        (0.2, "MapStateSucceeded"),
        (0.2, "MapStateExited"),
        (0.2, "ExecutionSucceeded"),
    ]
    assert json.loads(run.describe()["output"]) == [{"paid": True}] * 3
    listed = run.ok("states:ListExecutions", mapRunArn=map_run["mapRunArn"])["executions"]
    assert [row["status"] for row in listed] == ["SUCCEEDED"] * 3
    child = run.ok("states:DescribeExecution", executionArn=listed[0]["executionArn"])
    assert (child["mapRunArn"], child["input"], child["output"]) == (map_run["mapRunArn"], '"pay"', '{"paid":true}')
    assert ":execution:saga/L:" in child["executionArn"]
    history = run.ok("states:GetExecutionHistory", executionArn=listed[0]["executionArn"])["events"]
    assert [event["type"] for event in history][::6] == ["ExecutionStarted", "ExecutionSucceeded"]
    run.balanced()


def test_too_many_failures_fail_the_map_run():
    run = a_run(each(PAY, ToleratedFailureCount=1))
    run.start(input_=["refuse", "refuse", "pay"])
    run.until(10 * SECOND)
    said = run.describe()
    assert (said["status"], said["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    (map_run,) = run.ok("states:ListMapRuns", executionArn=execution_arn("one"))["mapRuns"]
    counts = run.ok("states:DescribeMapRun", mapRunArn=map_run["mapRunArn"])["executionCounts"]
    assert (counts["failed"], counts["total"]) == (2, 3)
    run.balanced()


def test_a_redrive_begins_only_what_did_not_succeed_anew():
    run = a_run(each(PAY, MaxConcurrency=1))
    run.start(input_=["pay", "refuse", "pay"])
    run.until(10 * SECOND)
    assert run.describe()["status"] == "FAILED"
    run.ok("lambda:UpdateFunctionCode", FunctionName="refuse", Behaviour={"duration": {"kind": "constant", "ms": 100}})
    run.ok("states:RedriveExecution", executionArn=execution_arn("one"))
    run.until(20 * SECOND)
    said = run.describe()
    assert (said["status"], json.loads(said["output"])) == ("SUCCEEDED", [{"paid": True}] * 3)
    (map_run,) = run.ok("states:ListMapRuns", executionArn=execution_arn("one"))["mapRuns"]
    told = run.ok("states:DescribeMapRun", mapRunArn=map_run["mapRunArn"])
    assert (told["status"], told["redriveCount"]) == ("SUCCEEDED", 1)
    run.balanced()


def test_items_come_from_an_object_and_results_go_to_a_bucket():
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Parameters": {"Bucket": "data", "Key": "in.csv"},
    }
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "data", "Prefix": "out"}}
    machine = each(states(P={"Type": "Pass", "End": True}), ItemReader=reader, ResultWriter=writer)
    run = StatesRun(a_topology(Saga=a_machine(machine), Data=BUCKET))
    run.ok("s3:PutObject", Bucket="data", Key="in.csv", Body="id,name\n1,Ann\n2,Bob\n")
    run.start()
    run.until(10 * SECOND)
    said = json.loads(run.describe()["output"])
    assert said["ResultWriterDetails"]["Bucket"] == "data"
    manifest = json.loads(run.ok("s3:GetObject", Bucket="data", Key=said["ResultWriterDetails"]["Key"])["Body"])
    (file,) = manifest["ResultFiles"]["SUCCEEDED"]
    rows = json.loads(run.ok("s3:GetObject", Bucket="data", Key=file["Key"])["Body"])
    assert [json.loads(row["Output"]) for row in rows] == [{"id": "1", "name": "Ann"}, {"id": "2", "name": "Bob"}]
    run.balanced()


def test_an_object_that_is_not_there_fails_the_reading():
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "data", "Key": "nothing.json"},
    }
    machine = each(states(P={"Type": "Pass", "End": True}), ItemReader=reader)
    run = StatesRun(a_topology(Saga=a_machine(machine), Data=BUCKET))
    run.start()
    run.until(10 * SECOND)
    said = run.describe()
    assert (said["status"], said["error"]) == ("FAILED", "States.ItemReaderFailed")


def test_stopping_an_execution_stops_its_children():
    run = a_run(each(states(W={"Type": "Wait", "Seconds": 60, "End": True})))
    run.start(input_=[1, 2])
    run.ok("states:StopExecution", 3 * SECOND, executionArn=execution_arn("one"))
    run.until(5 * SECOND)
    (map_run,) = run.ok("states:ListMapRuns", executionArn=execution_arn("one"))["mapRuns"]
    told = run.ok("states:DescribeMapRun", mapRunArn=map_run["mapRunArn"])
    assert (told["status"], told["executionCounts"]["aborted"]) == ("ABORTED", 2)
    run.balanced()


def test_express_children_leave_nothing_behind():
    run = StatesRun(a_topology(Saga=a_machine(each(PAY, kind="EXPRESS")), Pay=a_function("pay")))
    run.start(input_=["pay"] * 5)
    run.until(10 * SECOND)
    assert json.loads(run.describe()["output"]) == [{"paid": True}] * 5
    (map_run,) = run.ok("states:ListMapRuns", executionArn=execution_arn("one"))["mapRuns"]
    assert run.ok("states:ListExecutions", mapRunArn=map_run["mapRunArn"])["executions"] == []
    run.balanced()


def test_a_map_run_goes_on_with_other_limits():
    run = a_run(each(states(W={"Type": "Wait", "Seconds": 10, "End": True}), MaxConcurrency=1))
    run.start(input_=[1, 2, 3])
    run.until(SECOND)
    (map_run,) = run.ok("states:ListMapRuns", executionArn=execution_arn("one"))["mapRuns"]
    run.ok("states:UpdateMapRun", mapRunArn=map_run["mapRunArn"], maxConcurrency=5)
    run.until(60 * SECOND)
    assert run.whole()[-1] == (11.0, "ExecutionSucceeded")
    code, _ = run.no("states:UpdateMapRun", mapRunArn=map_run["mapRunArn"])
    assert code == "ValidationException"
