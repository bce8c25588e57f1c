"""Between the websocket's frames and `flows.runs`: each verb a consumer may call, off the event loop.

Everything a viewer sees comes through `RunsSource`, everything a driver wants through `demand`, `saw` and `submit`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.utils import timezone

from dashboard import frames
from dashboard.driving import DatabaseWheel
from dashboard.fanout.closes import CLOSE_GONE, CLOSE_OTHER
from dashboard.fanout.hub import Hub
from dashboard.fanout.places import Places
from dashboard.fanout.source import CHUNKS_PER_READ, Beginning, Kept, Reading, Seat, Standing
from dashboard.fanout.viewer import WINDOW_RECORDS
from dashboard.fanout.window import Chunk
from dashboard.surroundings import Surroundings
from dashboard.threads import in_thread
from flows.models import Command, CommandStatus, Execution
from flows.runs import api as runs
from flows.runs import quotas, windows
from flows.traces.chunk import CHUNK_RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.contrib.auth.models import AbstractBaseUser

    from flows.models.owned import Viewer
    from flows.runs.refusals import Refusal

CHUNKS_OF_A_WINDOW = WINDOW_RECORDS // CHUNK_RECORDS
STATUSES: dict[str, frames.CommandStatus] = {
    CommandStatus.PENDING: "accepted",
    CommandStatus.APPLIED: "applied",
    CommandStatus.REFUSED: "refused",
}
DELETED = frames.Problem(message="This execution has been deleted.", hint="Go back to the list of executions.")


@dataclass(frozen=True, slots=True)
class May:
    look: bool
    change: bool


class RunsSource:
    """`dashboard.fanout.source.Source`, on the database."""

    @in_thread
    def read(
        self, execution_id: UUID, after: int, since: int | None = None, most: int = CHUNKS_PER_READ
    ) -> Reading | None:
        # First: what is said to be applied here, the standing read after it has in it.
        commands = [] if since is None else _commands(execution_id, since)
        try:
            status = runs.status(execution_id)
        except Execution.DoesNotExist:
            return None
        standing = Standing(
            generation=status.generation,
            head=status.head,
            frontier_at=status.frontier_at,
            seen_at=status.seen_at,
            state=str(status.state),
            quiet=status.quiet,
            next_at=status.next_at,
            speed=status.speed,
            error=status.error,
        )
        chunks = [Chunk(*row) for row in runs.chunks_after(execution_id, after, most)]
        return Reading(standing, chunks, commands)

    @in_thread
    def beginning(self, execution_id: UUID, at: int) -> Beginning | None:
        found = windows.beginning(execution_id, at)
        if found is None:
            return None
        generation, after, frame = found
        chunks = [Chunk(*row) for row in runs.chunks_after(execution_id, after, CHUNKS_OF_A_WINDOW)]
        return Beginning(generation, after, frame, chunks)

    @in_thread
    def shut_out(self, execution_id: UUID, seats: Sequence[Seat]) -> dict[str, int]:
        execution = Execution.objects.filter(id=execution_id).first()
        if execution is None:
            return {}
        numbers = {seat.user_id for seat in seats if seat.user_id is not None}
        users = get_user_model().objects.filter(is_active=True).in_bulk(numbers)
        proofs = {number: user.get_session_auth_hash() for number, user in users.items()}
        sessions = _sessions_of(seats)
        out = {}
        for seat in seats:
            number = seat.user_id or 0
            if not _may_stay(execution, seat, users.get(number)):
                out[seat.viewer] = CLOSE_GONE
            elif number and (seat.session not in sessions or seat.proof != proofs[number]):
                out[seat.viewer] = CLOSE_OTHER
        return out

    @in_thread
    def kept(self, execution_id: UUID, generation: int) -> Kept | None:
        kept = runs.kept_since(execution_id, generation)
        return Kept(after=kept.after, at=kept.at) if kept else None


def _sessions_of(seats: Sequence[Seat]) -> set[str]:
    """Those of them that last. A sign-out ends one for every page of its browser."""
    keys = {seat.session for seat in seats if seat.session}
    lasting = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return set(lasting.values_list("session_key", flat=True)) if keys else set()


def _may_stay(execution: Execution, seat: Seat, user: AbstractBaseUser | None) -> bool:
    viewer = user or AnonymousUser()
    return execution.is_visible_to(viewer) and execution.may_be_changed_by(viewer) >= seat.may_drive


@functools.cache
def hub() -> Hub:
    """This process's."""
    return Hub(RunsSource(), DatabaseWheel(), Surroundings())


