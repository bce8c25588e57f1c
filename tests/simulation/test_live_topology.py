"""Resources that operations make and remove while an execution runs."""

from __future__ import annotations

from flows.engine.box import pack, unpack
from flows.services.live_topology import LiveTopology
from tests.builders import queues_only

QUEUE = "AWS::SQS::Queue"


def test_it_reads_like_the_compiled_topology_until_something_is_made():
    base = queues_only()
    live = LiveTopology(base)
    assert live.nodes == list(base.nodes)
    assert live.by_arn == base.by_arn
    assert [list(base.links_from(node.index)) for node in base.nodes] == [live.links_from(n.index) for n in base.nodes]


def test_what_is_made_is_found_by_name_address_and_url_and_what_is_removed_is_not_but_keeps_its_number():
    live = LiveTopology(queues_only())
    before = len(live.nodes)
    node = live.add_node(QUEUE, "later", None)
    assert (node.index, live.by_arn[node.arn], live.by_url[node.url], live.named("later")) == (before, node, node, node)
    live.remove_node(node.index)
    assert node.arn not in live.by_arn
    assert node.url not in live.by_url
    assert live.named("later") is None
    assert live.nodes[node.index] is node
    assert live.add_node(QUEUE, "later", None).index == before + 1


def test_a_link_that_is_removed_is_followed_no_more():
    live = LiveTopology(queues_only())
    link = live.add_link("subscription", 1, 2, None)
    assert link in live.links_from(1)
    live.remove_link(link.index)
    assert link not in live.links_from(1)
    assert link not in live.links_to(2)


def test_a_box_holds_what_came_since_and_refers_to_the_rest():
    base = queues_only()
    live = LiveTopology(base)
    kept, gone = live.add_node(QUEUE, "kept", None), live.add_node(QUEUE, "gone", None)
    live.remove_node(gone.index)
    again: LiveTopology = unpack(pack(live, (base,)), (base,))
    assert again.base is base
    assert again.nodes == live.nodes
    assert again.named("kept") == kept
    assert again.named("gone") is None
