"""An event source mapping on a stream: its function gets the batches, its destination hears of those that are given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.effects import Outcome
from flows.services.lambda_.config import MappingConfig
from flows.services.lambda_.configuration import role_of
from flows.services.lambda_.function import Function
from flows.services.lambda_.mapping_states import State
from flows.services.lambda_.stream_answers import first_failed
from flows.services.lambda_.stream_failures import UNHANDLED, send_failure
from flows.services.ports import Json, Stream
from flows.services.streaming.failures import Failure, GivenUp
from flows.services.streaming.reading import Reading

if TYPE_CHECKING:
    from flows.services.lambda_.versions import Runnable
    from flows.services.streaming.batch import StreamBatch
    from flows.services.streaming.reader import Reader
    from flows.services.world import World

NOTHING_YET = "No records processed"
REPORTED = "BatchItemFailure", "The function reported this record."


class StreamMapping(Reading):
    fifo = False

    def __init__(self, world: World, config: MappingConfig, link: int, source: Stream, function: Function) -> None:
        assert config.stream is not None
        super().__init__(world, source, link, config.stream)
        self.id = config.id
        self.function = function
        self.tags: Json = {}
        self.qualifier = config.qualifier
        self.filters = config.filters
        self.batch_size = config.batch_size
        self.window_us = config.batching_window_us
        self.enabled = config.enabled and not config.created
        self.partial = config.report_batch_item_failures
        self.last_result = NOTHING_YET
        self._under_way: dict[int, Reader] = {}
        """By invocation: whose batch it has."""
        self.state = State(self, config)
        source.follow(self)
        self.wake()

    @property
    def source(self) -> Stream:
        return self.stream

    @property
    def source_arn(self) -> str:
        arn = self.stream.stream_arn
        return f"{arn}/consumer/{self.config.consumer}" if self.config.consumer else arn

    @property
    def target_arn(self) -> str:
        return f"{self.function.arn}:{self.qualifier}" if self.qualifier else self.function.arn

    @property
    def role(self) -> str:
        return role_of(self.function)

    def turn_to(self, function: Function, link: int) -> None:
        self.function, self.link = function, link

    # ── what is behind it ───────────────────────────────────────────────────────────────────────────────────────────

    def route(self, request: int, cause: int) -> tuple[Runnable | None, str, int]:
        function = self.function
        code: Runnable | None = function
        if self.qualifier:
            code = function.versions.route(self.qualifier, request, cause)
        if code is None:
            return None, f"{self.qualifier} does not exist", 0
        return code, *function.unavailable(code)

    def start(self, reader: Reader, batch: StreamBatch, request: int, cause: int, route: Runnable) -> None:
        self._under_way[request] = reader
        self.function.start(
            request, self.link, cause, batch, 0, self.answered, partial=self.partial, ordered=True, code=route
        )

    def answered(self, request: int, outcome: Outcome, ended: int, error: int) -> None:
        """The function's answer."""
        reader = self._under_way.pop(request)
        first = first_failed(reader.batches[0], outcome, partial=self.partial)
        if first is None:
            self.last_result = "OK"
            reader.succeeded(request, ended, outcome.reply)
            return
        self.last_result = "PROBLEM: Function call failed"
        if outcome.error_type:
            reader.failed(Failure(first, request, ended, outcome.error_type, error, UNHANDLED))
        else:
            reader.failed(Failure(first, request, ended, REPORTED[0], self.function.error_body(*REPORTED)))

    def give_up(self, given_up: GivenUp) -> None:
        if self.config.on_failure is not None:
            send_failure(self, self.config.on_failure, given_up)
