"""What the nodes hold at an instant, what has died by then, one message's way: from a keyframe, and the chunks it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.library import compiled
from flows.engine.subjects import SubjectKind
from flows.runs.finding import Search, journey_of
from flows.runs.keyframes import positions_at
from flows.traces.printing import Words
from flows.traces.projections.contents import contents, copies
from flows.traces.projections.dead_letters import dead_letters
from flows.traces.projections.journeys import row

if TYPE_CHECKING:
    from flows.models import Execution


def snapshot_at(execution: Execution, at: int) -> dict[str, Any]:
    """`after` is the last record at or before the instant; a finished state counts all who ever ended there so."""
    positions = positions_at(execution.pk, at)
    counters = positions.counters()
    nodes = [
        {"index": node.index, "id": node.id, "name": node.name, "counts": counters.get(node.index, {})}
        for node in compiled(execution.topology_version).nodes
    ]
    return {"at": at, "after": positions.sequence, "nodes": nodes}


def contents_at(execution: Execution, at: int, node: int, place: str, page: slice) -> list[dict[str, Any]]:
    """A page of what is in a place at a node, oldest first; of what has ended there, the newest first."""
    positions = positions_at(execution.pk, at)
    wanted = copies(positions, node, place, page)
    search = Search(execution.pk, positions.sequence)
    search.read_about(wanted)
    return contents(search.stories(wanted), positions, _words(execution, search), node, place, page)


def dead_letters_at(execution: Execution, at: int, page: slice) -> list[dict[str, Any]]:
    """A page of the dead letters at the instant, newest first, each with the story of the copy that died."""
    topology = compiled(execution.topology_version)
    queues = [node.index for node in topology.nodes if node.is_dead_letter_queue]
    ids = {node.index: node.id for node in topology.nodes}
    positions = positions_at(execution.pk, at)
    letters = sorted(positions.present_at(queues), reverse=True)[page]
    search = Search(execution.pk, positions.sequence)
    search.read_about(letters)
    search.read_about(search.of("parent", letters))
    found = dead_letters(search.stories(letters), positions, _words(execution, search), queues, page)
    redriven = _redriven(search, [each["subject"] for each in found])
    return [
        {
            **each,
            "node": ids[each["node"]],
            "source": ids.get(each["source"], ""),
            "redriven": redriven[each["subject"]],
        }
        for each in found
    ]


def _redriven(search: Search, letters: list[int]) -> dict[int, int]:
    """How often each came back to die again: letter, copy, letter, copy … up to the first."""
    ancestors, youngest = dict.fromkeys(letters, 0), {letter: letter for letter in letters}
    while youngest:
        search.read_about(youngest.values())
        parents = search.of("parent", youngest.values())
        youngest = {letter: parent for letter, parent in zip(youngest, parents, strict=True) if parent}
        for letter in youngest:
            ancestors[letter] += 1
    return {letter: max(0, count - 1) // 2 for letter, count in ancestors.items()}


def journey_at(execution: Execution, subject: int) -> list[dict[str, Any]]:
    """Everything that happened to every copy of the subject's root, oldest first; nothing if there is no such subject."""
    search = Search(execution.pk, execution.head)
    copies = journey_of(search, subject)
    words = _words(execution, search)
    ids = {node.index: node.id for node in compiled(execution.topology_version).nodes}
    rows = (row(record, words) for record in search.stories(copies).about(copies, execution.head))
    about = {copy: _about(copy, words) for copy in copies}
    return [{**each, **about[each["subject"]], "node": ids.get(each["node"], "")} for each in rows]


def _about(subject: int, words: Words) -> dict[str, Any]:
    columns = {name: int(words.subjects[name][subject]) for name in ("parent", "root", "body")}
    kind = SubjectKind(int(words.subjects["kind"][subject])).name.lower()
    return {"id": words.subject_id(subject), "subject_kind": kind, **columns}


def _words(execution: Execution, search: Search) -> Words:
    topology = compiled(execution.topology_version)
    ends = [(link.source, link.target) for link in topology.links]
    return Words([node.name for node in topology.nodes], ends, execution.seed, search.subjects.columns)
