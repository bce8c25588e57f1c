"""What a pipe says about a batch of a stream that it gives up, in its dead-letter queue or topic.

As of a mapping, the letter names the records and does not hold them; it says which pipe gave up (`context`), not what the target answered.
Seen in public: letters of real pipes with `context.partnerResourceArn` and `context.condition` beside KinesisBatchInfo or DDBStreamBatchInfo;
AWS's user guide gives no example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.deliveries import deliver
from flows.services.faults import Struck
from flows.services.pipes.template import compact
from flows.services.ports import Delivery
from flows.services.streaming import records
from flows.services.streaming.failures import GivenUp, told_of

if TYPE_CHECKING:
    from flows.services.pipes.pipe import Pipe


def send_letter(pipe: Pipe, link: int, given_up: GivenUp) -> None:
    """What does not arrive there is gone."""
    batch, environment = given_up.batch, pipe.environment
    context = {"partnerResourceArn": pipe.arn, "condition": given_up.condition}
    letter = {"context": context, **told_of(batch)}
    delivery = Delivery(
        environment.bodies.number(compact(letter)),
        batch.subject,
        link,
        given_up.request,
        given_up.cause,
        source=pipe.node,
        attempts=batch.earlier + batch.tried,
        dead_letter=True,
    )
    got = deliver(pipe.world, pipe.world.topology.links[link].target, delivery)
    if isinstance(got, Struck):
        detail = (link, got.refusal.code, got.refusal.message)
        write, cause = environment.recorder.write, got.cause or given_up.cause
        write(records.UNDELIVERED, pipe.node, batch.subject, given_up.request, cause, 0, detail)
