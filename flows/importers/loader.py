"""Reading one uploaded file: YAML with CloudFormation's short tags, or JSON, into a tree that knows its lines.

Theory of operation. PyYAML's parser gives *events* (a scalar, the start of a list, an alias …); this file builds the
tree from them itself, with a stack of its own, because that is where every bound can be kept before anything is built:

- size and encoding are looked at before the parser sees a byte;
- depth is counted while going down, so a thousand brackets cannot exhaust the stack of a recursive composer;
- an alias is charged with the full size of what it stands for, so a billion laughs are refused at the fourth laugh;
  an alias inside its own anchor is refused as well;
- a key given twice is a problem with both lines, not a silent loss;
- only text, numbers, booleans and null come out. Tags that are not CloudFormation's are told and left off.

JSON is read as the YAML that it is; where it is
broken, the JSON reader's word on it is clearer, so that one is passed on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from flows.importers.limits import LIMITS, Limits
from flows.importers.problems import import_problem
from flows.importers.scalars import plain
from flows.importers.tree import Mapping, Sequence
from flows.topology.problems import Problem, pointer

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

BARE = {"Ref", "Condition", "Transform"}
"""Short tags whose long form has no `Fn::`."""
FUNCTIONS = frozenset(
    "And Base64 Cidr Equals FindInMap ForEach GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ToJsonString Contains".split()  # noqa: SIM905
)
SHOWN_DEPTH = 20
"""Parts of a path that are shown; more says nothing."""
CORE_TAG = "tag:yaml.org,2002:"


class Refused(Exception):
    """Nothing more can be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


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


class _Builder:
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
                self._add(self._scalar(event, line), 1, line, event.anchor, plain_key=event.value)
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

    def _open(self, event: Any, line: int) -> None:
        if len(self.stack) >= self.limits.depth:
            raise Refused(self._problem("TooDeep", line, limit=self.limits.depth))
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, Mapping) and frame.key is None:
            raise Refused(self._problem("KeyNotAText", line))
        value = Mapping() if isinstance(event, yaml.MappingStartEvent) else Sequence()
        if event.anchor:
            self.anchors[event.anchor] = (None, -1)
        self.stack.append(_Open(value, event.tag, event.anchor, line))

    def _close(self) -> None:
        frame = self.stack.pop()
        value = frame.value
        if isinstance(value, Mapping):
            for merged in frame.merges:
                for key, inner in merged.items():
                    if key not in value:
                        value[key] = inner
                        value.lines[key] = merged.lines.get(key, frame.line)
        tagged, extra = self._tagged(value, frame.tag, frame.line)
        if frame.anchor:
            self.anchors[frame.anchor] = (tagged, frame.size + extra)
        self._add(tagged, frame.size + extra, frame.line, None, anchored=True)

    def _alias(self, anchor: str | None, line: int) -> None:
        if anchor not in self.anchors:
            raise Refused(self._problem("AliasUnknown", line, anchor=anchor))
        value, size = self.anchors[anchor]
        if size < 0:
            raise Refused(self._problem("AliasInItself", line, anchor=anchor))
        self._add(value, max(size, 1), line, None, plain_key=value if isinstance(value, str) else None)

    def _add(
        self,
        value: Any,
        size: int,
        line: int,
        anchor: str | None,
        *,
        plain_key: str | None = None,
        anchored: bool = False,
    ) -> None:
        """Put a finished value into what is open: as a key, as a key's value, or as a member."""
        if not anchored or size == 1:
            self.values += size
        if self.values > self.limits.values:
            raise Refused(self._problem("TooManyValues", line, limit=self.limits.values))
        if anchor:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        frame.size += size
        if isinstance(frame.value, Sequence):
            frame.value.append(value)
            frame.value.lines.append(line)
        elif frame.key is None:
            if plain_key is None:
                raise Refused(self._problem("KeyNotAText", line))
            frame.key, frame.key_line = plain_key, line
        else:
            self._pair(frame, frame.value, value)

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
        text = event.value
        if event.tag is not None and event.tag != "!":
            value, _ = self._tagged(text, event.tag, line)
            return value
        return plain(text) if event.implicit[0] and not event.style else text

    def _tagged(self, value: Any, tag: str | None, line: int) -> tuple[Any, int]:
        if tag is None or tag == "!" or tag.startswith(CORE_TAG):
            return (
                plain(value)
                if tag in {f"{CORE_TAG}int", f"{CORE_TAG}bool", f"{CORE_TAG}null", f"{CORE_TAG}float"}
                and isinstance(value, str)
                else value
            ), 0
        name = tag.removeprefix("!")
        if name not in FUNCTIONS and name not in BARE:
            self._told("TagUnknown", line, tag=tag)
            return value, 0
        long = Mapping()
        key = name if name in BARE else f"Fn::{name}"
        if name == "GetAtt" and isinstance(value, str):
            members = Sequence()
            members.extend(value.split(".", 1))
            members.lines.extend([line] * len(members))
            value = members
        long[key] = value
        long.lines[key] = line
        return long, 1


def load(content: bytes, filename: str, limits: Limits = LIMITS) -> tuple[Any, list[Problem]]:
    """The tree of a file, or None; and everything that is wrong with its text."""
    if len(content) > limits.template_bytes:
        return None, [import_problem("TooLarge", "", file=filename, found=len(content), limit=limits.template_bytes)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = content[: refused.start].count(b"\n") + 1
        return None, [import_problem("NotUtf8", "", line=line, file=filename, byte=f"0x{content[refused.start]:02x}")]
    builder = _Builder(limits, filename)
    loader: Any = None
    try:
        loader = PARSER(text)
        root = builder.build(_events(loader))
    except Refused as refused:
        return None, [*builder.problems, refused.problem]
    except yaml.YAMLError as refused:
        return None, [*builder.problems, _malformed(refused, text, filename, builder.path())]
    finally:
        if loader is not None:
            loader.dispose()
    return root, builder.problems


def _events(loader: Any) -> Iterator[Any]:
    while loader.check_event():
        yield loader.get_event()


def _malformed(refused: yaml.YAMLError, text: str, filename: str, path: str) -> Problem:
    if text.lstrip()[:1] in {"{", "["}:
        try:
            json.loads(text)
        except (ValueError, RecursionError) as json_refused:
            if isinstance(json_refused, json.JSONDecodeError):
                return import_problem(
                    "NotWellFormed", path, line=json_refused.lineno, file=filename, what="JSON", why=json_refused.msg
                )
    mark = getattr(refused, "problem_mark", None)
    why = str(getattr(refused, "problem", None) or refused).splitlines()[0]
    return import_problem(
        "NotWellFormed", path, line=None if mark is None else mark.line + 1, file=filename, what="YAML", why=why
    )
