"""Reading one match expression: the tokens, where we are in the pattern, and how to refuse.

A refusal names the place that the reader has come to, as AWS's messages do; those about an address or, within `anything-but`, a
single number come from deeper inside the library and name none.
"""

from __future__ import annotations

from flows.patterns.addresses import BadBlock, Block, block
from flows.patterns.conditions import Number
from flows.patterns.dialects import Dialect
from flows.patterns.tokens import NotJson, Token, Tokens
from flows.patterns.values import Leaf
from flows.patterns.wildcards import BadWildcard, Wildcard


class PatternError(ValueError):
    """AWS does not take this pattern: `message` as the service says it, `reason` the part that says why, `path` the field."""

    def __init__(self, message: str, path: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.message, self.path, self.reason = message, path, reason or message

    def __reduce__(self) -> tuple[type[PatternError], tuple[str, str, str]]:
        return type(self), (self.message, self.path, self.reason)


class Reader:
    def __init__(self, source: str, dialect: Dialect) -> None:
        self.dialect = dialect
        self.tokens = Tokens(source)
        self.path = ""

    def next(self) -> Token:
        try:
            return self.tokens.next()
        except NotJson as error:
            raise self._not_json(error) from error

    @property
    def name(self) -> str:
        return self.tokens.name

    @property
    def text(self) -> str:
        try:
            return self.tokens.text
        except NotJson as error:
            raise self._not_json(error) from error

    def refusal(self, reason: str, again: str = "") -> PatternError:
        """With the place; `again` is a place that is named a second time."""
        return self.error(reason + self.tokens.place() + again)

    def refusal_twice(self, reason: str) -> PatternError:
        """Inside lists AWS catches its own refusal and refuses again, place and all."""
        return self.refusal(reason, self.tokens.place())

    def error(self, reason: str) -> PatternError:
        return PatternError(self.dialect.said(reason), self.path, reason)

    def close(self, otherwise: str = "Only one key allowed in match expression") -> None:
        """The end of an object."""
        if self.next() is not Token.END_OBJECT:
            raise self.refusal(otherwise)

    # ── what a text or numeral means ──────────────────────────────────────────────────────────────────────────────────

    def number(self) -> Leaf:
        """The numeral at hand, comparable or not."""
        return self.dialect.number(self.text)

    def comparable(self, text: str) -> Number | str:
        """A number that can be compared, or why not."""
        found = self.dialect.number(text)
        return found if isinstance(found, int | float) else self.dialect.incomparable.format(text)

    def block(self) -> Block:
        try:
            return block(self.text)
        except BadBlock as error:
            raise self.error(str(error)) from error

    def wildcard(self, text: str) -> Wildcard:
        try:
            return Wildcard(text)
        except BadWildcard as error:
            raise self.refusal(str(error)) from error

    def _not_json(self, error: NotJson) -> PatternError:
        return self.error(error.reason + self.tokens.place(error.at))
