"""`python -m tests.importers.score [MANIFEST]`: precision and recall of imported templates, per kind of edge.

A manifest lists templates with the nodes and edges that somebody read in them (`shared/cases/templates/README.md`); without one, ours.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.importers.corpus import Score, compare, drawn, imported, manifest

OURS = Path(__file__).parents[3] / "shared" / "cases"


def score(folder: Path) -> tuple[Score, Score]:
    edges, calls = Score(), Score()
    for entry in manifest(folder):
        compare(entry, imported(folder, entry), edges, calls)
    return edges, calls


def table(edges: Score, calls: Score) -> str:
    lines = [f"{'declared edges':28} {'precision':>9} {'recall':>7} {'wanted':>7} {'drawn':>6} {'right':>6}"]
    rows = [*((kind, edges, (kind,)) for kind in edges.kinds()), ("all", edges, ())]
    rows += [(f"calls, {style}", calls, (style,)) for style in ("solid", "suggested")]
    for title, of, kinds in rows:
        counts = (sum(each[kind] for kind in kinds or of.kinds()) for each in (of.wanted, of.drawn, of.right))
        wanted, drawn_, right = counts
        shares = f"{of.precision(*kinds):9.1%} {of.recall(*kinds):7.1%}"
        lines.append(f"{title:28} {shares} {wanted:7} {drawn_:6} {right:6}")
    return "\n".join(lines)


def differences(folder: Path):
    """Every node that is missing or too many, every call that is missing or wrong, one line each."""
    for entry in manifest(folder):
        nodes, _, called = drawn(imported(folder, entry))
        wanted = {node["id"] for node in entry["nodes"]}
        yield from (f"node missing    {entry['id']}  {id_}" for id_ in sorted(wanted - nodes.keys()))
        yield from (f"node too many   {entry['id']}  {id_}" for id_ in sorted(nodes.keys() - wanted))
        truth = {(edge["source"], edge["target"]): edge for edge in entry["code_edges"]}
        solid = {pair for pair, style in called.items() if style == "solid"}
        for pair in sorted(truth.keys() - solid):
            yield f"call missing    {entry['id']}  {pair[0]} → {pair[1]}  {truth[pair]['ops']} {truth[pair]['evidence']}"
        yield from (f"call too many   {entry['id']}  {pair[0]} → {pair[1]}" for pair in sorted(solid - truth.keys()))


def main(given: list[str]) -> None:
    folder = Path(given[0]).resolve().parents[1] if given else OURS
    print("\n".join(differences(folder)))
    print(table(*score(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
