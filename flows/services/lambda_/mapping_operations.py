"""The operations on event source mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_ import records, refusals
from flows.services.lambda_.event_source_mapping import Mapping
from flows.services.lambda_.lookups import answer, function_of, integer, mapping_of, mappings
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

PARTIAL = "ReportBatchItemFailures"


def get_event_source_mapping(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    mapping = mapping_of(world, params.get("UUID"))
    return answer(mapping if isinstance(mapping, Refusal) else mapping_json(world, mapping))


def list_event_source_mappings(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = mappings(world)
    if params.get("FunctionName"):
        function = function_of(world, params["FunctionName"])
        if isinstance(function, Refusal):
            return answer(function)
        found = [mapping for mapping in found if mapping.function is function]
    if params.get("EventSourceArn"):
        node = world.addressed(params["EventSourceArn"])
        found = [mapping for mapping in found if node is not None and mapping.source.node == node.index]
    return answer({"EventSourceMappings": [mapping_json(world, mapping) for mapping in found]})


def update_event_source_mapping(world: World, caller: Caller, params: Json) -> Answer | Pending:
    mapping = mapping_of(world, params.get("UUID"))
    if isinstance(mapping, Refusal):
        return answer(mapping)
    refusal = _update(mapping, params)
    if refusal is not None:
        return answer(refusal)
    said = ", ".join(f"{name} = {value}" for name, value in params.items() if name != "UUID")
    detail = (mapping.link, said)
    world.environment.recorder.write(
        records.MAPPING_CHANGED, mapping.function.node, 0, caller.request, caller.cause, 0, detail
    )
    mapping.changed()
    return answer(mapping_json(world, mapping))


def _update(mapping: Mapping, params: Json) -> Refusal | None:
    """All of the new values hold, or none."""
    size = integer(params, "BatchSize", 1, QUOTAS.batch)
    window = integer(params, "MaximumBatchingWindowInSeconds", 0, QUOTAS.batching_window_s)
    scaling = params.get("ScalingConfig")
    most = integer(
        scaling or {}, "MaximumConcurrency", QUOTAS.smallest_maximum_concurrency, QUOTAS.largest_maximum_concurrency
    )
    if isinstance(size, Refusal):
        return size
    if isinstance(window, Refusal):
        return window
    if isinstance(most, Refusal):
        return most
    window_us = mapping.window_us if window is None else window * SECOND_US
    size = size or mapping.batch_size
    if size > QUOTAS.batch_without_window and not window_us:
        return refusals.invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )
    mapping.batch_size, mapping.window_us = size, window_us
    if scaling is not None:
        mapping.maximum_concurrency = most
    if params.get("FunctionResponseTypes") is not None:
        mapping.partial = PARTIAL in params["FunctionResponseTypes"]
    if params.get("Enabled") is not None:
        mapping.enabled = params["Enabled"] in (True, "true")
    return None


def mapping_json(world: World, mapping: Mapping) -> Json:
    answer: Json = {
        "UUID": mapping.id,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window_us // SECOND_US,
        "EventSourceArn": world.topology.nodes[mapping.source.node].arn,
        "FunctionArn": mapping.function.arn,
        "State": "Enabled" if mapping.enabled else "Disabled",
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": [PARTIAL] if mapping.partial else [],
    }
    if mapping.maximum_concurrency is not None:
        answer["ScalingConfig"] = {"MaximumConcurrency": mapping.maximum_concurrency}
    return answer


ROWS = (
    Operation("GetEventSourceMapping", get_event_source_mapping, mutates=False),
    Operation("ListEventSourceMappings", list_event_source_mappings, mutates=False),
    Operation("UpdateEventSourceMapping", update_event_source_mapping),
)
