"""The operations on event source mappings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.faults import LINK
from flows.services.lambda_ import records, refusals, stream_settings, version_records
from flows.services.lambda_.concurrency import account_of
from flows.services.lambda_.config import MappingConfig
from flows.services.lambda_.event_source_mapping import Mapping
from flows.services.lambda_.filtering import criteria_of
from flows.services.lambda_.lookups import Target, answer, function_of, known_target, mapping_of, mappings
from flows.services.lambda_.mapping_checks import settings_clash, source_of, too_short, unsupported
from flows.services.lambda_.mapping_settings import PARTIAL, apply, settings_of
from flows.services.lambda_.paging import page
from flows.services.lambda_.quotas import SECOND_US
from flows.services.lambda_.stream_mapping import StreamMapping
from flows.services.lambda_.stream_settings import draw_link
from flows.services.ports import Answer, Caller, Json, Operation, Pending, Refusal
from flows.services.streaming.reading import named_stream, stream_of
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.world import World

NO_FUNCTION = "Function does not exist"
UUIDS_FROM = 2**31
"""Numbers of mappings, apart from those of subjects."""


# ── making ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_mapping(world: World, config: MappingConfig, link: int) -> Mapping | StreamMapping | None:
    """The mapping of a link comes to life, if its source can be polled."""
    source, function = world.nouns[config.source], world.nouns[config.function]
    if config.stream is not None:
        source = stream_of(world, config.source)
    if source is None or function is None:
        return None
    mapping: Mapping | StreamMapping
    if config.stream is None:
        mapping = Mapping(world.environment, config, link, source, function)
    else:
        mapping = StreamMapping(world, config, link, source, function)
    world.links[link] = account_of(world).mappings[mapping.id] = mapping
    world.faults.watch((LINK, link), mapping.outage)
    return mapping


def create_event_source_mapping(world: World, caller: Caller, params: Json) -> Answer | Pending:
    target = known_target(world, params["FunctionName"])
    if isinstance(target, Refusal):
        return answer(refusals.invalid(NO_FUNCTION))
    source = source_of(world, params)
    if isinstance(source, Refusal):
        return answer(source)
    id_ = request_id(world.environment.seed, UUIDS_FROM + len(world.topology.links))
    config = (_queue_mapping if source.kind == "queue" else _stream_mapping)(world, source, target, params, id_)
    if isinstance(config, Refusal):
        return answer(config)
    link = world.join("esm", source.index, target.function.node, config, id_=id_)
    mapping = begin_mapping(world, config, link.index)
    assert mapping is not None
    if isinstance(mapping, StreamMapping):
        draw_link(mapping)
    mapping.tags.update(params.get("Tags") or {})
    detail = (link.index, mapping.state.name)
    write = world.environment.recorder.write
    write(version_records.STATE_CHANGED, target.function.node, 0, caller.request, caller.cause, 0, detail)
    return answer(mapping_json(mapping))


def _queue_mapping(
    world: World, source: CompiledNode, target: Target, params: Json, id_: str
) -> MappingConfig | Refusal:
    refused = unsupported(params) or _create_refused(world, source, target, params)
    if refused is not None:
        return refused
    settings = settings_of(params, None)
    return MappingConfig(
        id_,
        source.index,
        target.function.node,
        settings.batch_size,
        settings.window_us,
        settings.enabled,
        settings.partial,
        settings.maximum_concurrency,
        settings.filters,
        target.qualifier,
        created=True,
    )


def _stream_mapping(
    world: World, source: CompiledNode, target: Target, params: Json, id_: str
) -> MappingConfig | Refusal:
    settings = stream_settings.settings_of(world, params, None)
    if isinstance(settings, Refusal):
        return settings
    arn = params["EventSourceArn"]
    for mapping in mappings(world):
        known = mapping.source_arn, mapping.function.node, mapping.qualifier
        if isinstance(mapping, StreamMapping) and known == (arn, target.function.node, target.qualifier):
            return stream_settings.known_already(mapping, _named(target))
    found = named_stream(world, arn)
    return MappingConfig(
        id_,
        source.index,
        target.function.node,
        settings.batch_size,
        settings.window_us,
        settings.enabled,
        settings.partial,
        filters=settings.filters,
        qualifier=target.qualifier,
        created=True,
        stream=replace(settings.stream, consumer=found[1] if found is not None else ""),
    )


def _create_refused(world: World, source: CompiledNode, target: Target, params: Json) -> Refusal | None:
    queue, settings = world.nouns[source.index], settings_of(params, None)
    clash = settings_clash(settings.batch_size, settings.window_us, params, fifo=bool(getattr(queue, "fifo", False)))
    refused = clash or too_short(queue.visibility_us, target)
    if refused is not None:
        return refused
    for mapping in mappings(world):
        known = mapping.source_arn, mapping.function.node, mapping.qualifier
        if known == (source.arn, target.function.node, target.qualifier):
            return refusals.conflict(
                f'An event source mapping with SQS arn (" {source.arn} ") and function (" {_named(target)} ") already '
                f"exists. Please update or delete the existing mapping with UUID {mapping.id}"
            )
    return None


def _named(target: Target) -> str:
    return f"{target.function.name}:{target.qualifier}" if target.qualifier else target.function.name


# ── changing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def update_event_source_mapping(world: World, caller: Caller, params: Json) -> Answer | Pending:
    mapping = mapping_of(world, params["UUID"])
    if isinstance(mapping, Refusal):
        return answer(mapping)
    target = _new_target(world, mapping, params)
    if isinstance(target, Refusal):
        return answer(target)
    refused = _change(world, mapping, params)
    if refused is not None:
        return answer(refused)
    if target is not None:
        _point_at(world, mapping, target)
    said = ", ".join(f"{name} = {value}" for name, value in params.items() if name != "UUID")
    detail = (mapping.link, said)
    write = world.environment.recorder.write
    write(records.MAPPING_CHANGED, mapping.function.node, 0, caller.request, caller.cause, 0, detail)
    mapping.changed()
    return answer(mapping_json(mapping))


def _change(world: World, mapping: Mapping | StreamMapping, params: Json) -> Refusal | None:
    """Its settings become those of a request, unless AWS would refuse them."""
    if isinstance(mapping, StreamMapping):
        wanted = stream_settings.settings_of(world, params, mapping)
        if isinstance(wanted, Refusal):
            return wanted
        stream_settings.apply(mapping, wanted)
        return None
    settings = settings_of(params, mapping)
    clash = settings_clash(settings.batch_size, settings.window_us, params, fifo=mapping.fifo)
    refused = unsupported(params) or clash
    if refused is None:
        apply(mapping, settings)
    return refused


def _new_target(world: World, mapping: Mapping | StreamMapping, params: Json) -> Target | Refusal | None:
    """The function that a request turns the mapping to; None if it stays with its own."""
    if params.get("FunctionName") is None:
        return None
    target = known_target(world, params["FunctionName"])
    if isinstance(target, Refusal):
        return refusals.invalid(NO_FUNCTION)
    if isinstance(mapping, StreamMapping):
        return target
    return too_short(mapping.source.visibility_us, target) or target


def _point_at(world: World, mapping: Mapping | StreamMapping, target: Target) -> None:
    """From the next batch on; a link leads to the other function."""
    mapping.qualifier = target.qualifier
    if target.function is mapping.function or mapping.gone:
        return
    world.links.pop(mapping.link)
    world.topology.remove_link(mapping.link)
    config = world.topology.links[mapping.link].config
    link = world.join("esm", mapping.source.node, target.function.node, config, id_=mapping.id)
    mapping.turn_to(target.function, link.index)
    world.links[link.index] = mapping
    world.faults.watch((LINK, link.index), mapping.outage)


def delete_event_source_mapping(world: World, caller: Caller, params: Json) -> Answer | Pending:
    mapping = mapping_of(world, params["UUID"])
    if isinstance(mapping, Refusal):
        return answer(mapping)
    gone_at = mapping.state.delete()
    detail = (mapping.link, mapping.state.name)
    write = world.environment.recorder.write
    write(version_records.STATE_CHANGED, mapping.function.node, 0, caller.request, caller.cause, 0, detail)
    if not mapping.gone:
        world.part(mapping.link, caller)
    world.environment.calendar.schedule(gone_at, account_of(world).forget, mapping.id)
    return answer(mapping_json(mapping))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def get_event_source_mapping(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    mapping = mapping_of(world, params["UUID"])
    return answer(mapping if isinstance(mapping, Refusal) else mapping_json(mapping))


def list_event_source_mappings(world: World, _caller: Caller, params: Json) -> Answer | Pending:
    found = mappings(world)
    if params.get("FunctionName") is not None:
        function = function_of(world, params["FunctionName"])
        if isinstance(function, Refusal):
            return answer(function)
        found = [mapping for mapping in found if mapping.function is function]
    if params.get("EventSourceArn") is not None:
        found = [mapping for mapping in found if mapping.source_arn == params["EventSourceArn"]]
    return answer(page("EventSourceMappings", [mapping_json(mapping) for mapping in found], params))


def mapping_json(mapping: Mapping | StreamMapping) -> Json:
    if isinstance(mapping, StreamMapping):
        return stream_settings.mapping_json(mapping, Target(mapping.function, mapping.qualifier))
    topology, environment = mapping.function.world.topology, mapping.environment
    scope = f"arn:aws:lambda:{topology.region}:{topology.account}"
    answer: Json = {
        "UUID": mapping.id,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window_us // SECOND_US,
        "EventSourceArn": mapping.source_arn,
        "EventSourceMappingArn": f"{scope}:event-source-mapping:{mapping.id}",
        "FunctionArn": Target(mapping.function, mapping.qualifier).arn,
        "LastModified": environment.wall_us(mapping.state.modified_at) / SECOND_US,
        "State": mapping.state.name,
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": [PARTIAL] if mapping.partial else [],
    }
    if mapping.filters:
        answer["FilterCriteria"] = criteria_of(mapping.filters)
    if mapping.pollers.maximum_concurrency is not None:
        answer["ScalingConfig"] = {"MaximumConcurrency": mapping.pollers.maximum_concurrency}
    return answer


ROWS = (
    Operation("CreateEventSourceMapping", create_event_source_mapping),
    Operation("GetEventSourceMapping", get_event_source_mapping, mutates=False),
    Operation("ListEventSourceMappings", list_event_source_mappings, mutates=False),
    Operation("UpdateEventSourceMapping", update_event_source_mapping),
    Operation("DeleteEventSourceMapping", delete_event_source_mapping),
)
