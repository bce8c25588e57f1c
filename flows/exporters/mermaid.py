"""A topology as a Mermaid flowchart, for a page of documentation or a pull request."""

from __future__ import annotations

from flows.topology.compiled import CompiledLink, CompiledNode, CompiledTopology

SHAPES: dict[str, tuple[str, str]] = {
    "queue": ("[[", "]]"),
    "function": ("(", ")"),
    "topic": (">", "]"),
    "bus": ("{{", "}}"),
    "rule": ("{", "}"),
    "table": ("[(", ")]"),
    "bucket": ("[(", ")]"),
    "database": ("[(", ")]"),
    "stream": ("[/", "/]"),
    "delivery-stream": ("[/", "/]"),
    "machine": ("[\\", "\\]"),
    "api": ("([", "])"),
    "graphql-api": ("([", "])"),
    "schedule": ("((", "))"),
    "stub": ("[", "]"),
}
"""Kind → what stands around its name; the rest are boxes."""
PLAIN = ("[", "]")
DOTTED = frozenset({"suggested"})


def mermaid(topology: CompiledTopology) -> str:
    """Left to right, as it is drawn on the canvas; the client's own links are left out."""
    shown = [link for link in topology.links if link.style != "scenery"]
    lines = ["flowchart LR"]
    lines += [f"    {_node(node)}" for node in topology.nodes if not node.scenery]
    lines += [f"    {_link(link)}" for link in shown]
    letters = [f"n{node.index}" for node in topology.nodes if node.is_dead_letter_queue]
    if letters:
        lines += ["    classDef dead stroke-dasharray: 4 3", f"    class {','.join(letters)} dead"]
    return "\n".join(lines) + "\n"


def _node(node: CompiledNode) -> str:
    before, after = SHAPES.get(node.kind, PLAIN)
    return f'n{node.index}{before}"{_said(node.label or node.id)}<br/><small>{_said(node.kind)}</small>"{after}'


def _link(link: CompiledLink) -> str:
    arrow = "-.->" if link.style in DOTTED else "-->"
    said = _said(link.label or link.kind)
    return f'n{link.source} {arrow}|"{said}"| n{link.target}'


def _said(text: str) -> str:
    """Inside quotes Mermaid reads HTML's entities, and nothing else."""
    short = text if len(text) <= 80 else text[:79] + "…"
    return "".join(f"#{ord(letter)};" if letter in '"#<>&;\n\r|`' else letter for letter in short)
