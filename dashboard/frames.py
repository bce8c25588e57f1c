"""What is said over the websocket, as a table of frames.

Theory of operation. A client's frame is checked whole before anybody acts on it: an unknown `type`, an unknown field, a
field of the wrong type or out of range is one `BadFrame` with the JSON path in its words, and the socket stays open. What
the server says is made of the same kind of structs, so a typo fails in a test and not in a browser. Chunks and the
beginnings of windows are the only binary frames; they are the bytes of `flows/traces/chunk.py` and `flows/traces/window.py` and have
no struct here.

Instants and sequences stay below 2**53, because JavaScript reads them. "Never" is `null`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from dashboard.plain import why_not_plain

if TYPE_CHECKING:
    from flows.runs.refusals import Refusal

FORMAT = 1
"""Of this table. A page that reads another one than its server speaks says so and asks to be loaded again; there is nothing to migrate,
because frames are not kept: what is kept is in chunks, which carry a format of their own."""
FIRST_UNSAFE_INTEGER = 2**53
MAXIMUM_FRAME_BYTES = 4 * 1024 * 1024
"""A batch of SQS messages is at most one MiB; as JSON inside JSON it may double."""

Instant = Annotated[int, Meta(ge=0, lt=FIRST_UNSAFE_INTEGER, description="microseconds since the execution's epoch")]
Sequence = Annotated[
    int, Meta(ge=0, lt=FIRST_UNSAFE_INTEGER, description="number of a record, from 1; 0 is before the first")
]
Key = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[^\x00-\x1f]+$",
        description="made by the client; a repeated key is the same command",
    ),
]
OperationName = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9]*$", max_length=80, description="service:Operation")
]
DemandKind = Literal["until", "step", "next", "quiet", "end"]
CommandStatus = Literal["accepted", "applied", "refused", "forked", "discarded"]


# ── client → server ───────────────────────────────────────────────────────────────────────────────────────────────────


class Hello(Struct, tag="hello", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first frame, after every connect: what the client already has. Nothing: `generation` null, `after` 0.

    With `window` a client that has nothing is content with a stretch of a long run: it begins where the driver is.
    """

    generation: Annotated[int, Meta(ge=0)] | None = None
    after: Sequence = 0
    until: Sequence | None = None
    window: bool = False


class Look(Struct, tag="look", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin anew where this instant is seen: a window's beginning comes (binary, RDW1), then the chunks after it."""

    at: Instant


class Demand(Struct, tag="demand", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The driver wants the simulation to go on: until an instant, one step, to the next notice, until quiet, to the end."""

    kind: DemandKind
    until_at: Instant | None = None


class Seen(Struct, tag="seen", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The driver's playhead. Records after it are speculative: a command there truncates them."""

    at: Instant


class SendCommand(Struct, tag="command", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The driver calls an operation at an instant, usually the playhead."""

    key: Key
    at: Instant
    operation: OperationName
    params: dict[str, Any]


class Got(Struct, tag="got", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every record up to `after` has arrived: say it of each chunk. No more is under way to a client than its line takes in a
    second (16 to 256 KiB; 32 before the first `got`), and no chunk that begins after `until`.
    """

    after: Sequence
    until: Sequence | None = None


class Control(Struct, tag="control", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask to drive, or let go of the wheel."""

    action: Literal["ask", "release"]


ClientFrame = Hello | Look | Demand | Seen | SendCommand | Got | Control


# ── server → client ───────────────────────────────────────────────────────────────────────────────────────────────────


class Driver(Struct, frozen=True, kw_only=True):
    viewer: str
    name: str
    asks: tuple[str, ...] = ()
    """Names of those who asked to drive, in the order in which they will."""


class CommandError(Struct, frozen=True, kw_only=True):
    code: str
    message: str
    hint: str = ""


class CommandChanged(Struct, tag="command", frozen=True, kw_only=True):
    """What became of a command. `accepted` comes at once, the others when a worker has decided; `execution` is the fork."""

    key: str
    status: CommandStatus
    at: int
    operation: str
    ordinal: int | None = None
    result: Any = None
    error: CommandError | None = None
    execution: str | None = None


class Snapshot(Struct, tag="snapshot", frozen=True, kw_only=True):
    """The answer to `hello`. Chunks follow with every record after `after`; up to it the client has them already.

    Also said when the server begins a window unasked: the line is thin, and the records were many that were not sent yet.
    """

    format: int = FORMAT
    execution: str
    generation: int
    after: int
    head: int
    frontier_at: int
    seen_at: int
    state: str
    quiet: bool
    next_at: int | None
    commands: list[CommandChanged]
    driver: Driver | None
    you: str
    drives: bool


class Advanced(Struct, tag="advanced", frozen=True, kw_only=True):
    """How far the simulation is. Every record up to `head` has been sent before; hours without one pass by this frame."""

    generation: int
    frontier_at: int
    head: int
    state: str
    quiet: bool
    next_at: int | None
    speed: float | None


class Truncated(Struct, tag="truncated", frozen=True, kw_only=True):
    """Records after sequence `after` no longer happened: drop them, records of the new generation follow."""

    generation: int
    at: int
    after: int


class DriverChanged(Struct, tag="driver", frozen=True, kw_only=True):
    """Who drives now (nobody: `viewer` null), whether that is you, and who `asks` to be next."""

    viewer: str | None
    name: str
    drives: bool
    asks: tuple[str, ...] = ()


class Problem(Struct, tag="problem", frozen=True, kw_only=True):
    """Something was not done: a malformed frame, or not the driver. The socket stays open."""

    message: str
    hint: str = ""


class Trouble(Struct, tag="trouble", frozen=True, kw_only=True):
    """Why the execution does not go on just now; an empty `message`: nothing keeps it any more. It stands until the next one."""

    message: str = ""
    hint: str = ""


NO_TROUBLE = Trouble()

ServerFrame = Snapshot | Advanced | Truncated | CommandChanged | DriverChanged | Problem | Trouble


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FrameKind:
    struct: type[Struct]
    sender: Literal["client", "server"]

    @property
    def name(self) -> str:
        return str(self.struct.__struct_config__.tag)

    @property
    def sentence(self) -> str:
        return (self.struct.__doc__ or "").strip()


FRAMES = (
    *(FrameKind(struct, "client") for struct in (Hello, Look, Demand, Seen, SendCommand, Got, Control)),
    *(
        FrameKind(struct, "server")
        for struct in (Snapshot, Advanced, Truncated, CommandChanged, DriverChanged, Problem, Trouble)
    ),
)


class BadFrame(ValueError):
    """A frame that was not understood; its text says where."""


_decoder = msgspec.json.Decoder(ClientFrame)
_encoder = msgspec.json.Encoder()


def decode(text: str) -> ClientFrame:
    if len(text) > MAXIMUM_FRAME_BYTES:
        raise BadFrame(f"A frame may hold {MAXIMUM_FRAME_BYTES} characters, this one has {len(text)}.")
    try:
        frame = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame(str(error)) from error
    if isinstance(frame, Demand) and frame.kind == "until" and frame.until_at is None:
        raise BadFrame("A demand of kind `until` names its instant - at `$.until_at`")
    if isinstance(frame, SendCommand) and (why := why_not_plain(frame.params)):
        raise BadFrame(f"{why} - at `$.params`")
    return frame


def trouble(refusal: Refusal) -> Trouble:
    return Trouble(message=refusal.message, hint=refusal.hint)


def encode(frame: ServerFrame) -> str:
    return _encoder.encode(frame).decode()
