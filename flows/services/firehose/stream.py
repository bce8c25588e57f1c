"""A delivery stream: takes records, has them transformed, and puts them into a bucket, many at a time.

Theory of operation. A record that comes lies in a buffer. With a transformation there are two in a row: a megabyte or a minute for the function,
then five megabytes or five minutes (BufferingHints) for an object. What the function could not process has a buffer of its own, for the error
output; a copy of what came has another, where the backup is on. A buffer that is full, or old enough, becomes one invocation (`transforming.py`)
or one object (`writing.py`); these go on by themselves, and the next buffer fills meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.subjects import SubjectKind
from flows.services import blobs
from flows.services.faults import LINK
from flows.services.firehose import records, refusals
from flows.services.firehose.buffer import Buffer, Row
from flows.services.firehose.quotas import QUOTAS
from flows.services.firehose.source import SourceReading
from flows.services.firehose.transforming import Transforming
from flows.services.firehose.writing import Writing
from flows.services.ports import Caller, Delivery, Json, Refusal, Stream

if TYPE_CHECKING:
    from flows.services.firehose.config import DeliveryStreamConfig
    from flows.services.world import World
    from flows.topology.compiled import CompiledNode

MESSAGE = int(SubjectKind.MESSAGE)
DESTINATION, BACKUP, SOURCE = "firehose-destination", "firehose-backup", "firehose-source"


class DeliveryStream:
    def __init__(self, world: World, node: CompiledNode, config: DeliveryStreamConfig) -> None:
        self.world, self.environment = world, world.environment
        self.node, self.name, self.arn = node.index, node.name, node.arn
        self.made_at = self.environment.now_at
        self.tags: dict[str, str] = {}
        self.changed: Json = {}
        """What UpdateDestination put in place of the properties it was made with."""
        self.version = 1
        self.links: dict[str, int] = {}
        """Link kind → its link of that kind."""
        self.gone = False
        self.source: SourceReading | None = None
        self._writing: list[Writing] = []
        self.config = config
        made, usual = self.environment, config.output.buffer
        self._to_transform = Buffer(made, usual, self.transform)
        self._to_write = Buffer(made, usual, self.write)
        self._to_fail = Buffer(made, usual, self.write_failed)
        self._to_back_up = Buffer(made, usual, self.write_backup)
        self.configure(config)

    def configure(self, config: DeliveryStreamConfig) -> None:
        """What comes from now on is handled so; what is gathered goes on its way."""
        for buffer in self._buffers():
            buffer.close()
        self.config = config
        transform, backup, output = config.transform, config.backup, config.output
        self._to_transform.config = transform.buffer if transform else output.buffer
        self._to_write.config = self._to_fail.config = output.buffer
        self._to_back_up.config = backup.buffer if backup else output.buffer

    def _buffers(self) -> tuple[Buffer, ...]:
        return self._to_transform, self._to_write, self._to_fail, self._to_back_up

    @property
    def properties(self) -> Json:
        """As they are now. Those it was made with belong to the topology, which other runs have too."""
        return {**self.world.topology.nodes[self.node].properties, **self.changed}

    @property
    def status(self) -> str:
        creating = self.config.created and self.environment.now_at < self.made_at + QUOTAS.transition_us
        return "CREATING" if creating else "ACTIVE"

    def begin(self, source: Stream | None) -> None:
        """It reads its source from now on, if it has one."""
        if source is not None and self.source is None:
            link = self.links[SOURCE]
            self.source = SourceReading(self, source, link)
            self.world.links[link] = self.source
            self.world.faults.watch((LINK, link), self.source.outage)

    # ── taking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def deliver(self, delivery: Delivery) -> int | Refusal:
        """A service puts a record (`Recipient`)."""
        bodies = self.environment.bodies
        content = bodies.text(delivery.body).encode("utf-8", "surrogatepass") if delivery.body else b""
        if len(content) > QUOTAS.record_bytes:
            return refusals.TOO_LARGE
        return self.take(content, (delivery.link, delivery.request, delivery.cause, delivery.parent))

    def take(self, content: bytes, came: tuple[int, int, int, int], source: str = "") -> int:
        """A new record; answers its subject. `came` is (link, request, cause, parent)."""
        link, request, cause, parent = came
        environment = self.environment
        body = environment.bodies.number(blobs.text_of(content)) if content else 0
        subject = environment.subjects.new(MESSAGE, parent, 0, body)
        write = environment.recorder.write
        taken = write(records.TAKEN, self.node, subject, request, cause, 0, (link, len(content)))
        row = Row(subject, body, len(content), environment.now_at, taken, source)
        if self.config.backup is not None:
            copy = environment.subjects.new(MESSAGE, subject, 0, body)
            kept = write(records.BACKED_UP, self.node, copy, request, taken, 0, (self.links.get(BACKUP, -1),))
            self._to_back_up.add(Row(copy, body, len(content), environment.now_at, kept))
        (self._to_transform if self.config.transform is not None else self._to_write).add(row)
        return subject

    def data_of(self, row: Row) -> str:
        """A record's data in base64."""
        return blobs.written(self.environment.bodies.text(row.body)) if row.body else ""

    # ── handing on ──────────────────────────────────────────────────────────────────────────────────────────────────

    def transform(self, rows: list[Row]) -> None:
        Transforming(self, rows).attempt()

    def processed(self, row: Row) -> None:
        """What a transformation made, for the destination."""
        self._end(row) if self.gone else self._to_write.add(row)

    def unprocessed(self, row: Row) -> None:
        """What a transformation did not process, for the error output."""
        self._end(row) if self.gone else self._to_fail.add(row)

    def write(self, rows: list[Row]) -> None:
        self._begin(Writing(self, self.config.output, DESTINATION, rows))

    def write_failed(self, rows: list[Row]) -> None:
        kind = BACKUP if self.config.elsewhere else DESTINATION
        self._begin(Writing(self, self.config.output, kind, rows, failed=True))

    def write_backup(self, rows: list[Row]) -> None:
        assert self.config.backup is not None
        self._begin(Writing(self, self.config.backup, BACKUP, rows))

    def _begin(self, writing: Writing) -> None:
        self._writing.append(writing)
        writing.attempt()

    def done(self, writing: Writing) -> None:
        """The object is there, or is given up."""
        self._writing.remove(writing)

    # ── going ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def removed(self, caller: Caller | None) -> None:
        """The stream is deleted, with what is gathered; what is under way ends."""
        self.gone = True
        if self.source is not None:
            self.source.removed(caller)
        for buffer in self._buffers():
            for row in buffer.empty():
                self._end(row)

    def _end(self, row: Row) -> None:
        self.environment.recorder.write(records.GONE, self.node, row.subject, 0, row.ticket, 0)
