"""The eighteen intrinsic functions: each row is a name, how many arguments it takes, what it does and what it answers.

Theory of operation. A function gets its arguments as JSON values and the scope's chance; it answers a value or raises
`Unusable(words)`, which the call (`intrinsics`) turns into States.IntrinsicFailure. Rules and limits are the developer guide's page
"Intrinsic functions"; where that is silent, the recorded cases (area intrinsic_functions): `StringToJson('')` is null, `StringSplit`
drops empty pieces and takes every character of the splitter for one, numbers round as Java rounds them.

The words of failures are ours; AWS's are not published.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flows.asl.expressions import java
from flows.asl.expressions.arguments import Unusable, a_list, a_text, an_integer, short
from flows.asl.expressions.equality import same
from flows.asl.expressions.texts import from_text, to_text

MAX_RANGE: Final = 1_000
"""Elements that ArrayRange makes."""

ALGORITHMS: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}

Chance = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Function:
    """One intrinsic: its AWS name, least and most arguments, the verb, and one line for the reference page."""

    name: str
    least: int
    most: int
    call: Callable[..., Any]
    says: str
    chance: bool = False


def format_text(template: Any, *values: Any) -> str:
    r"""`{}` becomes the next value; `\{`, `\}` and `\\` stand for themselves."""
    a_text(template)
    pieces: list[str] = []
    at, taken = 0, 0
    while at < len(template):
        letter = template[at]
        if letter == "\\" and template[at + 1 : at + 2] in {"{", "}", "\\", "'"}:
            pieces.append(template[at + 1])
            at += 2
        elif template.startswith("{}", at):
            if taken == len(values):
                raise Unusable("There are more {} than arguments")
            pieces.append(java.text(values[taken]))
            taken += 1
            at += 2
        else:
            pieces.append(letter)
            at += 1
    if taken != len(values):
        raise Unusable("There are fewer {} than arguments")
    return "".join(pieces)


def string_to_json(text: Any) -> Any:
    """The value of a JSON text; a blank text is null."""
    if not a_text(text).strip():
        return None
    try:
        return from_text(text)
    except ValueError:
        raise Unusable("The argument must be a valid JSON string") from None


def array_partition(values: Any, size: Any) -> list[list[Any]]:
    """Chunks of a size, the last one shorter."""
    length = an_integer(size, "second")
    if length <= 0:
        raise Unusable("The second argument must be a positive integer")
    a_list(values)
    return [values[at : at + length] for at in range(0, len(values), length)]


def array_range(first: Any, last: Any, step: Any) -> list[int]:
    """From first to last, both included where the step meets them."""
    start, end, by = an_integer(first, "first"), an_integer(last, "second"), an_integer(step, "third")
    if not by:
        raise Unusable("The third argument must not be zero")
    numbers = range(start, end + (1 if by > 0 else -1), by)
    if len(numbers) > MAX_RANGE:
        raise Unusable(f"The array must not have more than {MAX_RANGE} items")
    return list(numbers)


def array_get_item(values: Any, index: Any) -> Any:
    """The element at an index from zero."""
    at = an_integer(index, "second")
    if not 0 <= at < len(a_list(values)):
        raise Unusable("The index is out of the array's bounds")
    return values[at]


def array_unique(values: Any) -> list[Any]:
    """Each element once, in order of first appearance."""
    found: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    for value in a_list(values):
        if isinstance(value, (dict, list)):
            new = not any(same(value, one) for one in found)
        else:
            new = (type(value), value) not in seen
            seen.add((type(value), value))
        if new:
            found.append(value)
    return found


def base64_decode(text: Any) -> str:
    """The text that was encoded, standard alphabet, nothing but it."""
    try:
        return base64.b64decode(short(a_text(text)).encode(), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        raise Unusable("The argument must be a valid Base64 string") from None


def hash_of(data: Any, algorithm: Any) -> str:
    """The digest in hexadecimal; anything but a string is hashed as its JSON text."""
    name = ALGORITHMS.get(a_text(algorithm, "second"))
    if name is None:
        raise Unusable(f"The algorithm must be one of {', '.join(ALGORITHMS)}")
    text = short(data if isinstance(data, str) else to_text(data))
    return hashlib.new(name, text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def json_merge(first: Any, second: Any, deep: Any) -> dict[str, Any]:
    """Both objects in one; a key in both keeps the second's value. Deep merging does not exist yet, at AWS either."""
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise Unusable("The first and second arguments must be objects")
    if deep is not False:
        raise Unusable("The third argument must be false: deep merging is not supported")
    return {**first, **second}


