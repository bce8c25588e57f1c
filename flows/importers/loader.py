"""Reading one uploaded file: YAML with CloudFormation's short tags, or JSON, into a tree that knows its lines.

Theory of operation. PyYAML's parser gives *events* (a scalar, the start of a list, an alias …); `builder.py` builds the
tree from them with a stack of its own, because that is where every bound can be kept before anything is built:

- size and encoding are looked at before the parser sees a byte;
- depth is counted while going down, so a thousand brackets cannot exhaust the stack of a recursive composer;
- an alias is charged with the full size of what it stands for, so a billion laughs are refused at the sixth laugh;
  an alias inside its own anchor is refused as well;
- a key given twice is a problem with both lines, not a silent loss;
- only text, numbers, booleans and null come out. Tags that are not CloudFormation's are told and left off.

JSON is read as the YAML that it is; where it is broken, the JSON reader's word on it is clearer and is passed on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from flows.importers.builder import Builder
from flows.importers.limits import LIMITS, Limits
from flows.importers.problems import Refused, import_problem
from flows.topology.problems import Problem

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(content: bytes, filename: str, limits: Limits = LIMITS) -> tuple[Any, list[Problem]]:
    """The tree of a file, or None; and everything that is wrong with its text."""
    if len(content) > limits.template_bytes:
        return None, [import_problem("TooLarge", "", file=filename, found=len(content), limit=limits.template_bytes)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = content[: refused.start].count(b"\n") + 1
        return None, [import_problem("NotUtf8", "", line=line, file=filename, byte=f"0x{content[refused.start]:02x}")]
    builder = Builder(limits, filename)
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
