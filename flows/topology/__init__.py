"""What somebody drew: the document, its checks, and the compiled topology that the simulator and the page read.

`read_document` → `validate` → `compile_topology`. A document has CloudFormation's types and property names; links are
derived from properties (`links/`), configuration is frozen (`resources/`), behaviour is integers (`behaviour.py`).
"""

from __future__ import annotations

from flows.topology.behaviour import normalise_behaviour, parse_behaviour
from flows.topology.checks import validate
from flows.topology.compile import compile_topology
from flows.topology.compiled import CompiledLink, CompiledNode, CompiledTopology
from flows.topology.document import normalise
from flows.topology.problems import Problem

__all__ = [
    "CompiledLink",
    "CompiledNode",
    "CompiledTopology",
    "Problem",
    "compile_topology",
    "normalise",
    "normalise_behaviour",
    "parse_behaviour",
    "validate",
]
