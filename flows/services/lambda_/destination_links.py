"""The links over which outcomes of asynchronous events go: one per destination, however many versions and aliases send there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.services.lambda_.function import Function
    from flows.services.world import World

SUCCESS, FAILURE = "async-on-success", "async-on-failure"


def draw_links(world: World, function: Function) -> None:
    """The function's destination links are those that its settings ask for; those that are there already stay."""
    queue = function.event_queue
    wanted = {
        (kind, target): config
        for config in queue.configs.values()
        for kind, target in ((SUCCESS, config.on_success), (FAILURE, config.on_failure))
        if target is not None
    }
    for link in list(world.topology.links_from(function.node)):
        if link.kind in {SUCCESS, FAILURE} and wanted.pop((link.kind, link.target), None) is None:
            world.origins.pop(link.index, None)
            world.part(link.index)
    for (kind, target), config in wanted.items():
        link = world.join(kind, function.node, target, config, id_=f"{function.id}.{kind}.{target}")
        if kind == FAILURE:
            world.origins[link.index] = queue
