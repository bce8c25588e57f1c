"""Looking resources up: by logical id, ARN, URL or name, the way properties refer to each other.

After import a reference is a plain text: an ARN here, a queue's URL there, a bucket's bare name elsewhere. `end` turns
any of them into one end of a link. What is not found stays as an end without an id, and each reader decides what that
means: a problem in a drawing, a stub in an import.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, takewhile
from typing import Any

from flows.topology import names
from flows.topology.document import Document, Playground
from flows.topology.types import DEFAULT_BUS, NODE_TYPES, STUB, NodeType


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    type: str
    properties: Mapping[str, Any]
    playground: Playground = field(default_factory=Playground)
    row: NodeType | None = None
    name: str = ""
    arn: str = ""
    url: str = ""
    implicit: bool = False

    @property
    def kind(self) -> str:
        return self.row.kind if self.row is not None else ""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: the logical id where it was found, else only the text that named it."""

    id: str
    value: str = ""


class Catalogue:
    def __init__(self, document: Document) -> None:
        self.region, self.account = document.region, document.account
        self.resources: dict[str, Resource] = {}
        self._by_text: dict[str, Resource] = {}
        self._by_name: dict[tuple[str, str], Resource] = {}
        self._arns: list[tuple[str, str]] = []
        for id_ in sorted(document.resources):
            given = document.resources[id_]
            self._add(id_, given.Type, given.Properties, given.playground)
        if ("bus", "default") not in self._by_name and DEFAULT_BUS not in self.resources:
            self._add(DEFAULT_BUS, "AWS::Events::EventBus", {"Name": "default"}, Playground(), implicit=True)

    def of_type(self, *types: str) -> Iterator[Resource]:
        return (resource for resource in self.resources.values() if resource.type in types)

    def find(self, value: object, *kinds: str) -> Resource | None:
        """The node that `value` names; `kinds` says where a bare name may be looked for."""
        if not isinstance(value, str):
            return None
        found = self._by_text.get(value) or self._by_text.get(names.bare_arn(value))
        if found is not None:
            return found
        return next((self._by_name[kind, value] for kind in kinds if (kind, value) in self._by_name), None)

    def end(self, value: object, *kinds: str) -> End:
        found = self.find(value, *kinds)
        return End(found.id if found is not None else "", value if isinstance(value, str) else "")

    @cached_property
    def invoke_configs(self) -> dict[str, Mapping[str, Any]]:
        """Function → how it is invoked asynchronously. Versions and aliases may differ; here the function itself is."""
        found: dict[str, Mapping[str, Any]] = {}
        for config in self.of_type("AWS::Lambda::EventInvokeConfig"):
            function = self.end(config.properties.get("FunctionName"), "function").id
            if function not in found or config.properties.get("Qualifier") == "$LATEST":
                found[function] = config.properties
        return found

    def stand_in(self, id_: str, texts: list[str]) -> None:
        """A stub for addresses outside AWS, as the importer would have made it."""
        if id_ not in self.resources:
            given = {"Name": id_.removeprefix("ext:"), "Arn": texts[0], "Reason": "An address outside AWS."}
            self._add(id_, STUB, given, Playground(), implicit=True)
        for text in texts:
            self._by_text.setdefault(text, self.resources[id_])

    def by_id(self, id_: object) -> End | None:
        found = self.resources.get(id_) if isinstance(id_, str) else None
        return End(found.id, found.arn) if found is not None else None

    def beginning(self, start: str) -> Iterator[Resource]:
        """Whatever has an ARN that begins so."""
        onwards = islice(self._arns, bisect_left(self._arns, (start, "")), None)
        return (self.resources[id_] for _, id_ in takewhile(lambda each: each[0].startswith(start), onwards))

    def mentioned(self, texts: list[str], kind: str) -> Iterator[Resource]:
        """The nodes of a kind whose ARN, URL or name occurs anywhere in the texts; `default` is too common a word."""
        for resource in self.resources.values():
            if resource.kind == kind and resource.name != "default":
                said = (resource.arn, resource.url, resource.name)
                if any(word and word in text for word in said for text in texts):
                    yield resource

    def _add(
        self, id_: str, type_: str, properties: Mapping[str, Any], playground: Playground, *, implicit: bool = False
    ) -> None:
        row = NODE_TYPES.get(type_)
        name = names.physical_name(type_, id_, properties)
        if type_ == STUB:
            arn = str(properties.get("Arn", ""))
        else:
            called = names.in_arn(type_, name, properties)
            arn = names.arn(type_, called, self.region, self.account) if row is not None else ""
        url = names.url(type_, name, self.region, self.account)
        resource = Resource(id_, type_, properties, playground, row, name, arn, url, implicit)
        self.resources[id_] = resource
        if arn:
            insort(self._arns, (arn, id_))
        if row is not None:
            aliases = properties.get("Aliases") if type_ == STUB else None
            for text in (
                (arn, url, *(alias for alias in aliases if isinstance(alias, str)))
                if isinstance(aliases, list)
                else (arn, url)
            ):
                if text:
                    self._by_text.setdefault(text, resource)
            self._by_name.setdefault((row.kind, name), resource)
