"""Reference pages out of the tables: what is in a table has a heading, what is not does not exist."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from msgspec import inspect

from dashboard.fanout.closes import CLOSES
from dashboard.frames import FRAMES, FrameKind
from dashboard.limits import QUOTAS
from dashboard.reference_attributes import attributes
from dashboard.reference_benchmarks import benchmarks
from dashboard.reference_expressions import expressions
from dashboard.reference_import import importing
from dashboard.reference_machines import state_machines
from dashboard.reference_management import management
from dashboard.reference_patterns import patterns
from dashboard.reference_pictures import pictures
from dashboard.reference_scenarios import scenarios
from flows.services.kinds import KINDS
from flows.simulation import SERVICES
from flows.topology.problems import CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.services.ports import Operation, Service

VERDICT = re.compile(r"(?:\*\*([\w ]+)\*\*: )?(.*)")
BETWEEN = re.compile(r"; (?![^()]*\))")
"""Not within brackets."""
STATUSES = {
    "accepted": "in the log; a worker will apply it",
    "applied": "done; `result` is what AWS would have answered",
    "refused": "the service said no; `error` says why",
    "forked": "its instant had been seen already, so it was given to a fork: `execution`",
    "discarded": "it no longer applies",
}


def kinds() -> str:
    lines = [
        "# Kinds of record",
        "",
        "What happened is written down once, as records of these kinds. A record has an instant, a node, a subject, the request it",
        "belongs to, the record that caused it, an attempt, and the fields below. The sentence is what the page prints.",
    ]
    for kind in KINDS:
        lines += ["", f"## {kind.name}", "", f"`{kind.number}` · {kind.service}", "", f"> {_prose(kind.sentence)}", ""]
        lines += [f"- `{field.name}`: {field.type.value}" for field in kind.fields]
        lines += ["", _effect(kind.to, kind.outcome)]
    return "\n".join(lines)


def operations() -> str:
    lines = [
        "# Operations",
        "",
        "Every door into a service is an operation with AWS's own name, input and errors. A command on the page is one of these.",
    ]
    for service in SERVICES.values():
        lines += ["", f"## {service.kind}", ""]
        for name, operation in sorted(service.operations.items()):
            lines += [f"### {service.kind}:{name}", "", _about(operation), ""]
    return "\n".join(lines)


def checks() -> str:
    lines = [
        "# Checks",
        "",
        "What is said about a drawing. Errors keep it from running; warnings are what AWS accepts and people regret.",
    ]
    for check in CHECKS.values():
        lines += ["", f"## {check.code}", "", f"*{check.severity}* · {_prose(check.sentence)}", "", _prose(check.hint)]
    return "\n".join(lines)


def frames() -> str:
    lines = [
        "# Frames",
        "",
        "What is said over the websocket `/ws/executions/<id>/`. Text frames are JSON with a `type`; unknown fields are refused. Binary",
        "frames, from the server only, are chunks of the trace in the bytes in which they are stored.",
        "",
        "A chunk whose last record is the head is sent before the `advanced` that names the head. A client whose cursor lies inside a",
        "chunk drops the records up to it.",
    ]
    for sender in ("client", "server"):
        lines += ["", f"## From the {sender}"]
        for kind in FRAMES:
            if kind.sender == sender:
                lines += ["", f"### {kind.name}", "", kind.sentence, "", *_fields(kind)]
    lines += ["", "## Close codes", "", *(f"- `{code}`: {meaning}" for code, meaning in CLOSES.items())]
    lines += ["", "## Status of a command", "", *(f"- `{status}`: {meaning}" for status, meaning in STATUSES.items())]
    return "\n".join(lines)


def services() -> str:
    lines = [
        "# Simulated, approximated, left out",
        "",
        "What each service does as AWS does it, what it does in a simpler way, and what it does not do. Where recorded answers of AWS",
        "exist, tests hold the services against them.",
    ]
    for service in SERVICES.values():
        title, _, about = _docstring(service).partition("\n")
        name, _, which = title.rstrip(".").partition(": ")
        lines += ["", f"## {name}", ""]
        lines += [f"*{which[:1].upper()}{which[1:]}.*", ""] if which else []
        lines += [_listed(paragraph) for paragraph in cleandoc(about).split("\n\n")]
    return "\n".join(lines)


def _listed(paragraph: str) -> str:
    """A docstring says one thing after the other with semicolons between; a page says them one below the other."""
    verdict, said = VERDICT.fullmatch(" ".join(paragraph.split())).groups()  # type: ignore[union-attr]
    points = [point.strip().rstrip(".") for point in BETWEEN.split(said)]
    if not verdict or len(points) == 1:
        return f"{paragraph}\n"
    return "\n".join([f"**{verdict}**", "", *(f"- {point}" for point in points), ""])


def quotas() -> str:
    lines = ["# Quotas", "", "## This installation", "", "| what | how much | |", "|---|---|---|"]
    lines += [f"| {what} | {much} | {note} |" for what, much, note in QUOTAS]
    for service in SERVICES.values():
        if limits := _limits(service):
            lines += [
                "",
                f"## {_docstring(service).partition(':')[0].splitlines()[0].rstrip('.')}",
                "",
                "| limit | value |",
                "|---|---|",
            ]
            lines += [
                f"| {field.name.replace('_', ' ')} | {_said(getattr(limits, field.name))} |" for field in fields(limits)
            ]
    return "\n".join(lines)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _docstring(service: Service) -> str:
    return import_module(service.build.__module__).__doc__ or service.kind


def _limits(service: Service) -> Any:
    """The service's `quotas.py`, if it has one."""
    name = f"{service.build.__module__}.quotas"
    is_a_room = hasattr(import_module(service.build.__module__), "__path__")
    return import_module(name).QUOTAS if is_a_room and find_spec(name) else None