@functools.cache
def places() -> Places:
    """This process's."""
    return Places(lambda: settings.SOCKETS)


@in_thread
def permissions(execution_id: UUID, viewer: Viewer) -> May:
    execution = Execution.objects.filter(id=execution_id).first()
    if execution is None or not execution.is_visible_to(viewer):
        return May(look=False, change=False)
    return May(look=True, change=execution.may_be_changed_by(viewer))


@in_thread
def wake_worker(execution_id: UUID) -> None:
    runs.wake(execution_id)


@in_thread
def demand(execution_id: UUID, frame: frames.Demand, actor: str) -> frames.Problem | None:
    try:
        refusal = demand_now(execution_id, frame.kind, frame.until_at if frame.kind == "until" else None, actor)
    except Execution.DoesNotExist:
        return DELETED
    return frames.Problem(message=refusal.message, hint=refusal.hint) if refusal else None


def demand_now(execution_id: UUID, kind: str, until_at: int | None, actor: str) -> Refusal | None:
    """Unless its owner has as much as an account may."""
    refusal = quotas.why_not_go_on(execution_id)
    return refusal or runs.demand(execution_id, kind=kind, until_at=until_at, actor=actor)


@in_thread
def saw(execution_id: UUID, frame: frames.Seen) -> frames.Problem | None:
    try:
        runs.set_seen(execution_id, frame.at)
    except Execution.DoesNotExist:
        return DELETED
    return None


def submit_now(execution_id: UUID, frame: frames.SendCommand, actor: str) -> frames.CommandChanged:
    """With an ordinal: it is in this execution's log. Without one: refused at the door, or taken by a fork."""
    if refusal := _why_no_fork(execution_id, frame):
        return _answer(frame, "refused", error=_told(refusal))
    try:
        submitted = runs.submit_command(
            execution_id, key=frame.key, at=frame.at, operation=frame.operation, params=frame.params, actor=actor
        )
    except Execution.DoesNotExist:
        error = frames.CommandError(code="ExecutionDeleted", message=DELETED.message, hint=DELETED.hint)
        return _answer(frame, "refused", error=error)
    if refusal := submitted.refusal:
        return _answer(frame, "refused", error=_told(refusal))
    if submitted.fork:
        return _answer(frame, "forked", fork=submitted.fork)
    if submitted.command is None:
        raise AssertionError("a command that was neither refused nor forked is in the log")
    return command_frame(submitted.command)


submit = in_thread(submit_now)


def _why_no_fork(execution_id: UUID, frame: frames.SendCommand) -> Refusal | None:
    """A command at an instant that has been seen is one more execution. One that has been said before was taken before."""
    seen = Execution.objects.filter(id=execution_id, seen_at__gt=frame.at).exists()
    if not seen or Execution.objects.filter(parent=execution_id, fork_key=frame.key).exists():
        return None
    known = Command.objects.filter(execution=execution_id, key=frame.key).exists()
    return None if known else quotas.why_not_fork(execution_id)


def _told(refusal: Refusal) -> frames.CommandError:
    return frames.CommandError(code=refusal.code, message=refusal.message, hint=refusal.hint)


def command_frame(command: Command) -> frames.CommandChanged:
    return frames.CommandChanged(
        key=command.key,
        status=STATUSES[command.status],
        at=command.at,
        operation=command.operation,
        ordinal=command.ordinal,
        result=command.result,
        error=_error(command.error) if command.error else None,
    )


def _commands(execution_id: UUID, since: int) -> list[frames.CommandChanged]:
    rows = Command.objects.filter(execution_id=execution_id, ordinal__gte=since).order_by("ordinal")
    return [command_frame(command) for command in rows]


def _answer(
    frame: frames.SendCommand,
    status: frames.CommandStatus,
    *,
    error: frames.CommandError | None = None,
    fork: Execution | None = None,
) -> frames.CommandChanged:
    return frames.CommandChanged(
        key=frame.key,
        status=status,
        at=frame.at,
        operation=frame.operation,
        error=error,
        execution=str(fork.pk) if fork else None,
    )


def _error(error: dict[str, str]) -> frames.CommandError:
    return frames.CommandError(code=error.get("code", ""), message=error.get("message", ""), hint=error.get("hint", ""))
