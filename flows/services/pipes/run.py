"""One batch on its way through a pipe: enrichment, then target; then whoever read it hears what failed.

The enrichment and a target that answers (a function, an Express machine) get the events as one JSON array; the other targets get them one by
one. The enrichment's answer takes the place of the events: an array is that many, an empty answer ends the run. Whoever gets the whole
batch may report single messages (`batchItemFailures`); of targets that take events one by one those that were refused stay in the
source, the others are deleted (AWS: "Amazon EventBridge Pipes error handling and troubleshooting").

A function or a machine is called through the one door, as AWS's API would be.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flows.services.dates import iso
from flows.services.deliveries import latency_us
from flows.services.pipes import records
from flows.services.pipes.places import call_of, place_of, takes_whole_batch
from flows.services.pipes.sending import Failed, send
from flows.services.pipes.template import as_text, fill
from flows.services.ports import NO_LINK, Answer, Batch, Caller, Json

if TYPE_CHECKING:
    from flows.services.pipes.pipe import Pipe, Reads

ENRICHMENT, TARGET = "Enrichment", "Target"
ENRICHMENT_LINK, TARGET_LINK = "pipe-enrichment", "pipe-target"
REPORTED = ("BatchItemFailure", "The target reported this message.")


class Run:
    def __init__(self, pipe: Pipe, reads: Reads, request: int, batch: Batch, link: int, cause: int = 0) -> None:
        self.pipe, self.reads, self.request, self.batch, self.link = pipe, reads, request, batch, link
        self.events: list[Any] = []
        self.last = cause
        self.stage = ""

    @property
    def paired(self) -> bool:
        """Whether each event still stands for the message at its place."""
        return len(self.events) == len(self.batch)

    def subject_of(self, index: int) -> int:
        """Whose copy the event at that place is."""
        subjects = self.batch.subjects()
        return subjects[index] if self.paired else subjects[0] if len(subjects) == 1 else self.request

    def begin(self) -> None:
        detail = (self.link, len(self.batch))
        self.last = self._record(records.RUN_STARTED, self.last or self.batch.tickets[-1], detail)
        self.events = list(self.batch.event()["Records"])
        if self.pipe.given.get(ENRICHMENT):
            self._enrich()
        else:
            self._hand_over()

    # ── enrichment ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _enrich(self) -> None:
        self.stage = ENRICHMENT
        place = place_of(self.pipe, ENRICHMENT, ENRICHMENT_LINK)
        link = self.pipe.links.get(ENRICHMENT_LINK, NO_LINK)
        self.last = self._record(records.ENRICHING, self.last, (link, len(self.events)))
        values = self._shaped("EnrichmentParameters")
        call = (
            None
            if place is None
            else call_of(self.pipe, place, values, ENRICHMENT, self._parameters("EnrichmentParameters"), waits=True)
        )
        if place is None:
            self.fail(link, "ResourceNotFoundException", "The enrichment does not exist.")
        elif call is None:
            failed = send(self, place, link, values, {})
            if failed:
                self.fail(link, *failed[0][1:])
            else:
                self._enriched(link, values)
        else:
            self._call(link, *call)

    def _enriched(self, link: int, value: Any) -> None:
        events = value if isinstance(value, list) else [] if value in (None, "", {}) else [value]
        self.last = self._record(records.ENRICHED, self.last, (link, len(events)))
        self.events = events
        if events:
            self._hand_over()
        else:
            self.reads.ended(self, self._record(records.RUN_EMPTIED, self.last, (link,)), [])

    # ── target ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hand_over(self) -> None:
        self.stage = TARGET
        pipe = self.pipe
        place = place_of(pipe, TARGET, TARGET_LINK)
        link = pipe.links.get(TARGET_LINK, NO_LINK)
        self.last = self._record(records.TARGETING, self.last, (link, len(self.events)))
        values = self._shaped("TargetParameters")
        parameters = self._parameters("TargetParameters")
        if place is None:
            self.fail(link, "ResourceNotFoundException", "The target does not exist.")
            return
        waits = takes_whole_batch(pipe.world, place, parameters)
        call = call_of(pipe, place, values, TARGET, parameters, waits=waits)
        if call is not None:
            self._call(link, *call)
            return
        wait, calendar = latency_us(pipe.world, place, link), pipe.environment.calendar
        if wait:
            calendar.schedule(calendar.now_at + wait, self.arrive, place, link, values, parameters)
        else:
            self.arrive(place, link, values, parameters)

    def arrive(self, place: int, link: int, values: list[Any], parameters: Json) -> None:
        """The events are where they are taken without an answer."""
        failed = send(self, place, link, values, parameters)
        if failed and not self.paired:
            self.fail(link, *failed[0][1:])
        else:
            self._taken(link, failed)

    def _taken(self, link: int, failed: Failed) -> None:
        """The target took all but those."""
        if failed:
            _, code, message = failed[0]
            ended = self._record(records.RUN_FAILED, self.last, (link, code, message, len(failed)))
        else:
            ended = self._record(records.RUN_SUCCEEDED, self.last, (link, len(self.events)))
        self.reads.ended(self, ended, failed)

    def fail(self, link: int, code: str, message: str) -> None:
        """The whole batch stays where it was."""
        failed = [(index, code, message) for index in range(len(self.batch))]
        ended = self._record(records.RUN_FAILED, self.last, (link, code, message, len(failed)))
        self.reads.ended(self, ended, failed)

    @property
    def last_link(self) -> int:
        """The link to what was called last."""
        return self.pipe.links.get(ENRICHMENT_LINK if self.stage == ENRICHMENT else TARGET_LINK, NO_LINK)

    # ── calls that answer ───────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, link: int, service: str, operation: str, params: Json) -> None:
        pipe, topology = self.pipe, self.pipe.world.topology
        caller = Caller(
            pipe.name,
            pipe.node,
            topology.account,
            topology.region,
            self.request,
            link,
            cause=self.last,
            parent=self.subject_of(0),
        )
        answer = pipe.world.door.call(pipe.world, caller, service, operation, params)
        if isinstance(answer, Answer):
            self.answered(link, answer)
        else:
            pipe.world.when(answer, self.answered, link)

    def answered(self, link: int, answer: Answer) -> None:
        """The function has ended, or the execution has."""
        value, error = reply_of(answer)
        if error is not None:
            self.last = answer.cause or self.last
            self.fail(link, *error)
        elif self.stage == ENRICHMENT:
            self._enriched(link, self.events if value is None else value)
        else:
            self._taken(link, self._reported(value))

    def _reported(self, value: Any) -> Failed:
        """The messages that a reply's `batchItemFailures` name; all of them, if it names one that is not in the batch."""
        rows = value.get("batchItemFailures") if isinstance(value, dict) else None
        if not isinstance(rows, list):
            return []
        places = {name: index for index, name in enumerate(self.reads.names(self.batch))}
        named = [places.get(str(row.get("itemIdentifier")), -1) if isinstance(row, dict) else -1 for row in rows]
        indices = range(len(self.batch)) if -1 in named else sorted(set(named))
        return [(index, *REPORTED) for index in indices]

    # ── ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _shaped(self, parameters: str) -> list[Any]:
        """The events by the input template of the enrichment or of the target."""
        template = self.pipe.setting(parameters, "InputTemplate")
        if not template:
            return self.events
        context = self.pipe.context(iso(self.pipe.environment))
        return [fill(str(template), event, context) for event in self.events]

    def _parameters(self, name: str) -> Json:
        said = self.pipe.setting(name)
        return said if isinstance(said, dict) else {}

    def _record(self, kind: int, cause: int, detail: tuple[object, ...]) -> int:
        return self.pipe.environment.recorder.write(kind, self.pipe.node, self.request, self.request, cause, 0, detail)


def reply_of(answer: Answer) -> tuple[Any, tuple[str, str] | None]:
    """What a function or an execution answered, or (error, message)."""
    if answer.refusal is not None:
        return None, (answer.refusal.code, answer.refusal.message)
    output = answer.output or {}
    if output.get("FunctionError"):
        said = _parsed(output.get("Payload"))
        fields = said if isinstance(said, dict) else {}
        return None, (str(fields.get("errorType") or output["FunctionError"]), str(fields.get("errorMessage") or ""))
    if "status" in output and output["status"] != "SUCCEEDED":
        return None, (str(output.get("error") or output["status"]), str(output.get("cause") or ""))
    return _parsed(output.get("Payload", output.get("output", output.get("Body")))), None


def _parsed(text: Any) -> Any:
    try:
        return json.loads(as_text(text)) if text is not None else None
    except (ValueError, RecursionError):
        return text
