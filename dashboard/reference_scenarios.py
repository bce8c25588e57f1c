"""The reference page of scenario files: the table of expectations, and every field with what it means.

The models of `flows/scenarios/document.py` are the format; the sentences are here, and a test says when one is missing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.engine.kinds import FINISHED, PRESENT
from flows.management.commands.simulate import EXIT_CODES
from flows.scenarios import FORMAT
from flows.scenarios.document import (
    COMPARISONS,
    LONGEST_BYTES,
    MOST_RECORDS,
    QUESTIONS,
    Dead,
    Expectation,
    Given,
    InState,
    OfKind,
    Scenario,
    TopologySource,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

EXAMPLE: dict[str, Any] = {
    "format": FORMAT,
    "name": "Poison ends in the dead-letter queue",
    "topology": {"template": "template.yaml"},
    "seed": 7,
    "commands": [
        {"at": "0:05", "operation": "sqs:SendMessage", "params": {"QueueUrl": "orders", "MessageBody": "poison"}},
    ],
    "until": "quiet",
    "expect": [
        {"dead_letters": {"node": "OrdersDlq"}, "equals": 1},
        {"instants": {"kind": "MessageReceived", "node": "Orders"}, "equals": ["0:05", "0:35", "1:05"]},
        {"contents": {"node": "Orders", "state": "in_flight"}, "at": "0:50", "equals": 1},
    ],
}

NODE = "the node's logical id, as in the template"
KIND = "a [kind of record](/docs/reference/kinds/)"
FIELDS: dict[type[BaseModel], dict[str, str]] = {
    Scenario: {
        "format": f"always `{FORMAT}`",
        "name": "what the verdict and the JUnit suite are called",
        "description": "for people",
        "topology": "what is run: a document, or a template beside the file",
        "seed": "all chance comes from it; the same seed gives the same run",
        "epoch": "the date that instant 0 has for the services",
        "commands": "what is asked, in the order of their instants",
        "until": "`quiet`: until nothing is under way; `end`: until nothing is left to happen; or an instant",
        "most_records": f"the run is stopped after so many, at most {MOST_RECORDS:,}; traffic without an end needs an instant in `until`",
        "expect": "at least one expectation",
    },
    TopologySource: {
        "document": "a topology document, as an export holds it",
        "template": "the path of a SAM or CloudFormation template, from the file's own folder; its companions are found as on import",
        "parameters": "of the template, by name",
    },
    Given: {
        "at": "the instant; 0 if left out",
        "operation": "`service:Operation`, one of the [operations](/docs/reference/operations/)",
        "params": "its input, spelled as AWS spells it",
    },
    Expectation: {
        "at": "when it is asked; at the end of the run if left out",
        "equals": "exactly this",
        "at_least": "this or more",
        "at_most": "this or fewer",
    },
}
ASKED: dict[str, tuple[str, type[BaseModel] | None, dict[str, str]]] = {
    "contents": (
        "How many are in a state at a node. Of a finished state: how many ever ended there so.",
        InState,
        {"node": NODE, "state": "one of " + ", ".join(f"`{state}`" for state in (*PRESENT, *FINISHED))},
    ),
    "dead_letters": (
        "How many dead letters lie at a node.",
        Dead,
        {"node": NODE, "error_type": "only those that died of this; of all causes if left out"},
    ),
    "records": ("How many records of a kind there are.", OfKind, {"kind": KIND, "node": "only there"}),
    "instants": (
        "At which instants the records of a kind are: a list in order, compared by `equals`.",
        OfKind,
        {"kind": KIND, "node": "only there"},
    ),
    "digest": (
        "The digest of all records, compared by `equals`: nothing at all may differ. It holds for one version of Redrive only.",
        None,
        {},
    ),
}


def scenarios() -> str:
    return "\n".join([*_beginning(), *_fields(), *_expectations(), *_command()])


def _beginning() -> list[str]:
    return [
        "# Scenario files",
        "",
        "A scenario is a topology, the commands given to it and what is expected of it, in one file. `python3 manage.py simulate` runs it in",
        "virtual time, without a server, a browser or a database. The studio [exports one](/docs/how-to/keep-a-run-as-a-test/) from any run.",
        "",
        "```json",
        json.dumps(EXAMPLE, indent=2),
        "```",
        "",
        f"The file is JSON or YAML (without anchors), at most {LONGEST_BYTES // 10**6} MB. A misspelt field is refused, and all problems are told at once, each with its path.",
        "",
        '**Instants** are whole microseconds since the beginning, or a text: `"5"`, `"1:30"`, `"00:01:30.250"` (seconds, minutes:seconds,',
        "hours:minutes:seconds).",
    ]


def _fields() -> list[str]:
    titles: dict[type[BaseModel], str] = {Scenario: "The file", TopologySource: "topology", Given: "A command"}
    lines = []
    for model, title in titles.items():
        lines += ["", f"## {title}", "", "| field | | |", "|---|---|---|"]
        lines += [f"| `{name}` | {said} | {_default(model, name)} |" for name, said in FIELDS[model].items()]
    return lines


def _expectations() -> list[str]:
    lines = [
        "",
        "## An expectation",
        "",
        "Each has exactly one question of those below and exactly one comparison:",
        "",
        *(f"- `{name}`: {FIELDS[Expectation][name]}" for name in COMPARISONS),
        "",
        f"`at`: {FIELDS[Expectation]['at']}.",
    ]
    for question in QUESTIONS:
        about, _, fields = ASKED[question]
        lines += ["", f"### {question}", "", about, "", *(f"- `{name}`: {said}" for name, said in fields.items())]
    return lines


def _command() -> list[str]:
    return [
        "",
        "## The command",
        "",
        "    python3 manage.py simulate FILE… [--junit out.xml]",
        "",
        "It prints a line per expectation, with what was found instead where it does not hold. Commands that the services refused are listed,",
        "which is no failure by itself. With `--junit` the verdicts are written as JUnit XML too: a suite per file, a case per expectation.",
        "",
        "| exit code | |",
        "|---|---|",
        *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()),
    ]


def _default(model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True)
    return f"`{json.dumps(default)}` if left out" if default not in (None, "", {}, []) else ""
