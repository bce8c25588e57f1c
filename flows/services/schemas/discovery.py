"""Discovery: a schema from the events that a bus carries.

A discoverer is told of every event on its bus (`ports.Witness`). Events of one source and detail-type share a schema in the registry
`discovered-schemas`; one whose detail has a shape not seen before widens the schema, and a schema that was widened is a new version. So the
newest version admits every event seen so far, and its text does not depend on their order.

Replayed events are told of no second time. Approximated: AWS takes some minutes to discover, and has one version for each shape.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.services.ports import Json
from flows.services.schemas import records
from flows.services.schemas.documents import OPENAPI, event_document, schema_name
from flows.services.schemas.quotas import DISCOVERED
from flows.services.schemas.registry import Schema, arn_of, registry_at
from flows.services.schemas.shape import Shape, merged, shape_of

if TYPE_CHECKING:
    from flows.services.world import World

STARTED, STOPPED = "STARTED", "STOPPED"


class Discoverer:
    def __init__(self, world: World, id_: str, arn: str, source_arn: str, node: int) -> None:
        self.world = world
        self.environment = world.environment
        self.id, self.arn, self.source_arn, self.node = id_, arn, source_arn, node
        self.description = ""
        self.cross_account = True
        self.tags: dict[str, str] = {}
        self.state = STARTED
        self.shapes: dict[str, Shape] = {}
        """Schema name → the shape of all details seen."""

    def saw(self, event: Json, subject: int, cause: int) -> None:
        """An event on the bus (`Witness`)."""
        if self.state != STARTED:
            return
        source, detail_type = str(event.get("source")), str(event.get("detail-type"))
        name = schema_name(source, detail_type)
        known, found = self.shapes.get(name), shape_of(event.get("detail"))
        shape = found if known is None else merged(known, found)
        if shape == known:
            return
        self.shapes[name] = shape
        self._write_down(name, source, detail_type, shape, subject, cause)

    def _write_down(self, name: str, source: str, detail_type: str, shape: Shape, subject: int, cause: int) -> None:
        _, _, _, region, account, *_ = self.source_arn.split(":")
        registry = registry_at(self.world, region, account, DISCOVERED)
        assert registry is not None
        schema = registry.schemas.get(name)
        if schema is None:
            arn = arn_of(region, account, "schema", f"{DISCOVERED}/{name}")
            schema = registry.schemas[name] = Schema(arn, name, OPENAPI)
        document = event_document(source, detail_type, shape, OPENAPI, str(schema.last + 1))
        version = schema.add(json.dumps(document, separators=(",", ":")), OPENAPI, self.environment.now_at)
        detail = (name, str(version.number))
        self.environment.recorder.write(records.DISCOVERED, self.node, subject, 0, cause, 0, detail)
