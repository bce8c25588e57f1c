"""What an intrinsic function may demand of its arguments."""

from __future__ import annotations

from typing import Any, Final

from flows.asl.expressions import java

MAX_CHARACTERS: Final = 10_000
"""Of the argument of Base64Encode, Base64Decode and Hash."""


class Unusable(Exception):
    """Arguments a function cannot work with; the words say which."""


def a_list(value: Any, which: str = "first") -> list[Any]:
    if not isinstance(value, list):
        raise Unusable(f"The {which} argument must be an array")
    return value


def a_text(value: Any, which: str = "first") -> str:
    if not isinstance(value, str):
        raise Unusable(f"The {which} argument must be a string")
    return value


def an_integer(value: Any, which: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unusable(f"The {which} argument must be a number")
    return java.rounded(value)


def short(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise Unusable(f"The argument must have at most {MAX_CHARACTERS} characters")
    return text
