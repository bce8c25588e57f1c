"""The topology document: JSON of format 1, the native form of what somebody drew.

    {"format": 1, "name": "…", "region": "eu-west-1", "account": "123456789012",
     "resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {…}, "playground": {"position": …, "behaviour": …}}},
     "report": […]}

Resources have CloudFormation's types and properties, references resolved; what AWS does not know stands under
`playground`. Unknown properties are kept. Older formats are brought up to date by `MIGRATIONS`, one step per format.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.topology.behaviours import normal, wrong_for_every_type
from flows.topology.mocks import wrong_mocks
from flows.topology.problems import Problem, pointer, problem

FORMAT = 1
DEEPEST = 100
REGION = "eu-west-1"
ACCOUNT = "123456789012"

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""format → the step that makes the next format of it."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="allow")


class Position(_Model):
    x: Annotated[float, Field(allow_inf_nan=False)]
    y: Annotated[float, Field(allow_inf_nan=False)]


class Call(_Model):
    """A function's own calls, which no property declares: `style` solid when code and policy agree, else suggested."""

    target: str
    style: Annotated[str, Field(pattern="^(solid|suggested)$")] = "solid"
    operations: list[str] = Field(default_factory=list)
    evidence: list[str] = Field(default_factory=list)


class Playground(_Model):
    position: Position | None = None
    behaviour: Any = None
    label: str | None = None
    origin: dict[str, Any] | None = None
    calls: list[Call] = Field(default_factory=list)
    faults: list[dict[str, Any]] = Field(default_factory=list)
    """Planned faults; see `faults.py`."""
    mocks: Any = None
    """What answers a state machine's states instead of what they call; see `mocks.py`."""


class LinkPlayground(_Model):
    faults: list[dict[str, Any]] = Field(default_factory=list)


class DocumentPlayground(_Model):
    links: dict[str, LinkPlayground] = Field(default_factory=dict)
    """What the playground adds to links, by link id."""


class ResourceModel(_Model):
    Type: str
    Properties: dict[str, Any] = Field(default_factory=dict)
    playground: Playground = Playground()


class Document(_Model):
    format: int = FORMAT
    name: Annotated[str, Field(max_length=200)] = "Topology"
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = REGION
    account: Annotated[str, Field(pattern=r"^\d{12}$")] = ACCOUNT
    resources: dict[str, ResourceModel] = Field(default_factory=dict)
    report: list[dict[str, Any]] = Field(default_factory=list)
    playground: DocumentPlayground = DocumentPlayground()


def read_document(given: object) -> tuple[Document | None, list[Problem]]:
    """The document in the newest format, or everything that is wrong with its outer shape."""
    if not isinstance(given, dict):
        return None, [problem("DocumentNotAnObject", "", found=_word(given))]
    if deeper_than(given, DEEPEST):
        return None, [_invalid("", f"The document is nested deeper than {DEEPEST} levels")]
    found = given.get("format", FORMAT)
    if not isinstance(found, int) or not (found == FORMAT or found in MIGRATIONS):
        return None, [problem("FormatUnknown", "/format", format=found, known=FORMAT)]
    try:
        return Document.model_validate(migrate(given)), []
    except ValidationError as refused:
        return None, [_invalid(pointer(*error["loc"]), error["msg"]) for error in refused.errors(include_url=False)]


def migrate(given: dict[str, Any]) -> dict[str, Any]:
    while (found := given.get("format", FORMAT)) in MIGRATIONS:
        given = MIGRATIONS[found](given)
    return given


def normalise(given: dict[str, Any]) -> dict[str, Any]:
    """The document as it should be stored: newest format, behaviours with their quantiles. The input is not changed."""
    given = migrate(given)
    resources = given.get("resources")
    if not isinstance(resources, dict):
        return given
    return {**given, "format": FORMAT, "resources": {id_: _normal(resource) for id_, resource in resources.items()}}


def wrong_in_playground(given: dict[str, Any]) -> list[tuple[str, str]]:
    """The members of a playground block that cannot be used, each with the reason."""
    wrong = []
    for name, value in given.items():
        if name == "behaviour":
            problems = [found.message for found in wrong_for_every_type(value)]
        elif name == "mocks":
            problems = [why for _, why in wrong_mocks(value)]
        else:
            try:
                Playground.model_validate({name: value})
                problems = []
            except ValidationError as refused:
                problems = [str(error["msg"]) for error in refused.errors(include_url=False)]
        if problems:
            wrong.append((name, "; ".join(problems)))
    return wrong


def canonical(given: dict[str, Any]) -> str:
    return json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(given: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(given).encode("utf-8", "surrogatepass")).hexdigest()


def deeper_than(value: object, limit: int) -> bool:
    """Whether anything lies deeper than `limit`; a loop of its own, so that depth cannot exhaust the stack."""
    level: list[object] = [value]
    for _ in range(limit + 1):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, (dict, list))]
    return [child for child in value if isinstance(child, (dict, list))] if isinstance(value, list) else []


def _normal(resource: Any) -> Any:
    playground = resource.get("playground") if isinstance(resource, dict) else None
    if not isinstance(playground, dict) or playground.get("behaviour") is None:
        return resource
    return {
        **resource,
        "playground": {**playground, "behaviour": normal(playground["behaviour"], resource.get("Type"))},
    }


def _invalid(path: str, message: str) -> Problem:
    text = message.removeprefix("Value error, ")
    return problem(
        "ValueInvalid", path, message=text[:1].upper() + text[1:] + ".", hint="Correct the value, or take it out."
    )


def _word(value: object) -> str:
    words = {type(None): "null", str: "a text", list: "a list", bool: "a boolean", int: "a number", float: "a number"}
    return words.get(type(value), "something else")
