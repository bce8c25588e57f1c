"""Distributed Map: items, batches, child executions, tolerances, what is written."""

from __future__ import annotations

import gzip
import json

import pytest

from flows.asl.ports import Status
from tests.asl.host import run
from tests.asl.machines import a_fail, a_map, a_pass, a_task, a_wait, catch, machine

ZERO_FAILS = machine(
    Route={"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "Boom"}], "Default": "Ok"},
    Boom=a_fail(),
    Ok=a_pass(),
)


def reader(input_type, **config):
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": input_type, **config},
        "Parameters": {"Bucket": "b", "Key": "k"},
    }


def read(body, input_type, **config):
    loop = a_map(machine(I=a_pass()), "DISTRIBUTED", ItemReader=reader(input_type, **config))
    host, execution = run(machine(Each=loop), objects={("b", "k"): body})
    return (
        execution.output
        if execution.status is Status.SUCCEEDED
        else (host.types()[-3:], execution.error, execution.cause)
    )


def test_children_have_histories_of_their_own():
    loop = a_map(
        machine(I=a_pass(Parameters={"v.$": "$", "i.$": "$$.Map.Item.Index"})), "DISTRIBUTED", ItemsPath="$.items"
    )
    host, execution = run(machine(Each=loop), {"items": ["a", "b"]})
    assert list(zip(host.types(), host.previous(), strict=True)) == [
        ("ExecutionStarted", 0),
        ("MapStateEntered", 0),
        ("MapStateStarted", 2),
        ("MapRunStarted", 3),
        ("MapRunSucceeded", 4),
        ("MapStateSucceeded", 5),
        ("MapStateExited", 4),
        ("ExecutionSucceeded", 7),
    ]
    assert execution.output == [{"v": "a", "i": 0}, {"v": "b", "i": 1}]
    assert [host.types(child) for child in (1, 2)] == [
        ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    ] * 2
    assert host.map_runs == [(host.history()[3]["mapRunStartedEventDetails"]["mapRunArn"], Status.SUCCEEDED)]


def test_no_more_children_at_once_than_it_may():
    loop = a_map(machine(W=a_wait(1)), "DISTRIBUTED", ItemsPath="$.items", MaxConcurrency=3)
    host, execution = run(machine(Each=loop), {"items": list(range(7))})
    assert [each.execution.started_at for each in host.runs[1:]] == [
        0,
        0,
        0,
        1_000_000,
        1_000_000,
        1_000_000,
        2_000_000,
    ]
    assert execution.ended_at == 3_000_000


@pytest.mark.parametrize(
    ("tolerance", "items", "fails"),
    [
        ({}, [1, 0], True),
        ({}, [1, 1], False),
        ({"ToleratedFailureCount": 1}, [0, 1, 1], False),
        ({"ToleratedFailureCount": 1}, [0, 0, 1], True),
        ({"ToleratedFailurePercentage": 50}, [0, 1], False),
        ({"ToleratedFailurePercentage": 49.9}, [0, 1], True),
        ({"ToleratedFailureCount": 5, "ToleratedFailurePercentage": 10}, [0, 1], True),
    ],
)
def test_tolerances(tolerance, items, fails):
    host, execution = run(machine(Each=a_map(ZERO_FAILS, "DISTRIBUTED", **tolerance)), items)
    assert (execution.error == "States.ExceedToleratedFailureThreshold") is fails
    assert ("MapRunFailed" in host.types()) is fails


def test_a_tolerated_child_is_told_with_what_became_of_it():
    _, execution = run(machine(Each=a_map(ZERO_FAILS, "DISTRIBUTED", ToleratedFailurePercentage=100)), [0, 4])
    failed = execution.output[0]
    assert (failed["Error"], failed["Cause"], failed["Input"], failed["Status"]) == (
        "Boom",
        "it went off",
        "0",
        "FAILED",
    )
    assert execution.output[1] == 4


def test_exceeding_the_threshold_stops_the_children_that_run():
    route = {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "Boom"}], "Default": "Long"}
    inner = machine(Route=route, Boom=a_fail(), Long=a_wait(60))
    definition = machine(
        Each=a_map(inner, "DISTRIBUTED", Catch=[catch("Handled")]), After=a_pass(End=True), Handled=a_pass()
    )
    host, execution = run(definition, [1, 1, 0])
    assert [each.execution.status for each in host.runs[1:]] == [Status.ABORTED, Status.ABORTED, Status.FAILED]
    assert host.types()[4:7] == ["MapRunFailed", "MapStateFailed", "MapStateExited"]
    assert host.previous()[4:7] == [4, 5, 6]
    assert execution.output["Error"] == "States.ExceedToleratedFailureThreshold"


