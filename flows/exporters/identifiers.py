"""Logical ids as CloudFormation takes them: letters and digits. What is called otherwise here keeps its name in the metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable

NOT_ALLOWED = re.compile(r"[^A-Za-z0-9]+")
LONGEST = 200


def template_ids(ids: Iterable[str]) -> dict[str, str]:
    """Every id → the one it has in the template, no two alike; those that may stay as they are do."""
    ids = sorted(ids)
    taken = {id_ for id_ in ids if _fits(id_)}
    found = {id_: id_ for id_ in taken}
    for id_ in ids:
        if id_ not in found:
            found[id_] = free(_spelled(id_), taken)
    return found


def free(wanted: str, taken: set[str]) -> str:
    """The id, with a number if it is taken; it is taken then."""
    number, found = 2, wanted
    while found in taken:
        number, found = number + 1, f"{wanted}{number}"
    taken.add(found)
    return found


def _fits(id_: str) -> bool:
    return id_.isascii() and id_.isalnum() and len(id_) <= LONGEST


def _spelled(id_: str) -> str:
    words = [word for word in NOT_ALLOWED.split(id_) if word]
    joined = "".join(word[:1].upper() + word[1:] for word in words)[: LONGEST - 10]
    return joined or "Resource"