WORDS: dict[type[inspect.Type], str] = {
    inspect.IntType: "whole number",
    inspect.FloatType: "number",
    inspect.StrType: "text",
    inspect.BoolType: "true or false",
    inspect.NoneType: "null",
    inspect.DictType: "object",
}

GENERATED: dict[str, Callable[[], str]] = {
    "kinds": kinds,
    "operations": operations,
    "patterns": patterns,
    "checks": checks,
    "frames": frames,
    "quotas": quotas,
    "pictures": pictures,
    "scenarios": scenarios,
    "simulated": services,
    "importing": importing,
    "state-machines": state_machines,
    "attributes": attributes,
    "expressions": expressions,
    "management": management,
    "benchmarks": benchmarks,
}


def _prose(sentence: str) -> str:
    return sentence.replace("{", "*").replace("}", "*").replace("<", "&lt;")


def _effect(to: str, outcome: str) -> str:
    place = f"Afterwards its subject is `{to}` at the node." if to else "It changes nobody's place."
    return f"{place} Outcome: {outcome}."


def _about(operation: Operation) -> str:
    facts = [
        "Changes things, so it is written into the command log."
        if operation.mutates
        else "Only looks; nothing is logged.",
        "Its answer may come at a later instant." if operation.may_wait else "",
        "" if operation.aws else "AWS has no such operation: it exists in the playground only.",
    ]
    return " ".join(fact for fact in facts if fact)


def _fields(kind: FrameKind) -> list[str]:
    described = inspect.type_info(kind.struct)
    if not isinstance(described, inspect.StructType):
        return []
    return [
        f"- `{field.name}`{'' if field.required else ', may be left out'}: {_type(field.type)}"
        for field in described.fields
    ]


def _type(described: inspect.Type) -> str:
    if isinstance(described, inspect.Metadata):
        told = (described.extra_json_schema or {}).get("description", "")
        return f"{_type(described.type)} ({told})" if told else _type(described.type)
    if isinstance(described, inspect.LiteralType):
        return "one of " + ", ".join(f"`{value}`" for value in described.values)
    if isinstance(described, inspect.UnionType):
        return " or ".join(_type(each) for each in described.types)
    if isinstance(described, inspect.ListType | inspect.VarTupleType):
        return f"list of {_type(described.item_type)}"
    if isinstance(described, inspect.StructType):
        return "{" + ", ".join(f"`{field.name}`" for field in described.fields) + "}"
    return WORDS.get(type(described), "any JSON")
