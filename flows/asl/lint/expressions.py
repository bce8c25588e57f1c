"""Expressions inside a definition: paths, intrinsic functions, payload templates and JSONata, looked at before anything runs.

Theory of operation. Whether a text is an expression is decided by the room that evaluates it (`flows.asl.expressions`): what its
compilers refuse is refused here, in AWS's words for the field it stands in. Compiling is cached there, so a definition that is
linted and then run is compiled once. JSONata is compiled by its own engine, which is not free: after `JSONATA_AT_MOST` different
expressions of one definition the rest is left to the run, and so is all of it where that engine is not installed (the run says so).

Templates are walked with a stack of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from flows.asl.expressions import (
    InvalidExpressionError,
    compile_intrinsic,
    compile_jsonata,
    compile_path,
    compile_reference_path,
)
from flows.asl.expressions.engine import EngineMissingError
from flows.asl.lint.diagnostics import Findings, Place, cut

JSONATA_AT_MOST = 500
LONGEST_VARIABLE = 80
UNREADABLE = "It cannot be read"
VARIABLE = re.compile(r"[^\W\d]\w*")
CALL = re.compile(r"States\.[A-Za-z0-9]+\(")
LOOKS_DYNAMIC = re.compile(r"\$\.|\$\$\.|\$\[|States\.[A-Za-z0-9]+\(")
JSON_NAMES = {dict: "OBJECT", list: "ARRAY", bool: "BOOLEAN", int: "NUMBER", float: "NUMBER", type(None): "NULL"}
Unfinished = Callable[[Any], bool]


def is_jsonata(text: str) -> bool:
    return len(text) >= 4 and text.startswith("{%") and text.endswith("%}")


def check_jsonata(text: str, place: Place, findings: Findings) -> None:
    seen = findings.expressions
    if text not in seen and len(seen) < JSONATA_AT_MOST:
        seen[text] = _wrong_with_jsonata(text)
    for code, message in seen.get(text, ()):
        findings.say(code, message, place)


def _wrong_with_jsonata(text: str) -> list[tuple[str, str]]:
    """Codes and messages. There is no context item: what is read comes from $states or a variable."""
    try:
        names = compile_jsonata(text).looks.top_level
    except InvalidExpressionError as refused:
        return [("INVALID_JSONATA_EXPRESSION", str(refused) or UNREADABLE)]
    except EngineMissingError:
        return []
    message = "Reference to '{}' at the top level is not supported."
    return [("UNSUPPORTED_JSONATA_EXPRESSION", message.format(cut(name))) for name in names]


def check_path(text: str, place: Place, findings: Findings) -> None:
    if not text.startswith("$") or _refused(compile_path, text):
        findings.schema("Value must be a valid JSONPath.", place)


def check_path_or_call(text: str, place: Place, findings: Findings) -> None:
    if not _is_dynamic(text):
        findings.schema("Value must be a valid JSONPath or a valid intrinsic function call", place)


def check_reference(text: str, place: Place, findings: Findings) -> None:
    if not text.startswith("$"):
        findings.schema("Value is not a Reference Path: Reference path didn't start with '$'", place)
    elif wrong := _refused(compile_reference_path, text):
        findings.schema(
            f"Value is not a Reference Path: {wrong.removeprefix('Value is not a Reference Path: ')}", place
        )


def check_result_path(text: str, place: Place, findings: Findings) -> None:
    """Results go into the state's input: not into the context object, nor into a variable."""
    if text.startswith("$") and text[1:2] not in {"", ".", "["}:
        findings.schema(
            f"Value is not a Reference Path: A result can only be put into the input, not '{cut(text)}'", place
        )
    else:
        check_reference(text, place, findings)


def check_template(payload: Any, place: Place, findings: Findings, unfinished: Unfinished) -> None:
    """Names that end in .$ hold paths or calls; values that look like either under other names are taken as text."""
    for value, at in _objects(payload, place):
        for name, member in value.items():
            if not name.endswith(".$"):
                if isinstance(member, str) and LOOKS_DYNAMIC.match(member):
                    message = (
                        f"The value of '{cut(name)}' looks like a path or a call; end the name with '.$' to evaluate it"
                    )
                    findings.say("NO_DOLLAR", message, at / name)
            elif not isinstance(member, str):
                found = JSON_NAMES.get(type(member), "OBJECT")
                message = f"The value for the field '{cut(name)}' must be a STRING that contains a JSONPath but was an {found}"
                findings.schema(message, at)
            elif not unfinished(member) and not _is_dynamic(member):
                message = (
                    f"The value for the field '{cut(name)}' must be a valid JSONPath or a valid intrinsic function call"
                )
                findings.schema(message, at)
            if name.endswith(".$") and name.removesuffix(".$") in value:
                findings.schema(f"The field '{cut(name.removesuffix('.$'))}' is given twice, with and without '.$'", at)


def check_jsonata_template(payload: Any, place: Place, findings: Findings, unfinished: Unfinished) -> None:
    for value, at in _texts(payload, place):
        if is_jsonata(value) and not unfinished(value):
            check_jsonata(value, at, findings)


def wrong_variable(name: str) -> str:
    """Why a variable cannot have this name; "" if it can."""
    if len(name) > LONGEST_VARIABLE:
        return f"is longer than {LONGEST_VARIABLE} characters"
    if name == "states":
        return "is reserved"
    return "" if VARIABLE.fullmatch(name) else "is not a valid identifier"


def _is_dynamic(text: str) -> bool:
    if text.startswith("$"):
        return not _refused(compile_path, text)
    return CALL.match(text) is not None and not _refused(compile_intrinsic, text)


def _refused(compile_: Callable[[str], Any], text: str) -> str:
    try:
        compile_(text)
    except InvalidExpressionError as refused:
        return str(refused) or UNREADABLE
    return ""


def _objects(payload: Any, place: Place) -> Iterator[tuple[dict[str, Any], Place]]:
    for value, at in _walk(payload, place):
        if isinstance(value, dict):
            yield value, at


def _texts(payload: Any, place: Place) -> Iterator[tuple[str, Place]]:
    for value, at in _walk(payload, place):
        if isinstance(value, str):
            yield value, at


def _walk(payload: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """Every value with its place, in the order they stand."""
    waiting: list[tuple[Any, Place]] = [(payload, place)]
    while waiting:
        value, at = waiting.pop()
        yield value, at
        if isinstance(value, dict):
            waiting.extend((member, at / name) for name, member in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((value[index], at / index) for index in range(len(value) - 1, -1, -1))


def dynamic_text(payload: Any) -> str:
    """The first text inside a payload that looks as if it were meant to be evaluated; "" if there is none."""
    texts = (text for text, _ in _texts(payload, Place()))
    return next((cut(text) for text in texts if LOOKS_DYNAMIC.match(text)), "")
