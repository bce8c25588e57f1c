"""The versions of a bucket's objects: what was put or deleted under each key, oldest first.

Theory of operation ("How S3 Versioning works"). Enabled, every put adds a version, and a delete without a version id adds a delete marker: nothing
goes. Suspended, both have the version `null`, and replace what has it already. A delete that names a version removes that one for good; if it
was the newest, the one before is current again. A bucket that never had versions keeps one object per key and no history.
"""

from __future__ import annotations

from flows.engine.identifiers import message_id
from flows.services.s3.event import NULL, Object

ENABLED, SUSPENDED = "Enabled", "Suspended"
ID_LENGTH = 32


class Versions:
    def __init__(self, status: str) -> None:
        self.status = status
        self._history: dict[str, list[Object]] = {}

    @property
    def kept(self) -> bool:
        """Whether there are versions, or ever were."""
        return bool(self.status)

    def next_id(self, seed: int, subject: int) -> str:
        """The version of what is put now."""
        if self.status == ENABLED:
            return message_id(seed, subject).replace("-", "")[:ID_LENGTH]
        return NULL if self.status == SUSPENDED else ""

    def begin(self, objects: dict[str, Object]) -> None:
        """Versions are kept from now on: what is there is the version `null`."""
        for key, each in objects.items():
            self._history.setdefault(key, [each])

    def add(self, entry: Object) -> Object | None:
        """The newest of its key; answers what it replaces for good."""
        history = self._history.setdefault(entry.key, [])
        replaced = None
        if entry.version == NULL:
            replaced = next((each for each in history if each.version in ("", NULL)), None)
            if replaced is not None:
                history.remove(replaced)
        history.append(entry)
        return replaced

    def of(self, key: str) -> list[Object]:
        """Newest first."""
        return self._history.get(key, [])[::-1]

    def find(self, key: str, version: str) -> Object | None:
        return next((each for each in self._history.get(key, ()) if (each.version or NULL) == version), None)

    def remove(self, entry: Object) -> Object | None:
        """It goes for good; answers what is the newest then."""
        history = self._history[entry.key]
        history.remove(entry)
        if not history:
            del self._history[entry.key]
            return None
        return history[-1]

    def everything(self) -> list[Object]:
        """By key, newest first."""
        return [each for key in sorted(self._history) for each in self.of(key)]