def test_batches_by_items_and_by_bytes():
    loop = a_map(
        machine(I=a_pass()),
        "DISTRIBUTED",
        ItemBatcher={"MaxItemsPerBatch": 2, "BatchInput": {"of.$": "$.name"}},
        ItemsPath="$.items",
    )
    _, execution = run(machine(Each=loop), {"items": [1, 2, 3], "name": "n"})
    assert execution.output == [{"BatchInput": {"of": "n"}, "Items": [1, 2]}, {"BatchInput": {"of": "n"}, "Items": [3]}]
    loop = a_map(machine(I=a_pass()), "DISTRIBUTED", ItemBatcher={"MaxInputBytesPerBatch": 20}, ItemsPath="$.items")
    _, execution = run(machine(Each=loop), {"items": ["aaaaaaa", "bbbbbb", "c", "d" * 30, "e"]})
    assert [each["Items"] for each in execution.output] == [["aaaaaaa"], ["bbbbbb", "c"], ["d" * 30], ["e"]]


def test_csv_by_its_first_row_or_given_headers():
    body = b"H1,H2\nv1,v2\nv3\nv4,v5,v6\n"
    rows = [{"H1": "v1", "H2": "v2"}, {"H1": "v3", "H2": ""}, {"H1": "v4", "H2": "v5"}]
    assert read(body, "CSV", CSVHeaderLocation="FIRST_ROW") == rows
    assert read(body, "CSV", CSVHeaderLocation="GIVEN", CSVHeaders=["X"])[0] == {"X": "H1"}
    assert read(b"a|b\n1|2\n", "CSV", CSVHeaderLocation="FIRST_ROW", CSVDelimiter="PIPE") == [{"a": "1", "b": "2"}]


def test_json_lines_objects_and_limits():
    assert read(b"[1, 2, 3]", "JSON", MaxItems=2) == [1, 2]
    assert read(b"[1, 2, 3]", "JSON", MaxItems=0) == [1, 2, 3]
    assert read(b'{"rows": {"list": [7]}}', "JSON", ItemsPointer="/rows/list") == [7]
    assert read(b'{"a": 1}\n\n{"b": 2}\n', "JSONL") == [{"a": 1}, {"b": 2}]


def test_what_cannot_be_read_fails_the_map_run():
    failed = ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    assert read(b'{"a": 1}', "JSON") == (failed, "States.ItemReaderFailed", "Attempting to map over non-iterable node.")
    assert read(b"3", "JSON") == (failed, "States.ItemReaderFailed", "Attempting to map over non-iterable node.")
    assert read(b"[", "JSON")[:2] == (failed, "States.ItemReaderFailed")
    assert read(b"\xff\xfe\x00", "CSV")[1] == "States.ItemReaderFailed"
    loop = a_map(machine(I=a_pass()), "DISTRIBUTED", ItemReader=reader("JSON"))
    assert run(machine(Each=loop))[1].cause == "The specified key does not exist."


def test_an_inventory_leads_to_its_data_files():
    manifest = {
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": "one.csv.gz"}, {"key": "two.csv.gz"}],
    }
    objects = {
        ("b", "k"): json.dumps(manifest).encode(),
        ("b", "one.csv.gz"): gzip.compress(b'"data","a.txt","1"\n'),
        ("b", "two.csv.gz"): gzip.compress(b'"data","b.txt","2"\n'),
    }
    loop = a_map(machine(I=a_pass()), "DISTRIBUTED", ItemReader=reader("MANIFEST"))
    host, execution = run(machine(Each=loop), objects=objects)
    assert execution.output == [
        {"Bucket": "data", "Key": "a.txt", "Size": "1"},
        {"Bucket": "data", "Key": "b.txt", "Size": "2"},
    ]
    assert [each.member for each in host.requests if hasattr(each, "member")] == ["", "one.csv.gz", "two.csv.gz"]


