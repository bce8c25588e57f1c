"""What a pipe may write in the trace. Numbers 670–689; they are stable, stored traces hold them.

A *run* takes one batch through the pipe: it is the request of all that happens to the batch's messages on the way.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

STATE_CHANGED, SCALED, CHANGED = 670, 671, 672
FILTERED, RUN_STARTED, ENRICHING, ENRICHED, TARGETING = 673, 674, 675, 676, 677
RUN_SUCCEEDED, RUN_EMPTIED, RUN_FAILED, KEPT = 678, 679, 680, 681

SERVICE = "pipes"
LINK = Field("link", FieldType.LINK)
EVENTS = Field("events", FieldType.INTEGER)
ERROR = (Field("error_type", FieldType.STRING), Field("message", FieldType.STRING))

KINDS = (
    Kind(
        STATE_CHANGED,
        SERVICE,
        "PipeStateChanged",
        (Field("state", FieldType.STRING), Field("reason", FieldType.STRING)),
        "{node} is {state} {reason}",
    ),
    Kind(
        SCALED, SERVICE, "PipeScaled", (Field("pollers", FieldType.INTEGER),), "{node} reads {pollers} batches at once"
    ),
    Kind(CHANGED, SERVICE, "PipeChanged", (Field("settings", FieldType.STRING),), "{node} was changed: {settings}"),
    Kind(
        FILTERED,
        SERVICE,
        "PipeEventFiltered",
        (LINK, Field("why", FieldType.STRING)),
        "filtered by {node}, because {why}: the pipe deletes it from the queue",
    ),
    Kind(
        RUN_STARTED,
        SERVICE,
        "PipeRunStarted",
        (LINK, EVENTS),
        "{node} takes a batch of {events} events over {link}",
        to="executing",
        motion="forward",
        rate=True,
    ),
    Kind(
        ENRICHING,
        SERVICE,
        "PipeEnrichmentCalled",
        (LINK, EVENTS),
        "{events} events go to the enrichment over {link}",
        motion="forward",
    ),
    Kind(
        ENRICHED,
        SERVICE,
        "PipeEnriched",
        (LINK, EVENTS),
        "the enrichment answered over {link}: {events} events go on",
        motion="backward",
    ),
    Kind(
        TARGETING,
        SERVICE,
        "PipeTargetCalled",
        (LINK, EVENTS),
        "{events} events go to the target over {link}",
        motion="forward",
    ),
    Kind(
        RUN_SUCCEEDED,
        SERVICE,
        "PipeRunSucceeded",
        (LINK, EVENTS),
        "the target took {events} events over {link}; the source is done with the batch",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        RUN_EMPTIED,
        SERVICE,
        "PipeRunEmptied",
        (LINK,),
        "the enrichment over {link} left nothing: the target is not called",
        to="delivered",
    ),
    Kind(
        RUN_FAILED,
        SERVICE,
        "PipeRunFailed",
        (LINK, *ERROR, Field("failed", FieldType.INTEGER)),
        "{failed} events failed over {link} with {error_type}: they stay in the source",
        to="failed",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        KEPT,
        SERVICE,
        "PipeEventFailed",
        (LINK, *ERROR),
        "not taken over {link} ({error_type}): it becomes visible again in the queue",
        outcome="retry",
    ),
)
