"""A scenario file: read with every problem at once, run in virtual time, judged, exported from a run and run again."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from flows.scenarios import Problems, Verdict, document, junit, read, run
from flows.topology.examples import all_examples

FIXED = {"FunctionName": "charge-card", "Behaviour": {"duration": {"kind": "constant", "ms": 100}, "failures": []}}

DOCUMENT = {
    "format": 1,
    "name": "Orders",
    "resources": {
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "orders",
                "RedrivePolicy": {
                    "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:orders-dlq",
                    "maxReceiveCount": 3,
                },
            },
        },
        "OrdersDLQ": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dlq"}},
        "ChargeCard": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"FunctionName": "charge-card"},
            "playground": {
                "behaviour": {
                    "duration": {"kind": "constant", "ms": 100},
                    "failures": [{"error": {"type": "CardDeclined", "message": "no"}, "how": "raise"}],
                }
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders",
                "FunctionName": "charge-card",
            },
        },
    },
}


def a_scenario(**changes: object) -> str:
    return json.dumps(
        {
            "format": 1,
            "name": "Three receives, then dead",
            "topology": {"document": DOCUMENT},
            "commands": [
                {"at": "0:05", "operation": "sqs:SendMessage", "params": {"QueueUrl": "orders", "MessageBody": "{}"}}
            ],
            "expect": [
                {"dead_letters": {"node": "OrdersDLQ", "error_type": "CardDeclined"}, "equals": 1},
                {
                    "instants": {"kind": "InvocationStarted", "node": "ChargeCard"},
                    "equals": ["0:05", "0:35", "1:05"],
                },
                {"contents": {"node": "Orders", "state": "in_flight"}, "at": "0:50", "equals": 1},
                {"records": {"kind": "InvocationFailed"}, "at_most": 3},
            ],
        }
        | changes
    )


def verdict_of(text: str) -> Verdict:
    scenario = read(text)
    return run(scenario, scenario.topology.document or {})


def test_a_failing_message_is_received_thrice_and_then_dead():
    verdict = verdict_of(a_scenario())
    assert [outcome.holds for outcome in verdict.outcomes] == [True, True, True, True]
    assert verdict.passed
    assert verdict.ended_at == 95_000_000


def test_what_is_not_so_is_told_with_what_was_found():
    verdict = verdict_of(a_scenario(expect=[{"dead_letters": {"node": "OrdersDLQ"}, "equals": 0}]))
    assert not verdict.passed
    assert verdict.outcomes[0].found == 1
    suite = ET.fromstring(junit([verdict]).split("\n", 1)[1])
    assert suite.find("testsuite").get("failures") == "1"
    assert suite.find("testsuite/testcase/failure").get("message") == "found 1"


def test_a_name_that_xml_cannot_hold_does_not_break_the_verdicts():
    verdict = verdict_of(a_scenario(name="poison \x01\ufffe <&>"))
    root = ET.fromstring(junit([verdict]).split("\n", 1)[1])
    assert root.find("testsuite").get("name") == "poison \ufffd\ufffd <&>"


def test_the_same_scenario_has_the_same_digest():
    first = verdict_of(a_scenario()).digest
    again = verdict_of(a_scenario(expect=[{"digest": True, "equals": first}]))
    assert again.passed


def test_every_problem_comes_at_once_with_its_path():
    text = a_scenario(
        commands=[{"at": "soon", "operation": "SendMessage"}],
        expect=[{"records": {"kind": "Nonsense"}, "equals": 1}, {"digest": True, "at_least": 1}],
    )
    with pytest.raises(Problems) as refused:
        read(text)
    paths = [line.split(":")[0] for line in refused.value.lines]
    assert paths == ["/commands/0/at", "/commands/0/operation", "/expect/0/records/kind", "/expect/1"]


@pytest.mark.parametrize("text", ["a: &a [1]\nb: *a", "{", "[" * 50_000, "", "42", "a: !!python/object:os.system x"])
def test_what_is_no_scenario_is_refused_in_words(text):
    with pytest.raises(Problems):
        read(text)


def test_an_expectation_about_a_node_that_is_not_there_names_those_that_are():
    with pytest.raises(
        Problems, match=r"/expect/0: there is no Nobody; the topology has ChargeCard, Orders, OrdersDLQ"
    ):
        verdict_of(a_scenario(expect=[{"dead_letters": {"node": "Nobody"}, "equals": 0}]))


def test_a_run_that_never_ends_is_stopped_with_a_sentence():
    endless = [
        {
            "at": 0,
            "operation": "client:StartTraffic",
            "params": {
                "TargetArn": "arn:aws:sqs:eu-west-1:123456789012:orders",
                "Mode": "rate",
                "RatePerSecond": 10,
                "MessageBody": "{}",
            },
        }
    ]
    with pytest.raises(Problems, match="stopped after"):
        verdict_of(a_scenario(commands=endless, most_records=5_000))


def test_the_command_says_passed_and_fails_with_exit_code_1_when_the_repair_is_taken_out(tmp_path, capsys):
    repair = {"at": "0:20", "operation": "lambda:UpdateFunctionCode", "params": FIXED}
    send = {"at": 0, "operation": "sqs:SendMessage", "params": {"QueueUrl": "orders", "MessageBody": "{}"}}
    expect = [{"dead_letters": {"node": "OrdersDLQ"}, "equals": 0}]
    file = tmp_path / "repaired.json"
    file.write_text(a_scenario(commands=[send, repair], expect=expect))
    call_command("simulate", str(file), "--junit", str(tmp_path / "out.xml"))
    assert "passed" in capsys.readouterr().out
    assert 'failures="0"' in (tmp_path / "out.xml").read_text()

    file.write_text(a_scenario(commands=[send], expect=expect))
    with pytest.raises(CommandError) as failed:
        call_command("simulate", str(file))
    assert failed.value.returncode == 1


def test_a_template_beside_the_file_is_imported(tmp_path):
    example = next(iter(all_examples()))
    (tmp_path / "template.yaml").write_bytes(next(iter(example.files.values())))
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "format: 1\ntopology: {template: template.yaml}\nuntil: 1:30\nexpect: [{records: {kind: ExecutionStarted}, equals: 1}]\n"
    )
    call_command("simulate", str(file))


def test_operations_with_digits_in_their_names_are_operations():
    given = [{"operation": "s3:ListObjectsV2", "params": {"Bucket": "photos"}}]
    assert read(a_scenario(commands=given)).commands[0].operation == "s3:ListObjectsV2"


def test_a_scenario_of_an_older_format_is_read_by_way_of_its_migration(monkeypatch):
    monkeypatch.setitem(document.MIGRATIONS, 0, lambda given: {**given, "format": 1, "name": "From before"})
    assert read(a_scenario(format=0)).name == "From before"
