"""Redrive where AWS has none: the dead letters of a function's asynchronous events and of a topic's subscriptions.

The destination is derived from the link over which the letter came: back to the function as an asynchronous invocation of the
original event, back to the one subscriber in the form it gets. Only the playground's `RedriveMessages` does this; a message
move task of AWS's refuses such letters. What comes back is a child of the letter, as in any redrive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ports import Delivery, Refusal
from flows.services.sqs.records import RETURNED

if TYPE_CHECKING:
    from flows.services.sqs.queue import Queue
    from flows.services.world import World


def holds_letters_of_others(world: World, queue: Queue) -> bool:
    """Whether dead letters of functions or subscriptions come here."""
    return any(link.index in world.origins for link in world.topology.links_to(queue.node))


def send_back(world: World, queue: Queue, slot: int, new_body: int, task: int, cause: int) -> str:
    """Hand the letter back to where it failed; or the reason why that cannot be. Then it stays where it is."""
    environment, messages = world.environment, queue.messages
    letter, extras = messages.subject[slot], messages.of(slot)
    text = environment.bodies.text(new_body or environment.subjects.body[letter])
    back = world.origins[extras.origin].way_back(extras.origin, text, extras.attributes)
    if isinstance(back, Refusal):
        return f"{back.code}: {back.message}"
    recipient = world.recipient(back.node)
    assert recipient is not None
    body = environment.bodies.number(back.text)
    came = recipient.deliver(Delivery(body, letter, request=task, cause=cause, attributes=back.attributes))
    if isinstance(came, Refusal):
        return f"{came.code}: {came.message}"
    detail = (extras.origin, back.node, task, int(bool(new_body)))
    environment.recorder.write(RETURNED, queue.node, letter, task, cause, messages.receive_count[slot], detail)
    queue.leave(slot)
    queue.settle()
    return ""
