"""One object of a delivery stream: records one after the other, put into a bucket, tried again until it is there or it is too late.

A bucket that refuses is tried for a day (other destinations for as long as RetryOptions say); waits double from a second to five minutes.
A record that was not transformed is written as a line of JSON that says why, with its data as it came ("Data delivery failure handling").
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.firehose import records
from flows.services.firehose.prefixes import error_prefix_of, moment_of, object_name, prefix_of
from flows.services.firehose.quotas import backoff_us
from flows.services.ports import NO_LINK, Answer, Caller, Refusal

if TYPE_CHECKING:
    from flows.services.firehose.buffer import Row
    from flows.services.firehose.config import BucketOutput
    from flows.services.firehose.stream import DeliveryStream

BATCH = int(SubjectKind.BATCH)
NOWHERE = Refusal("S3.NoSuchBucket", "The specified bucket does not exist.", 404)


class Writing:
    """`failed`: the records are those that were not transformed. Without a bucket of its own an output that lies elsewhere just takes them."""

    def __init__(
        self, stream: DeliveryStream, output: BucketOutput, link_kind: str, rows: list[Row], *, failed: bool = False
    ) -> None:
        self.stream, self.output, self.rows, self.failed = stream, output, rows, failed
        self.world, self.environment = stream.world, stream.environment
        self.link_kind = link_kind
        self.began_at = self.environment.now_at
        self.version = stream.version
        self.attempts = 0
        self.request = self.environment.subjects.new(BATCH, rows[0].subject if len(rows) == 1 else 0)
        self.text = self._content()
        size = len(self.text.encode("utf-8", "surrogatepass"))
        self.last = self._record(records.WRITING, rows[-1].ticket, (self.link, len(rows), size))

    @property
    def link(self) -> int:
        return self.stream.links.get(self.link_kind, NO_LINK)

    def _content(self) -> str:
        if not self.failed:
            bodies, end = self.environment.bodies, self.stream.config.delimiter
            return "".join((bodies.text(row.body) if row.body else "") + end for row in self.rows)
        transform, environment = self.stream.config.transform, self.environment
        lines = [
            {
                "attemptsMade": row.attempts,
                "arrivalTimestamp": environment.wall_us(row.arrived_at) // 1000,
                "errorCode": row.error[0],
                "errorMessage": row.error[1],
                "attemptEndingTimestamp": environment.wall_us(environment.now_at) // 1000,
                "rawData": self.stream.data_of(row),
                "lambdaArn": transform.arn if transform is not None else "",
            }
            for row in self.rows
        ]
        return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)

    @property
    def key(self) -> str:
        environment, output = self.environment, self.output
        moment = moment_of(environment.wall_us(min(row.arrived_at for row in self.rows)))
        unique = message_id(environment.seed, self.request)
        name = object_name(self.stream.name, self.version, moment, unique, output.extension)
        if self.failed:
            return error_prefix_of(output.error_prefix, output.prefix, moment, unique) + name
        return prefix_of(output.prefix, moment, unique) + name

    def attempt(self) -> None:
        self.attempts += 1
        if self.stream.config.elsewhere and not self.failed:
            self._written(self.stream.config.elsewhere)
            return
        bucket = self.output.bucket
        if bucket is None or bucket in self.world.topology.gone_nodes:
            self._refused(NOWHERE, 0)
            return
        wait = self.world.faults.latency_us(bucket, self.link) if self.world.faults.live else 0
        if wait:
            self.environment.calendar.schedule(self.environment.now_at + wait, self.put)
        else:
            self.put()

    def put(self) -> None:
        topology, stream = self.world.topology, self.stream
        caller = Caller(
            stream.name,
            stream.node,
            topology.account,
            topology.region,
            self.request,
            self.link,
            cause=self.last,
            parent=self.request,
        )
        bucket = self.output.bucket
        params = {"Bucket": topology.nodes[bucket or 0].name, "Key": self.key, "Body": self.text}
        answer = self.world.door.call(self.world, caller, "s3", "PutObject", params)
        if isinstance(answer, Answer):
            self.answered(answer)
        else:
            self.world.when(answer, self.answered)

    def answered(self, answer: Answer) -> None:
        if answer.refusal is None:
            self._written(self.key)
        else:
            self._refused(answer.refusal, answer.cause)

    def _written(self, key: str) -> None:
        self.last = self._record(records.WRITTEN, self.last, (self.link, len(self.rows), key))
        for row in self.rows:
            self._about(records.DELIVERED, row.subject, (self.link, key))
        self.stream.done(self)

    def _refused(self, refusal: Refusal, cause: int) -> None:
        wait = backoff_us(self.attempts)
        now = self.environment.now_at
        error = (refusal.code, refusal.message)
        if now + wait - self.began_at <= self.stream.config.retry_us and not self.stream.gone:
            self.last = self._record(records.WRITE_FAILED, cause or self.last, (self.link, *error, wait))
            self.environment.calendar.schedule(now + wait, self.attempt)
            return
        self.last = self._record(records.WRITE_GIVEN_UP, cause or self.last, (self.link, *error, len(self.rows)))
        for row in self.rows:
            self._about(records.LOST, row.subject, (self.link, *error))
        self.stream.done(self)

    def _about(self, kind: int, subject: int, detail: tuple[object, ...]) -> None:
        write = self.environment.recorder.write
        write(kind, self.stream.node, subject, self.request, self.last, self.attempts, detail)

    def _record(self, kind: int, cause: int, detail: tuple[object, ...]) -> int:
        write = self.environment.recorder.write
        return write(kind, self.stream.node, self.request, self.request, cause, self.attempts, detail)
