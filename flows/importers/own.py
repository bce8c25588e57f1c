"""What an export of ours says in `Metadata: Redrive:`, where AWS does not look: the things that a template has no word for.

Of a resource: `Id`, the logical id it has here, where CloudFormation takes letters and digits alone; `Added`, pointers to properties that
the export had to make up; and the members of its `playground` block, in small letters. Of the template: `Name`, `Region`, `Account`,
`Links` (what the playground adds to links) `Stubs` (what lies
outside) and `Loose` (ends of links that have no stub). Read like anything a stranger wrote: what has
another shape than ours is left out.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from flows.importers.resolver import section
from flows.topology.document import Document
from flows.topology.types import STUB

KEY = "Redrive"
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ACCOUNT = re.compile(r"\d{12}")
LONGEST_ID = 500
ROLE = re.compile(r"arn:aws:iam::\d{12}:role/(.+)")


def of_template(tree: Any) -> dict[str, Any]:
    said: dict[str, Any] = _unescaped(section(section(tree, "Metadata"), KEY))
    return said


def _unescaped(value: Any) -> Any:
    """Texts that hold a `${…}` are written as a Sub that replaces nothing."""
    if isinstance(value, dict):
        text = value.get("Fn::Sub") if len(value) == 1 else None
        if isinstance(text, str):
            return text.replace("${!", "${")
        return {name: _unescaped(inner) for name, inner in value.items()}
    return [_unescaped(inner) for inner in value] if isinstance(value, list) else value


def of_resource(resource: Any) -> dict[str, Any]:
    return section(section(resource, "Metadata"), KEY)


def ids(resources: dict[str, Any]) -> dict[str, str]:
    """Logical id in the template → logical id here, where they differ. An id that two would have is nobody's."""
    said = {id_: of_resource(resource).get("Id") for id_, resource in resources.items()}
    found = {id_: own for id_, own in said.items() if isinstance(own, str) and 0 < len(own) <= LONGEST_ID}
    taken = [*found.values(), *(id_ for id_ in resources if id_ not in found)]
    return {id_: own for id_, own in found.items() if taken.count(own) == 1}


def region_of(tree: Any, default: str) -> str:
    given = of_template(tree).get("Region")
    return given if isinstance(given, str) and REGION.fullmatch(given) else default


def account_of(tree: Any, default: str) -> str:
    given = of_template(tree).get("Account")
    return given if isinstance(given, str) and ACCOUNT.fullmatch(given) else default


def name_of(tree: Any) -> str:
    given = of_template(tree).get("Name")
    return given[:200] if isinstance(given, str) else ""


def plain(value: Any) -> Any:
    """A member, which may be JSON in a text: where it holds null, which CloudFormation takes nowhere."""
    if not isinstance(value, str) or value[:1] not in {"{", "[", "n"}:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def with_kept(properties: dict[str, Any], kept: Any) -> None:
    """Put back what the export left out, where its place is still there: among the others where it was."""
    for path, given in kept.items() if isinstance(kept, dict) else ():
        place, name = _place(properties, path)
        at, value = given if isinstance(given, list) and len(given) == 2 else (0, None)
        if not isinstance(place, dict) or not name or not isinstance(at, int) or value is None or name in place:
            continue
        pairs = list(place.items())
        pairs.insert(max(at, 0), (name, copy.deepcopy(value)))
        place.clear()
        place.update(pairs)


def left_out(kept: Any) -> list[str]:
    """The resources that the export found undrawn, by the texts that named them."""
    found: list[str] = []
    for given in kept.values() if isinstance(kept, dict) else ():
        value = given[1] if isinstance(given, list) and len(given) == 2 else None
        for text in value if isinstance(value, list) else [value]:
            role = ROLE.fullmatch(text) if isinstance(text, str) else None
            found += [role[1] if role is not None else text] if isinstance(text, str) else []
    return found


def without_added(properties: dict[str, Any], added: Any) -> None:
    """Take out what the export made up."""
    for path in added if isinstance(added, list) else ():
        place, name = _place(properties, path)
        if isinstance(place, dict):
            place.pop(name, None)


def _place(properties: dict[str, Any], path: Any) -> tuple[Any, str]:
    """(what holds it, its name there) of a JSON pointer."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in str(path).split("/")[1:]] or [""]
    place: Any = properties
    for part in parts[:-1]:
        place = _inside(place, part)
    return place, parts[-1]


def _inside(place: Any, part: str) -> Any:
    if isinstance(place, dict):
        return place.get(part)
    index = int(part) if part.isdecimal() and len(part) < 6 else -1
    return place[index] if isinstance(place, list) and 0 <= index < len(place) else None


def loose(tree: Any) -> frozenset[str]:
    given = of_template(tree).get("Loose")
    return frozenset(text for text in given if isinstance(text, str)) if isinstance(given, list) else frozenset()


def put_back(document: dict[str, Any], tree: Any) -> None:
    """The parts of a document that belong to no resource of the template."""
    said = of_template(tree)
    for id_, text in section(said, "Stubs").items():
        properties = plain(text)
        if isinstance(properties, dict):
            document["resources"].setdefault(id_, {"Type": STUB, "Properties": properties, "playground": {}})
    links = {id_: plain(given) for id_, given in section(said, "Links").items()}
    if links:
        given = {**document, "playground": {"links": links}}
        try:
            Document.model_validate(given)
        except ValueError:
            return
        document["playground"] = {"links": links}
