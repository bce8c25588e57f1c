"""Where services meet each other and the outside.

Two kinds of door. From *outside* every door is an AWS operation: a row in a service's table, called with a `Caller` and
AWS-shaped parameters, answering with an `Answer` or with `Pending` (the answer comes at a later instant). *Between*
services doors are typed and no AWS-shaped dictionary is built: a mapping polls a `Source` and gets `Batch`es; who has
messages wakes a `Consumer`; who sends without waiting for a reply puts a body into a `Sink`.

A refusal (AWS says no) is a value. An exception that leaves a service is our bug.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from flows.engine.calendar import NEVER
from flows.engine.kinds import Kind
from flows.topology.compiled import CompiledNode

if TYPE_CHECKING:
    from flows.services.shards import ShardLog
    from flows.services.world import World

Json: TypeAlias = dict[str, Any]
NO_LINK = -1


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls an operation, and on behalf of which request. `cause` is the sequence of the record that led to the call."""

    principal: str
    node: int
    account: str
    region: str
    request: int = 0
    link: int = NO_LINK
    deadline_at: int = NEVER
    cause: int = 0
    parent: int = 0
    """The subject that what is sent comes from: attempts of one request have the same."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS says no: its code, its message, the HTTP status, and the code of the older query protocol."""

    code: str
    message: str
    status: int = 400
    query_code: str = ""

    def as_json(self) -> Json:
        return {
            "Error": {
                "Type": "Sender" if self.status < 500 else "Receiver",
                "Code": self.code,
                "Message": self.message,
                "QueryErrorCode": self.query_code or self.code,
            }
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: an output, or a refusal."""

    output: Json | None = None
    refusal: Refusal | None = None
    cause: int = 0
    """The record that led to the refusal, if one did: a fault's beginning."""

    @property
    def ok(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Pending:
    """The answer comes later: `simulation.when(pending, method, *args)` says who wants it."""

    handle: int


Run: TypeAlias = "Callable[[World, Caller, Json], Answer | Pending]"


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of a service's table. One that does not mutate is answered from state and leaves no record; one that may
    wait may answer `Pending`; one that is not AWS's exists in the playground only.
    """

    name: str
    run: Run
    mutates: bool = True
    may_wait: bool = False
    aws: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """One service as the wiring sees it: `build` makes a node's noun, `connect` joins it to its neighbours once all exist."""

    kind: str
    operations: Mapping[str, Operation]
    kinds: tuple[Kind, ...]
    build: Callable[[World, CompiledNode], object]
    connect: Callable[[World, CompiledNode], None]


def operations(*rows: Operation) -> Mapping[str, Operation]:
    """The table of a service, by name."""
    return {row.name: row for row in rows}


class Consumer(Protocol):
    """Someone who polls a source and wants to be woken when there is something to poll."""

    def wake(self) -> None: ...


class Batch(Protocol):
    """Messages that were received together. Facts are asked for by column, so that nothing is built for those not needed."""

    slots: list[int]
    tickets: list[int]

    def __len__(self) -> int: ...

    def subjects(self) -> list[int]: ...

    def bodies(self) -> list[int]:
        """The bodies' numbers."""

    def attempts(self) -> list[int]:
        """How often each has been received, this time included."""

    def event(self) -> Json:
        """The batch as AWS hands it to a function."""

    def delete(self, request: int, cause: int, kept: Sequence[int] = ()) -> None:
        """Delete all but those at the indices `kept` (ascending)."""

    def blame(self, index: int, cause: int) -> None:
        """What happens next to the message at `index` is caused by that record."""

    def join(self, other: Batch) -> None:
        """Take the messages of a later batch of the same source into this one."""

    def drop(self, indices: Sequence[int], causes: Sequence[int], request: int) -> None:
        """Delete the messages at `indices` (ascending), each because of its record in `causes`; they leave the batch."""


class Source(Protocol):
    """Something that is polled. `visibility_us` is how long what was received stays hidden."""

    node: int
    visibility_us: int

    def has_messages(self) -> bool: ...

    def receive(self, maximum: int, link: int, request: int) -> Batch: ...

    def consumed_by(self, consumer: Consumer) -> None: ...


class Shard(Protocol):
    """An ordered part of a stream, for who follows it."""

    id: str
    log: ShardLog

    @property
    def is_closed(self) -> bool:
        """It takes no more records."""

    @property
    def parents(self) -> Sequence[str]:
        """The shards whose records come before its own."""

    def sequence_number(self, position: int) -> str: ...


class Follower(Protocol):
    """Someone who reads a stream's shards and wants to be told what is new."""

    def arrived(self, shard: Shard) -> None: ...

    def resharded(self) -> None: ...


class Stream(Protocol):
    """Records in shards, in order, read by position any number of times, until their retention is over."""

    node: int
    stream_arn: str
    stream_kind: str
    retention_us: int
    polled_every_us: int

    @property
    def shards(self) -> Sequence[Shard]: ...

    def follow(self, follower: Follower) -> None: ...

    def unfollow(self, follower: Follower) -> None: ...

    def event_record(self, shard: Shard, position: int, role: str) -> Json:
        """A record as a mapping hands it to a function that has that role."""


class Sink(Protocol):
    """Something that takes a body, sent without waiting for a reply; answers the subject it became."""

    node: int
    maximum_bytes: int

    def refuses(self, body: str) -> Refusal | None: ...

    def accept(self, body: int, link: int, request: int, cause: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one service hands to another without waiting for a reply. `body` is the number of the text in the form that the
    receiver gets; `parent` the copy it comes of; `attributes` are message attributes as SQS writes them, for who keeps them.
    A `dead_letter` is what its `source` gave up on after `attempts`.
    """

    body: int
    parent: int
    link: int = NO_LINK
    request: int = 0
    cause: int = 0
    attributes: Json = field(default_factory=dict)
    title: str = ""
    """A topic's subject line."""
    source: int = -1
    attempts: int = 0
    dead_letter: bool = False
    system: Json = field(default_factory=dict)
    """System attributes of a message, for a queue: the trace header."""


class Recipient(Protocol):
    """Something that services deliver to; answers the subject it became, or why it takes nothing."""

    node: int

    def deliver(self, delivery: Delivery) -> int | Refusal: ...


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one of AWS's services tells the default event bus about itself: an event without its envelope."""

    source: str
    detail_type: str
    detail: Json
    resources: tuple[str, ...] = ()
    link: int = NO_LINK
    request: int = 0
    cause: int = 0
    parent: int = 0


class Announcer(Protocol):
    """An event bus, for who announces."""

    node: int

    def announce(self, announcement: Announcement) -> None: ...


class Witness(Protocol):
    """Someone who is told of every new event on a bus: `noun.witnesses` of an event bus."""

    def saw(self, event: Json, subject: int, cause: int) -> None: ...


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a job ended that somebody waited for: what it was, as its service describes it."""

    succeeded: bool
    output: Json
    cause: int = 0


class Job(Protocol):
    """Something that an operation began and that takes its time: `world.jobs` by its ARN, until it is over."""

    def when_over(self, method: Callable[..., object], *args: Any) -> None:
        """Call the bound method with `args` and the `JobEnd`, once it is over."""

    def give_up(self, reason: str) -> None:
        """Nobody waits for it any more."""


class Door(Protocol):
    """Every operation of every service, for callers inside the simulation. A definition: it never enters a box."""

    definition_key: str

    def call(self, world: World, caller: Caller, service: str, operation: str, params: Json) -> Answer | Pending: ...

    def room(self, service: str) -> Service:
        """The service of that key, or the one that stands for all that are not simulated."""


@dataclass(frozen=True, slots=True)
class Return:
    """Where a dead letter goes back to, and in which form."""

    node: int
    text: str
    attributes: Json = field(default_factory=dict)


class Origin(Protocol):
    """Who gave up on what went over a dead-letter link, where AWS has no way back."""

    def way_back(self, link: int, text: str, attributes: Json) -> Return | Refusal: ...
