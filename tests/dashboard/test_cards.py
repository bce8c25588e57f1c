"""The small drawing on a gallery card: columns by the longest way from a source, whatever was drawn."""

from __future__ import annotations

from dashboard.cards import MOST_COLUMNS, MOST_ROWS, draw
from flows.topology.compiled import CompiledLink, CompiledNode, CompiledTopology


def a_topology(nodes: list[tuple[str, str]], links: list[tuple[int, int, str]]) -> CompiledTopology:
    client = CompiledNode(0, "client", "You", "Redrive::Client", "client", "client", scenery=True)
    return CompiledTopology(
        "drawn",
        "eu-west-1",
        "123456789012",
        (
            client,
            *(
                CompiledNode(index, name, name, "", kind, "", is_dead_letter_queue=name.endswith("-dlq"))
                for index, (name, kind) in enumerate(nodes, start=1)
            ),
        ),
        tuple(
            CompiledLink(index, str(index), source, target, kind) for index, (source, target, kind) in enumerate(links)
        ),
        "digest",
    )


def test_a_queue_stands_left_of_what_reads_it_and_of_its_dead_letters():
    drawing = draw(
        a_topology(
            [("orders", "queue"), ("charge-card", "function"), ("orders-dlq", "queue")],
            [(1, 2, "esm"), (1, 3, "redrive")],
        )
    )
    queue, function, dead = drawing.boxes
    assert (queue.kind, function.kind, dead.kind) == ("queue", "function", "dlq")
    assert queue.x < function.x == dead.x
    assert function.y < dead.y
    assert [wire.kind for wire in drawing.wires] == ["esm", "redrive"]


def test_you_are_not_on_the_picture():
    drawing = draw(a_topology([("orders", "queue")], [(0, 1, "send")]))
    assert (len(drawing.boxes), drawing.wires) == (1, [])


def test_a_circle_is_drawn_and_ends():
    drawing = draw(
        a_topology(
            [("a", "function"), ("b", "queue"), ("c", "function")], [(1, 2, "call"), (2, 3, "esm"), (3, 1, "call")]
        )
    )
    assert len(drawing.boxes) == 3
    assert len(drawing.wires) == 3


def test_what_does_not_fit_is_left_out_and_nothing_hangs_in_the_air():
    many = [(f"queue-{number}", "queue") for number in range(40)]
    drawing = draw(a_topology(many, [(1, number, "call") for number in range(2, 41)]))
    assert len(drawing.boxes) <= MOST_COLUMNS * MOST_ROWS
    assert len(drawing.wires) == len(drawing.boxes) - 1


def test_nothing_at_all_is_a_picture_too():
    assert draw(a_topology([], [])).boxes == []
