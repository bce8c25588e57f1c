"""What a card of the gallery shows of a topology: a small drawing of it.

The drawing is laid out here in columns by the longest way from a source, so that the page needs no script for it. It is a
picture, not a map: crossings are not minimised, and what does not fit is left out at the end of its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.topology import CompiledLink, CompiledNode, CompiledTopology

WIDTH, HEIGHT = 52, 32
COLUMN, ROW = 84, 46
MARGIN = 6
LEAST_COLUMNS, LEAST_ROWS = 4, 2
MOST_COLUMNS, MOST_ROWS = 9, 5
MOST_PASSES = 50
"""Over the links, to find out how deep nodes are: enough for every picture, and no drawing of thousands costs seconds."""


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class Wire:
    path: str
    middle: tuple[int, int]
    kind: str
    style: str


@dataclass(frozen=True, slots=True)
class Drawing:
    view: str
    boxes: list[Box]
    wires: list[Wire]


def draw(topology: CompiledTopology) -> Drawing:
    nodes = [node for node in topology.nodes if not node.scenery]
    links = [link for link in topology.links if not topology.nodes[link.source].scenery and link.source != link.target]
    boxes = _place(nodes, links)
    right = max([box.x for box in boxes.values()] + [(LEAST_COLUMNS - 1) * COLUMN]) + WIDTH
    height = max([box.y for box in boxes.values()] + [(LEAST_ROWS - 1) * ROW]) + HEIGHT
    left = min([box.x for box in boxes.values()] + [0])
    view = f"{left - MARGIN} {-MARGIN} {right - left + 2 * MARGIN} {height + 2 * MARGIN}"
    wires = [_wire(link, boxes) for link in links if link.source in boxes and link.target in boxes]
    return Drawing(view, list(boxes.values()), wires)


def _place(nodes: list[CompiledNode], links: list[CompiledLink]) -> dict[int, Box]:
    columns: dict[int, list[CompiledNode]] = {}
    depth = _depths([node.index for node in nodes], links)
    for node in sorted(nodes, key=lambda node: (depth[node.index], node.is_dead_letter_queue, node.index)):
        columns.setdefault(min(depth[node.index], MOST_COLUMNS - 1), []).append(node)
    shown = {column: found[:MOST_ROWS] for column, found in columns.items()}
    tallest = max([len(found) for found in shown.values()] + [LEAST_ROWS])
    narrow = max(0, LEAST_COLUMNS - len(shown)) * COLUMN // 2
    return {
        node.index: Box(narrow + column * COLUMN, round((tallest - len(found)) * ROW / 2) + row * ROW, _kind(node))
        for column, found in shown.items()
        for row, node in enumerate(found)
    }


def _depths(indices: list[int], links: Iterable[CompiledLink]) -> dict[int, int]:
    """The longest way from a source; a link that would lead deeper than there are nodes closes a circle and is ignored."""
    depth = dict.fromkeys(indices, 0)
    links = list(links)
    for _ in range(min(len(indices), MOST_PASSES)):
        for link in links:
            deeper = depth[link.source] + 1
            if depth[link.target] < deeper < len(indices):
                depth[link.target] = deeper
    ranks = {found: rank for rank, found in enumerate(sorted(set(depth.values())))}
    return {index: ranks[found] for index, found in depth.items()}


def _wire(link: CompiledLink, boxes: dict[int, Box]) -> Wire:
    source, target = boxes[link.source], boxes[link.target]
    x1, y1, x2, y2 = source.x + WIDTH, source.y + HEIGHT // 2, target.x, target.y + HEIGHT // 2
    if source.x == target.x:
        x2 = target.x + WIDTH
    bend = max(14, abs(x2 - x1) // 2)
    path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend if source.x != target.x else x2 + bend} {y2} {x2} {y2}"
    return Wire(path, ((x1 + x2) // 2, (y1 + y2) // 2), link.kind, link.style)


def _kind(node: CompiledNode) -> str:
    return "dlq" if node.kind == "queue" and node.is_dead_letter_queue else node.kind