def math_random(chance: Chance, start: Any, end: Any, seed: Any = None) -> int:
    """An integer from start up to, not including, end; the same one for the same seed."""
    low, high = an_integer(start, "first"), an_integer(end, "second")
    if low >= high:
        raise Unusable("The second argument must be greater than the first")
    if seed is None:
        return low + (chance() * (high - low) >> 64)
    return low + java.Random(an_integer(seed, "third")).below(high - low)


def string_split(text: Any, splitter: Any) -> list[str]:
    """The pieces between any of the splitter's characters, empty ones left out."""
    letters = a_text(splitter, "second")
    if not letters:
        raise Unusable("The second argument must not be empty")
    rest = a_text(text)
    for letter in letters[1:]:
        rest = rest.replace(letter, letters[0])
    return [piece for piece in rest.split(letters[0]) if piece]


def uuid(chance: Chance) -> str:
    """A version 4 UUID from the execution's chance."""
    digits = f"{chance():016x}{chance():016x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[int(digits[16], 16) & 3]}{digits[17:20]}-{digits[20:]}"
    )


FUNCTIONS: Final[dict[str, Function]] = {
    row.name: row
    for row in (
        Function("States.Format", 1, 100, format_text, "the template with each {} replaced by an argument"),
        Function("States.StringToJson", 1, 1, string_to_json, "the value of a JSON text"),
        Function("States.JsonToString", 1, 1, to_text, "the JSON text of a value"),
        Function("States.Array", 0, 100, lambda *values: list(values), "the arguments as an array"),
        Function("States.ArrayPartition", 2, 2, array_partition, "the array in chunks of a size"),
        Function(
            "States.ArrayContains",
            2,
            2,
            lambda values, one: any(same(one, value) for value in a_list(values)),
            "whether the array has the value",
        ),
        Function("States.ArrayRange", 3, 3, array_range, "the integers from first to last by a step, at most 1,000"),
        Function("States.ArrayGetItem", 2, 2, array_get_item, "the element at an index"),
        Function("States.ArrayLength", 1, 1, lambda values: len(a_list(values)), "how many elements the array has"),
        Function("States.ArrayUnique", 1, 1, array_unique, "the array without repetitions"),
        Function(
            "States.Base64Encode",
            1,
            1,
            lambda text: base64.b64encode(short(a_text(text)).encode("utf-8", "replace")).decode(),
            "the Base64 text, of at most 10,000 characters",
        ),
        Function("States.Base64Decode", 1, 1, base64_decode, "the text of Base64, of at most 10,000 characters"),
        Function("States.Hash", 2, 2, hash_of, "the digest by MD5, SHA-1, SHA-256, SHA-384 or SHA-512"),
        Function(
            "States.JsonMerge",
            3,
            3,
            json_merge,
            "two objects in one, the second's values winning; the third argument is false",
        ),
        Function(
            "States.MathRandom",
            2,
            3,
            math_random,
            "an integer from start (included) to end (excluded), by an optional seed",
            chance=True,
        ),
        Function(
            "States.MathAdd",
            2,
            2,
            lambda one, other: an_integer(one, "first") + an_integer(other, "second"),
            "the sum of two integers",
        ),
        Function("States.StringSplit", 2, 2, string_split, "the pieces of a text between any of the given characters"),
        Function("States.UUID", 0, 0, uuid, "a version 4 UUID, drawn from the execution's seed", chance=True),
    )
}
"""Every intrinsic function, by the name AWS gives it."""
