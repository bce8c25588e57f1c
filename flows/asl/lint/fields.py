"""What an object of the language may hold: rows of fields and groups, and the one check that all objects go through.

`languages` says where a field exists: the fields of one query language are refused in the other by name. A group names fields that
exclude each other; where `required`, one of them must stand. The tables themselves are in `language.py` and beside the checks of what
they describe (`choices`, `handlers`, `maps`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.asl.lint.diagnostics import Place, cut
from flows.asl.lint.reading import Doubled
from flows.asl.lint.values import LANGUAGES, Setting, Value


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: Value
    languages: tuple[str, ...] = LANGUAGES
    required: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that exclude each other; one of them must stand where `required`."""

    names: tuple[str, ...]
    required: bool = False


Fields = Mapping[str, Field]


def fields(*rows: Field) -> dict[str, Field]:
    return {row.name: row for row in rows}


def look_at(
    given: dict[str, Any], place: Place, setting: Setting, rows: Fields, groups: tuple[Group, ...] = ()
) -> None:
    """Everything that is wrong with the fields of one object, and with their values."""
    language = setting.language
    missing = [
        row.name for row in rows.values() if row.required and language in row.languages and row.name not in given
    ]
    if missing:
        setting.findings.schema(f"These fields are required: [{', '.join(missing)}]", place)
    for name, value in given.items():
        row = rows.get(name)
        if row is None:
            setting.findings.schema(f"Field '{cut(name)}' is not supported", place)
        elif language not in row.languages:
            only = f"field '{name}' is only supported for the '{row.languages[0]}' QueryLanguage"
            setting.findings.schema(f"The QueryLanguage is set to '{language}', but {only}", place)
        else:
            row.value.check(value, place / name, setting)
    for group in groups:
        _one_of(group, given, place, setting, rows)
    if isinstance(given, Doubled):
        for name in given.twice:
            setting.findings.say(
                "DUPLICATE_FIELD", f"The field '{cut(name)}' is given twice; the last one counts", place
            )


def _one_of(group: Group, given: dict[str, Any], place: Place, setting: Setting, rows: Fields) -> None:
    """`"End": false` says nothing, as if it were not there."""
    offered = [name for name in group.names if setting.language in rows[name].languages]
    found = [name for name in offered if name in given and not (name == "End" and given[name] is False)]
    if len(found) > 1:
        setting.findings.schema(f"Only one of these fields can be given: [{', '.join(found)}]", place)
    elif not found and group.required:
        setting.findings.schema(f"One of these fields is required: [{', '.join(offered)}]", place)
