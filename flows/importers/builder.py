"""From the parser's events to a tree that knows its lines; see `loader.py` for why and how it is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from flows.importers.limits import Limits
from flows.importers.problems import Refused, import_problem
from flows.importers.scalars import plain
from flows.importers.tree import Mapping, Sequence
from flows.topology.problems import Problem, pointer

BARE = {"Ref", "Condition", "Transform"}
"""Short tags whose long form has no `Fn::`."""
FUNCTIONS = frozenset(
    "And Base64 Cidr Equals FindInMap ForEach GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ToJsonString Contains".split()  # noqa: SIM905
)
SHOWN_DEPTH = 20
"""Parts of a path that are shown; more says nothing."""
CORE_TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset(CORE_TAG + name for name in ("int", "bool", "null", "float"))
UNFINISHED = -1
"""The size of what an anchor names while it is still being read."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled, with what must be known when it closes."""

    value: Mapping | Sequence
    tag: str | None
    anchor: str | None
    line: int
    size: int = 1
    key: str | None = None
    key_line: int = 0
    merges: list[Any] = field(default_factory=list)


class Builder:
    def __init__(self, limits: Limits, filename: str) -> None:
        self.limits, self.filename = limits, filename
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.stack: list[_Open] = []
        self.values = 0
        self.root: Any = None

    def build(self, events: Iterator[Any]) -> Any:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.ScalarEvent):
                self._text(event, line)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event.anchor, line)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open(event, line)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._close()
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Refused(self._problem("SeveralDocuments", line))
        return self.root

    def path(self) -> str:
        return pointer(*(part for frame in self.stack[:SHOWN_DEPTH] if (part := self._part(frame)) is not None))

    def _part(self, frame: _Open) -> object:
        return frame.key if isinstance(frame.value, Mapping) else len(frame.value)

    def _problem(self, code: str, line: int, **facts: object) -> Problem:
        return import_problem(code, self.path(), line=line, file=self.filename, **facts)

    def _told(self, code: str, line: int, **facts: object) -> None:
        if len(self.problems) < self.limits.problems:
            self.problems.append(self._problem(code, line, **facts))

    # ── events ──

    def _text(self, event: Any, line: int) -> None:
        self._charge(1, line)
        value = self._scalar(event, line)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._add(value, 1, line, key=event.value)

    def _open(self, event: Any, line: int) -> None:
        self._charge(1, line)
        if len(self.stack) >= self.limits.depth:
            raise Refused(self._problem("TooDeep", line, limit=self.limits.depth))
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, Mapping) and frame.key is None:
            raise Refused(self._problem("KeyNotAText", line))
        if event.anchor:
            self.anchors[event.anchor] = (None, UNFINISHED)
        value = Mapping() if isinstance(event, yaml.MappingStartEvent) else Sequence()
        self.stack.append(_Open(value, event.tag, event.anchor, line))

    def _close(self) -> None:
        frame = self.stack.pop()
        if isinstance(frame.value, Mapping):
            _merge(frame.value, frame.merges, frame.line)
        value = self._tagged(frame.value, frame.tag, frame.line)
        if frame.anchor:
            self.anchors[frame.anchor] = (value, frame.size)
        self._add(value, frame.size, frame.line)

    def _alias(self, anchor: str | None, line: int) -> None:
        if anchor not in self.anchors:
            raise Refused(self._problem("AliasUnknown", line, anchor=anchor))
        value, size = self.anchors[anchor]
        if size == UNFINISHED:
            raise Refused(self._problem("AliasInItself", line, anchor=anchor))
        self._charge(size, line)
        self._add(value, size, line, key=value if isinstance(value, str) else None)

    def _charge(self, size: int, line: int) -> None:
        self.values += size
        if self.values > self.limits.values:
            raise Refused(self._problem("TooManyValues", line, limit=self.limits.values))

    def _add(self, value: Any, size: int, line: int, *, key: str | None = None) -> None:
        """Put a finished value into what is open: as a key, as a key's value, or as a member."""
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        frame.size += size
        if isinstance(frame.value, Sequence):
            frame.value.append(value)
            frame.value.lines.append(line)
        elif frame.key is not None:
            self._pair(frame, frame.value, value)
        elif key is not None:
            frame.key, frame.key_line = key, line
        else:
            raise Refused(self._problem("KeyNotAText", line))

    def _pair(self, frame: _Open, mapping: Mapping, value: Any) -> None:
        key = frame.key or ""
        if key == "<<":
            frame.merges.extend(
                merged for merged in (value if isinstance(value, list) else [value]) if isinstance(merged, Mapping)
            )
        else:
            if key in mapping:
                self._told("KeyTwice", frame.key_line, key=key, first=mapping.lines[key])
            mapping[key] = value
            mapping.lines[key] = frame.key_line
        frame.key = None

    # ── scalars and tags ──

    def _scalar(self, event: Any, line: int) -> Any:
        if event.tag is not None and event.tag != "!":
            return self._tagged(event.value, event.tag, line)
        return plain(event.value) if event.implicit[0] and not event.style else event.value

    def _tagged(self, value: Any, tag: str | None, line: int) -> Any:
        """A value under a short tag in its long form; YAML's own tags ask for a plain scalar, at most."""
        if tag is None or tag == "!" or tag.startswith(CORE_TAG):
            return plain(value) if tag in PLAIN_TAGS and isinstance(value, str) else value
        name = tag.removeprefix("!")
        if name not in FUNCTIONS and name not in BARE:
            self._told("TagUnknown", line, tag=tag)
            return value
        if name == "GetAtt" and isinstance(value, str):
            parts = Sequence()
            parts.extend(value.split(".", 1))
            parts.lines.extend([line] * len(parts))
            value = parts
        long = Mapping()
        key = name if name in BARE else f"Fn::{name}"
        long[key] = value
        long.lines[key] = line
        return long


def _merge(mapping: Mapping, merges: list[Any], line: int) -> None:
    """What `<<` brings in gives way to what is written."""
    for merged in merges:
        for key, value in merged.items():
            if key not in mapping:
                mapping[key] = value
                mapping.lines[key] = merged.lines.get(key, line)
