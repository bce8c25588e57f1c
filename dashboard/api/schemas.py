"""What goes in and comes out, as models: they check, and they are the OpenAPI document."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from dashboard.frames import FIRST_UNSAFE_INTEGER
from dashboard.plain import why_not_plain

Instant = Annotated[
    int, Field(strict=True, ge=0, lt=FIRST_UNSAFE_INTEGER, description="Microseconds since the execution's epoch")
]

LONGEST_PATTERN = 262_144
"""Characters: SNS's largest policy; EventBridge's patterns and mappings' filters are shorter."""
MOST_TESTED = 1_048_576
"""Characters of what a pattern is held against: SNS's largest message, four times over."""
MOST_ATTRIBUTES = 100


def plain(value: Any) -> Any:
    if why := why_not_plain(value):
        raise ValueError(why)
    return value


Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Text = Annotated[str, AfterValidator(plain)]


class Strict(Schema):
    """What a client sends: a misspelt field is said, not swallowed."""

    model_config = ConfigDict(extra="forbid")


class ProblemOut(Schema):
    code: str
    path: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"
    line: int | None = None


class Refused(Schema):
    """Every answer that is not a success."""

    code: str
    message: str
    hint: str
    problems: list[ProblemOut] = []


class TopologyOut(Schema):
    id: uuid.UUID
    name: str
    description: str
    is_example: bool
    version: int
    digest: str
    url: str
    may_change: bool
    updated_at: datetime


class TopologyDetailOut(TopologyOut):
    document: dict[str, Any]
    compiled: dict[str, Any]
    report: list[dict[str, Any]]
    problems: list[ProblemOut]


class ImportIn(Strict):
    text: Text
    filename: Name = "template.yaml"
    parameters: Annotated[dict[str, str], AfterValidator(plain)] = {}
    name: Name = ""


class ImportedOut(Schema):
    topology: TopologyOut
    version: int
    report: list[dict[str, Any]]
    problems: list[ProblemOut]


class DocumentIn(Strict):
    document: dict[str, Any]


class ExecutionIn(Strict):
    name: Name = ""
    seed: Annotated[int, Field(ge=0, lt=2**32)] | None = None


class CreatedOut(Schema):
    id: uuid.UUID
    url: str


class CommandOut(Schema):
    key: str
    status: Literal["accepted", "applied", "refused", "forked", "discarded"]
    at: int
    operation: str
    ordinal: int | None = None
    result: Any = None
    error: dict[str, str] | None = None
    execution: str | None = None


class ExecutionOut(Schema):
    id: uuid.UUID
    name: str
    seed: int
    epoch: str
    generation: int
    topology_id: uuid.UUID
    topology_name: str
    version: int
    parent: uuid.UUID | None
    forked_at: int | None
    state: str
    frontier_at: int
    seen_at: int
    head: int
    error: str
    url: str
    commands: list[CommandOut]


class ForkIn(Strict):
    at: Instant


class DemandIn(Strict):
    """How far the simulation is to go: `until` an instant, one `step`, the `next` thing recorded, until `quiet`, to the `end`."""

    kind: Literal["until", "step", "next", "quiet", "end"]
    until_at: Instant | None = None

    @model_validator(mode="after")
    def _until_has_an_instant(self) -> DemandIn:
        if (self.kind == "until") != (self.until_at is not None):
            raise ValueError("until_at goes with the kind `until`, and with no other")
        return self


class CommandIn(Strict):
    key: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            pattern=r"^[^\x00-\x1f]+$",
            description="Made by the client; a repeated key is the same command",
        ),
    ]
    at: Instant
    operation: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9]*$", max_length=80)]
    params: Annotated[dict[str, Any], AfterValidator(plain)] = {}


class BinOut(Schema):
    """A stretch of the run, from `from` on: what moved in it, and how much of that failed."""

    from_: int = Field(alias="from", serialization_alias="from")
    records: int
    failures: int


class ContentOut(Schema):
    """A copy in a place: `at` is since when, `body` a body's number, `reason` the sentence of the record that put it there."""

    subject: int
    root: int
    id: str
    state: str
    at: int
    body: int
    attempt: int
    reason: str


class DeadLetterOut(Schema):
    """One dead letter: `body` and `error` are body numbers (0 none), instants are microseconds, `source` is where it died, `born_at`
    when the copy that died came to be, `redriven` how often it had come back before.
    """

    subject: int
    root: int
    id: str
    node: str
    source: str
    state: str
    at: int
    reason: str
    error_type: str
    error: int
    attempts: int
    first_receive_at: int
    last_receive_at: int
    born_at: int
    redriven: int
    body: int


class JourneyRowOut(Schema):
    """One record about a message or a copy of it: `cause` is a sequence (0 none), `fields` what its kind tells besides.

    `id`, `subject_kind`, `parent`, `root` and `body` (a body's number) are the copy's own.
    """

    sequence: int
    at: int
    kind: str
    node: str
    subject: int
    request: int
    cause: int
    attempt: int
    outcome: str
    sentence: str
    fields: dict[str, Any]
    id: str
    subject_kind: str
    parent: int
    root: int
    body: int


class VersionOut(Schema):
    number: int
    digest: str
    created_at: datetime


class SnapshotOut(Schema):
    at: int
    after: int
    nodes: list[dict[str, Any]]


class AttributeIn(Strict):
    """A message attribute, as SNS takes it."""

    DataType: Annotated[str, Field(max_length=256)]
    StringValue: Annotated[str, Field(max_length=MOST_TESTED)] = ""

    def spelled(self) -> dict[str, str]:
        return {"DataType": self.DataType, "StringValue": self.StringValue}


class PatternTestIn(Strict):
    """A pattern, and what it is held against: `event` for events and mappings (or, of a queue's mapping, the body as `message`),
    `attributes` or `message` for filter policies. An event may be given as JSON or as the text of it.
    """

    kind: Literal["event", "sns-attributes", "sns-body", "mapping"]
    pattern: Annotated[str, Field(max_length=LONGEST_PATTERN)]
    event: Annotated[dict[str, Any], AfterValidator(plain)] | Annotated[str, Field(max_length=MOST_TESTED)] | None = (
        None
    )
    message: Annotated[str, Field(max_length=MOST_TESTED)] | None = None
    attributes: Annotated[dict[str, AttributeIn], Field(max_length=MOST_ATTRIBUTES)] | None = None


class MismatchOut(Schema):
    """The first field that failed; of several alternatives, in the one of which `failing` of `fields`, the fewest, failed."""

    path: str
    wanted: str
    found: str
    sentence: str
    failing: int
    fields: int


class PatternProblemOut(Schema):
    path: str
    message: str


class PatternTestedOut(Schema):
    matched: bool | None
    mismatch: MismatchOut | None
    refusal: str
    problems: list[PatternProblemOut]
