"""A definition of a state machine alone, as an upload: a template with one machine is written around it.

What its tasks call lies outside, so each becomes a stub; a placeholder of the template it was taken from (`${ChargeCardArn}`) becomes a
stub of that name.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from flows.importers.tree import Mapping

MACHINE = "AWS::StepFunctions::StateMachine"
USUAL = frozenset({"", "template", "statemachine", "definition", "machine"})
NOT_IN_IDS = re.compile(r"[^A-Za-z0-9]+")
LONGEST_NAME = 80


def as_template(tree: Any, path: str) -> Any:
    """The tree itself, unless it is a definition and no template."""
    if not isinstance(tree, Mapping) or "Resources" in tree or not {"StartAt", "States"} <= tree.keys():
        return tree
    id_ = _id_of(path)
    properties = {"StateMachineName": id_[:LONGEST_NAME], "Definition": tree}
    return _mapping(Resources=_mapping(**{id_: _mapping(Type=MACHINE, Properties=_mapping(**properties))}))


def _id_of(path: str) -> str:
    stem = posixpath.basename(path).split(".")[0]
    words = [word for word in NOT_IN_IDS.split(stem) if word]
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return "StateMachine" if joined.lower() in USUAL or not joined[:1].isalpha() else joined


def _mapping(**members: Any) -> Mapping:
    found = Mapping()
    found.update(members)
    found.lines.update(dict.fromkeys(members, 1))
    return found
