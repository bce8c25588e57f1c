"""What a request says about a mapping on a stream, what AWS refuses about it, and how such a mapping is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flows.services.dates import instant_of
from flows.services.lambda_ import refusals
from flows.services.lambda_.filtering import patterns_of, problem_of
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.lambda_.stream_failures import LINK_KIND
from flows.services.lambda_.stream_mapping import StreamMapping
from flows.services.ports import Json, Refusal
from flows.topology.resources.mapping import NO_LIMIT, StreamConfig
from flows.topology.words import is_yes

if TYPE_CHECKING:
    from flows.services.lambda_.lookups import Target
    from flows.services.world import World

PARTIAL = "ReportBatchItemFailures"
NOT_OF_STREAMS = ("ScalingConfig",)
ANYWHERE = ("queue", "topic", "bucket", "stub")


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """A mapping's settings after a request: what is not given stays as it is, or is AWS's default."""

    batch_size: int
    window_us: int
    partial: bool
    filters: tuple[str, ...]
    enabled: bool
    stream: StreamConfig


def settings_of(world: World, params: Json, now: StreamMapping | None) -> StreamSettings | Refusal:
    """What a request of the right shape asks for."""
    known = _known(now)
    refused = _refused(params)
    if refused is not None:
        return refused
    stream = _stream(world, params, known.stream)
    if isinstance(stream, Refusal):
        return stream
    size, window = params.get("BatchSize"), params.get("MaximumBatchingWindowInSeconds")
    types, criteria, enabled = (params.get(name) for name in ("FunctionResponseTypes", "FilterCriteria", "Enabled"))
    return StreamSettings(
        known.batch_size if size is None else size,
        known.window_us if window is None else window * SECOND_US,
        known.partial if types is None else PARTIAL in types,
        known.filters if criteria is None else patterns_of(criteria),
        known.enabled if enabled is None else is_yes(enabled),
        stream,
    )


def _refused(params: Json) -> Refusal | None:
    name = next((name for name in NOT_OF_STREAMS if params.get(name) is not None), None)
    if name is not None:
        return refusals.invalid(f"Unsupported {name} parameter for given event source mapping type.")
    age, lowest = params.get("MaximumRecordAgeInSeconds"), QUOTAS.shortest_record_age_s
    if age is not None and age != NO_LIMIT and age < lowest:
        return refusals.invalid(f"MaximumRecordAgeInSeconds must be -1 or at least {lowest}.")
    problem = problem_of(params.get("FilterCriteria"))
    return refusals.invalid(problem) if problem else None


def _stream(world: World, params: Json, known: StreamConfig) -> StreamConfig | Refusal:
    age, most = params.get("MaximumRecordAgeInSeconds"), params.get("MaximumRetryAttempts")
    lanes, window = params.get("ParallelizationFactor"), params.get("TumblingWindowInSeconds")
    bisect, where = params.get("BisectBatchOnFunctionError"), params.get("DestinationConfig")
    on_failure = known.on_failure if where is None else _destination(world, where)
    if isinstance(on_failure, Refusal):
        return on_failure
    position, wall_us = params.get("StartingPosition") or known.starting_position, known.starting_wall_us
    if position == "AT_TIMESTAMP":
        found = instant_of(params.get("StartingPositionTimestamp", wall_us / SECOND_US))
        if found is None:
            return refusals.invalid("StartingPositionTimestamp must be a date.")
        wall_us = found
    return replace(
        known,
        starting_position=position,
        starting_wall_us=wall_us,
        parallelization_factor=known.parallelization_factor if lanes is None else lanes,
        maximum_record_age_us=known.maximum_record_age_us if age is None else _age_us(age),
        maximum_retry_attempts=known.maximum_retry_attempts if most is None else most,
        bisect=known.bisect if bisect is None else is_yes(bisect),
        tumbling_window_us=known.tumbling_window_us if window is None else window * SECOND_US,
        on_failure=on_failure,
    )


def _age_us(seconds: int) -> int:
    return NO_LIMIT if seconds == NO_LIMIT else seconds * SECOND_US


def _destination(world: World, given: Json) -> int | Refusal | None:
    """The node that an on-failure destination names."""
    arn = (given.get("OnFailure") or {}).get("Destination")
    if not arn:
        return None
    node = world.topology.by_arn.get(arn)
    if node is None or node.kind not in ANYWHERE:
        return refusals.invalid(f"The destination ARN {arn} is invalid.")
    return node.index


def _known(now: StreamMapping | None) -> StreamSettings:
    if now is None:
        return StreamSettings(QUOTAS.stream_batch, 0, partial=False, filters=(), enabled=True, stream=StreamConfig())
    return StreamSettings(now.batch_size, now.window_us, now.partial, now.filters, now.state.wanted, now.config)


def apply(mapping: StreamMapping, settings: StreamSettings) -> None:
    """From the next batch on. Another parallelization factor holds for the shards that are not yet read."""
    mapping.batch_size, mapping.window_us = settings.batch_size, settings.window_us
    mapping.partial, mapping.filters = settings.partial, settings.filters
    mapping.reconfigure(settings.stream)
    mapping.state.update(settings.enabled)
    draw_link(mapping)


def draw_link(mapping: StreamMapping) -> None:
    """A link leads from the function to the destination."""
    world, target = mapping.function.world, mapping.config.on_failure
    node = mapping.function.node
    if target is not None:
        there = any(link.kind == LINK_KIND and link.target == target for link in world.topology.links_from(node))
        if not there:
            world.join(LINK_KIND, node, target, mapping.config, id_=f"{mapping.id}.OnFailure")


def known_already(mapping: StreamMapping, function: str) -> Refusal:
    return refusals.conflict(
        f'The event source arn (" {mapping.source_arn} ") and function (" {function} ") provided mapping already exists. '
        f"Please update or delete the existing mapping with UUID {mapping.id}"
    )


def mapping_json(mapping: StreamMapping, target: Target) -> Json:
    topology, environment, config = mapping.function.world.topology, mapping.environment, mapping.config
    scope = f"arn:aws:lambda:{topology.region}:{topology.account}"
    destination = {} if config.on_failure is None else {"Destination": topology.nodes[config.on_failure].arn}
    answer: Json = {
        "UUID": mapping.id,
        "StartingPosition": config.starting_position,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window_us // SECOND_US,
        "ParallelizationFactor": config.parallelization_factor,
        "EventSourceArn": mapping.source_arn,
        "EventSourceMappingArn": f"{scope}:event-source-mapping:{mapping.id}",
        "FunctionArn": target.arn,
        "LastModified": environment.wall_us(mapping.state.modified_at) / SECOND_US,
        "LastProcessingResult": mapping.last_result,
        "State": mapping.state.name,
        "StateTransitionReason": "User action",
        "DestinationConfig": {"OnFailure": destination},
        "MaximumRecordAgeInSeconds": NO_LIMIT
        if config.maximum_record_age_us == NO_LIMIT
        else config.maximum_record_age_us // SECOND_US,
        "BisectBatchOnFunctionError": config.bisect,
        "MaximumRetryAttempts": config.maximum_retry_attempts,
        "TumblingWindowInSeconds": config.tumbling_window_us // SECOND_US,
        "FunctionResponseTypes": [PARTIAL] if mapping.partial else [],
    }
    if config.starting_position == "AT_TIMESTAMP":
        answer["StartingPositionTimestamp"] = config.starting_wall_us / SECOND_US
    if mapping.filters:
        answer["FilterCriteria"] = {"Filters": [{"Pattern": text} for text in mapping.filters]}
    return answer
