"""One invocation of a delivery stream's function, and what its answer makes of the records.

The function gets the records with an id each and their data in base64, and answers for each id `Ok` (with the data that goes on), `Dropped` (on
purpose) or `ProcessingFailed`. An id that is missing, or twice there, failed. Calls that did not take place (throttled, out of service) are made
again, three times unless the stream says otherwise; an error of the function's is none of those. What could not be processed goes to the
error output as it came, with the reason beside it ("Transform source data in Amazon Data Firehose", "Handle failure in data transformation").
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import message_id, request_id
from flows.engine.subjects import SubjectKind
from flows.services import blobs
from flows.services.deliveries import is_permanent
from flows.services.firehose import records
from flows.services.firehose.quotas import backoff_us
from flows.services.ports import NO_LINK, Answer, Caller, Json

if TYPE_CHECKING:
    from flows.services.firehose.buffer import Row
    from flows.services.firehose.stream import DeliveryStream

BATCH, MESSAGE = int(SubjectKind.BATCH), int(SubjectKind.MESSAGE)
LINK = "firehose-transform"
NO_RETRY = -1
OK, DROPPED = "Ok", "Dropped"
NO_ID = "Lambda.MissingRecordId", "The function's answer has no record with this id."
TWICE = "Lambda.DuplicatedRecordId", "The function's answer has this record's id several times."
SAID_FAILED = "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record"
NO_ANSWER = "Lambda.JsonProcessingException", "The function's answer is no object with a list of records."


class Transforming:
    def __init__(self, stream: DeliveryStream, rows: list[Row]) -> None:
        self.stream, self.rows = stream, rows
        self.world, self.environment = stream.world, stream.environment
        self.request = self.environment.subjects.new(BATCH, rows[0].subject if len(rows) == 1 else 0)
        self.attempts = 0
        self.last = rows[-1].ticket

    @property
    def link(self) -> int:
        return self.stream.links.get(LINK, NO_LINK)

    def attempt(self) -> None:
        """The function is invoked, and its answer waited for."""
        self.attempts += 1
        stream, transform = self.stream, self.stream.config.transform
        assert transform is not None
        self.last = self._record(records.TRANSFORMING, self.last, (self.link, len(self.rows)))
        topology = self.world.topology
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
        params = {"FunctionName": transform.arn, "Payload": self._event()}
        answer = self.world.door.call(self.world, caller, "lambda", "Invoke", params)
        if isinstance(answer, Answer):
            self.answered(answer)
        else:
            self.world.when(answer, self.answered)

    def _event(self) -> str:
        stream, environment = self.stream, self.environment
        rows = [
            {
                "recordId": record_id(environment.seed, row.subject),
                "approximateArrivalTimestamp": environment.wall_us(row.arrived_at) // 1000,
                "data": stream.data_of(row),
                **({"kinesisRecordMetadata": json.loads(row.source)} if row.source else {}),
            }
            for row in self.rows
        ]
        source = {"sourceKinesisStreamArn": stream.config.source_arn} if stream.config.source is not None else {}
        event = {
            "invocationId": request_id(environment.seed, self.request),
            **source,
            "deliveryStreamArn": stream.arn,
            "region": self.world.topology.region,
            "records": rows,
        }
        return json.dumps(event, separators=(",", ":"))

    def answered(self, answer: Answer) -> None:
        """The function has ended, or was not invoked."""
        if answer.refusal is not None:
            self._refused(answer)
            return
        output = answer.output or {}
        said = _parsed(output.get("Payload"))
        if output.get("FunctionError"):
            fields = said if isinstance(said, dict) else {}
            self._give_up("Lambda.FunctionError", str(fields.get("errorMessage") or output["FunctionError"]))
            return
        if said is None:
            self._let_through()
            return
        rows = said.get("records") if isinstance(said, dict) else None
        if not isinstance(rows, list):
            self._give_up(*NO_ANSWER)
            return
        self._sort_out([each for each in rows if isinstance(each, dict)])

    def _let_through(self) -> None:
        """A behaviour without an output: every record goes on as it is."""
        seed, stream = self.environment.seed, self.stream
        ids = [record_id(seed, row.subject) for row in self.rows]
        datas = [stream.data_of(row) for row in self.rows]
        self._sort_out([{"recordId": id_, "result": OK, "data": data} for id_, data in zip(ids, datas, strict=True)])

    def _refused(self, answer: Answer) -> None:
        refusal, transform = answer.refusal, self.stream.config.transform
        assert refusal is not None
        assert transform is not None
        if is_permanent(refusal) or self.attempts > transform.retries:
            self._give_up(f"Lambda.{refusal.code}", refusal.message)
            return
        wait = backoff_us(self.attempts)
        detail = (self.link, refusal.code, refusal.message, wait)
        self.last = self._record(records.TRANSFORM_FAILED, answer.cause or self.last, detail)
        self.environment.calendar.schedule(self.environment.now_at + wait, self.attempt)

    def _give_up(self, error: str, message: str) -> None:
        detail = (self.link, error, message, len(self.rows))
        self.last = self._record(records.TRANSFORM_GIVEN_UP, self.last, detail)
        for row in self.rows:
            self._failed(row, error, message)

    def _sort_out(self, answers: list[Json]) -> None:
        """By record: what goes on, what is dropped, what failed."""
        named: dict[str, list[Json]] = {}
        for answer in answers:
            named.setdefault(str(answer.get("recordId")), []).append(answer)
        ids = [record_id(self.environment.seed, row.subject) for row in self.rows]
        found = [named.get(id_, []) for id_ in ids]
        results = [each[0].get("result") if len(each) == 1 else None for each in found]
        ok, dropped = results.count(OK), results.count(DROPPED)
        detail = (self.link, ok, dropped, len(self.rows) - ok - dropped)
        self.last = self._record(records.TRANSFORM_ANSWERED, self.last, detail)
        for row, answers_, result in zip(self.rows, found, results, strict=True):
            if result == OK:
                self._goes_on(row, str(answers_[0].get("data") or ""))
            elif result == DROPPED:
                self._about(records.DROPPED, row.subject, (self.link,))
            else:
                self._failed(row, *(SAID_FAILED if len(answers_) == 1 else TWICE if answers_ else NO_ID))

    def _goes_on(self, row: Row, data: str) -> None:
        """What the function made of it takes its place."""
        content = blobs.read(data)
        body = self.environment.bodies.number(blobs.text_of(content)) if content else 0
        done = self._about(records.TRANSFORMED, row.subject, (self.link,))
        subject = self.environment.subjects.new(MESSAGE, row.subject, 0, body)
        write, detail = self.environment.recorder.write, (self.link, len(content))
        taken = write(records.CHANGED_INTO, self.stream.node, subject, self.request, done, 0, detail)
        self.stream.processed(replace(row, subject=subject, body=body, size=len(content), ticket=taken))

    def _failed(self, row: Row, error: str, message: str) -> None:
        ticket = self._about(records.UNPROCESSED, row.subject, (self.link, error, message))
        self.stream.unprocessed(replace(row, ticket=ticket, error=(error, message), attempts=self.attempts))

    def _about(self, kind: int, subject: int, detail: tuple[object, ...]) -> int:
        return self.environment.recorder.write(
            kind, self.stream.node, subject, self.request, self.last, self.attempts, detail
        )

    def _record(self, kind: int, cause: int, detail: tuple[object, ...]) -> int:
        write = self.environment.recorder.write
        return write(kind, self.stream.node, self.request, self.request, cause, self.attempts, detail)


def record_id(seed: int, subject: int) -> str:
    """A record's id, as PutRecord answers it and a transformation is told."""
    return message_id(seed, subject).replace("-", "") + f"{subject:08d}"


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return None
