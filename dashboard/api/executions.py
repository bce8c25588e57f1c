from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from ninja import Query, Router, Status
from ninja.decorators import decorate_view

from dashboard import library
from dashboard.access import name_of, viewer_of
from dashboard.api.idempotent import begin_deed, idempotent
from dashboard.api.refusals import REFUSALS, Refusal
from dashboard.api.schemas import (
    BinOut,
    CommandIn,
    CommandOut,
    ContentOut,
    CreatedOut,
    DeadLetterOut,
    DemandIn,
    ExecutionOut,
    ForkIn,
    JourneyRowOut,
    SnapshotOut,
)
from dashboard.frames import FIRST_UNSAFE_INTEGER, SendCommand
from dashboard.live import command_frame, demand_now, submit_now
from dashboard.scenarios import scenario_of
from dashboard.snapshots import contents_at, dead_letters_at, journey_at, snapshot_at
from dashboard.streaming import streamed
from dashboard.studio import execution_json
from flows.runs import api as runs
from flows.runs import windows
from flows.runs.exports import FORMATS, export, file_name

router = Router(tags=["Executions"])

CHUNKS_PER_ANSWER = 64
BODIES_PER_READ = 500
LETTERS_PER_READ = 1000
COMMANDS_LISTED = 500
CONTENTS_PER_READ = 100
BINS = 1000
MOST_NODES = 1 << 16

Place = Literal[
    "visible",
    "in_flight",
    "delayed",
    "pending",
    "executing",
    "delivered",
    "deleted",
    "purged",
    "expired",
    "filtered",
    "discarded",
    "moved",
    "failed",
]

After = Annotated[int, Query(ge=0, lt=FIRST_UNSAFE_INTEGER, description="Sequence of the last record you have")]


@router.get("/{uuid:execution_id}", response={200: ExecutionOut, **REFUSALS}, summary="How far an execution is")
def get_execution(request: HttpRequest, execution_id: UUID) -> dict[str, Any]:
    execution = library.execution_for(viewer_of(request), execution_id)
    commands = execution.commands.order_by("-ordinal")[:COMMANDS_LISTED]
    return {**execution_json(execution), "commands": [_json(command_frame(command)) for command in reversed(commands)]}


@router.delete("/{uuid:execution_id}", response={204: None, **REFUSALS}, summary="Delete an execution")
def delete_execution(request: HttpRequest, execution_id: UUID) -> Status[None]:
    """With its commands and its whole trace. Forks of it live on."""
    execution = library.execution_for(viewer_of(request), execution_id, change=True)
    runs.delete_execution(execution.pk)
    return Status(204, None)


