"""One template as a stack: its parameters, conditions and resources, and the stacks inside it.

A nested stack whose template was uploaded is read with the parameters its parent gives and its resources join the
picture with the nested stack's logical id in front; one that was not uploaded becomes a stub where something refers to
its outputs, and a line of the report.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from flows.importers import own
from flows.importers.companions import Companions
from flows.importers.expanding import expand_resources
from flows.importers.limits import LIMITS
from flows.importers.parameters import value_of
from flows.importers.plumbing import hide_plumbing
from flows.importers.problems import Refused, import_problem
from flows.importers.references import NESTED
from flows.importers.report import IGNORED, MISSING, NOT_DRAWN, ReportLine
from flows.importers.resolver import NO_VALUE, Resolver, section, type_of
from flows.importers.sam import Expansion, Raw, write_out
from flows.importers.sam.globals import inherited, merged
from flows.importers.stubs import Stubs
from flows.importers.titles import is_by_cdk, label_of
from flows.importers.tree import Mapping, line_of
from flows.topology.document import wrong_in_playground
from flows.topology.problems import Problem, pointer


@dataclass(slots=True)
class Upload:
    """What the stacks of one import share."""

    companions: Companions
    region: str
    account: str
    stubs: Stubs
    report: list[ReportLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    resources: int = 0
    nesting: int = 0


class Stack:
    def __init__(
        self,
        upload: Upload,
        tree: Mapping,
        filename: str,
        *,
        prefix: str = "",
        parameters: dict[str, Any] | None = None,
    ) -> None:
        self.upload, self.tree, self.filename, self.prefix = upload, tree, filename, prefix
        self.resolver = Resolver(
            tree, filename, upload.stubs, region=upload.region, account=upload.account, prefix=prefix
        )
        self.resolver.include = self._included
        self.resolver.outputs = self.nested_outputs
        self._nested: dict[str, dict[str, Any] | None] = {}
        self.inner: list[Stack] = []
        self.raws: dict[str, Raw] = {}
        self._by_cdk = is_by_cdk(tree)
        self._read_parameters(parameters or {})
        expand_resources(self.resolver, tree.get("Transform"))
        self.resolver.ids = own.ids(self.resolver.resources)

    def read(self) -> None:
        """Resolve and write out every resource; nested stacks too."""
        self.upload.resources += len(self.resolver.resources)
        if self.upload.resources > LIMITS.resources:
            found = self.upload.resources
            line = self.line("Resources")
            raise Refused(
                import_problem("TooManyResources", "/Resources", line=line, found=found, limit=LIMITS.resources)
            )
        given = {id_: resource for id_, resource in self.resolver.resources.items() if self._is_resource(id_, resource)}
        defaults = inherited(self.resolver.resolve(section(self.tree, "Globals"), ("Globals",)))
        for id_, resource in given.items():
            raw = self._raw(id_, resource, defaults)
            if raw is not None:
                self.raws[raw.id] = raw
        hide_plumbing(self.raws, self.resolver)
        write_out(Expansion(self.raws, self.upload.region, self.upload.account, self._note))
        for id_, resource in given.items():
            if type_of(resource) in NESTED:
                self.nested_outputs(id_)
        self.upload.report.extend(self.resolver.report)

    def everything(self) -> dict[str, Raw]:
        found = dict(self.raws)
        for stack in self.inner:
            found.update(stack.everything())
        return found

    def line(self, *path: object) -> int | None:
        return line_of(self.tree, path)

    # ── parameters and resources ──

    def _read_parameters(self, given: dict[str, Any]) -> None:
        declared = section(self.tree, "Parameters")
        for name in given:
            if name not in declared:
                self.upload.problems.append(import_problem("ParameterUnknown", "/Parameters", name=name))
        for name, parameter in declared.items():
            value = value_of(name, parameter if isinstance(parameter, dict) else {}, given, self.resolver)
            self.resolver.parameters[name] = value
            if isinstance(value, str) and value:
                self.upload.stubs.given(name, value)

    def _is_resource(self, id_: str, resource: Any) -> bool:
        why = (
            "it is not a mapping"
            if not isinstance(resource, dict)
            else "it has no Type"
            if not type_of(resource)
            else ""
        )
        if why:
            problem = import_problem(
                "ResourceNotReadable", pointer("Resources", id_), line=self.line("Resources", id_), id=id_, why=why
            )
            self.upload.problems.append(problem)
        return not why

    def _raw(self, id_: str, resource: dict[str, Any], defaults: dict[str, dict[str, Any]]) -> Raw | None:
        path = ("Resources", id_)
        condition = resource.get("Condition")
        if isinstance(condition, str) and not self.resolver.holds(condition, path):
            self.resolver.note(
                path, IGNORED, f"Left out: the condition {condition} does not hold with these parameters."
            )
            return None
        type_ = type_of(resource)
        properties = self.resolver.resolve(resource.get("Properties") or {}, (*path, "Properties"))
        if not isinstance(properties, dict):
            self.resolver.note(
                (*path, "Properties"), MISSING, "Properties is not a mapping; the resource is read without them."
            )
            properties = {}
        own.without_added(properties, own.of_resource(resource).get("Added"))
        kept = own.of_resource(resource).get("Kept")
        own.with_kept(properties, kept)
        for left in own.left_out(kept):
            self.resolver.note(("Resources", left), NOT_DRAWN, "An export left it out, as it is not drawn.")
        inherited_names = frozenset[str]()
        if type_ in defaults:
            inherited_names = _variables(defaults[type_]) - _variables(properties)
            properties = merged(copy.deepcopy(defaults[type_]), properties)
        connectors = self.resolver.resolve(resource.get("Connectors") or {}, (*path, "Connectors"))
        return Raw(
            self.resolver.full(id_),
            type_,
            properties,
            declared=id_,
            connectors=connectors if isinstance(connectors, dict) else {},
            playground=self._playground(id_, resource.get("Metadata"), (*path, "Metadata", own.KEY)),
            inherited=inherited_names,
        )

    def _playground(self, id_: str, metadata: Any, path: tuple[object, ...]) -> dict[str, Any]:
        """Our own block of a resource's metadata; what is wrong in it is told, and left out."""
        label = label_of(id_, metadata, by_cdk=self._by_cdk)
        kept: dict[str, Any] = {"label": label} if label else {}
        for name, value in section(metadata, own.KEY).items():
            if name[:1].islower():
                resolved = self.resolver.resolve(value, (*path, name))
                kept[name] = resolved if name == "label" else own.plain(resolved)
        for name, problems in wrong_in_playground(kept):
            self.resolver.note((*path, name), IGNORED, f"It cannot be used: {problems}")
            del kept[name]
        return kept

    def _note(self, resource: str, property_: str, verdict: str, reason: str) -> None:
        raw = self.raws.get(resource)
        declared = raw.declared if raw is not None else resource.removeprefix(self.prefix)
        path = ("Resources", declared, "Properties", *property_.split("."))
        self.resolver.note(path, verdict, reason)

    # ── other files ──

    def companion(self, location: object) -> Any:
        path = self.upload.companions.path(location, self.filename)
        return None if path is None else self.upload.companions.tree(path)

    def code_text(self, location: str) -> str:
        """A file of code, at exactly that place."""
        return self.upload.companions.exactly(location, self.filename)

    def companion_text(self, location: object) -> str:
        """As it was uploaded; nothing where it was not."""
        path = self.upload.companions.path(location, self.filename)
        return "" if path is None else self.upload.companions.text(path)

    def _included(self, location: object) -> Any:
        return self.companion(location)

    def nested_outputs(self, id_: str) -> dict[str, Any] | None:
        if id_ not in self._nested:
            self._nested[id_] = None
            self._nested[id_] = self._read_nested(id_)
        return self._nested[id_]

    def _read_nested(self, id_: str) -> dict[str, Any] | None:
        resource = self.resolver.resources[id_]
        path = ("Resources", id_, "Properties")
        properties = self.resolver.resolve(resource.get("Properties") or {}, path)
        location = properties.get("TemplateURL", properties.get("Location")) if isinstance(properties, dict) else None
        tree = self.companion(location)
        if not isinstance(tree, Mapping) or self.upload.nesting >= LIMITS.nesting:
            what = str(location)[:120] if isinstance(location, str) else "its template"
            self.resolver.note(path, MISSING, f"The nested template {what} was not given; its resources are not drawn.")
            return None
        given = properties.get("Parameters")
        filename = self.upload.companions.path(location, self.filename) or ""
        declared = section(tree, "Parameters")
        parameters = (
            {name: value for name, value in given.items() if name in declared} if isinstance(given, dict) else {}
        )
        self.upload.nesting += 1
        try:
            stack = Stack(self.upload, tree, filename, prefix=f"{self.prefix}{id_}.", parameters=parameters)
            stack.read()
        finally:
            self.upload.nesting -= 1
        self.inner.append(stack)
        outputs = section(tree, "Outputs")
        resolved = {
            name: stack.resolver.resolve(output.get("Value"), ("Outputs", name))
            for name, output in outputs.items()
            if isinstance(output, dict)
        }
        return {name: value for name, value in resolved.items() if value is not NO_VALUE}


def _variables(properties: dict[str, Any]) -> frozenset[str]:
    return frozenset(section(section(properties, "Environment"), "Variables"))
