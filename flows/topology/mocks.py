"""`playground.mocks` of a state machine: what answers a state instead of what it calls.

    {"Charge card": {"result": {"ok": true}, "delay_ms": 250},
     "Reserve stock": [{"error": "OutOfStock", "cause": "none left", "times": 2}, {"result": null}]}

One answer, or a list of them in the order of the entries into the state. `result` is any JSON; `error` (with `cause`) fails the state;
`times` says for how many entries an answer holds, and without it the answer holds from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flows.topology.resources.machine import MockAnswer

NAMES = frozenset({"result", "error", "cause", "delay_ms", "times"})
AT_MOST = 100
LONGEST_DELAY_MS = 365 * 24 * 3_600_000
LARGEST_RESULT = 262_144
"""Characters; Step Functions passes on 256 KiB."""


def read_mocks(given: object) -> dict[str, tuple[MockAnswer, ...]]:
    """The answers by state; those that cannot be used are left out (`wrong_mocks` says why)."""
    if not isinstance(given, dict):
        return {}
    read = {name: [read_answer(answer) for answer in _answers(value)] for name, value in given.items()}
    answers = {name: tuple(each for each in found if isinstance(each, MockAnswer)) for name, found in read.items()}
    return {name: found for name, found in answers.items() if found}


def wrong_mocks(given: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Everything that is wrong, with the way to it."""
    if given is None:
        return
    if not isinstance(given, dict):
        yield (), "Mocks are an object: state name → answer."
        return
    for name, value in given.items():
        for index, answer in enumerate(_answers(value)):
            read = read_answer(answer)
            if isinstance(read, str):
                yield (name, index) if isinstance(value, list) else (name,), read
        if isinstance(value, list) and not 1 <= len(value) <= AT_MOST:
            yield (name,), f"A state has 1 to {AT_MOST} answers."


def read_answer(given: object) -> MockAnswer | str:
    """An answer, or why it is none."""
    if not isinstance(given, dict):
        return "An answer is an object with a result or an error."
    unknown = next((name for name in given if name not in NAMES), None)
    if unknown is not None:
        return f"An answer has no {str(unknown)[:40]}: it has result or error, cause, delay_ms and times."
    error, cause = given.get("error", ""), given.get("cause", "")
    if ("result" in given) == ("error" in given) or not isinstance(error, str) or not isinstance(cause, str):
        return "An answer has either a result (any JSON) or an error (a text, perhaps with a cause)."
    if "error" in given and not error:
        return "The error needs a name."
    delay, times = given.get("delay_ms", 0), given.get("times", 0)
    if not _is_count(delay, LONGEST_DELAY_MS) or not _is_count(times, AT_MOST * 1_000):
        return "delay_ms and times are whole numbers from 0."
    output = json.dumps(given.get("result"), ensure_ascii=False, separators=(",", ":"))
    if len(output) > LARGEST_RESULT:
        return f"The result has more than {LARGEST_RESULT} characters."
    return MockAnswer(output if not error else "null", error, cause, delay * 1_000, times)


def _answers(value: object) -> list[Any]:
    return value[:AT_MOST] if isinstance(value, list) else [value]


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
