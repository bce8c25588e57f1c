"""A distributed Map's outside: its items are read from S3, its child executions run here, its results are written to S3.

The child of an item is an execution of the Map's processor with a name, an ARN and a history of its own
(`…:execution:{machine}/{label}:{name}`); the map run counts them. A child that is over is told to its parent in a notice of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.asl.frames import MapRunWork, Phase
from flows.asl.ports import ChildResult, Status
from flows.engine.identifiers import message_id
from flows.engine.subjects import SubjectKind
from flows.services.ports import Answer, Caller, Json, Pending
from flows.services.stepfunctions import answers, errors
from flows.services.stepfunctions.integrations import OPTIMISED
from flows.services.stepfunctions.map_run import MapRun

if TYPE_CHECKING:
    from flows.asl.ports import ChildRequest, MapRunRequest, ReadRequest, WriteRequest
    from flows.services.stepfunctions.run import Run

EXECUTION = int(SubjectKind.EXECUTION)
MOST_AT_ONCE = 10_000
"""Children of one map run at a time (AWS's quota), which 0 asks for."""
READER, WRITER = "States.ItemReaderFailed", "States.ResultWriterFailed"
LISTED = ("ETag", "Key", "LastModified", "Size", "StorageClass")


# ── reading and writing ─────────────────────────────────────────────────────────────────────────────────────────────


def read(run: Run, frame: int, request: ReadRequest) -> None:
    """What an ItemReader names."""
    given = dict(request.parameters)
    if request.member:
        given["Key"] = request.member
    action = request.resource.rpartition(":")[2]
    answer = _s3(run, f"{action[:1].upper()}{action[1:]}", given)
    live = run.live
    if answer.refusal is not None:
        _, cause = errors.of_refusal(
            OPTIMISED["s3:getObject"], answer.refusal, answers.request_id(run.machine.world, run.sequences[-1])
        )
        live.items_failed(frame, READER, cause)
    elif "Body" in (answer.output or {}):
        body = (answer.output or {})["Body"]
        live.items_read(frame, body if isinstance(body, bytes) else str(body).encode())
    else:
        rows = (answer.output or {}).get("Contents", [])
        live.items_read(frame, [_listed(row) for row in rows])


def _listed(row: Json) -> Json:
    """An object of a listing as an item: AWS spells ETag differently here."""
    return {("Etag" if name == "ETag" else name): row[name] for name in LISTED if name in row}


def write(run: Run, frame: int, request: WriteRequest) -> None:
    """A ResultWriter's files, the manifest last."""
    given = request.parameters
    key = ""
    for name, content in request.files:
        key = f"{request.folder}/{name}"
        body = {"Bucket": given.get("Bucket"), "Key": key, "Body": content.decode(errors="replace")}
        answer = _s3(run, "PutObject", body)
        if answer.refusal is not None:
            _, cause = errors.of_refusal(
                OPTIMISED["s3:putObject"], answer.refusal, answers.request_id(run.machine.world, run.sequences[-1])
            )
            run.live.results_failed(frame, WRITER, cause)
            return
    details = {"Bucket": given.get("Bucket"), "Key": key}
    run.live.results_written(frame, {"MapRunArn": request.map_run, "ResultWriterDetails": details})


def _s3(run: Run, operation: str, given: Json) -> Answer:
    machine, world = run.machine, run.machine.world
    node = world.addressed(given.get("Bucket"), "bucket")
    link = -1 if node is None else world.link_between(machine.node, node.index)
    topology = world.topology
    cause = run.sequences[-1]
    caller = Caller(
        machine.name,
        machine.node,
        topology.account,
        topology.region,
        run.subject,
        link,
        cause=cause,
        parent=run.subject,
    )
    answer = world.door.call(world, caller, "s3", operation, given)
    return Answer({}) if isinstance(answer, Pending) else answer


# ── map runs and their children ─────────────────────────────────────────────────────────────────────────────────────


def begin_map_run(run: Run, frame: int, request: MapRunRequest) -> MapRun:
    """A new map run; a redriven one goes on under its own ARN."""
    environment = run.machine.world.environment
    account = run.machine.account
    made = message_id(environment.seed, environment.subjects.new(EXECUTION, run.subject))
    label = request.label or made[:8]
    base = run.machine.arn.replace(":stateMachine:", ":mapRun:", 1)
    found = MapRun(
        run,
        frame,
        f"{base}/{label}:{made}",
        request.state,
        label,
        request.kind,
        request.total,
        request.max_concurrency,
        request.tolerated_count,
        request.tolerated_percentage,
        environment.now_at,
    )
    found.items["pending"] = request.total
    run.map_runs[frame] = account.map_runs[found.arn] = found
    return found


def end_map_run(run: Run, arn: str, status: Status) -> None:
    found = run.machine.account.map_runs[arn]
    found.status = Status(status)
    found.stopped_at = run.machine.world.environment.now_at
    found.items["pending"] = 0


def start(run: Run, frame: int, request: ChildRequest) -> None:
    """A child execution: it begins in a notice of its own."""
    from flows.services.stepfunctions.run import Run as Child

    machine, map_run = run.machine, run.machine.account.map_runs[request.map_run]
    environment = machine.world.environment
    body = machine.writer.number(request.input)
    subject = environment.subjects.new(EXECUTION, run.subject, 0, body)
    name = message_id(environment.seed, subject)
    kind = "express" if request.kind == "EXPRESS" else "execution"
    base = machine.arn.replace(":stateMachine:", f":{kind}:", 1)
    arn = f"{base}/{map_run.label}:{name}"
    child = Child(
        machine,
        run.revision,
        subject,
        name,
        arn,
        request.kind,
        body,
        environment.now_at,
        run.sequences[-1],
        run.request,
    )
    child.part, child.frame, child.index, child.items = request.part, frame, request.index, request.items
    child.item, child.of = request.item, map_run
    map_run.again(environment.now_at)
    map_run.items["pending"] = max(map_run.items["pending"] - request.items, 0)
    map_run.begun(child)
    map_run.children[arn] = child
    if not child.express:
        machine.account.runs[arn] = child
    child.begin()


def result_of(child: Run, output: Any) -> ChildResult:
    """How a child went, as its parent's Map wants to know it."""
    bodies = child.machine.world.environment.bodies
    return ChildResult(
        child.index,
        child.arn,
        child.name,
        child.status,
        child.facts().input if child.status is not Status.SUCCEEDED else None,
        output,
        child.error,
        bodies.text(child.because) if child.because else None,
        child.started_at,
        child.stopped_at,
    )


def ended(run: Run, child: Run, result: ChildResult) -> None:
    """A child is over: it is counted, and its parent goes on."""
    if child.of is not None:
        child.of.over(child)
    if run.running:
        run.live.child_ended(child.frame, result)


def stop(run: Run, frame: int) -> None:
    """The children that still run are stopped; no answer is wanted."""
    map_run = run.map_runs.get(frame)
    if map_run is None:
        return
    for child in list(map_run.running.values()):
        child.stop(None, None)


def adjust(map_run: MapRun) -> None:
    """The Map goes on with other limits; more children may begin at once."""
    run = map_run.run
    frame = None if run.execution is None else run.execution.frames.get(map_run.frame)
    work = None if frame is None else frame.work
    if run.running and frame is not None and isinstance(work, MapRunWork) and work.arn == map_run.arn:
        work.concurrency = map_run.max_concurrency or MOST_AT_ONCE
        work.tolerated = (map_run.tolerated_count, map_run.tolerated_percentage)
        if frame.phase is Phase.CHILDREN:
            live = run.live
            live.resume(frame, goes_on=True)
            live.advance()