@router.get(
    "/{uuid:execution_id}/chunks",
    response={200: None, **REFUSALS},
    summary="Chunks of the trace",
    openapi_extra={
        "responses": {
            200: {
                "description": "Chunks (format RDC1), each preceded by its length as a 32-bit little-endian number",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def get_chunks(request: HttpRequest, execution_id: UUID, after: After = 0) -> HttpResponse:
    """At most 64; ask again after the last, until the answer is empty. Headers `Redrive-Generation` and `Redrive-Last` say where you are."""
    execution = library.execution_for(viewer_of(request), execution_id)
    chunks = runs.chunks_after(execution.pk, after, CHUNKS_PER_ANSWER)
    content = b"".join(len(frame).to_bytes(4, "little") + frame for _, _, _, frame in chunks)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Redrive-Generation"] = execution.generation
    response["Redrive-Last"] = chunks[-1][1] if chunks else after
    return response


@router.get(
    "/{uuid:execution_id}/bodies", response={200: dict[str, str], **REFUSALS}, summary="Texts that records refer to"
)
def get_bodies(
    request: HttpRequest,
    execution_id: UUID,
    numbers: Annotated[
        str, Query(pattern=r"^\d{1,15}(,\d{1,15})*$", max_length=10_000, description="Body numbers: 1,2,3")
    ],
) -> dict[str, str]:
    execution = library.execution_for(viewer_of(request), execution_id)
    wanted = sorted({int(number) for number in numbers.split(",")})
    if len(wanted) > BODIES_PER_READ:
        raise Refusal(
            413, "TooMany", f"At most {BODIES_PER_READ} bodies come in one answer.", "Ask in several requests."
        )
    return {str(number): text for number, text in runs.bodies(execution.pk, wanted).items()}


@router.get(
    "/{uuid:execution_id}/snapshot", response={200: SnapshotOut, **REFUSALS}, summary="Counts per node at an instant"
)
def get_snapshot(
    request: HttpRequest, execution_id: UUID, at: Annotated[int, Query(ge=0, lt=FIRST_UNSAFE_INTEGER)]
) -> dict[str, Any]:
    execution = library.execution_for(viewer_of(request), execution_id)
    return snapshot_at(execution, at)


@router.get(
    "/{uuid:execution_id}/contents",
    response={200: list[ContentOut], **REFUSALS},
    summary="What lies in a place at an instant",
)
def get_contents(
    request: HttpRequest,
    execution_id: UUID,
    node: Annotated[int, Query(ge=0, lt=MOST_NODES, description="Its index in the topology")],
    place: Place,
    at: Annotated[int, Query(ge=0, lt=FIRST_UNSAFE_INTEGER)],
    offset: Annotated[int, Query(ge=0, lt=FIRST_UNSAFE_INTEGER)] = 0,
    limit: Annotated[int, Query(ge=1, le=CONTENTS_PER_READ)] = CONTENTS_PER_READ,
) -> list[dict[str, Any]]:
    """Oldest first, of those that have ended there the newest first; a page at a time, each with the reason why it is there."""
    execution = library.execution_for(viewer_of(request), execution_id)
    return contents_at(execution, at, node, place, slice(offset, offset + limit))


@router.get(
    "/{uuid:execution_id}/timeline",
    response={200: list[BinOut], **REFUSALS},
    summary="How much moved and failed, over the whole run",
)
def get_timeline(
    request: HttpRequest,
    execution_id: UUID,
    until: Annotated[int, Query(ge=1, lt=FIRST_UNSAFE_INTEGER)],
    bins: Annotated[int, Query(ge=1, le=BINS)] = 120,
) -> list[dict[str, Any]]:
    """`bins` equal stretches from 0 to `until`, to the precision of a chunk."""
    execution = library.execution_for(viewer_of(request), execution_id)
    return windows.timeline(execution.pk, bins, until)


@router.get(
    "/{uuid:execution_id}/dead-letters",
    response={200: list[DeadLetterOut], **REFUSALS},
    summary="What has died by an instant",
)
def get_dead_letters(
    request: HttpRequest,
    execution_id: UUID,
    at: Annotated[int, Query(ge=0, lt=FIRST_UNSAFE_INTEGER)],
    offset: Annotated[int, Query(ge=0, lt=FIRST_UNSAFE_INTEGER)] = 0,
    limit: Annotated[int, Query(ge=1, le=LETTERS_PER_READ)] = LETTERS_PER_READ,
) -> list[dict[str, Any]]:
    """Newest first, a page at a time, with reason, attempts, first and last receive, and where it died. Their texts are under `bodies`."""
    execution = library.execution_for(viewer_of(request), execution_id)
    return dead_letters_at(execution, at, slice(offset, offset + limit))


@router.get(
    "/{uuid:execution_id}/journey", response={200: list[JourneyRowOut], **REFUSALS}, summary="One message's way"
)
def get_journey(
    request: HttpRequest, execution_id: UUID, subject: Annotated[int, Query(ge=1, lt=2**32)]
) -> list[dict[str, Any]]:
    """Everything that happened to every copy of its root, oldest first. Nothing: there is no such subject."""
    execution = library.execution_for(viewer_of(request), execution_id)
    return journey_at(execution, subject)


@router.get(
    "/{uuid:execution_id}/export",
    response={200: None, **REFUSALS},
    summary="A table of the run as a file",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file, as it is made",
                "content": {form.media_type: {"schema": {"type": "string"}} for form in FORMATS.values()},
            }
        }
    },
)
def get_export(
    request: HttpRequest,
    execution_id: UUID,
    table: Literal["records", "journeys", "dead-letters"] = "records",
    format: Literal["parquet", "csv", "jsonl"] = "jsonl",
) -> StreamingHttpResponse:
    """Streams, however long the run is, up to where the run is now. Bodies are under `bodies`; of dead letters they are in the table."""
    execution = library.execution_for(viewer_of(request), execution_id)
    return streamed(
        request,
        export(execution, table, format),
        content_type=FORMATS[format].media_type,
        name=file_name(execution, table, format),
    )


@router.post(
    "/{uuid:execution_id}/demands", response={202: ExecutionOut, **REFUSALS}, summary="Let the simulation go on"
)
def post_demand(request: HttpRequest, execution_id: UUID, body: DemandIn) -> Status[dict[str, Any]]:
    """A worker goes on; `GET` the execution to see how far it is. A later demand replaces this one."""
    viewer = viewer_of(request)
    execution = library.execution_for(viewer, execution_id, change=True)
    refusal = demand_now(execution.pk, body.kind, body.until_at, name_of(viewer))
    if refusal:
        code = refusal.code if refusal.code.startswith("Too") else "CannotGoOn"
        raise Refusal(409, code, refusal.message, refusal.hint)
    execution.refresh_from_db()
    return Status(202, {**execution_json(execution), "commands": []})


@router.get(
    "/{uuid:execution_id}/scenario",
    response={200: dict[str, Any], **REFUSALS},
    summary="An execution as a scenario file",
)
def get_scenario(request: HttpRequest, execution_id: UUID) -> HttpResponse:
    """For `python3 manage.py simulate`: the topology, the commands, and what lies where at the end as what is expected."""
    scenario = scenario_of(library.execution_for(viewer_of(request), execution_id))
    response = HttpResponse(orjson.dumps(scenario, option=orjson.OPT_INDENT_2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slugify(scenario["name"])[:80] or "run"}.scenario.json"'
    return response


@router.post("/{uuid:execution_id}/fork", response={201: CreatedOut, **REFUSALS}, summary="Fork an execution")
@decorate_view(idempotent)
def fork_execution(request: HttpRequest, execution_id: UUID, body: ForkIn) -> Status[dict[str, Any]]:
    """A new execution with the same past up to the instant. It is yours, whosever the first is."""
    begin_deed(request)
    viewer = viewer_of(request)
    execution = library.execution_for(viewer, execution_id)
    forked = library.fork_execution(execution, viewer, at=body.at, actor=name_of(viewer))
    return Status(201, {"id": forked.pk, "url": f"/executions/{forked.pk}/"})


@router.post(
    "/{uuid:execution_id}/commands", response={202: CommandOut, **REFUSALS}, summary="Call an operation at an instant"
)
def post_command(request: HttpRequest, execution_id: UUID, body: CommandIn) -> Status[dict[str, Any]]:
    """`accepted`: a worker will apply it, `GET` the execution to see. `forked`: the instant had been seen; the command is in the fork."""
    viewer = viewer_of(request)
    execution = library.execution_for(viewer, execution_id, change=True)
    changed = submit_now(execution.pk, SendCommand(**body.dict()), name_of(viewer))
    if changed.status == "refused" and changed.ordinal is None and changed.error:
        raise Refusal(409, changed.error.code, changed.error.message, changed.error.hint)
    return Status(202, _json(changed))


def _json(changed: Any) -> dict[str, Any]:
    return dict(msgspec.to_builtins(changed))
