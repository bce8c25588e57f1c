"""Archives made, described, changed, deleted, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.eventbridge import refusals
from flows.services.eventbridge.account import account_of, arn_of, bus_name, exists, needed_bus
from flows.services.eventbridge.archive import LINK, Archive
from flows.services.eventbridge.buses import wall
from flows.services.eventbridge.config import ArchiveConfig
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.eventbridge.records import ARCHIVE_CHANGED
from flows.services.eventbridge.rules import wrong_pattern
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

ARCHIVE = "AWS::Events::Archive"
FILTERS = ("NamePrefix", "State", "EventSourceArn")


def create_archive(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, source = str(params.get("ArchiveName")), str(params.get("EventSourceArn"))
    arn = arn_of(caller, f"archive/{name}")
    if not exists(world, source):
        return refusals.no_bus(bus_name(source))
    if arn in account_of(world).archives:
        return refusals.archive_exists(name)
    refusal = wrong_pattern(params.get("EventPattern"))
    if refusal is not None:
        return refusal
    if len(account_of(world).archives) >= QUOTAS.archives:
        return refusals.too_many()
    bus = needed_bus(world, source, caller)
    config = ArchiveConfig(
        name,
        source,
        str(params.get("EventPattern") or ""),
        int(params.get("RetentionDays") or 0),
        str(params.get("Description") or ""),
    )
    node = world.create(ARCHIVE, name, config, arn=arn, caller=caller)
    archive: Archive = world.nouns[node.index]
    if bus is not None:
        archive.link = world.join(LINK, bus.node, node.index, config).index
    return _made(archive)


def _made(archive: Archive) -> Json:
    return {
        "ArchiveArn": archive.arn,
        "State": archive.state,
        "CreationTime": wall(archive.world, archive.made_at),
    }


def archive_of(world: World, caller: Caller, params: Json) -> Archive | Refusal:
    name = str(params.get("ArchiveName"))
    return account_of(world).archives.get(arn_of(caller, f"archive/{name}")) or refusals.no_archive(name)


def describe_archive(world: World, caller: Caller, params: Json) -> Json | Refusal:
    archive = archive_of(world, caller, params)
    if isinstance(archive, Refusal):
        return archive
    found: Json = {"ArchiveArn": archive.arn, **_row(archive)}
    if archive.description:
        found["Description"] = archive.description
    if archive.pattern:
        found["EventPattern"] = archive.pattern
    return found


def _row(archive: Archive) -> Json:
    return {
        "ArchiveName": archive.name,
        "EventSourceArn": archive.bus_arn,
        "State": archive.state,
        "RetentionDays": archive.retention_days,
        "SizeBytes": archive.bytes,
        "EventCount": archive.count,
        "CreationTime": wall(archive.world, archive.made_at),
    }


def update_archive(world: World, caller: Caller, params: Json) -> Json | Refusal:
    archive = archive_of(world, caller, params)
    refusal = wrong_pattern(params.get("EventPattern"))
    if isinstance(archive, Refusal):
        return archive
    if refusal is not None:
        return refusal
    said = []
    if params.get("EventPattern") is not None:
        archive.pattern = str(params["EventPattern"])
        said.append("EventPattern")
    if params.get("Description") is not None:
        archive.description = str(params["Description"])
        said.append("Description")
    if params.get("RetentionDays") is not None:
        archive.retention_days = int(params["RetentionDays"])
        archive.rewatch()
        said.append(f"RetentionDays = {archive.retention_days}")
    detail = (", ".join(said),)
    world.environment.recorder.write(ARCHIVE_CHANGED, archive.node, 0, caller.request, caller.cause, 0, detail)
    return _made(archive)


def delete_archive(world: World, caller: Caller, params: Json) -> Json | Refusal:
    archive = archive_of(world, caller, params)
    if isinstance(archive, Refusal):
        return archive
    world.remove(archive.node, caller)
    return {}


def list_archives(world: World, caller: Caller, params: Json) -> Json | Refusal:
    if sum(params.get(name) is not None for name in FILTERS) > 1:
        return refusals.invalid(
            "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix."
        )
    source = params.get("EventSourceArn")
    if source is not None and not exists(world, str(source)):
        return refusals.no_bus(bus_name(str(source)))
    own = arn_of(caller, "archive/")
    rows = [
        _row(archive)
        for archive in account_of(world).archives.values()
        if archive.arn.startswith(own)
        and named(params, archive.name)
        and params.get("State") in (None, archive.state)
        and source in (None, archive.bus_arn)
    ]
    return page(params, "Archives", sorted(rows, key=lambda row: str(row["ArchiveName"])))
