"""Scheduler's operations: what they answer, and what they refuse in AWS's words; schedules and pipes that were drawn."""

from __future__ import annotations

import pytest

from tests.builders import MINUTE, SECOND, Run, a_function, a_queue, a_topology, arn, function_arn
from tests.conftest import CASES

ROLE = "arn:aws:iam::123456789012:role/scheduler"
OFF = {"Mode": "OFF"}
LAMBDA = {"Arn": function_arn("charge-card"), "RoleArn": ROLE}
GROUP = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/nights"


def an_account():
    return Run(a_topology(Orders=a_queue("orders")))


def given(expression="rate(5 minutes)", **params):
    return {
        "Name": "nightly",
        "ScheduleExpression": expression,
        "FlexibleTimeWindow": OFF,
        "Target": LAMBDA,
        **params,
    }


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate()",
        "rate(5)",
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(1.5 hours)",
        "rate(5  minutes)",
        "rate(5 weeks)",
        "rate(5 minutes) ",
        "Rate(5 minutes)",
        "rate(٥ minutes)",
        "cron(* * * * ? *)x",
        "cron(0 9 ? * ? *)",
        "cron(0 9 * * * *)",
        "cron(0 9 * * ?)",
        "cron(60 9 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 9 32 * ? *)",
        "cron(0 9 0 * ? *)",
        "cron(0 9 * 13 ? *)",
        "cron(0 9 ? * 8 *)",
        "cron(0 9 ? * MON#6 *)",
        "cron(0 9 ? * SAT-SUN *)",
        "cron(0 9 * * ? 1969)",
        "cron(0 9 * * ? 2200)",
        "cron(0/0 9 * * ? *)",
        "at(2026-02-30T00:00:00)",
        "at(2026-02-03T24:00:00)",
        "at(2026-02-03 10:00:00)",
        "at(2026-02-03T10:00)",
        "at(2026-02-03T10:00:00+01:00)",
        "0 9 * * ? *",
        "every day",
    ],
)
def test_what_is_no_expression_is_refused(expression):
    said = an_account().no("scheduler:CreateSchedule", **given(expression))
    if not expression:
        assert said[1].startswith("1 validation error detected: Value '' at 'scheduleExpression'")
        return
    assert said == ("ValidationException", f"Invalid Schedule Expression {expression}.")


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 9 ? * MON-FRI *)",
        "cron(0 9 ? * 2#1 *)",
        "cron(0 9 ? * FRIL *)",
        "cron(0 9 L * ? *)",
        "cron(0 9 15W * ? *)",
        "cron(0,30 8-18/2 ? JAN,JUL tue 2026-2030)",
        "cron(0/15 * * * ? *)",
        "rate(1 hour)",
        "at(2020-01-01T00:00:00)",
    ],
)
def test_expressions_of_every_kind_are_taken(expression):
    said = an_account().ok("scheduler:CreateSchedule", **given(expression))
    assert said == {"ScheduleArn": "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly"}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"Name": "a b"}, "at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern"),
        ({"Name": "n" * 65}, "Member must have length less than or equal to 64"),
        ({"State": "ON"}, "Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value set"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}}, "less than or equal to 1440"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes must be specified"),
        ({"FlexibleTimeWindow": {**OFF, "MaximumWindowInMinutes": 5}}, "MaximumWindowInMinutes cannot be specified"),
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "Invalid Schedule Expression Timezone Mars/Olympus."),
        ({"ScheduleExpressionTimezone": "../UTC"}, "Invalid Schedule Expression Timezone ../UTC."),
        ({"StartDate": "2025-12-31T23:54:59Z"}, "The StartDate you specify cannot be earlier than 5 minutes ago."),
        ({"EndDate": "2025-12-31T23:59:59Z"}, "The EndDate you specify cannot be in the past."),
        ({"StartDate": "2026-02-01", "EndDate": "2026-01-31"}, "cannot be earlier than the StartDate."),
        ({"Target": {**LAMBDA, "Arn": "charge-card"}}, "Provided Arn is not in correct format."),
        ({"Target": {**LAMBDA, "Input": "{"}}, "Invalid RequestJson provided."),
        ({"Target": {**LAMBDA, "RetryPolicy": {"MaximumRetryAttempts": 186}}}, "less than or equal to 185"),
        ({"Target": {**LAMBDA, "RetryPolicy": {"MaximumEventAgeInSeconds": 59}}}, "greater than or equal to 60"),
        ({"Target": {**LAMBDA, "DeadLetterConfig": {"Arn": arn("letters.fifo")}}}, "at 'target.deadLetterConfig.arn'"),
        ({"Target": {"Arn": "arn:aws:events:eu-west-1:123456789012:event-bus/b", "RoleArn": ROLE}}, "EventBridgeParam"),
        ({"Target": {**LAMBDA, "RoleArn": "role"}}, "Value 'role' at 'target.roleArn'"),
    ],
)
def test_settings_out_of_bounds_are_refused(params, message):
    code, said = an_account().no("scheduler:CreateSchedule", **given(**params))
    assert code == "ValidationException"
    assert message in said


def test_a_start_date_may_be_five_minutes_past():
    an_account().ok("scheduler:CreateSchedule", **given(StartDate="2025-12-31T23:55:00Z"))


