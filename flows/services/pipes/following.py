"""How a pipe follows a stream: shard by shard, in order, one batch at a time (or several lanes), each batch a run.

Theory of operation. What blocks a shard, splits a batch or gives it up is the same as in a mapping (`flows/services/streaming`), by the settings
of KinesisStreamParameters or DynamoDBStreamParameters: what a run did not get through is tried again before anything behind it, until
MaximumRetryAttempts or MaximumRecordAgeInSeconds end it. With AUTOMATIC_BISECT a batch that failed as a whole is halved. Of targets that take
events one by one, and of those that report single items, the lowest that failed is where the pipe goes on. A target that cannot be reached, or is
throttled, is tried until the records are too old: that uses up no retry.

A record of Kinesis comes flat: what Lambda puts under `kinesis` stands beside the rest ("Amazon Kinesis stream as a source").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.engine.subjects import SubjectKind
from flows.services.dates import instant_of
from flows.services.pipes.config import PipeLinkConfig
from flows.services.pipes.dead_letters import send_letter
from flows.services.pipes.filtering import texts_of
from flows.services.pipes.quotas import QUOTAS, SECOND_US
from flows.services.pipes.run import Run
from flows.services.pipes.sending import Failed
from flows.services.ports import Batch, Json, Shard, Stream
from flows.services.streaming.batch import StreamBatch
from flows.services.streaming.failures import Failure, GivenUp
from flows.services.streaming.reading import Reading
from flows.topology.links.draft import get
from flows.topology.resources.mapping import NO_LIMIT, StreamConfig

if TYPE_CHECKING:
    from flows.services.pipes.pipe import Pipe
    from flows.services.streaming.reader import Reader

PARAMETERS = {"kinesis": "KinesisStreamParameters", "dynamodb": "DynamoDBStreamParameters"}
"""By the kind of stream: which of the SourceParameters are about it."""
DEAD_LETTER_LINK = "pipe-dlq"
UNREACHABLE = frozenset(
    {
        "ServiceUnavailable",
        "ServiceException",
        "InternalFailure",
        "InternalServerError",
        "InternalError",
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "RequestThrottled",
        "SlowDown",
        "ProvisionedThroughputExceededException",
        "HTTP503",
        "HTTP504",
    }
)
"""Failures of AWS's own, which use up no retry ("Pipe internal errors")."""


class Following(Reading):
    run_kind = int(SubjectKind.BATCH)
    gone_condition = "PipeDeleted"

    def __init__(self, pipe: Pipe, source: Stream, link: int) -> None:
        super().__init__(pipe.world, source, link, StreamConfig())
        self.pipe = pipe
        self.dead_letter_link: int | None = None
        self._under_way: dict[int, Reader] = {}
        """By run: whose batch it has."""
        source.follow(self)

    # ── what it was told ────────────────────────────────────────────────────────────────────────────────────────────

    def setting(self, name: str, usual: Any = None) -> Any:
        said = self.pipe.setting("SourceParameters", PARAMETERS[self.stream.stream_kind], name)
        return usual if said is None else said

    def changed(self) -> None:
        """Its settings as they are now; and it may read, or may not."""
        age = int(self.setting("MaximumRecordAgeInSeconds", NO_LIMIT))
        self.batch_size = int(self.setting("BatchSize", QUOTAS.stream_batch))
        self.window_us = int(self.setting("MaximumBatchingWindowInSeconds", 0)) * SECOND_US
        self.filters = texts_of(self.pipe.setting("SourceParameters", "FilterCriteria"))
        self.reconfigure(
            replace(
                self.config,
                starting_position=str(self.setting("StartingPosition", "LATEST")),
                starting_wall_us=instant_of(self.setting("StartingPositionTimestamp", 0)) or 0,
                parallelization_factor=int(self.setting("ParallelizationFactor", 1)),
                maximum_record_age_us=NO_LIMIT if age == NO_LIMIT else age * SECOND_US,
                maximum_retry_attempts=int(self.setting("MaximumRetryAttempts", NO_LIMIT)),
                bisect=self.setting("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT",
            )
        )
        self._find_dead_letters()
        self.enabled = self.pipe.may_read
        super().changed()

    def _find_dead_letters(self) -> None:
        arn = get(self.setting("DeadLetterConfig"), "Arn")
        topology, pipe = self.world.topology, self.pipe
        node = topology.by_arn.get(str(arn)) if arn else None
        self.dead_letter_link = None
        if node is None:
            return
        drawn = self.world.link_between(pipe.node, node.index, DEAD_LETTER_LINK)
        if drawn < 0:
            config = PipeLinkConfig(pipe.node)
            drawn = self.world.join(DEAD_LETTER_LINK, pipe.node, node.index, config, id_=f"{pipe.id}.DeadLetters").index
        self.dead_letter_link = drawn

    @property
    def source_name(self) -> str:
        return f"aws:{self.stream.stream_kind}"

    # ── what is behind it ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def role(self) -> str:
        return str(self.pipe.given.get("RoleArn") or "")

    def event_record(self, shard: Shard, position: int) -> Json:
        told = self.stream.event_record(shard, position, self.role)
        return {**told.pop("kinesis", {}), **told}

    def filtered_record(self, shard: Shard, position: int) -> Json:
        told = self.event_record(shard, position)
        return {"kinesis": told} if self.stream.stream_kind == "kinesis" else told

    def route(self, _request: int, _cause: int) -> tuple[None, str, int]:
        """A pipe is always there."""
        return None, "", 0

    def start(self, reader: Reader, batch: StreamBatch, request: int, cause: int, _route: None) -> None:
        self._under_way[request] = reader
        run = Run(self.pipe, self, request, batch, self.link, cause)
        self.environment.calendar.schedule(self.environment.now_at + QUOTAS.shortest_us, run.begin)

    def names(self, batch: Batch) -> list[str]:
        """Sequence numbers."""
        return batch.numbers() if isinstance(batch, StreamBatch) else []

    def ended(self, run: Run, ended: int, failed: Failed) -> None:
        reader = self._under_way.pop(run.request)
        if not failed:
            reader.succeeded(run.request, ended)
            return
        index, code, message = min(failed)
        body = self.environment.bodies.number(message)
        reader.failed(Failure(index, run.request, ended, code, body, counts=code not in UNREACHABLE))

    def give_up(self, given_up: GivenUp) -> None:
        if self.dead_letter_link is not None and self.dead_letter_link not in self.world.topology.gone_links:
            send_letter(self.pipe, self.dead_letter_link, given_up)
