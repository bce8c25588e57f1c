"""A state machine's definition out of its properties: the text that CreateStateMachine would get, and what it says.

CloudFormation takes a definition as an object (`Definition`) or as text (`DefinitionString`), and fills `${Name}` in from
`DefinitionSubstitutions`, in the text, before anybody reads it as JSON. An import has resolved references and has usually filled them
in already; a document somebody wrote may not have. What has no substitution stays as it is, and the lint says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
LARGEST = 4 * 1_048_576
"""Characters that a definition may grow to; Step Functions takes 1 MB."""


@dataclass(frozen=True, slots=True)
class Definition:
    """`where` is the property it stands in; `parsed` is None where the text is not JSON."""

    where: str
    text: str
    parsed: Any

    @property
    def is_given(self) -> bool:
        return bool(self.where)

    @property
    def is_unfinished(self) -> bool:
        """Whether placeholders are left."""
        return PLACEHOLDER.search(self.text) is not None


NONE = Definition("", "", None)


def definition_of(properties: Mapping[str, Any]) -> Definition:
    substitutions = properties.get("DefinitionSubstitutions")
    values = substitutions if isinstance(substitutions, dict) else {}
    for name in ("Definition", "DefinitionString"):
        given = properties.get(name)
        if isinstance(given, str):
            text = filled(given, values)
            return Definition(name, text, _read(text))
        if isinstance(given, dict):
            written = json.dumps(given, ensure_ascii=False, default=str)
            text = filled(written, {key: _inside_text(value) for key, value in values.items()})
            return Definition(name, text, given if text == written else _read(text))
    return NONE


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with every `${Name}` that has a value replaced by it; a text that would grow beyond all bounds stays."""
    if not values or "${" not in text:
        return text
    written = {
        name: value if isinstance(value, str) else json.dumps(value, default=str) for name, value in values.items()
    }
    growth = sum(len(written.get(found[1], "")) for found in PLACEHOLDER.finditer(text))
    if len(text) + growth > LARGEST:
        return text
    return PLACEHOLDER.sub(lambda found: written.get(found[1], found[0]), text)


def _inside_text(value: Any) -> str:
    """As it stands inside quotes: the placeholders of an object are all inside texts."""
    return json.dumps(value if isinstance(value, str) else json.dumps(value, default=str), ensure_ascii=False)[1:-1]


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
