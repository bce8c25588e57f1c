"""Regular expressions in JSONPath filters, matched where they can be stopped."""

from __future__ import annotations

from flows.asl.expressions.engine import Failure, engine
from flows.asl.expressions.errors import RUNTIME, ExpressionError


def matches_whole(text: str, source: str, flags: str, *, first: bool = True) -> bool:
    """Whether the whole text matches, as Java's `Matcher.matches` asks; all since the `first` have one allowance of time."""
    answer = engine().matches(text, source, flags, first=first)
    if isinstance(answer, Failure):
        raise ExpressionError(
            RUNTIME, f"The regular expression /{source}/{flags} could not be matched: {answer.message or answer.limit}"
        )
    return answer
