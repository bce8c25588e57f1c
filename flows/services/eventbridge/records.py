"""What EventBridge may write in the trace. Numbers 600–649; they are stable, stored traces hold them.

An event is at its bus for no time: it becomes, for every rule that matches, one copy per target, or nothing. Copies are pending at
their rule until they are delivered, given up, expired or in a dead-letter queue. An archive keeps events without holding them: the
event it keeps goes on. A replayed event is an event of its own, whose parent is the archived one.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PUT, MATCHED, UNMATCHED, FIRED, NOWHERE, REFUSED, REPLAYED = 600, 601, 602, 603, 604, 605, 606
PENDING, DELIVERED, FAILED, MOVED, DISCARDED, EXPIRED, ABANDONED, HELD = 610, 611, 612, 613, 614, 615, 616, 617
ARCHIVED, FORGOTTEN, REPLAY_STARTED, REPLAY_RUNNING, REPLAY_COMPLETED = 620, 621, 622, 623, 624
REPLAY_CANCELLING, REPLAY_CANCELLED = 625, 626
REQUESTED = 630
RULE_MATCHED, RULE_CHANGED, TARGET_PUT, TARGET_REMOVED = 640, 641, 642, 643
BUS_CHANGED, ARCHIVE_CHANGED, CONNECTION_CHANGED, SOURCE_CHANGED, SCHEDULED = 644, 645, 646, 647, 648

SERVICE = "events"
LINK = Field("link", FieldType.LINK)
SOURCE, DETAIL_TYPE = Field("source", FieldType.STRING), Field("detail_type", FieldType.STRING)
ERROR = (Field("error_type", FieldType.STRING), Field("message", FieldType.STRING))
TARGET = Field("target", FieldType.STRING)
CONDITION = Field("condition", FieldType.STRING)
REPLAY = Field("replay", FieldType.STRING)
EVENTS, BYTES = Field("events", FieldType.INTEGER), Field("bytes", FieldType.INTEGER)
SETTINGS = Field("settings", FieldType.STRING)
NEXT = Field("next_at", FieldType.INSTANT)

KINDS = (
    Kind(
        PUT,
        SERVICE,
        "EventPut",
        (LINK, SOURCE, DETAIL_TYPE),
        "{detail_type} of {source} put on {node}",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(
        MATCHED,
        SERVICE,
        "EventMatched",
        (Field("rules", FieldType.INTEGER), Field("targets", FieldType.INTEGER)),
        "matched by {rules} rules of {node}: {targets} targets get it",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        UNMATCHED,
        SERVICE,
        "EventUnmatched",
        (Field("nearest", FieldType.STRING), Field("path", FieldType.STRING), Field("why", FieldType.STRING)),
        "no rule of {node} matches; the nearest is {nearest}: {why}",
        to="filtered",
    ),
    Kind(
        FIRED,
        SERVICE,
        "ScheduleFired",
        (Field("expression", FieldType.STRING), NEXT),
        "{node} fired by {expression}; next: {next_at}",
        to="pending",
        rate=True,
    ),
    Kind(
        NOWHERE,
        SERVICE,
        "EventLost",
        (Field("bus", FieldType.STRING),),
        "put on {bus}, which does not exist: PutEvents succeeds, and the event is gone",
        outcome="lost",
    ),
    Kind(
        REFUSED,
        SERVICE,
        "EntryFailed",
        (LINK, *ERROR),
        "an entry of PutEvents failed with {error_type}: {message}",
        outcome="lost",
    ),
    Kind(
        REPLAYED,
        SERVICE,
        "EventReplayed",
        (LINK, REPLAY, Field("original", FieldType.SUBJECT)),
        "{original} replayed to {node} by {replay}",
        to="pending",
        motion="backward",
        rate=True,
    ),
    Kind(
        PENDING,
        SERVICE,
        "DispatchPending",
        (LINK, TARGET, REPLAY),
        "waits to be delivered to target {target} over {link}",
        to="pending",
    ),
    Kind(
        DELIVERED,
        SERVICE,
        "DispatchDelivered",
        (LINK,),
        "delivered over {link} at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        SERVICE,
        "DispatchFailed",
        (LINK, *ERROR, Field("retry_at", FieldType.INSTANT)),
        "attempt {attempt} over {link} failed with {error_type}; next attempt: {retry_at}",
        to="pending",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        MOVED,
        SERVICE,
        "DispatchMovedToDeadLetterQueue",
        (LINK, *ERROR, CONDITION),
        "moved over {link} to the target's dead-letter queue after {attempt} attempts: {error_type} {condition}",
        to="moved",
        outcome="lost",
    ),
    Kind(
        DISCARDED,
        SERVICE,
        "DispatchDiscarded",
        (LINK, *ERROR, CONDITION),
        "given up after {attempt} attempts ({error_type} {condition}); no dead-letter queue takes it: it is gone",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        EXPIRED,
        SERVICE,
        "DispatchExpired",
        (LINK, *ERROR, CONDITION),
        "too old after {attempt} attempts ({error_type} {condition}); no dead-letter queue takes it: it is gone",
        to="expired",
        outcome="lost",
    ),
    Kind(
        ABANDONED,
        SERVICE,
        "DispatchAbandoned",
        (LINK, Field("reason", FieldType.STRING)),
        "not delivered any more after {attempt} attempts: {reason}",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        HELD,
        SERVICE,
        "RequestHeld",
        (LINK, Field("until", FieldType.INSTANT), Field("per_second", FieldType.INTEGER)),
        "held until {until}: {link} takes {per_second} requests a second",
        to="pending",
    ),
    Kind(
        ARCHIVED,
        SERVICE,
        "EventArchived",
        (LINK, BYTES),
        "kept by archive {node}: {bytes} bytes",
        motion="forward",
    ),
    Kind(
        FORGOTTEN,
        SERVICE,
        "ArchivedEventsExpired",
        (EVENTS, BYTES),
        "{events} events ({bytes} bytes) are older than {node} keeps them: they are gone from it",
    ),
    Kind(
        REPLAY_STARTED,
        SERVICE,
        "ReplayStarted",
        (REPLAY, Field("rules", FieldType.STRING), Field("from", FieldType.STRING), Field("to", FieldType.STRING)),
        "{replay} of {node} starts: events from {from} to {to}, for {rules}",
    ),
    Kind(
        REPLAY_RUNNING,
        SERVICE,
        "ReplayRunning",
        (REPLAY, EVENTS),
        "{replay} runs: {events} events of {node} are in its window",
    ),
    Kind(
        REPLAY_COMPLETED,
        SERVICE,
        "ReplayCompleted",
        (REPLAY, EVENTS),
        "{replay} is complete: {events} events were replayed",
        outcome="delivered",
    ),
    Kind(
        REPLAY_CANCELLING,
        SERVICE,
        "ReplayCancelling",
        (REPLAY, EVENTS),
        "{replay} is being cancelled after {events} events",
    ),
    Kind(
        REPLAY_CANCELLED, SERVICE, "ReplayCancelled", (REPLAY, EVENTS), "{replay} was cancelled after {events} events"
    ),
    Kind(
        REQUESTED,
        SERVICE,
        "EndpointRequested",
        (LINK, Field("method", FieldType.STRING)),
        "{node} sends {method}",
        motion="forward",
    ),
    Kind(
        RULE_MATCHED,
        SERVICE,
        "RuleMatched",
        (LINK, Field("targets", FieldType.INTEGER)),
        "matched by {node}, which has {targets} targets",
        motion="forward",
    ),
    Kind(RULE_CHANGED, SERVICE, "RuleChanged", (SETTINGS,), "{node} changed: {settings}"),
    Kind(TARGET_PUT, SERVICE, "TargetPut", (LINK, TARGET), "{node} has target {target} from now on"),
    Kind(TARGET_REMOVED, SERVICE, "TargetRemoved", (LINK, TARGET), "{node} no longer has target {target}"),
    Kind(BUS_CHANGED, SERVICE, "EventBusChanged", (SETTINGS,), "{node} changed: {settings}"),
    Kind(ARCHIVE_CHANGED, SERVICE, "ArchiveChanged", (SETTINGS,), "{node} changed: {settings}"),
    Kind(CONNECTION_CHANGED, SERVICE, "ConnectionChanged", (SETTINGS,), "connections: {settings}"),
    Kind(SOURCE_CHANGED, SERVICE, "EventSourceChanged", (SETTINGS,), "partner event sources: {settings}"),
    Kind(
        SCHEDULED,
        SERVICE,
        "RuleScheduled",
        (Field("expression", FieldType.STRING), NEXT),
        "{node} fires by {expression}; next: {next_at}",
    ),
)
