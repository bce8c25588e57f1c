"""From a pattern's text to its branches, in one reading, with AWS's refusals.

Theory of operation (event-ruler's `JsonRuleCompiler`). The text is read token by token. All branches so far get every field that
is read; at a `$or` they are set aside, each of its objects begins with a copy of them, and what all these came to goes on as the
branches. The same path read twice is the last of both. An object or array that is open is an entry in a list, not a call, so
depth costs nothing.

`$or` is a word only where an array of two or more objects without reserved names follows; AWS once had it as an ordinary field, and
a pattern that is right in that old reading is still taken so. More than a thousand branches are refused, as EventBridge's
documentation says ("Or matching").
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flows.patterns.addresses import address
from flows.patterns.conditions import Condition, Equals, EqualsAddress, Matches
from flows.patterns.dialects import EVENTS, Dialect
from flows.patterns.operators import OPERATORS, read_expression
from flows.patterns.pattern import COMPILERS, Branch, Field, Pattern, remember
from flows.patterns.reading import PatternError, Reader
from flows.patterns.tokens import Token
from flows.patterns.values import LITERALS
from flows.patterns.wildcards import TOO_COMPLEX, complexity

MOST_BRANCHES = 1000
MOST_FIELDS = 100_000
"""Of all branches together; ours. A pattern that AWS takes is too short to have so many."""
OR = "$or"
RESERVED = frozenset(
    (
        *OPERATORS,
        *("html", "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    )
)
"""Names that no field inside a `$or` may have."""
COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard "
    "character"
)


def compile_event_pattern(pattern: str | dict[str, Any]) -> Pattern:
    """A rule's, an archive's or a pipe's pattern."""
    text = pattern if isinstance(pattern, str) else json.dumps(pattern, ensure_ascii=False)
    return remember(EVENTS.name, text)


def branches_of(text: str, dialect: Dialect) -> tuple[Branch, ...]:
    """What is to be matched; raises PatternError."""
    try:
        return _Compiler(text, dialect, or_is_a_word=True).compile()
    except PatternError as refused:
        if OR not in text:
            raise
        try:
            return _Compiler(text, dialect, or_is_a_word=False).compile()
        except PatternError:
            raise refused from None


Fields = dict[str, Field]


@dataclass(slots=True)
class _Object:
    """An object that is open. `within_or`: its fields may not have reserved names."""

    path: str
    within_or: bool
    is_empty: bool = True


@dataclass(slots=True)
class _Or:
    """An `$or` that is open: the branches before it, and those that its objects came to."""

    path: str
    before: list[Fields]
    after: list[Fields] = field(default_factory=list)
    objects: int = 0


class _Compiler:
    def __init__(self, text: str, dialect: Dialect, *, or_is_a_word: bool) -> None:
        self._reader = Reader(text, dialect)
        self._dialect = dialect
        self._or_is_a_word = or_is_a_word
        self._open: list[_Object | _Or] = []
        self._branches: list[Fields] = []
        self._fields = 0

    def compile(self) -> tuple[Branch, ...]:
        if self._reader.next() is not Token.START_OBJECT:
            raise self._reader.refusal("Filter is not an object")
        self._open.append(_Object("", within_or=False))
        while self._open:
            level = self._open[-1]
            self._reader.path = level.path
            if isinstance(level, _Object):
                self._member(level)
            else:
                self._alternative(level)
        branches = tuple(Branch(tuple(fields.values())) for fields in self._branches)
        self._refuse_ambiguous(branches)
        return branches

    def _member(self, level: _Object) -> None:
        reader = self._reader
        if reader.next() is Token.END_OBJECT:
            if level.is_empty:
                raise reader.refusal("Empty objects are not allowed")
            self._open.pop()
            return
        level.is_empty = False
        name = reader.name
        if name == OR and self._or_is_a_word:
            self._begin_or(level)
            return
        if level.within_or and name in RESERVED:
            raise reader.refusal(f"{name} is Ruler reserved fieldName which cannot be used inside {OR}.")
        path = f"{level.path}.{name}" if level.path else name
        reader.path = path
        token = reader.next()
        if token is Token.START_OBJECT:
            self._open.append(_Object(path, level.within_or))
        elif token is Token.START_ARRAY:
            self._add(Field(path, self._conditions()))
        else:
            raise reader.refusal(f'"{name}" must be an object or an array')

    def _add(self, found: Field) -> None:
        self._branches = self._branches or [{}]
        self._count(len(self._branches))
        for fields in self._branches:
            fields[found.path] = found

    def _conditions(self) -> tuple[Condition, ...]:
        reader, found = self._reader, list[Condition]()
        while (token := reader.next()) is not Token.END_ARRAY:
            if token is Token.START_OBJECT:
                found.append(read_expression(reader))
            elif token is Token.STRING:
                ip = address(reader.text)
                found.append(EqualsAddress(reader.text, ip) if ip else Equals(reader.text))
            elif token is Token.NUMBER:
                found.append(Equals(reader.number()))
            elif token in LITERALS:
                found.append(Equals(LITERALS[token]))
            else:
                raise reader.refusal("Match value must be String, number, true, false, or null")
        if not found:
            raise reader.refusal("Empty arrays are not allowed")
        return tuple(found)

    # ── $or ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin_or(self, level: _Object) -> None:
        if self._reader.next() is not Token.START_ARRAY:
            raise self._reader.refusal(f"It must be an Array followed with {OR}.")
        self._open.append(_Or(level.path, self._branches))

    def _alternative(self, level: _Or) -> None:
        reader = self._reader
        if level.objects:
            level.after += self._branches
        token = reader.next()
        if token is Token.END_ARRAY:
            if level.objects < 2:
                raise reader.refusal(f"There must have at least 2 Objects in {OR} relationship.")
            self._branches = level.after
            self._open.pop()
            return
        if token is not Token.START_OBJECT:
            raise reader.refusal(f"Only JSON object is allowed in array of {OR} relationship.")
        if len(level.after) + len(level.before) > MOST_BRANCHES:
            raise reader.error(self._dialect.too_many)
        level.objects += 1
        self._count(sum(map(len, level.before)))
        self._branches = [dict(fields) for fields in level.before] or [{}]
        self._open.append(_Object(level.path, within_or=True))

    def _count(self, fields: int) -> None:
        """Alternatives repeat the fields before them; a pattern may not grow without end."""
        self._fields += fields
        if self._fields > MOST_FIELDS and len(self._branches) > 1:
            raise self._reader.error(self._dialect.too_many)

    def _refuse_ambiguous(self, branches: tuple[Branch, ...]) -> None:
        for found in {id(each): each for branch in branches for each in branch.fields}.values():
            wildcards = [each.wildcard for each in found.conditions if isinstance(each, Matches)]
            if wildcards and complexity(wildcards) >= TOO_COMPLEX:
                self._reader.path = found.path
                raise self._reader.error(COMPLEX)


COMPILERS[EVENTS.name] = lambda text: Pattern(EVENTS.name, text, branches_of(text, EVENTS))
