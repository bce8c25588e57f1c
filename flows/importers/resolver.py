"""Working out references: every Ref, GetAtt, Sub, If … of one template becomes the plain value it would have.

Theory of operation. `resolve` walks a value once and answers a plain one; a mapping with one key that is an intrinsic
goes to the table in `intrinsics.py`. Nothing is ever left unresolved: what cannot be known (a parameter without a
default, an export, a typing error) becomes a text that stands in for it, a line of the report says so, and the import
goes on. Three things stop it, each as a problem: a circle of references, more steps than `LIMITS.steps`, and texts that
grow beyond `LIMITS.text` (a billion laughs can also be told with Sub).

Texts are charged wherever they come out, also the ones that are only repeated: a document is written out in full.

The values stay the user's: names are found by following the name property of the resource they belong to, so that an
ARN written out by hand and a `!GetAtt` agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flows.importers.intrinsics import INTRINSICS
from flows.importers.limits import LIMITS
from flows.importers.problems import Refused, import_problem
from flows.importers.report import APPROXIMATED, MISSING, ReportLine
from flows.importers.stubs import Stubs
from flows.importers.tree import Mapping, line_of
from flows.topology import names
from flows.topology.problems import pointer
from flows.topology.types import NODE_TYPES, SAM_TYPES

Path = tuple[object, ...]
NO_VALUE = object()
STACK_NAME = "app"
SAM_NAMES = {"AWS::Serverless::StateMachine": "Name"}
"""SAM's types whose name property is called otherwise than CloudFormation's."""


class Resolver:
    def __init__(
        self, tree: Mapping, filename: str, stubs: Stubs, *, region: str, account: str, prefix: str = ""
    ) -> None:
        self.tree, self.filename, self.stubs = tree, filename, stubs
        self.region, self.account, self.prefix = region, account, prefix
        self.resources: dict[str, Any] = section(tree, "Resources")
        self.parameters: dict[str, Any] = {}
        self.mappings = section(tree, "Mappings")
        self.conditions = section(tree, "Conditions")
        self.ids: dict[str, str] = {}
        """Logical ids that an export had to spell otherwise (`own.py`)."""
        self.report: list[ReportLine] = []
        self.steps = self.built = 0
        self.include: Callable[[object], Any] = lambda _location: None
        self.outputs: Callable[[str], dict[str, Any] | None] = lambda _stack: None
        self.pseudo = {
            "AWS::Region": region,
            "AWS::AccountId": account,
            "AWS::StackName": STACK_NAME,
            "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/{STACK_NAME}/1",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
        }
        self._active: list[str] = []
        self._names: dict[str, str] = {}
        self._truths: dict[str, bool] = {}
        self._told: set[tuple[str, str]] = set()

    # ── values ──

    def resolve(self, value: Any, path: Path = ()) -> Any:
        """The plain value; NO_VALUE where the property is to be left out."""
        self.steps += 1
        if self.steps > LIMITS.steps:
            raise Refused(
                import_problem("TooEntangled", pointer(*path), line=line_of(self.tree, path), file=self.filename)
            )
        if isinstance(value, dict):
            if len(value) == 1:
                ((name, argument),) = value.items()
                intrinsic = INTRINSICS.get(name)
                if intrinsic is not None and (name != "Condition" or isinstance(argument, str)):
                    return intrinsic(self, argument, path)
            pairs = ((key, self.resolve(inner, (*path, key))) for key, inner in value.items())
            return {key: inner for key, inner in pairs if inner is not NO_VALUE}
        if isinstance(value, list):
            members = (self.resolve(inner, (*path, index)) for index, inner in enumerate(value))
            return [inner for inner in members if inner is not NO_VALUE]
        return self.bounded(value, path) if isinstance(value, str) else value

    def text(self, value: Any, path: Path) -> str:
        """A resolved value as it reads inside a text."""
        resolved = self.resolve(value, path)
        if resolved is NO_VALUE or resolved is None:
            return ""
        if isinstance(resolved, bool):
            return "true" if resolved else "false"
        return resolved if isinstance(resolved, str) else str(resolved)

    def bounded(self, text: str, path: Path) -> str:
        self.room_for(len(text), path)
        self.built += len(text)
        return text

    def room_for(self, length: int, path: Path) -> None:
        if length > LIMITS.text or self.built > LIMITS.built:
            raise Refused(
                import_problem("TooEntangled", pointer(*path), line=line_of(self.tree, path), file=self.filename)
            )

    # ── names ──

    def full(self, id_: str) -> str:
        """The logical id in the document: with the nested stacks it lies in."""
        return self.prefix + self.ids.get(id_, id_)

    def name(self, id_: str) -> str:
        """The physical name of a resource of this template."""
        if id_ not in self._names:
            resource = self.resources[id_]
            type_ = type_of(resource)
            row = NODE_TYPES.get(SAM_TYPES.get(type_, type_))
            named = self.properties(id_, row.name, "FifoQueue") if row is not None else {}
            if type_ in SAM_NAMES and row is not None:
                said = self.properties(id_, SAM_NAMES[type_])
                named = {**named, row.name: said.get(SAM_NAMES[type_])}
            self._names[id_] = names.physical_name(type_, self.full(id_), named)
        return self._names[id_]

    def properties(self, id_: str, *wanted: str) -> dict[str, Any]:
        """Some properties of a resource, resolved ahead of the others."""
        given = self.resources[id_].get("Properties")
        if not isinstance(given, dict):
            return {}
        path: Path = ("Resources", id_, "Properties")
        with self._following(f"the name of {id_}", path[:2]):
            return {key: self.resolve(given[key], (*path, key)) for key in wanted if key in given}

    def arn(self, id_: str) -> str:
        return names.arn(type_of(self.resources[id_]), self.name(id_), self.region, self.account)

    def url(self, id_: str) -> str:
        return names.url(type_of(self.resources[id_]), self.name(id_), self.region, self.account)

    # ── conditions ──

    def holds(self, name: str, path: Path) -> bool:
        if name not in self._truths:
            if name not in self.conditions:
                self.note(path, MISSING, f"There is no condition named {name}; it is taken as true.")
                return True
            with self._following(f"the condition {name}", ("Conditions", name)):
                self._truths[name] = truth(self.resolve(self.conditions[name], ("Conditions", name)))
        return self._truths[name]

    # ── remarks ──

    def note(self, path: Path, verdict: str, reason: str) -> None:
        where = pointer(*path)
        if (where, reason) in self._told or len(self._told) >= 10 * LIMITS.problems:
            return
        self._told.add((where, reason))
        resource = str(path[1]) if len(path) > 1 else ""
        inner = ".".join(str(part) for part in path[3:] if not str(part).startswith("Fn::")) if len(path) > 3 else ""
        self.report.append(
            ReportLine(self.full(resource) if resource else "", inner, verdict, reason, where, line_of(self.tree, path))
        )

    def stood_in(self, path: Path, reason: str) -> None:
        self.note(path, APPROXIMATED, reason)

    @contextmanager
    def _following(self, what: str, path: Path) -> Iterator[None]:
        if what in self._active or len(self._active) >= LIMITS.depth // 2:
            start = self._active.index(what) if what in self._active else 0
            circle = " → ".join([*self._active[start:], what][:10])
            raise Refused(import_problem("RefRecursive", pointer(*path), line=line_of(self.tree, path), circle=circle))
        self._active.append(what)
        try:
            yield
        finally:
            self._active.pop()


def section(tree: Any, name: str) -> dict[str, Any]:
    found = tree.get(name) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def type_of(resource: Any) -> str:
    found = resource.get("Type") if isinstance(resource, dict) else None
    return found if isinstance(found, str) else ""


def truth(value: Any) -> bool:
    return value in {True, "true", "True"} if isinstance(value, (bool, str)) else bool(value) and value is not NO_VALUE
