"""Tasks that run to an end: states and instants, exit codes, stops, events, Step Functions."""

from __future__ import annotations

import json
from typing import Any

from tests.builders import SECOND, Run, a_queue, a_topology, arn
from tests.services.ecs_cast import (
    CLUSTER,
    POISON,
    WORKER,
    a_cluster,
    a_definition,
    consuming,
    described,
    run_task,
    shop,
)

FAILS: list[dict[str, Any]] = [{**POISON, "body": {"path": "$.environment.PAYLOAD.poison", "equals": True}}]
ENDED = ("startedAt", "stoppingAt", "stoppedAt")


def with_payload(text: str) -> dict[str, Any]:
    return {"containerOverrides": [{"name": "app", "environment": [{"name": "PAYLOAD", "value": text}]}]}


def test_a_task_is_provisioned_pending_running_and_stopped():
    run = Run(shop())
    task = run_task(run, startedBy="Alice")
    assert (task["lastStatus"], task["desiredStatus"], task["group"]) == ("PROVISIONING", "RUNNING", "family:worker")
    run.until(60 * SECOND)
    assert run.story() == [
        (0, "Worker", "TaskProvisioning"),
        (10 * SECOND, "Worker", "TaskPending"),
        (30 * SECOND, "Worker", "TaskRunning"),
        (31 * SECOND, "Worker", "ContainerExited"),
        (41 * SECOND, "Worker", "TaskSucceeded"),
    ]
    found = described(run, task)
    assert [found[name][11:19] for name in ENDED] == ["00:00:30", "00:00:31", "00:00:41"]
    assert (found["stopCode"], found["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert found["containers"][0]["exitCode"] == 0


def test_a_task_that_fails_exits_with_one():
    run = Run(shop({"failures": FAILS}))
    good = run_task(run)
    bad = run_task(run, overrides=with_payload('{"poison": true}'))
    run.until(60 * SECOND)
    codes = [described(run, task)["containers"][0]["exitCode"] for task in (good, bad)]
    assert codes == [0, 1]
    (row,) = [row for row in run.records() if row["kind"] == "TaskFailed"]
    assert (row["exit_code"], row["reason"]) == (1, "Bad: no")


def test_a_task_calls_what_its_behaviour_says():
    run = Run(shop({"calls": [{"target": "Orders", "message": {"done": True}}]}))
    run_task(run)
    run.until(60 * SECOND)
    (message,) = run.receive()
    assert json.loads(message["Body"]) == {"done": True}


def test_a_call_that_fails_for_good_fails_the_task():
    run = Run(shop({"calls": [{"target": "Nobody"}]}))
    task = run_task(run)
    run.until(60 * SECOND)
    assert described(run, task)["containers"][0]["exitCode"] == 1


def test_who_ignores_sigterm_is_killed_after_the_stop_timeout():
    run = Run(
        shop({"on_sigterm": "ignore", "duration": {"kind": "constant", "ms": 600_000}}, container={"StopTimeout": 7})
    )
    task = run_task(run)
    run.until(40 * SECOND)
    run.ok("ecs:StopTask", cluster="shop", task=task["taskArn"], reason="enough")
    run.until(80 * SECOND)
    found = described(run, task)
    assert (found["stopCode"], found["stoppedReason"]) == ("UserInitiated", "enough")
    assert found["containers"][0]["exitCode"] == 137
    assert run.story("TaskProvisioning", "TaskPending") == [
        (30 * SECOND, "Worker", "TaskRunning"),
        (40 * SECOND, "Worker", "TaskStopping"),
        (47 * SECOND, "Worker", "ContainerExited"),
        (57 * SECOND, "Worker", "TaskStopped"),
    ]


def test_who_exits_at_sigterm_does_so_with_143():
    run = Run(shop({"on_sigterm": "exit", "duration": {"kind": "constant", "ms": 600_000}}))
    task = run_task(run)
    run.until(40 * SECOND)
    run.ok("ecs:StopTask", cluster="shop", task=task["taskArn"])
    assert described(run, task)["containers"][0]["exitCode"] == 143


def test_a_task_that_is_stopped_before_it_runs_never_runs():
    run = Run(shop())
    task = run_task(run)
    run.until(20 * SECOND)
    run.ok("ecs:StopTask", cluster="shop", task=task["taskArn"])
    run.until(60 * SECOND)
    assert "TaskRunning" not in [kind for _, _, kind in run.story()]
    assert described(run, task)["lastStatus"] == "STOPPED"


def test_work_that_never_ends_runs_until_somebody_stops_it():
    run = Run(shop({"failures": [{"rate": 1, "how": "timeout"}]}))
    task = run_task(run)
    run.until(100_000 * SECOND)
    assert described(run, task)["lastStatus"] == "RUNNING"


def test_an_outage_refuses_run_task_and_keeps_images_away():
    run = Run(shop())
    task = run_task(run)
    run.ok("playground:PutFault", at=5 * SECOND, Target="Worker", Kind="outage", Until="40 s")
    run.until(39 * SECOND)
    assert described(run, task)["stopCode"] == "TaskFailedToStart"
    assert described(run, task)["stoppedReason"].startswith("CannotPullContainerError")
    refused = run.simulation.call(
        run.simulation.world.caller("Bob"), "ecs", "RunTask", {"cluster": "shop", "taskDefinition": "worker"}
    )
    assert refused.refusal.status == 503


def test_refusals_in_aws_words():
    run = Run(shop())
    asked: dict[str, Any] = {"cluster": "shop", "taskDefinition": "worker"}
    assert run.no("ecs:RunTask", **{**asked, "cluster": "nowhere"}) == (
        "ClusterNotFoundException",
        "Cluster not found.",
    )
    assert run.no("ecs:RunTask", **{**asked, "taskDefinition": "other"}) == (
        "ClientException",
        "TaskDefinition not found.",
    )
    assert run.no("ecs:RunTask", **asked, count=11)[0] == "InvalidParameterException"
    assert run.no("ecs:StopTask", cluster="shop", task="none") == (
        "InvalidParameterException",
        "The referenced task was not found.",
    )
    assert run.no("ecs:UpdateService", cluster="shop", service="none")[0] == "ServiceNotFoundException"


def test_ten_tasks_at_once_each_with_its_own_arn():
    run = Run(shop())
    tasks = run.ok("ecs:RunTask", cluster="shop", taskDefinition=WORKER, count=10)["tasks"]
    assert len({task["taskArn"] for task in tasks}) == 10
    assert run.ok("ecs:DescribeClusters", clusters=["shop"])["clusters"][0]["pendingTasksCount"] == 10
    assert len(run.ok("ecs:ListTasks", cluster="shop", family="worker")["taskArns"]) == 10
    run.until(60 * SECOND)
    assert run.ok("ecs:ListTasks", cluster="shop")["taskArns"] == []
    assert len(run.ok("ecs:ListTasks", cluster="shop", desiredStatus="STOPPED")["taskArns"]) == 10


def test_a_stopped_task_is_forgotten_after_an_hour():
    run = Run(shop())
    first = run_task(run)
    run.until(3600 * SECOND)
    assert described(run, first)["lastStatus"] == "STOPPED"
    run.until(3700 * SECOND)
    run_task(run)
    run.until(3800 * SECOND)
    answer = run.ok("ecs:DescribeTasks", cluster="shop", tasks=[first["taskArn"]])
    assert answer["failures"][0]["reason"] == "MISSING"


def test_traffic_to_a_task_definition_runs_tasks_with_a_payload():
    run = Run(shop({"failures": FAILS}))
    variants = [{"Every": 2, "MessageBody": '{"poison": true}'}]
    run.ok(
        "client:StartTraffic", TargetArn=WORKER, Mode="burst", Count=4, MessageBody='{"order": 1}', Variants=variants
    )
    run.until(60 * SECOND)
    kinds = [kind for _, _, kind in run.story()]
    assert (kinds.count("TaskSucceeded"), kinds.count("TaskFailed")) == (2, 2)


# ── the default bus and Step Functions ──────────────────────────────────────────────────────────────────────────────


def test_every_change_of_a_task_is_an_event_on_the_default_bus():
    pattern = {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"], "detail": {"lastStatus": ["STOPPED"]}}
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {"EventPattern": pattern, "Targets": [{"Id": "q", "Arn": arn("orders")}]},
    }
    run = Run(shop(Over=rule))
    task = run_task(run)
    run.until(60 * SECOND)
    (message,) = run.receive()
    event = json.loads(message["Body"])
    detail = event["detail"]
    assert event["resources"] == [task["taskArn"]]
    assert (detail["clusterArn"], detail["lastStatus"], detail["desiredStatus"]) == (CLUSTER, "STOPPED", "STOPPED")
    assert (detail["stopCode"], detail["containers"][0]["exitCode"]) == ("EssentialContainerExited", 0)


def a_machine(resource: str, retry: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    given = {"LaunchType": "FARGATE", "Cluster": CLUSTER, "TaskDefinition": WORKER, **parameters}
    state = {"Type": "Task", "Resource": resource, "Parameters": given, "End": True, **(retry or {})}
    definition = {"StartAt": "Run", "States": {"Run": state}}
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"StateMachineName": "nightly", "Definition": definition},
    }


def executed(run: Run) -> tuple[str, dict[str, Any]]:
    """An execution's ARN and how it is described at the end."""
    machine = next(node.arn for node in run.topology.nodes if node.kind == "machine")
    execution = run.ok("states:StartExecution", stateMachineArn=machine, input="{}")["executionArn"]
    run.until(run.simulation.now_at + 200 * SECOND)
    return execution, run.ok("states:DescribeExecution", executionArn=execution)


def test_a_state_machine_waits_for_the_end_of_a_task():
    run = Run(shop(Nightly=a_machine("arn:aws:states:::ecs:runTask.sync")))
    _, found = executed(run)
    output = json.loads(found["output"])
    assert found["status"] == "SUCCEEDED"
    assert (output["LastStatus"], output["Containers"][0]["ExitCode"]) == ("STOPPED", 0)
    assert output["StartedBy"] == "AWS Step Functions"
    assert found["stopDate"][:19] == "2026-01-01T00:00:41"


def test_a_task_that_fails_fails_its_state():
    run = Run(shop({"failures": [{"rate": 1, "how": "raise"}]}, Nightly=a_machine("arn:aws:states:::ecs:runTask.sync")))
    _, found = executed(run)
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(found["cause"])["Containers"][0]["ExitCode"] == 1


def test_a_state_that_times_out_stops_its_task():
    machine = a_machine("arn:aws:states:::ecs:runTask.sync", {"TimeoutSeconds": 60})
    run = Run(shop({"on_sigterm": "exit", "duration": {"kind": "constant", "ms": 600_000}}, Nightly=machine))
    _, found = executed(run)
    assert (found["status"], found["error"]) == ("FAILED", "States.Timeout")
    (task,) = run.ok("ecs:ListTasks", cluster="shop", desiredStatus="STOPPED")["taskArns"]
    stopped = described(run, {"taskArn": task})
    assert stopped["stopCode"] == "UserInitiated"


def test_a_container_sends_its_task_token_back():
    overrides = {
        "ContainerOverrides": [{"Name": "app", "Environment": [{"Name": "TASK_TOKEN", "Value.$": "$$.Task.Token"}]}]
    }
    machine = a_machine("arn:aws:states:::ecs:runTask.waitForTaskToken", Overrides=overrides)
    run = Run(shop({"output": {"made": 3}}, Nightly=machine))
    _, found = executed(run)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"made": 3})
    broken = Run(shop({"failures": [{"rate": 1, "error": {"type": "NoVideo", "message": "empty"}}]}, Nightly=machine))
    _, found = executed(broken)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "NoVideo", "empty")


