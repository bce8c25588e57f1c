"""What functions and event source mappings may write in the trace. Numbers 200–219; they are stable."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

STARTED, SUCCEEDED, FAILED, TIMED_OUT = 200, 201, 202, 203
THROTTLED, DELIVERY_FAILED, SCALED = 204, 205, 206
BEHAVIOUR_CHANGED, CONFIGURATION_CHANGED, MAPPING_CHANGED = 207, 208, 209

LINK = Field("link", FieldType.LINK)
DURATION = Field("duration", FieldType.LENGTH)
ERROR = (Field("error_type", FieldType.STRING), Field("error", FieldType.BODY))

KINDS = (
    Kind(
        STARTED,
        "lambda",
        "InvocationStarted",
        (LINK, Field("batch_size", FieldType.INTEGER)),
        "{node} was invoked with a batch of {batch_size}",
        to="executing",
        rate=True,
    ),
    Kind(
        SUCCEEDED,
        "lambda",
        "InvocationSucceeded",
        (DURATION, Field("failed_items", FieldType.INTEGER)),
        "{node} answered after {duration}; reported as failed: {failed_items}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        "lambda",
        "InvocationFailed",
        (*ERROR, DURATION),
        "{node} failed after {duration} with {error_type}; who invoked it decides what happens next",
        to="failed",
        outcome="retry",
    ),
    Kind(
        TIMED_OUT,
        "lambda",
        "InvocationTimedOut",
        (Field("timeout", FieldType.LENGTH),),
        "{node} was stopped at its timeout of {timeout}; who invoked it decides what happens next",
        to="failed",
        outcome="retry",
    ),
    Kind(
        THROTTLED,
        "lambda",
        "MappingThrottled",
        (LINK, Field("reason", FieldType.STRING)),
        "throttled: {reason}; the batch comes back after its visibility timeout and counts as received",
        outcome="retry",
    ),
    Kind(
        DELIVERY_FAILED,
        "lambda",
        "DeliveryFailed",
        (LINK, *ERROR),
        "failed in {node} with {error_type} (receive {attempt}); it stays in flight until its visibility timeout",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        SCALED,
        "lambda",
        "MappingScaled",
        (Field("concurrency", FieldType.INTEGER), LINK),
        "the mapping over {link} may read {concurrency} batches at a time from now on",
    ),
    Kind(
        BEHAVIOUR_CHANGED,
        "lambda",
        "BehaviourChanged",
        (Field("code_hash", FieldType.STRING),),
        "{node} behaves differently from now on",
    ),
    Kind(
        CONFIGURATION_CHANGED,
        "lambda",
        "ConfigurationChanged",
        (Field("setting", FieldType.STRING), Field("value", FieldType.STRING)),
        "{node}: {setting} is now {value}",
    ),
    Kind(
        MAPPING_CHANGED,
        "lambda",
        "MappingChanged",
        (LINK, Field("settings", FieldType.STRING)),
        "the mapping over {link} changed: {settings}",
    ),
)
