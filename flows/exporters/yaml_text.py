"""A template as YAML: CloudFormation's short tags, an empty line between resources, texts of several lines as blocks."""

from __future__ import annotations

import re
from typing import Any

import yaml

SECTIONS = ("Parameters", "Resources")
"""Sections whose members are set apart by empty lines."""
WIDE = 120
ID = re.compile(r"[A-Za-z0-9.:]+")


class _Dumper(yaml.SafeDumper):
    def choose_scalar_style(self) -> str:
        """Short tags need no quotes around an id."""
        event: Any = self.event
        if event.tag in {"!Ref", "!GetAtt"} and ID.fullmatch(event.value):
            return ""
        style: str = super().choose_scalar_style()
        return style

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _mapping(dumper: yaml.SafeDumper, given: dict[str, Any]) -> yaml.Node:
    if len(given) == 1:
        ((name, value),) = given.items()
        if name == "Ref" and isinstance(value, str):
            return dumper.represent_scalar("!Ref", value)
        if name == "Fn::Sub" and isinstance(value, str):
            return dumper.represent_scalar("!Sub", value)
        if name == "Fn::GetAtt" and isinstance(value, list) and all(isinstance(part, str) for part in value):
            return dumper.represent_scalar("!GetAtt", ".".join(value))
        if name == "Fn::ImportValue" and isinstance(value, str):
            return dumper.represent_scalar("!ImportValue", value)
    return dumper.represent_mapping("tag:yaml.org,2002:map", given.items(), flow_style=not given)


def _text(dumper: yaml.SafeDumper, given: str) -> yaml.Node:
    style = "|" if "\n" in given.strip("\n") and given == given.strip() and "\t" not in given else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", given, style=style)


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(str, _text)


def dump(template: dict[str, Any]) -> str:
    parts = []
    for name, value in template.items():
        if name in SECTIONS and isinstance(value, dict) and value:
            members = (_dump({id_: member}) for id_, member in value.items())
            parts.append(f"{name}:\n" + "\n".join(_indented(member) for member in members))
        else:
            parts.append(_dump({name: value}))
    return "\n".join(parts)


def _dump(given: dict[str, Any]) -> str:
    return yaml.dump(given, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDE)


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))
