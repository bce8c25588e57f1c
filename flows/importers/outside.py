"""Links that leave the template: a stub node for each end that is not in it.

About a fifth of all links in public templates end outside: in a parameter, another stack's export, a nested stack, an
address. The stub says which, and carries the texts that properties use for it, so that the catalogue finds it.
"""

from __future__ import annotations

import re
from typing import Any

from flows.importers.stubs import Stub, Stubs
from flows.topology.catalogue import Catalogue, End
from flows.topology.definitions import PLACEHOLDER
from flows.topology.document import Document
from flows.topology.links import derive_links
from flows.topology.links.draft import Draft
from flows.topology.types import STUB

STORED = re.compile(r"\{\{resolve:[a-z-]+:([^}]+)\}\}")


def add_stubs(document: dict[str, Any], stubs: Stubs, loose: frozenset[str] = frozenset()) -> None:
    """`loose` are ends that somebody drew and gave no stub."""
    found: dict[str, tuple[Stub, list[str]]] = {}
    for draft in derive_links(Catalogue(Document.model_validate(document))):
        for end in (draft.source, draft.target):
            if not end.id and end.value and end.value not in loose:
                stub = _stub(draft, end, stubs)
                texts = found.setdefault(stub.id, (stub, []))[1]
                if end.value not in texts:
                    texts.append(end.value)
    for id_, (stub, texts) in sorted(found.items()):
        properties = {"Name": stub.name, "Reason": stub.reason, "Arn": texts[0], "Aliases": texts[1:]}
        document["resources"].setdefault(id_, {"Type": STUB, "Properties": properties, "playground": {}})


def _stub(draft: Draft, end: End, stubs: Stubs) -> Stub:
    if draft.outside:
        kind = draft.outside.removeprefix("ext:")
        return Stub(draft.outside, kind, f"An address outside AWS ({kind}).")
    known = stubs.within(end.value)
    if known is not None:
        return known
    placeholder = PLACEHOLDER.fullmatch(end.value)
    if placeholder is not None:
        return Stub(f"param:{placeholder[1]}", placeholder[1], "A placeholder of a definition that nothing fills in.")
    if "://" in end.value:
        host = end.value.split("://", 1)[1].split("/", 1)[0][:80]
        return Stub(f"ext:{host}", host, "An address outside AWS.")
    stored = STORED.fullmatch(end.value)
    if stored is not None:
        return Stub(f"ext:{stored[1][:80]}", stored[1][:80], "A value that lies in a store of parameters or secrets.")
    if end.value.startswith("arn:aws:logs:"):
        name = end.value.removesuffix(":*").rsplit(":", 1)[-1][:80]
        return Stub(f"loggroup:{name}", name, "A log group. Logs are not drawn.")
    name = end.value.rsplit(":", 1)[-1].rsplit("/", 1)[-1][:80] or end.value[:80]
    return Stub(f"ext:{name}", name, "A resource outside the template.")