def test_a_cluster_runs_what_a_target_asks_for():
    from flows.services.ports import Delivery

    run = Run(a_topology(Shop=a_cluster(), Worker=a_definition(), Orders=a_queue("orders")))
    world = run.simulation.world
    body = world.environment.bodies.number('{"containerOverrides": [{"environment": [{"name": "A", "value": "1"}]}]}')
    system = {"EcsParameters": {"TaskDefinitionArn": WORKER, "TaskCount": 2}}
    cluster = world.nouns[world.topology.node("Shop").index]
    assert cluster.deliver(Delivery(body, 0, source=0, system=system)) > 0
    tasks = run.ok("ecs:ListTasks", cluster="shop")["taskArns"]
    assert len(tasks) == 2
    overrides = described(run, {"taskArn": tasks[0]})["overrides"]
    assert overrides["containerOverrides"][0]["environment"] == [{"name": "A", "value": "1"}]
    assert cluster.deliver(Delivery(body, 0, source=0)).code == "InvalidParameterException"


def test_a_rule_runs_tasks_in_a_cluster():
    target = {
        "Id": "shop",
        "Arn": CLUSTER,
        "EcsParameters": {"TaskDefinitionArn": WORKER, "TaskCount": 2, "LaunchType": "FARGATE"},
    }
    rule = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"source": ["till"]}, "Targets": [target]}}
    run = Run(shop(Sold=rule))
    run.ok("events:PutEvents", Entries=[{"Source": "till", "DetailType": "sold", "Detail": "{}"}])
    run.until(60 * SECOND)
    assert [kind for _, _, kind in run.story()].count("TaskSucceeded") == 2
    (task,) = run.ok("ecs:ListTasks", cluster="shop", desiredStatus="STOPPED", maxResults=1)["taskArns"]
    assert described(run, {"taskArn": task})["startedBy"] == "rule/Sold"


