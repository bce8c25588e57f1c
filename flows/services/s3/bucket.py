"""A bucket: objects by key, and notifications about them.

Every object put is a subject; it lies in the bucket until one of the same key replaces it, or it is deleted (there are no
versions). Everything that happens to an object is told to the notifications that want it, in the order of the links.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import Delivery, Refusal
from flows.services.s3 import announcing, records
from flows.services.s3.config import BucketConfig
from flows.services.s3.event import CREATED_PUT, REMOVED_DELETE, Object

if TYPE_CHECKING:
    from flows.services.s3.notification import Notification
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
CONTENT_TYPE = "binary/octet-stream"


@dataclass(frozen=True, slots=True)
class Description:
    """What was said of an object when it was put."""

    content_type: str = CONTENT_TYPE
    metadata: dict[str, str] = field(default_factory=dict)


PLAIN = Description()


class Bucket:
    def __init__(self, world: World, node: CompiledNode) -> None:
        self.world = world
        self.environment = world.environment
        self.node = node.index
        self.name, self.arn, self.region = node.name, node.arn, world.topology.region
        self.made_at = world.environment.now_at
        self.objects: dict[str, Object] = {}
        self.descriptions: dict[str, Description] = {}
        """Of the objects of which anything was said."""
        self.notifications: list[Notification] = []
        self.tells_bus = isinstance(node.config, BucketConfig) and node.config.tells_bus
        self._sequence = 0

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service writes an object (`Recipient`), named after what it comes of."""
        came = (delivery.link, delivery.request, delivery.cause, delivery.parent)
        return self.put(f"{delivery.parent}.json", delivery.body, came).subject

    def put(self, key: str, body: int, came: tuple[int, int, int, int]) -> Object:
        """A new object. `came` is (link, request, cause, parent)."""
        link, request, cause, parent = came
        environment = self.environment
        write = environment.recorder.write
        content = environment.bodies.text(body).encode() if body else b""
        size, etag = len(content), hashlib.md5(content, usedforsecurity=False).hexdigest()
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        created = write(records.CREATED, self.node, subject, request, cause, 0, (link, key, size))
        replaced = self.objects.get(key)
        if replaced is not None:
            write(records.REPLACED, self.node, replaced.subject, request, created, 0, (key,))
        self.descriptions.pop(key, None)
        self._sequence += 1
        made = self.objects[key] = Object(subject, key, body, size, environment.now_at, self._sequence, etag)
        self._tell(CREATED_PUT, made, request, created)
        return made

    def delete(self, key: str, link: int, request: int, cause: int) -> None:
        """Delete the object, if there is one."""
        self.descriptions.pop(key, None)
        found = self.objects.pop(key, None)
        if found is not None:
            removed = self.environment.recorder.write(
                records.REMOVED, self.node, found.subject, request, cause, 0, (link, key)
            )
            self._tell(REMOVED_DELETE, found, request, removed)

    def _tell(self, name: str, about: Object, request: int, cause: int) -> None:
        for notification in self.notifications:
            if notification.wants(name, about.key):
                notification.tell(name, about, request, cause)
        if self.tells_bus:
            announcing.tell(self, name, about, request, cause)