def test_a_schedule_is_answered_with_its_defaults():
    run = an_account()
    run.ok("scheduler:CreateSchedule", at=SECOND, **given("at(2030-01-01T00:00:00)"))
    assert run.ok("scheduler:GetSchedule", Name="nightly") == {
        "Arn": "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly",
        "GroupName": "default",
        "Name": "nightly",
        "ScheduleExpression": "at(2030-01-01T00:00:00)",
        "ScheduleExpressionTimezone": "UTC",
        "State": "ENABLED",
        "ActionAfterCompletion": "NONE",
        "CreationDate": "2026-01-01T00:00:01.000Z",
        "LastModificationDate": "2026-01-01T00:00:01.000Z",
        "FlexibleTimeWindow": OFF,
        "Target": {**LAMBDA, "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}},
    }


def test_names_are_told_apart_by_group():
    run = an_account()
    assert run.no("scheduler:CreateSchedule", **given(GroupName="nights")) == (
        "ResourceNotFoundException",
        "Schedule group nights does not exist.",
    )
    assert run.ok("scheduler:CreateScheduleGroup", Name="nights") == {"ScheduleGroupArn": GROUP}
    run.ok("scheduler:CreateSchedule", **given(GroupName="nights"))
    run.ok("scheduler:CreateSchedule", **given())
    assert run.no("scheduler:CreateSchedule", **given()) == (
        "ConflictException",
        "Schedule nightly already exists.",
    )
    assert len(run.ok("scheduler:ListSchedules")["Schedules"]) == 2
    run.ok("scheduler:DeleteScheduleGroup", Name="nights")
    assert [each["GroupName"] for each in run.ok("scheduler:ListSchedules")["Schedules"]] == ["default"]
    assert run.no("scheduler:DeleteSchedule", Name="nightly", GroupName="nights")[0] == "ResourceNotFoundException"
    assert run.no("scheduler:DeleteScheduleGroup", Name="default")[0] == "ValidationException"


def test_what_is_not_there_is_not_found():
    run = an_account()
    missing = ("ResourceNotFoundException", "Schedule nightly does not exist.")
    assert run.no("scheduler:GetSchedule", Name="nightly") == missing
    assert run.no("scheduler:DeleteSchedule", Name="nightly") == missing
    assert run.no("scheduler:UpdateSchedule", **given()) == missing
    assert run.no("scheduler:GetScheduleGroup", Name="nights")[0] == "ResourceNotFoundException"


def test_the_same_token_asks_the_same_thing_once():
    run = an_account()
    first = run.ok("scheduler:CreateSchedule", **given(ClientToken="t"))
    assert run.ok("scheduler:CreateSchedule", **given(ClientToken="t")) == first
    assert run.no("scheduler:CreateSchedule", **given(ClientToken="t", State="DISABLED"))[0] == "ConflictException"


def test_lists_come_in_pages():
    run = an_account()
    for number in range(5):
        run.ok("scheduler:CreateSchedule", **given(Name=f"s{number}"))
    first = run.ok("scheduler:ListSchedules", MaxResults=3)
    rest = run.ok("scheduler:ListSchedules", MaxResults=3, NextToken=first["NextToken"])
    assert [each["Name"] for page in (first, rest) for each in page["Schedules"]] == ["s0", "s1", "s2", "s3", "s4"]
    assert "NextToken" not in rest
    assert run.ok("scheduler:ListSchedules", NamePrefix="s1", State="ENABLED")["Schedules"][0]["Name"] == "s1"


def test_groups_have_tags():
    run = an_account()
    run.ok("scheduler:CreateScheduleGroup", Name="nights", Tags=[{"Key": "a", "Value": "1"}])
    run.ok("scheduler:TagResource", ResourceArn=GROUP, Tags=[{"Key": "b", "Value": "2"}])
    run.ok("scheduler:UntagResource", ResourceArn=GROUP, TagKeys=["a"])
    assert run.ok("scheduler:ListTagsForResource", ResourceArn=GROUP) == {"Tags": [{"Key": "b", "Value": "2"}]}


# ── drawn ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(**properties):
    return {"Type": "AWS::Scheduler::Schedule", "Properties": {"ScheduleExpression": "rate(1 hour)", **properties}}


def test_a_drawn_schedule_invokes_its_function_and_its_dead_letters_have_a_place():
    target = {**LAMBDA, "Input": {"tick": 1}, "DeadLetterConfig": {"Arn": arn("letters")}}
    run = Run(a_topology(ChargeCard=a_function("charge-card"), Letters=a_queue("letters"), Hourly=drawn(Target=target)))
    run.until(61 * MINUTE)
    rows = run.records()
    assert [row["at"] for row in rows if row["kind"] == "ScheduleCallDelivered"] == [0, 60 * MINUTE]
    assert run.topology.node("Letters").is_dead_letter_queue
    settings = {row["name"]: row["value"] for row in run.topology.node("Hourly").settings}
    assert (settings["ScheduleExpression"], settings["ScheduleExpressionTimezone"]) == ("rate(1 hour)", "UTC")


def test_a_drawn_schedule_that_aws_would_refuse_stands_still():
    topology = a_topology(Hourly=drawn(ScheduleExpression="cron(0 9 * * * *)", Target=LAMBDA))
    assert topology.node("Hourly").missing == "AWS would refuse it: cron(0 9 * * * *) is no schedule expression."


@pytest.mark.cases
@pytest.mark.skipif(not CASES.is_dir(), reason="the public templates (../shared/cases) are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("schedule-sqs", {"schedule-target"}),
        ("schedule-lambda-dlq", {"schedule-target", "schedule-dlq"}),
        ("pipes-sqs-sfn-enrich-lambda", {"pipe-source", "pipe-enrichment", "pipe-target"}),
    ],
)
def test_public_templates_run(name, links):
    from flows.importers.cloudformation import import_template
    from flows.topology.compile import compile_topology

    folder = CASES / "templates" / "templates" / name
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    topology = compile_topology(import_template(files, "template.yaml").document)
    run = Run(topology)
    run.until(20 * MINUTE)
    assert {link.kind for link in topology.links if link.config is not None} >= links
