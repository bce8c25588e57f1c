"""ECS: from checked properties to frozen configuration; and the scaling that Application Auto Scaling does for a service.

A scalable target names its service in `ResourceId` (service/cluster/name); its policies name it by reference, or by the same
words. What is understood is what a queue tells: target tracking on a queue's metric (per running task, where the policy divides),
and steps that an alarm on one calls for. Other metrics (CPU, memory, load balancers) have nobody who measures them here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flows.topology.container_properties import ContainerServiceProperties, DeploymentModel, TaskDefinitionProperties
from flows.topology.links.draft import get, members
from flows.topology.resources.container import (
    FARGATE,
    ClusterConfig,
    ContainerServiceConfig,
    PolicyConfig,
    PollConfig,
    ScalingConfig,
    ServiceLinkConfig,
    StepConfig,
    TaskDefinitionConfig,
)
from flows.topology.resources.queue import SECOND_US
from flows.topology.task_behaviour import frozen, parse_task_behaviour

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.compiled import CompiledNode
    from flows.topology.configure import Numbering
    from flows.topology.links.draft import Draft

CLUSTER, DEFINITION, SERVICE = "AWS::ECS::Cluster", "AWS::ECS::TaskDefinition", "AWS::ECS::Service"
SCALABLE, POLICY, ALARM = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudWatch::Alarm",
)
MAIN = "main"
STOP_TIMEOUT_S, MOST_FARGATE_S = 30, 120
METRICS = frozenset({"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"})


def configure_cluster(cluster: Resource, _numbering: Numbering) -> ClusterConfig:
    return ClusterConfig(cluster.name)


def configure_definition(definition: Resource, numbering: Numbering) -> TaskDefinitionConfig:
    given = TaskDefinitionProperties.model_validate(definition.properties)
    containers = given.ContainerDefinitions
    first = next((each for each in containers if each.Essential), containers[0] if containers else None)
    model, _ = parse_task_behaviour(definition.playground.behaviour)
    queue = None if model.consumes is None else consumed(definition, numbering.catalogue)
    compatible = given.RequiresCompatibilities
    launch = FARGATE if not compatible or FARGATE in compatible else str(compatible[0])
    stop = STOP_TIMEOUT_S if first is None or first.StopTimeout is None else first.StopTimeout
    return TaskDefinitionConfig(
        family=definition.name,
        container=(first.Name if first is not None else None) or MAIN,
        behaviour=frozen(model, None if queue is None else numbering.of(queue.arn)),
        stop_timeout_us=(min(stop, MOST_FARGATE_S) if launch == FARGATE else stop) * SECOND_US,
        environment=tuple(
            (str(each.Name), str(each.Value)) for each in (first.Environment if first is not None else ()) if each.Name
        ),
        launch_type=launch,
        others=tuple(str(each.Name or MAIN) for each in containers if each is not first),
    )


def consumed(definition: Resource, catalogue: Catalogue) -> Resource | None:
    """The queue that the behaviour of a task definition polls."""
    told = get(definition.playground.behaviour, "consumes", "queue")
    end = catalogue.by_id(told)
    found = catalogue.resources.get(end.id) if end is not None else catalogue.find(told, "queue")
    return found if found is not None and found.kind == "queue" else None


def configure_service(service: Resource, numbering: Numbering) -> ContainerServiceConfig:
    given = ContainerServiceProperties.model_validate(service.properties)
    deployment = given.DeploymentConfiguration or DeploymentModel()
    breaker = deployment.DeploymentCircuitBreaker
    return ContainerServiceConfig(
        name=service.name,
        cluster=numbering.of(service.properties.get("Cluster"), "cluster"),
        definition=numbering.of(service.properties.get("TaskDefinition"), "container-task"),
        desired=given.DesiredCount,
        minimum_percent=deployment.MinimumHealthyPercent,
        maximum_percent=deployment.MaximumPercent,
        breaker=breaker is not None and breaker.Enable,
        scaling=_scaling(service, numbering),
    )


# ── scaling ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _scaling(service: Resource, numbering: Numbering) -> ScalingConfig | None:
    catalogue = numbering.catalogue
    for target in catalogue.of_type(SCALABLE):
        given = target.properties
        if _names(given.get("ResourceId"), service) and given.get("ScalableDimension") == "ecs:service:DesiredCount":
            minimum, maximum = _count(given.get("MinCapacity")), _count(given.get("MaxCapacity"))
            policies = [
                policy
                for resource in catalogue.of_type(POLICY)
                if _is_about(resource.properties, target, service)
                for policy in _policies(resource, numbering)
            ]
            return ScalingConfig(minimum, max(minimum, maximum), tuple(policies))
    return None


def _names(resource_id: object, service: Resource) -> bool:
    return isinstance(resource_id, str) and resource_id.rpartition("/")[2] in (service.name, service.id)


def _is_about(given: Any, target: Resource, service: Resource) -> bool:
    said = given.get("ScalingTargetId") or given.get("ScalableTargetId")
    return said in (target.id, target.properties.get("ResourceId")) or _names(given.get("ResourceId") or said, service)


def _policies(policy: Resource, numbering: Numbering) -> Iterator[PolicyConfig]:
    given = policy.properties
    tracking, steps = (
        get(given, "TargetTrackingScalingPolicyConfiguration"),
        get(given, "StepScalingPolicyConfiguration"),
    )
    name = str(given.get("PolicyName") or policy.id)
    if tracking is not None:
        found = _tracking(name, tracking, numbering)
        if found is not None:
            yield found
    for alarm in numbering.catalogue.of_type(ALARM) if steps is not None else ():
        if any(action in (policy.id, policy.arn, name) for action in members(alarm.properties.get("AlarmActions"))):
            found = _stepping(name, steps, alarm.properties, numbering)
            if found is not None:
                yield found


def _tracking(name: str, given: Any, numbering: Numbering) -> PolicyConfig | None:
    custom = get(given, "CustomizedMetricSpecification")
    metric, queue = _metric(custom, numbering)
    if queue is None:
        return None
    cool_out, cool_in = _seconds(get(given, "ScaleOutCooldown")), _seconds(get(given, "ScaleInCooldown"))
    return PolicyConfig(
        name,
        "target",
        queue,
        metric,
        per_task=get(custom, "Metrics") is not None,
        target_milli=max(_milli(get(given, "TargetValue")), 1),
        scale_in=get(given, "DisableScaleIn") not in (True, "true"),
        out_cooldown_us=cool_out,
        in_cooldown_us=cool_in,
    )


def _stepping(name: str, given: Any, alarm: Any, numbering: Numbering) -> PolicyConfig | None:
    metric, queue = _metric(alarm, numbering)
    if queue is None:
        return None
    operator = str(alarm.get("ComparisonOperator"))
    minutes = max(_count(alarm.get("Period")) // 60, 1)
    return PolicyConfig(
        name,
        "step",
        queue,
        metric,
        out_cooldown_us=_seconds(get(given, "Cooldown")),
        adjustment=str(get(given, "AdjustmentType") or "ChangeInCapacity"),
        steps=tuple(
            StepConfig(
                _bound(get(step, "MetricIntervalLowerBound")),
                _bound(get(step, "MetricIntervalUpperBound")),
                _whole(get(step, "ScalingAdjustment")),
            )
            for step in members(get(given, "StepAdjustments"))
        ),
        threshold_milli=_milli(alarm.get("Threshold")),
        above=operator.startswith("Greater"),
        inclusive="OrEqual" in operator,
        periods=max(_count(alarm.get("EvaluationPeriods")), 1) * minutes,
    )


def _metric(given: Any, numbering: Numbering) -> tuple[str, int | None]:
    """The metric of a queue that a specification or an alarm is about, and the queue's node."""
    stats = [get(each, "MetricStat", "Metric") for each in members(get(given, "Metrics"))]
    for each in [given, *stats]:
        name = get(each, "MetricName")
        if get(each, "Namespace") != "AWS/SQS" or name not in METRICS:
            continue
        for dimension in members(get(each, "Dimensions")):
            queue = numbering.of(get(dimension, "Value"), "queue")
            if get(dimension, "Name") == "QueueName" and queue is not None:
                return str(name), queue
    return "", None


def _count(value: object) -> int:
    return max(_whole(value), 0)


def _whole(value: object) -> int:
    return _milli(value) // 1000


def _bound(value: object) -> int | None:
    return None if value is None else _milli(value)


def _milli(value: object) -> int:
    """Thousandths of a number that a template may have written as text; 0 where it is none."""
    try:
        number = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else 0.0
    except ValueError:
        return 0
    return round(number * 1000) if -1e9 < number < 1e9 else 0


def _seconds(value: object) -> int:
    return (300 if value is None else _count(value)) * SECOND_US


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def polled(
    _draft: Draft, source: CompiledNode, target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    config = target.config
    consumes = config.behaviour.consumes if isinstance(config, TaskDefinitionConfig) else None
    return PollConfig(source.index, target.index) if consumes is not None else None


def part_of_service(
    _draft: Draft, source: CompiledNode, _target: CompiledNode, _catalogue: Catalogue, _numbering: Numbering
) -> object | None:
    return ServiceLinkConfig(source.index)
