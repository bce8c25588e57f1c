"""Services: what they keep running, how they change, and containers that poll a queue."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import MINUTE, SECOND, Run, arn
from tests.services.ecs_cast import POISON, a_definition, consuming, shop, the_service

QUIET = ("TaskProvisioning", "TaskPending", "MessageSent", "MessageReceived", "DeploymentBegan")


def burst(run: Run, count: int, body: str = '{"order": {{index}}}', at: int | None = None) -> None:
    run.ok("client:StartTraffic", at, TargetArn=arn("orders"), Mode="burst", Count=count, MessageBody=body)


def kinds(run: Run) -> list[str]:
    return [row["kind"] for row in run.records()]


class TestConsuming:
    def test_a_container_receives_works_and_deletes(self):
        run = Run(shop(consuming(), {}))
        run.until(35 * SECOND)
        run.send('{"order": 1}')
        run.until(40 * SECOND)
        assert run.story(*QUIET) == [
            (30 * SECOND, "Worker", "TaskRunning"),
            (30 * SECOND, "Workers", "DeploymentEnded"),
            (30 * SECOND, "Workers", "ServiceReachedSteadyState"),
            (35 * SECOND, "Worker", "WorkStarted"),
            (36 * SECOND, "Worker", "WorkSucceeded"),
            (36 * SECOND, "Orders", "MessageDeleted"),
        ]
        assert run.simulation.quiet

    def test_workers_and_batches_make_it_quicker(self):
        slow, quick = Run(shop(consuming(), {})), Run(shop(consuming(consumes={"batch": 10, "workers": 2}), {}))
        for run in (slow, quick):
            burst(run, 40)
            run.until(33 * SECOND)
        assert (slow.counts(), quick.counts()) == ((36, 1, 0), (0, 0, 0))

    def test_a_message_that_fails_comes_back_and_becomes_a_dead_letter(self):
        run = Run(shop(consuming(failures=[POISON]), {}))
        run.send('{"poison": true}')
        run.until(10 * MINUTE)
        assert (run.counts(), run.counts("orders-dlq")) == ((0, 0, 0), (1, 0, 0))
        assert kinds(run).count("WorkItemFailed") == 3

    def test_an_exception_ends_the_container_and_the_service_starts_another(self):
        crash = {**POISON, "how": "raise"}
        run = Run(shop(consuming(failures=[crash], consumes={"workers": 2}), {}, {"VisibilityTimeout": 90}))
        run.send('{"poison": true}')
        run.send('{"order": 1}')
        run.until(110 * SECOND)
        assert run.story(*QUIET, "ServiceReachedSteadyState", "DeploymentEnded") == [
            (30 * SECOND, "Worker", "TaskRunning"),
            (30 * SECOND, "Worker", "WorkStarted"),
            (30 * SECOND, "Worker", "WorkStarted"),
            (31 * SECOND, "Worker", "WorkFailed"),
            (31 * SECOND, "Worker", "WorkItemFailed"),
            (31 * SECOND, "Worker", "WorkAbandoned"),
            (31 * SECOND, "Worker", "ContainerExited"),
            (41 * SECOND, "Worker", "TaskFailed"),
            (61 * SECOND, "Worker", "TaskRunning"),
        ]
        assert run.counts() == (0, 2, 0)

    def test_work_that_is_longer_than_the_visibility_timeout_is_done_again_and_never_deleted(self):
        work = {"kind": "constant", "ms": 70_000}
        run = Run(shop(consuming(duration=work, consumes={"workers": 2}), {}))
        run.send("order", 30 * SECOND)
        run.until(5 * MINUTE)
        assert kinds(run).count("WorkStarted") == 3
        assert (run.counts(), run.counts("orders-dlq")) == ((0, 0, 0), (1, 0, 0))

    def test_a_job_drains_its_queue_and_exits(self):
        run = Run(shop(consuming(consumes={"until_empty": True, "wait_seconds": 20})))
        burst(run, 3)
        run.ok("ecs:RunTask", cluster="shop", taskDefinition="worker")
        run.until(100 * SECOND)
        (row,) = [row for row in run.records() if row["kind"] == "ContainerExited"]
        assert (row["at"], row["exit_code"]) == (53 * SECOND, 0)
        assert run.counts() == (0, 0, 0)

    def test_an_outage_of_the_way_to_the_queue_keeps_containers_waiting(self):
        run = Run(shop(consuming(), {}))
        run.ok("playground:PutFault", Target="Worker.consumes", Kind="outage", Until="60 s")
        run.send("order")
        run.until(59 * SECOND)
        assert run.counts() == (1, 0, 0)
        run.until(62 * SECOND)
        assert run.counts() == (0, 0, 0)

    def test_calls_that_fail_leave_the_message_in_its_queue(self):
        run = Run(shop(consuming(calls=[{"target": "Nobody"}]), {}))
        run.send("order")
        run.until(33 * SECOND)
        assert run.counts() == (0, 1, 0)
        assert "WorkFailed" in kinds(run)


class TestStopping:
    def test_who_finishes_ends_what_is_in_hand(self):
        run = Run(shop(consuming(duration={"kind": "constant", "ms": 10_000}), {}))
        run.send("order", 32 * SECOND)
        run.ok("ecs:UpdateService", at=35 * SECOND, cluster="shop", service="workers", desiredCount=0)
        run.until(60 * SECOND)
        assert run.counts() == (0, 0, 0)
        (row,) = [row for row in run.records() if row["kind"] == "ContainerExited"]
        assert (row["at"], row["exit_code"]) == (42 * SECOND, 0)

    def test_who_ignores_it_loses_what_is_in_hand_to_sigkill(self):
        slow = {"kind": "constant", "ms": 55_000}
        run = Run(shop(consuming(duration=slow, on_sigterm="ignore"), {}, container={"StopTimeout": 5}))
        run.send("order", 32 * SECOND)
        run.ok("ecs:UpdateService", at=35 * SECOND, cluster="shop", service="workers", desiredCount=0)
        run.until(60 * SECOND)
        rows = {row["kind"]: row for row in run.records()}
        assert (rows["ContainerExited"]["at"], rows["ContainerExited"]["exit_code"]) == (40 * SECOND, 137)
        assert (rows["WorkAbandoned"]["at"], rows["WorkAbandoned"]["messages"]) == (40 * SECOND, 1)
        assert run.counts() == (0, 1, 0)
        run.until(93 * SECOND)
        assert run.counts() == (1, 0, 0)


class TestKeeping:
    def test_the_desired_count_runs(self):
        run = Run(shop(service={"DesiredCount": 3}))
        run.until(20 * SECOND)
        assert [the_service(run)[name] for name in ("desiredCount", "runningCount", "pendingCount")] == [3, 0, 3]
        run.until(31 * SECOND)
        assert [the_service(run)[name] for name in ("runningCount", "pendingCount")] == [3, 0]
        run.ok("ecs:UpdateService", cluster="shop", service="workers", desiredCount=1)
        run.until(50 * SECOND)
        assert the_service(run)["runningCount"] == 1
        assert run.ok("ecs:DescribeClusters", clusters=["shop"])["clusters"][0]["activeServicesCount"] == 1

    def test_a_deployment_replaces_tasks_without_going_below_the_minimum(self):
        run = Run(
            shop(
                service={
                    "DesiredCount": 2,
                    "DeploymentConfiguration": {"MinimumHealthyPercent": 50, "MaximumPercent": 100},
                }
            )
        )
        run.until(31 * SECOND)
        run.ok("ecs:UpdateService", cluster="shop", service="workers", forceNewDeployment=True)
        lowest = 2
        for second in range(32, 300):
            run.until(second * SECOND)
            lowest = min(lowest, the_service(run)["runningCount"])
        found = the_service(run)
        assert (lowest, found["runningCount"], found["deployments"][0]["rolloutState"]) == (1, 2, "COMPLETED")

    def test_tasks_that_do_not_start_hold_the_service_back_longer_each_time(self):
        run = Run(shop(service={}))
        run.ok("playground:PutFault", Target="Worker", Kind="outage")
        run.until(4 * MINUTE)
        rows = [row for row in run.records() if row["kind"] == "ServiceHeldBack"]
        assert [(row["at"] // SECOND, row["until"] // SECOND) for row in rows] == [
            (30, 10),
            (70, 20),
            (120, 40),
            (190, 80),
        ]

    def test_tasks_that_were_begun_together_and_do_not_start_are_one_round(self):
        run = Run(shop(service={"DesiredCount": 4}))
        run.ok("playground:PutFault", Target="Worker", Kind="outage")
        run.until(4 * MINUTE)
        rows = [row for row in run.records() if row["kind"] == "ServiceHeldBack"]
        assert [(row["at"] // SECOND, row["until"] // SECOND, row["failures"]) for row in rows] == [
            (30, 10, 1),
            (70, 20, 5),
            (120, 40, 9),
            (190, 80, 13),
        ]

    def test_a_task_that_somebody_stops_before_it_runs_holds_nothing_back(self):
        run = Run(shop(service={}))
        (task,) = run.ok("ecs:ListTasks", cluster="shop")["taskArns"]
        run.ok("ecs:StopTask", SECOND, cluster="shop", task=task)
        run.until(32 * SECOND)
        assert "ServiceHeldBack" not in kinds(run)
        assert the_service(run)["runningCount"] == 1

    @pytest.mark.parametrize(("desired", "failures"), [(1, 3), (6, 3), (7, 4), (8, 4)])
    def test_the_circuit_breaker_gives_up_at_half_the_desired_count_rounded_up(self, desired, failures):
        breaker = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": False}}
        spread = {"init": {"kind": "uniform", "low_ms": 20_000, "high_ms": 40_000}}
        run = Run(shop(spread, {"DesiredCount": desired, "DeploymentConfiguration": breaker}))
        run.ok("playground:PutFault", Target="Worker", Kind="outage")
        while the_service(run)["deployments"][0]["rolloutState"] == "IN_PROGRESS":
            assert run.simulation.step()
        assert the_service(run)["deployments"][0]["failedTasks"] == failures

    def test_the_circuit_breaker_gives_the_deployment_up(self):
        breaker = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": False}}
        run = Run(shop(service={"DeploymentConfiguration": breaker}))
        run.ok("playground:PutFault", Target="Worker", Kind="outage")
        run.until(60 * MINUTE)
        assert the_service(run)["deployments"][0]["rolloutState"] == "FAILED"
        assert kinds(run).count("TaskFailedToStart") == 3

    def test_a_deleted_service_stops_its_tasks(self):
        run = Run(shop(service={}))
        run.until(31 * SECOND)
        assert run.no("ecs:DeleteService", cluster="shop", service="workers")[0] == "InvalidParameterException"
        run.ok("ecs:DeleteService", cluster="shop", service="workers", force=True)
        run.until(60 * SECOND)
        assert the_service(run)["status"] == "INACTIVE"
        assert run.no("ecs:UpdateService", cluster="shop", service="workers")[0] == "ServiceNotActiveException"
        assert run.ok("ecs:ListTasks", cluster="shop")["taskArns"] == []

    def test_a_service_without_tasks_is_deleted_with_a_word(self):
        run = Run(shop(service={"DesiredCount": 0}))
        run.until(SECOND)
        kinds(run)
        run.ok("ecs:DeleteService", cluster="shop", service="workers")
        run.until(MINUTE)
        told = [
            (row["kind"], row.get("reason")) for row in run.records() if row["kind"].startswith(("Service", "Depl"))
        ]
        assert told == [("ServiceScaled", "the service is deleted")]

    def test_new_code_is_what_new_containers_run(self):
        run = Run(shop(consuming(failures=[{"rate": 1, "how": "item"}]), {}))
        run.send("order")
        run.ok("ecs:UpdateContainerCode", at=31 * SECOND, taskDefinition="worker", Behaviour=consuming(failures=[]))
        run.ok("ecs:UpdateService", at=31 * SECOND, cluster="shop", service="workers", forceNewDeployment=True)
        run.until(5 * MINUTE)
        assert run.counts() == (0, 0, 0)


class TestScaling:
    TARGET: dict[str, Any] = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {
            "ServiceNamespace": "ecs",
            "ScalableDimension": "ecs:service:DesiredCount",
            "ResourceId": "service/shop/workers",
            "MinCapacity": 1,
            "MaxCapacity": 8,
        },
    }
    METRIC: dict[str, Any] = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": "orders"}],
    }

    def tracking(self, **more: Any) -> dict[str, Any]:
        given = {"TargetValue": 100, "ScaleOutCooldown": 60, "ScaleInCooldown": 60, **more}
        given["CustomizedMetricSpecification"] = {**self.METRIC, "Statistic": "Average"}
        properties = {
            "PolicyName": "follow-the-queue",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": "Scalable",
            "TargetTrackingScalingPolicyConfiguration": given,
        }
        return {"Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": properties}

    def test_a_backlog_scales_out_after_three_minutes_and_in_after_fifteen(self):
        work = consuming(duration={"kind": "constant", "ms": 1000})
        run = Run(shop(work, {}, Scalable=self.TARGET, Follow=self.tracking()))
        burst(run, 800, at=31 * SECOND)
        run.until(40 * MINUTE)
        rows = [row for row in run.records() if row["kind"] == "ServiceScaled"]
        assert [(row["at"] // MINUTE, row["before"], row["after"]) for row in rows] == [
            (3, 1, 7),
            (4, 7, 8),
            (19, 8, 1),
        ]
        assert the_service(run)["runningCount"] == 1
        assert run.simulation.quiet

    def test_a_deleted_service_is_scaled_no_more(self):
        work = consuming(duration={"kind": "constant", "ms": 600_000})
        run = Run(shop(work, {}, Scalable=self.TARGET, Follow=self.tracking()))
        burst(run, 800, at=31 * SECOND)
        run.ok("ecs:DeleteService", MINUTE, cluster="shop", service="workers", force=True)
        run.until(20 * MINUTE)
        assert [row["after"] for row in run.records() if row["kind"] == "ServiceScaled"] == [0]
        assert the_service(run)["desiredCount"] == 0

    def test_an_alarm_takes_its_step(self):
        steps = {
            "AdjustmentType": "ChangeInCapacity",
            "Cooldown": 120,
            "StepAdjustments": [
                {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 100, "ScalingAdjustment": 1},
                {"MetricIntervalLowerBound": 100, "ScalingAdjustment": 4},
            ],
        }
        policy = {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties": {
                "PolicyName": "more",
                "PolicyType": "StepScaling",
                "ScalingTargetId": "Scalable",
                "StepScalingPolicyConfiguration": steps,
            },
        }
        alarm = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                **self.METRIC,
                "Threshold": 50,
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 2,
                "Period": 60,
                "AlarmActions": ["More"],
            },
        }
        slow = consuming(duration={"kind": "constant", "ms": 600_000})
        run = Run(shop(slow, {}, {"VisibilityTimeout": 3600}, Scalable=self.TARGET, More=policy, TooMany=alarm))
        burst(run, 300)
        run.until(5 * MINUTE)
        rows = [row for row in run.records() if row["kind"] == "ServiceScaled"]
        assert [(row["at"] // MINUTE, row["before"], row["after"]) for row in rows] == [(2, 1, 5), (4, 5, 8)]


def test_a_service_of_a_task_that_is_not_there_stands():
    topology = shop(service={"TaskDefinition": "other"}, Other=a_definition())
    run = Run(topology)
    run.until(MINUTE)
    assert the_service(run)["runningCount"] == 0