def test_a_schedule_runs_a_task():
    target = {"Arn": CLUSTER, "RoleArn": "r", "EcsParameters": {"TaskDefinitionArn": WORKER}}
    given = {
        "Name": "nightly",
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": target,
    }
    run = Run(shop(Nightly={"Type": "AWS::Scheduler::Schedule", "Properties": given}))
    run.until(3700 * SECOND)
    assert [kind for _, _, kind in run.story()].count("TaskSucceeded") >= 1


class TestWithoutEnd:
    """What could go on for ever goes on in time, and grows no further than AWS lets it."""

    def test_a_rule_that_runs_a_task_whenever_one_changes_leaves_every_instant(self):
        target = {"Id": "t", "Arn": CLUSTER, "RoleArn": "r", "EcsParameters": {"TaskDefinitionArn": "worker"}}
        rule = {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventPattern": {"source": ["aws.ecs"]}, "Targets": [target]},
        }
        run = Run(shop(Rule=rule))
        run_task(run)
        run.until(100_000)
        rows = run.records()
        began = [row["at"] for row in rows if row["kind"] == "TaskProvisioning"]
        assert began == [1000 * number for number in range(len(began))]
        (refused,) = [row for row in rows if row["kind"] == "DispatchFailed"]
        assert refused["message"] == "Container Overrides length must be at most 8192"

    def test_a_queue_without_visibility_timeout_is_polled_in_time(self):
        work = consuming(duration={"kind": "constant", "ms": 0}, failures=[{"rate": 1, "how": "item"}])
        run = Run(shop(work, {}, {"VisibilityTimeout": 0}))
        run.send("order")
        run.until(30 * SECOND + 3_000)
        assert [row["at"] for row in run.records() if row["kind"] == "WorkStarted"] == [
            30 * SECOND + ms for ms in (0, 1_000, 2_000)
        ]
