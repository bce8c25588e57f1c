"""Checks of functions and of the mappings that poll for them."""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.behaviour import parse_behaviour
from flows.topology.checks.view import View, path_of
from flows.topology.problems import Problem, pointer, problem
from flows.topology.properties import FunctionProperties

ADVISED_TIMEOUTS = 6


def function_dead_letters_have_a_place(view: View) -> Iterator[Problem]:
    for id_, values in view.values.items():
        target = (
            values.DeadLetterConfig.TargetArn
            if isinstance(values, FunctionProperties) and values.DeadLetterConfig is not None
            else None
        )
        if target and view.catalogue.find(target) is None:
            yield problem(
                "DeadLetterTargetMissing",
                pointer("resources", id_, "Properties", "DeadLetterConfig", "TargetArn"),
                target=target,
                function=id_,
            )


def called_nodes_exist(view: View) -> Iterator[Problem]:
    for function in view.catalogue.of_type("AWS::Lambda::Function"):
        for index, call in enumerate(parse_behaviour(function.playground.behaviour)[0].calls):
            if view.catalogue.by_id(call.target) is None:
                path = pointer("resources", function.id, "playground", "behaviour", "calls", index, "target")
                yield problem("CallTargetMissing", path, function=function.id, target=call.target)


def mappings_have_two_ends(view: View) -> Iterator[Problem]:
    for mapping, values in view.mappings():
        if view.catalogue.find(values.FunctionName, "function") is None:
            yield problem("MappingFunctionMissing", path_of(mapping, "FunctionName"), target=values.FunctionName)
        if (
            values.EventSourceArn is not None
            and view.catalogue.find(values.EventSourceArn, "queue", "stream", "table") is None
        ):
            yield problem("MappingSourceMissing", path_of(mapping, "EventSourceArn"), source=values.EventSourceArn)


def mappings_suit_their_queues(view: View) -> Iterator[Problem]:
    for mapping, values in view.mappings():
        source, target = (
            view.catalogue.find(values.EventSourceArn),
            view.catalogue.find(values.FunctionName, "function"),
        )
        queue, function = view.queue(source), view.function(target)
        if source is None or queue is None:
            continue
        size, window = values.BatchSize, values.MaximumBatchingWindowInSeconds
        if size is not None and size > 10:
            if queue.FifoQueue:
                yield problem("MappingBatchTooLargeForFifo", path_of(mapping, "BatchSize"), size=size)
            elif window < 1:
                yield problem("MappingBatchNeedsWindow", path_of(mapping, "BatchSize"), size=size)
        if queue.FifoQueue and window:
            path = path_of(mapping, "MaximumBatchingWindowInSeconds")
            yield problem("MappingWindowOnFifo", path, window=window)
        if target is None or function is None:
            continue
        advised = ADVISED_TIMEOUTS * function.Timeout + window
        facts = {
            "queue": source.id,
            "function": target.id,
            "visibility": queue.VisibilityTimeout,
            "timeout": function.Timeout,
            "advised": advised,
        }
        if queue.VisibilityTimeout < function.Timeout:
            yield problem("VisibilityTimeoutTooShort", path_of(source, "VisibilityTimeout"), **facts)
        elif queue.VisibilityTimeout < advised:
            yield problem("VisibilityTimeoutTight", path_of(source, "VisibilityTimeout"), **facts)
        if queue.RedrivePolicy is None:
            yield problem("DeadLetterQueueMissing", path_of(source), queue=source.id, function=target.id)
        maximum = values.ScalingConfig.MaximumConcurrency if values.ScalingConfig is not None else None
        reserved = function.ReservedConcurrentExecutions
        if maximum is not None and reserved is not None and maximum > reserved:
            path = path_of(mapping, "ScalingConfig", "MaximumConcurrency")
            yield problem(
                "MaximumConcurrencyAboveReserved", path, maximum=maximum, reserved=reserved, function=target.id
            )
