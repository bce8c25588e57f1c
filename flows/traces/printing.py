"""Prints what happened: the sentence of a record's kind, its places filled. The twin of the browser's `sentences.ts`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flows.engine.identifiers import message_id, request_id
from flows.engine.kinds import FieldType, Kind
from flows.engine.segment import Column
from flows.engine.subjects import SubjectKind
from flows.traces.reading import NEVER, Record

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1000, "ms"), (1, "µs"))


@dataclass(frozen=True, slots=True)
class Words:
    """How an execution's nodes, links and subjects are called. Links are called by their two ends."""

    nodes: Sequence[str] = ()
    links: Sequence[tuple[int, int]] = ()
    seed: int = 0
    subjects: Mapping[str, Column] = field(default_factory=dict)

    def node(self, index: int) -> str:
        """The name of a node."""
        return self.nodes[index] if 0 <= index < len(self.nodes) else "nowhere"

    def link(self, index: int) -> str:
        """A link as "source → target"."""
        if not 0 <= index < len(self.links):
            return "no link"
        source, target = self.links[index]
        return f"{self.node(source)} → {self.node(target)}"

    def subject_id(self, handle: int) -> str:
        """The id AWS would show for it."""
        make = message_id if self.subjects["kind"][handle] in NAMED_LIKE_MESSAGES else request_id
        return make(self.seed, int(self.subjects["identity"][handle]))

    def subject(self, handle: int) -> str:
        """For instance "message 1c9a40f2"."""
        if not 0 < handle < len(self.subjects.get("kind", ())):
            return "nothing"
        name = SubjectKind(int(self.subjects["kind"][handle])).name.lower().replace("_", " ")
        return f"{name} {self.subject_id(handle)[:8]}"


NAMED_LIKE_MESSAGES = (SubjectKind.MESSAGE, SubjectKind.EVENT)


def sentence(record: Record, words: Words) -> str:
    """What happened, as one sentence."""
    printed = re.sub(r"{(\w+)}", lambda match: _word(match[1], record, words), record.kind.sentence)
    whole = printed[:1].upper() + printed[1:]
    return whole if whole.endswith((".", "!", "?", "…")) else f"{whole}."


def spoken_of(record: Record) -> list[int]:
    """The subjects whose ids its sentence has."""
    return [_handle(name, record) for name in _subjects_in(record.kind)]


@lru_cache(maxsize=4096)
def _subjects_in(kind: Kind) -> tuple[str, ...]:
    places = {"subject", "request"} | {each.name for each in kind.fields if each.type is FieldType.SUBJECT}
    return tuple(name for name in re.findall(r"{(\w+)}", kind.sentence) if name in places)


def _handle(name: str, record: Record) -> int:
    own = {"subject": record.subject, "request": record.request}
    return int(record.fields.get(name, own.get(name, 0)))


def value(kind: FieldType, what: Any, words: Words) -> str:
    """A field as people read it."""
    match kind:
        case FieldType.INSTANT:
            return "never" if what == NEVER else clock(what)
        case FieldType.LENGTH:
            return length(what)
        case FieldType.INTEGER:
            return f"{what:,}"
        case FieldType.SUBJECT:
            return words.subject(what)
        case FieldType.NODE:
            return words.node(what)
        case FieldType.LINK:
            return words.link(what)
        case FieldType.BODY:
            return f"body {what}"
        case _:
            return str(what)


def clock(at: int) -> str:
    """An instant as the execution's clock shows it: `00:04:30.250`, with the days before it once there are any."""
    days, rest = divmod(at, DAY)
    time = f"{rest // HOUR:02}:{rest % HOUR // MINUTE:02}:{rest % MINUTE // SECOND:02}.{rest % SECOND // 1000:03}"
    return f"{days} d {time}" if days else time


def length(us: int) -> str:
    """A length in the two largest units that say something: `4 d`, `1 min 30 s`, `2.5 s`, `230 ms`."""
    if us <= 0:
        return "0 s"
    index = next(index for index, (unit, _) in enumerate(UNITS) if us >= unit)
    unit, name = UNITS[index]
    if unit == SECOND:
        hundredths = (us + 5_000) // 10_000
        return f"{hundredths / 100:g} s"
    if unit < SECOND:
        return f"{(us + unit // 2) // unit} {name}"
    next_unit, next_name = UNITS[index + 1]
    rest = us % unit // next_unit
    return f"{us // unit} {name} {rest} {next_name}" if rest else f"{us // unit} {name}"


def _word(name: str, record: Record, words: Words) -> str:
    for declared in record.kind.fields:
        if declared.name == name and name in record.fields:
            return value(declared.type, record.fields[name], words)
    match name:
        case "subject":
            return words.subject(record.subject)
        case "request":
            return words.subject(record.request)
        case "node":
            return words.node(record.node)
        case "attempt":
            return f"{record.attempt:,}"
        case "at":
            return clock(record.at)
        case _:
            return f"{{{name}}}"
