"""A bucket: objects by key, and notifications about them.

Every object put is a subject; it lies in the bucket until one of the same key replaces it, or it is deleted; with versions (`versions.py`) until its
version is. Everything that happens to an object is told to the notifications that want it, in the order of the links.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services.ports import Delivery, Refusal
from flows.services.s3 import announcing, records
from flows.services.s3.config import BucketConfig
from flows.services.s3.event import CREATED_PUT, REMOVED_DELETE, REMOVED_MARKER, Object
from flows.services.s3.versions import Versions

if TYPE_CHECKING:
    from flows.services.s3.notification import Notification
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
CONTENT_TYPE = "binary/octet-stream"
EMPTY = hashlib.md5(b"", usedforsecurity=False).hexdigest()
Came = tuple[int, int, int, int]
"""(link, request, cause, parent)."""


@dataclass(frozen=True, slots=True)
class Description:
    """What was said of an object when it was put."""

    content_type: str = CONTENT_TYPE
    metadata: dict[str, str] = field(default_factory=dict)


PLAIN = Description()


@dataclass(slots=True)
class Upload:
    """A multipart upload: its parts' texts by number."""

    key: str
    described: Description
    parts: dict[int, str] = field(default_factory=dict)


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
        self.versions = Versions(node.config.versioning if isinstance(node.config, BucketConfig) else "")
        self.uploads: dict[str, Upload] = {}
        """Multipart uploads that are not complete, by id."""
        self._sequence = 0

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service writes an object (`Recipient`), named after what it comes of."""
        came = (delivery.link, delivery.request, delivery.cause, delivery.parent)
        return self.put(f"{delivery.parent}.json", delivery.body, came).subject

    def put(self, key: str, body: int, came: Came, *, name: str = CREATED_PUT, etag: str = "") -> Object:
        """A new object; `name` is the event that tells how it came to be."""
        link, request, cause, parent = came
        environment = self.environment
        write = environment.recorder.write
        content = environment.bodies.text(body).encode() if body else b""
        size = len(content)
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        created = write(records.CREATED, self.node, subject, request, cause, 0, (link, key, size))
        made = Object(
            subject,
            key,
            body,
            size,
            environment.now_at,
            self._next(),
            etag or hashlib.md5(content, usedforsecurity=False).hexdigest(),
            self.versions.next_id(environment.seed, subject),
        )
        before = self.objects.get(key)
        replaced = self.versions.add(made) if self.versions.kept else before
        if replaced is not None and not replaced.marker:
            write(records.REPLACED, self.node, replaced.subject, request, created, 0, (key,))
        if before is not None and before is not replaced:
            write(records.VERSIONED, self.node, before.subject, request, created, 0, (key,))
        self.descriptions.pop(key, None)
        self.objects[key] = made
        self._tell(name, made, request, created)
        return made

    def delete(self, key: str, came: Came, version: str = "") -> Object | None:
        """Delete the object, or one version of it for good, if it is there. Answers what was deleted, or the delete marker."""
        if version and self.versions.kept:
            return self._delete_version(key, version, came)
        if self.versions.kept:
            return self._mark(key, came)
        self.descriptions.pop(key, None)
        found = self.objects.pop(key, None)
        if found is not None:
            self._removed(found, came)
        return found

    def _delete_version(self, key: str, version: str, came: Came) -> Object | None:
        found = self.versions.find(key, version)
        if found is None:
            return None
        newest = self.versions.remove(found)
        if newest is None or newest.marker:
            self.objects.pop(key, None)
        else:
            self.objects[key] = newest
        if found.marker:
            link, request, cause, _ = came
            write = self.environment.recorder.write
            removed = write(records.MARKER_REMOVED, self.node, found.subject, request, cause, 0, (link, key))
            self._tell(REMOVED_DELETE, found, request, removed)
        else:
            self._removed(found, came)
        return found

    def _mark(self, key: str, came: Came) -> Object:
        """A delete marker: no object is there any more, and its versions are."""
        link, request, cause, parent = came
        environment, before = self.environment, self.objects.pop(key, None)
        subject = environment.subjects.new(MESSAGE, before.subject if before is not None else parent)
        version = self.versions.next_id(environment.seed, subject)
        marker = Object(subject, key, 0, 0, environment.now_at, self._next(), EMPTY, version, marker=True)
        replaced = self.versions.add(marker)
        write = environment.recorder.write
        if replaced is not None and not replaced.marker:
            write(records.REPLACED, self.node, replaced.subject, request, cause, 0, (key,))
        marked = write(records.MARKER_CREATED, self.node, subject, request, cause, 0, (link, key))
        self._tell(REMOVED_MARKER, marker, request, marked)
        return marker

    def _removed(self, found: Object, came: Came) -> None:
        link, request, cause, _ = came
        write = self.environment.recorder.write
        removed = write(records.REMOVED, self.node, found.subject, request, cause, 0, (link, found.key))
        self._tell(REMOVED_DELETE, found, request, removed)

    def keep_versions(self, status: str) -> None:
        if not self.versions.kept:
            self.versions.begin(self.objects)
        self.versions.status = status

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _tell(self, name: str, about: Object, request: int, cause: int) -> None:
        for notification in self.notifications:
            if notification.wants(name, about.key):
                notification.tell(name, about, request, cause)
        if self.tells_bus:
            announcing.tell(self, name, about, request, cause)
