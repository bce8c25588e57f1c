"""ResultWriter: what a map run leaves behind, in S3 or as the state's result.

Theory of operation. Each child's outcome is told in one of three shapes (WriterConfig's Transformation): NONE, the child's
output together with what DescribeExecution would say of it (the default when exporting); COMPACT, the output alone (the
default otherwise); FLATTEN, outputs that are arrays poured into one. A failed child is always told as NONE (Developer
Guide, "ResultWriter"). Exported are one file per status and a manifest that names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.asl.context import timestamp
from flows.asl.dataflow import JSONATA, a_text, template
from flows.asl.expressions import Scope
from flows.asl.failures import QUERY_EVALUATION_ERROR, StateFailedError, an_object
from flows.asl.frames import MapRunWork
from flows.asl.history import text
from flows.asl.ports import ChildResult, Facts, Json, Status, WriteRequest

NONE, COMPACT, FLATTEN = "NONE", "COMPACT", "FLATTEN"


class ResultWriter:
    """Resource, Parameters or Arguments, WriterConfig."""

    def __init__(self, definition: Mapping[str, Json], language: str) -> None:
        self._resource = a_text(definition["Resource"], "ResultWriter/Resource") if "Resource" in definition else None
        field = "Arguments" if language == JSONATA else "Parameters"
        self._location = f"ResultWriter/{field}"
        self._parameters = template(definition, field, language, self._location)
        config: Mapping[str, Json] = definition.get("WriterConfig", {})
        self._shape: str = config.get("Transformation", NONE if self._resource else COMPACT)
        self._lines = config.get("OutputType", "JSON") == "JSONL"

    def request(self, state: str, scope: Scope, work: MapRunWork, facts: Facts) -> WriteRequest | None:
        """What to ask the host to store; None where nothing is exported."""
        if self._resource is None:
            return None
        parameters = an_object({} if self._parameters is None else self._parameters.evaluate(scope), self._location)
        folder = f"{_prefix(parameters.get('Prefix', ''), self._location)}{_run_id(work.arn)}"
        files = self._files(work, parameters.get("Bucket"), folder, facts)
        return WriteRequest(state, self._resource, parameters, work.arn, files, folder)

    def shaped(self, work: MapRunWork, facts: Facts) -> list[Json]:
        """The outcomes as the state's result."""
        return shaped(work.outcomes, self._shape, facts)

    @staticmethod
    def entry(outcome: Json, facts: Facts) -> Json:
        """One outcome of a map run without a ResultWriter."""
        return described(outcome, facts) if isinstance(outcome, ChildResult) else outcome

    def _files(self, work: MapRunWork, bucket: Json, folder: str, facts: Facts) -> Sequence[tuple[str, bytes]]:
        suffix = "jsonl" if self._lines else "json"
        files: list[tuple[str, bytes]] = []
        named: dict[str, list[Json]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
        for status, members in named.items():
            outcomes = [each for each in work.outcomes if isinstance(each, ChildResult) and _group(each) == status]
            if not outcomes:
                continue
            body = self._body(shaped(outcomes, self._shape, facts))
            files.append((f"{status}_0.{suffix}", body))
            members.append({"Key": f"{folder}/{status}_0.{suffix}", "Size": len(body)})
        manifest = {"DestinationBucket": bucket, "MapRunArn": work.arn, "ResultFiles": named}
        files.append(("manifest.json", text(manifest).encode()))
        return files

    def _body(self, entries: list[Json]) -> bytes:
        lines = (text(entry) for entry in entries)
        return ("".join(f"{line}\n" for line in lines) if self._lines else f"[{','.join(lines)}]").encode()


def shaped(outcomes: Iterable[Json], shape: str, facts: Facts) -> list[Json]:
    """The outcomes in one of the three shapes."""
    entries: list[Json] = []
    for outcome in outcomes:
        if isinstance(outcome, ChildResult) and (shape == NONE or outcome.status is not Status.SUCCEEDED):
            entries.append(described(outcome, facts))
            continue
        output = outcome.output if isinstance(outcome, ChildResult) else outcome
        if shape == FLATTEN and isinstance(output, list):
            entries.extend(output)
        else:
            entries.append(output)
    return entries


def described(result: ChildResult, facts: Facts) -> dict[str, Any]:
    """A child execution as result files tell it."""
    entry: dict[str, Any] = {"ExecutionArn": result.arn}
    if result.error is not None:
        entry["Error"] = result.error
    if result.cause is not None:
        entry["Cause"] = result.cause
    entry |= {"Input": text(result.input), "InputDetails": {"Included": True}, "Name": result.name}
    if result.status is Status.SUCCEEDED:
        entry |= {"Output": text(result.output), "OutputDetails": {"Included": True}}
        entry |= {
            "RedriveCount": 0,
            "RedriveStatus": "NOT_REDRIVABLE",
            "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        }
    else:
        entry |= {"RedriveCount": 0, "RedriveStatus": "REDRIVABLE_BY_MAP_RUN"}
    return entry | {
        "StartDate": timestamp(facts, result.started_at),
        "StateMachineArn": result.arn.rpartition(":")[0].replace(":execution:", ":stateMachine:") or facts.machine_id,
        "Status": str(result.status),
        "StopDate": timestamp(facts, result.ended_at),
    }


def _group(result: ChildResult) -> str:
    return "SUCCEEDED" if result.status is Status.SUCCEEDED else "FAILED"


def _prefix(prefix: Json, location: str) -> str:
    if not isinstance(prefix, str):
        raise StateFailedError(
            QUERY_EVALUATION_ERROR, f"{location}/Prefix must resolve to a string", f"{location}/Prefix"
        )
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def _run_id(arn: str) -> str:
    return arn.rsplit(":", 1)[-1]
