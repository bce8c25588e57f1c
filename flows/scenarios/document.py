"""The scenario file, format 1: JSON or YAML, every problem told at once with its path.

    {"format": 1, "name": "Poison ends in the dead-letter queue",
     "topology": {"template": "template.yaml"},          or {"document": {…}}, as the studio exports it
     "seed": 7, "epoch": "2026-01-01T00:00:00Z",
     "commands": [{"at": "0:05", "operation": "sqs:SendMessage", "params": {"QueueUrl": "orders", "MessageBody": "{}"}}],
     "until": "quiet",
     "expect": [{"dead_letters": {"node": "OrdersDLQ"}, "equals": 1}]}

An instant is a number of microseconds, or a text: "5", "1:30", "00:01:30.250" (seconds, minutes:seconds, hours:…).

| expectation | what is compared |
|---|---|
| `contents: {node, state}` | how many are in a state at a node (a finished state: how many ever ended so) |
| `dead_letters: {node, error_type}` | how many dead letters lie there, of one cause if named |
| `records: {kind, node}` | how many records of a kind there are |
| `instants: {kind, node}` | at which instants they are, as a list, in order |
| `digest: true` | the digest of all records: nothing at all may differ |

Each has an `at` (default: the end of the run) and one of `equals`, `at_least`, `at_most`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from flows.engine.environment import EPOCH
from flows.engine.kinds import FINISHED, PRESENT
from flows.services.kinds import KINDS

FORMAT = 1
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""format → the step that makes the next format of it, so that a test that was kept goes on being one."""
LONGEST_BYTES = 10_000_000
SECOND = 1_000_000
MOST_RECORDS = 50_000_000
CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+)(?:\.(\d{1,6}))?")
COMPARISONS = ("equals", "at_least", "at_most")
QUESTIONS = ("contents", "dead_letters", "records", "instants", "digest")


class Problems(ValueError):
    """The file is no scenario: `lines` has every reason, each "path: what to do"."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def instant_us(given: Any) -> Any:
    """A written instant as microseconds; anything else is left to be refused."""
    if not isinstance(given, str):
        return given
    written = CLOCK.fullmatch(given.strip())
    if not written:
        raise ValueError('an instant is microseconds, or a text such as "1:30" or "00:01:30.250"')
    hours, minutes, seconds, fraction = written.groups()
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
    return whole * SECOND + int((fraction or "").ljust(6, "0"))


Instant = Annotated[int, BeforeValidator(instant_us), Field(ge=0, lt=2**53)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TopologySource(_Part):
    document: dict[str, Any] | None = None
    template: str | None = None
    parameters: dict[str, str] = {}

    @model_validator(mode="after")
    def _one(self) -> TopologySource:
        if (self.document is None) == (self.template is None):
            raise ValueError("give a document or the path of a template")
        return self


class Given(_Part):
    at: Instant = 0
    operation: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9]*$")]
    params: dict[str, Any] = {}


def _known_kind(name: str) -> str:
    if name not in KINDS.by_name:
        raise ValueError(f"no record is called {name}; the reference lists the kinds")
    return name


class InState(_Part):
    node: str
    state: Literal[*PRESENT, *FINISHED]  # type: ignore[valid-type]


class Dead(_Part):
    node: str
    error_type: str | None = None


class OfKind(_Part):
    kind: Annotated[str, BeforeValidator(_known_kind)]
    node: str | None = None


class Expectation(_Part):
    contents: InState | None = None
    dead_letters: Dead | None = None
    records: OfKind | None = None
    instants: OfKind | None = None
    digest: Literal[True] | None = None
    at: Instant | None = None
    equals: int | str | list[Instant] | None = None
    at_least: int | None = None
    at_most: int | None = None

    @model_validator(mode="after")
    def _one_question_one_comparison(self) -> Expectation:
        for words in (QUESTIONS, COMPARISONS):
            if sum(getattr(self, word) is not None for word in words) != 1:
                raise ValueError(f"give exactly one of {', '.join(words)}")
        wanted = {"instants": list, "digest": str}.get(self.question, int)
        if self.comparison != "equals" and wanted is not int:
            raise ValueError(f"{self.question} are compared by `equals` only")
        if not isinstance(getattr(self, self.comparison), wanted):
            raise ValueError(  # noqa: TRY004 - pydantic collects ValueErrors
                f"{self.question} are compared with {'a list of instants' if wanted is list else f'one {wanted.__name__}'}"
            )
        return self

    @property
    def question(self) -> str:
        return next(word for word in QUESTIONS if getattr(self, word) is not None)

    @property
    def comparison(self) -> str:
        return next(word for word in COMPARISONS if getattr(self, word) is not None)


class Scenario(_Part):
    format: Literal[1]
    name: Annotated[str, Field(max_length=200)] = "Scenario"
    description: str = ""
    topology: TopologySource
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 0
    epoch: str = EPOCH
    commands: list[Given] = []
    until: Literal["quiet", "end"] | Instant = "quiet"
    most_records: Annotated[int, Field(ge=1, le=MOST_RECORDS)] = 1_000_000
    expect: Annotated[list[Expectation], Field(min_length=1)]


def read(text: str) -> Scenario:
    """The scenario in a text of JSON or YAML; raises `Problems` with everything that is wrong with it."""
    if len(text) > LONGEST_BYTES:
        raise Problems([f"/: a scenario has at most {LONGEST_BYTES:,} characters"])
    try:
        found = yaml.load(text, Loader=_Plain)  # noqa: S506 - a safe loader without aliases
    except (yaml.YAMLError, RecursionError) as error:
        raise Problems([f"/: this is neither JSON nor YAML: {error}"]) from error
    try:
        return Scenario.model_validate(migrate(found))
    except ValidationError as refused:
        raise Problems([_line(each) for each in refused.errors(include_url=False)]) from refused


def migrate(found: Any) -> Any:
    while isinstance(found, dict) and found.get("format") in MIGRATIONS:
        found = MIGRATIONS[found["format"]](found)
    return found


class _Plain(yaml.SafeLoader):
    """Without aliases, by which a small file becomes a huge one, and without dates: JSON has none."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read here; write it out")
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in rows if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int")
    ]
    + [
        ("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9]\d*)$"))
        for tag, _ in rows
        if tag == "tag:yaml.org,2002:int"
    ]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
"""YAML 1.1 reads 1:30 as ninety; here a clock stays a text."""


def _line(error: Any) -> str:
    path = "/" + "/".join(str(step) for step in error["loc"])
    return f"{path}: {error['msg'].removeprefix('Value error, ')}"