def test_results_are_exported_one_file_per_status_with_a_manifest():
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "jobs"}}
    host, execution = run(
        machine(Each=a_map(ZERO_FAILS, "DISTRIBUTED", ResultWriter=writer, ToleratedFailureCount=1)), [0, 4]
    )
    request = host.written[0]
    assert [name for name, _ in request.files] == ["FAILED_0.json", "SUCCEEDED_0.json", "manifest.json"]
    manifest = json.loads(request.files[-1][1])
    assert manifest["DestinationBucket"] == "out"
    assert [each["Key"] for each in manifest["ResultFiles"]["SUCCEEDED"]] == ["jobs/run-1/SUCCEEDED_0.json"]
    assert json.loads(request.files[1][1])[0]["Output"] == "4"
    assert set(execution.output) == {"MapRunArn", "ResultWriterDetails"}
    assert request.folder == "jobs/run-1"


def test_what_is_to_be_an_object_is_refused_when_it_is_not():
    wrong = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": "{% 1 %}"}
    for fields in ({"ResultWriter": wrong}, {"ItemReader": wrong | {"Resource": "arn:aws:states:::s3:getObject"}}):
        loop = a_map(machine(I=a_pass()), "DISTRIBUTED", QueryLanguage="JSONata", Items=[1], **fields)
        host, execution = run(machine(Each=loop))
        assert execution.error == "States.QueryEvaluationError"
        assert "must resolve to an object" in execution.cause
        assert host.types()[-4:] == ["EvaluationFailed", "MapRunFailed", "MapStateFailed", "ExecutionFailed"]


def test_results_can_be_flattened_without_being_exported():
    loop = a_map(
        machine(I=a_pass()), "DISTRIBUTED", ItemsPath="$", ResultWriter={"WriterConfig": {"Transformation": "FLATTEN"}}
    )
    assert run(machine(Each=loop), [[1, 2], [3]])[1].output == [1, 2, 3]


def test_a_distributed_map_inside_a_distributed_map():
    inner = a_map(machine(I=a_pass()), "DISTRIBUTED", ItemsPath="$.sub")
    host, execution = run(machine(Outer=a_map(machine(Inner=inner), "DISTRIBUTED")), [{"sub": [1]}, {"sub": [2, 3]}])
    assert execution.output == [[1], [2, 3]]
    assert len(host.runs) == 6


def test_a_map_run_without_items_is_over_at_once():
    host, execution = run(machine(Each=a_map(machine(I=a_task()), "DISTRIBUTED")), [])
    assert (execution.output, len(host.runs)) == ([], 1)


def test_an_item_selector_that_fails_ends_the_map_run_and_its_children():
    loop = a_map(machine(W=a_wait(9)), "DISTRIBUTED", QueryLanguage="JSONata", Items="{% $states.input %}")
    loop |= {"ItemSelector": "{% $states.context.Map.Item.Value.v %}", "Catch": [catch("Handled")]}
    host, execution = run(machine(Each=loop, After=a_pass(End=True), Handled=a_pass()), [{"v": 1}, {}])
    assert host.types()[3:8] == [
        "MapRunStarted",
        "EvaluationFailed",
        "MapRunFailed",
        "MapStateFailed",
        "MapStateExited",
    ]
    assert execution.output["Error"] == "States.QueryEvaluationError"
    assert [each.execution.status for each in host.runs[1:]] == [Status.ABORTED]
    assert host.map_runs[0][1] is Status.FAILED


@pytest.mark.parametrize(
    ("fields", "value", "cause"),
    [
        ("MaxConcurrency", -1, "Expected non-negative integer for MaxConcurrency, got '-1' instead."),
        ("MaxConcurrency", "x", 'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.n'),
        ("MaxConcurrency", 1.5, 'The MaxConcurrencyPath field refers to value "1.5" which is not a valid integer: $.n'),
        ("ToleratedFailureCount", -1, "ToleratedFailureCount cannot be negative."),
        ("ToleratedFailurePercentage", 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
        (
            "ToleratedFailurePercentage",
            "x",
            'The ToleratedFailurePercentagePath field refers to value "x" which is not a valid float: $.n',
        ),
    ],
)
def test_numbers_from_paths(fields, value, cause):
    loop = a_map(machine(I=a_pass()), "DISTRIBUTED", ItemsPath="$.items", **{f"{fields}Path": "$.n"})
    _, execution = run(machine(Each=loop), {"items": [1], "n": value})
    assert (execution.error, execution.cause) == (
        "States.Runtime",
        f"An error occurred while executing the state 'Each' (entered at the event id #2). {cause}",
    )


def test_a_negative_limit_of_items_fails_the_map_run():
    assert read(b"[1]", "JSON", MaxItems=-1) == (
        ["MapRunFailed", "MapStateFailed", "ExecutionFailed"],
        "States.ItemReaderFailed",
        "field MaxItems must be positive",
    )
