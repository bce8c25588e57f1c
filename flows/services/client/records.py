"""What the people and programs that send traffic may write in the trace. Numbers 300–309; they are stable."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

TRAFFIC_STARTED, TRAFFIC_ENDED, REFUSED = 300, 301, 302

KINDS = (
    Kind(
        TRAFFIC_STARTED,
        "client",
        "TrafficStarted",
        (Field("target", FieldType.NODE), Field("mode", FieldType.STRING), Field("count", FieldType.INTEGER)),
        "traffic to {target} started: {mode}; messages: {count}",
    ),
    Kind(
        TRAFFIC_ENDED,
        "client",
        "TrafficEnded",
        (Field("sent", FieldType.INTEGER),),
        "traffic ended; messages sent: {sent}",
    ),
    Kind(
        REFUSED,
        "client",
        "RequestRefused",
        (Field("code", FieldType.STRING), Field("message", FieldType.STRING)),
        "refused: {code}: {message}",
        outcome="lost",
    ),
)
