"""Checks of queues: do dead letters have a place, and do they come to rest there?"""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.problems import Problem, pointer, problem
from flows.topology.properties import QueueProperties
from flows.topology.types import STUB

ADVISED_RECEIVES = 5
FIFO_SETTINGS = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
STANDARD_ONLY = frozenset({"s3-notification", "async-dlq", "async-on-success", "async-on-failure"})
"""Links whose queue may not be FIFO."""


def dead_letters_have_a_place(view: View) -> Iterator[Problem]:
    feeding = {found.id for _, mapping in view.mappings() if (found := view.catalogue.find(mapping.EventSourceArn))}
    for queue, values in view.queues():
        policy = values.RedrivePolicy
        if policy is None:
            continue
        path = path_of(queue, "RedrivePolicy", "deadLetterTargetArn")
        target = view.catalogue.find(policy.deadLetterTargetArn)
        held = view.queue(target)
        if target is None:
            yield problem("RedrivePolicyTargetMissing", path, target=policy.deadLetterTargetArn)
        elif target.id == queue.id:
            yield problem("RedrivePolicyTargetItself", path, queue=queue.id)
        elif target.type not in {"AWS::SQS::Queue", STUB}:
            yield problem("RedrivePolicyTargetNotAQueue", path, target=target.id)
        elif held is not None:
            yield from _fitting(view, queue, values, target, held, path)
        if policy.maxReceiveCount < ADVISED_RECEIVES and queue.id in feeding:
            yield problem(
                "MaxReceiveCountLow",
                path_of(queue, "RedrivePolicy", "maxReceiveCount"),
                queue=queue.id,
                count=policy.maxReceiveCount,
            )


def _fitting(
    view: View, queue: Resource, values: QueueProperties, target: Resource, held: QueueProperties, path: str
) -> Iterator[Problem]:
    if values.FifoQueue != held.FifoQueue:
        yield problem("RedrivePolicyFifoMismatch", path, queue=queue.id, target=target.id)
    allow = held.RedriveAllowPolicy
    if allow is not None and allow.redrivePermission != "allowAll":
        named = {found.id for arn in allow.sourceQueueArns if (found := view.catalogue.find(arn)) is not None}
        if allow.redrivePermission == "denyAll" or queue.id not in named:
            yield problem("RedrivePolicyRefused", path, queue=queue.id, target=target.id)
    if not held.FifoQueue and held.MessageRetentionPeriod < values.MessageRetentionPeriod:
        yield problem(
            "RetentionShorterThanSource", path_of(target, "MessageRetentionPeriod"), queue=queue.id, target=target.id
        )


def dead_letters_come_to_rest(view: View) -> Iterator[Problem]:
    following: dict[str, str] = {}
    for queue, values in view.queues():
        target = (
            view.catalogue.find(values.RedrivePolicy.deadLetterTargetArn) if values.RedrivePolicy is not None else None
        )
        if target is not None and target.id != queue.id:
            following[queue.id] = target.id
    seen: set[str] = set()
    for start in following:
        path: dict[str, None] = {}
        here = start
        while here in following and here not in seen:
            seen.add(here)
            path[here] = None
            here = following[here]
        if here in path:
            circle = list(path)[list(path).index(here) :]
            at = pointer("resources", here, "Properties", "RedrivePolicy")
            yield problem("RedrivePolicyCycle", at, circle=" → ".join([*circle, here]))


def fifo_names_end_in_fifo(view: View) -> Iterator[Problem]:
    for queue, values in view.queues():
        if values.FifoQueue and not queue.name.endswith(".fifo"):
            yield problem("FifoNameWithoutSuffix", path_of(queue, "QueueName"), queue=queue.id)


def fifo_settings_fit(view: View) -> Iterator[Problem]:
    for queue, values in view.queues():
        if not values.FifoQueue:
            for setting in FIFO_SETTINGS:
                if getattr(values, setting) != QueueProperties.model_fields[setting].default:
                    yield problem("FifoSettingWithoutFifo", path_of(queue, setting), queue=queue.id, setting=setting)
        elif values.FifoThroughputLimit == "perMessageGroupId" and values.DeduplicationScope != "messageGroup":
            yield problem("FifoThroughputNeedsGroups", path_of(queue, "FifoThroughputLimit"), queue=queue.id)


def fifo_queues_take_only_from_whom_they_may(view: View) -> Iterator[Problem]:
    for draft in view.links:
        held = view.queue(view.catalogue.resources.get(draft.target.id)) if draft.kind in STANDARD_ONLY else None
        if held is not None and held.FifoQueue:
            at = pointer("resources", draft.source.id)
            yield problem("FifoQueueTakesNone", at, source=draft.source.id, queue=draft.target.id)
