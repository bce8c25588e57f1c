"""What AWS checks before it makes or changes an event source mapping, beyond the shape of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.lambda_ import refusals
from flows.services.lambda_.filtering import problem_of
from flows.services.lambda_.lookups import Target
from flows.services.lambda_.quotas import QUOTAS, SECOND_US
from flows.services.ports import Json, Refusal
from flows.services.streaming.reading import named_stream

if TYPE_CHECKING:
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

NO_QUEUE = (
    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
    "SQS Error Message: The specified queue does not exist."
)
STREAMS = ("kinesis", "dynamodb")
OF_STREAMS = (
    "DestinationConfig",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
    "StartingPosition",
    "StartingPositionTimestamp",
)
"""What only mappings of streams may be given."""
WINDOW_NEEDED = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
NO_WINDOW = "Batching window is not supported for FIFO queues"


def source_of(world: World, params: Json) -> CompiledNode | Refusal:
    """The queue, or what has the stream, that a request's EventSourceArn names."""
    arn = params.get("EventSourceArn")
    if arn is None:
        return refusals.invalid("Unrecognized event source.")
    service = arn.split(":")[2]
    if service in STREAMS:
        if params.get("StartingPosition") is None:
            return refusals.validation("Value null at 'startingPosition'", "Member must not be null")
        found = named_stream(world, arn)
        return refusals.invalid(f"Stream not found: {arn}") if found is None else found[0]
    if service != "sqs":
        return refusals.invalid("Unrecognized event source, must be kinesis, dynamodb stream or sqs.")
    node = world.topology.by_arn.get(arn)
    if node is None or world.nouns[node.index] is None:
        return refusals.invalid(NO_QUEUE)
    return node


def unsupported(params: Json) -> Refusal | None:
    """A member that only streams know."""
    name = next((name for name in OF_STREAMS if params.get(name) is not None), None)
    return (
        None if name is None else refusals.invalid(f"Unsupported {name} parameter for given event source mapping type.")
    )


def settings_clash(size: int, window_us: int, params: Json, *, fifo: bool) -> Refusal | None:
    """Whether batch size, window and filters go together; `size` and `window_us` as they would be."""
    if fifo and window_us:
        return refusals.invalid(NO_WINDOW)
    if fifo and size > QUOTAS.fifo_batch:
        return refusals.invalid(f"Batch size for FIFO queues must be between 1 and {QUOTAS.fifo_batch}")
    if size > QUOTAS.batch_without_window and not window_us:
        return refusals.invalid(WINDOW_NEEDED)
    problem = problem_of(params.get("FilterCriteria"))
    return refusals.invalid(problem) if problem else None


def too_short(visibility_us: int, target: Target) -> Refusal | None:
    """A queue must hide its messages for as long as the function may take."""
    timeout_us = target.function.timeout_us
    if visibility_us >= timeout_us:
        return None
    visibility, timeout = visibility_us // SECOND_US, timeout_us // SECOND_US
    return refusals.invalid(
        f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"
    )
