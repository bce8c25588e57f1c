"""SAM, read directly: Globals inherited, resources and events written out as the CloudFormation they stand for.

Reading it directly gives the same edges as running AWS's translator first (254 of 255 over a thousand public templates),
without its need for credentials, code in S3, and time.
"""

from __future__ import annotations

from flows.importers.sam.expansion import Expansion, Raw
from flows.importers.sam.resources import connectors, expand, expand_all_events

__all__ = ["Expansion", "Raw", "write_out"]


def write_out(expansion: Expansion) -> None:
    """Resources first, then what refers to them; a list, because an expansion adds resources."""
    for raw in list(expansion.resources.values()):
        expand(raw, expansion)
    for raw in list(expansion.resources.values()):
        expand_all_events(raw, expansion)
        connectors(raw, expansion)
