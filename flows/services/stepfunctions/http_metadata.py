"""The HTTP response that optimised integrations answer beside the service's own members.

`SdkHttpMetadata` and `SdkResponseMetadata` are the client library's; which headers there are, and in which spelling, depends on
the protocol of the service (recorded executions: lambda:invoke, sqs:sendMessage, sns:publish, states:startExecution,
dynamodb:putItem). Content-Length is the length of the service's own answer, which is written here for that purpose.
"""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.engine.environment import Environment
from flows.services.ports import Json
from flows.services.stepfunctions.integrations import DYNAMODB, JSON_10, LAMBDA, QUERY

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">\n'
    "  <PublishResult>\n{members}  </PublishResult>\n"
    "  <ResponseMetadata>\n    <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n"
    "</PublishResponse>\n"
)


def with_metadata(environment: Environment, style: str, output: Json, request_id: str, payload: str = "") -> Json:
    """The answer with its HTTP response beside it; a function's is its `payload` as it came."""
    if not style:
        return output
    headers = _headers(environment, style, output, request_id, payload)
    http = {
        "AllHttpHeaders": {name: [value] for name, value in headers.items()},
        "HttpHeaders": dict(sorted(headers.items(), key=lambda header: header[0].lower())),
        "HttpStatusCode": 200,
    }
    whole = {**output, "SdkHttpMetadata": http, "SdkResponseMetadata": {"RequestId": request_id}}
    return dict(sorted(whole.items()))


def _headers(environment: Environment, style: str, output: Json, request_id: str, payload: str) -> dict[str, str]:
    date = http_date(environment)
    if style == LAMBDA:
        return {
            "X-Amz-Executed-Version": str(output.get("ExecutedVersion", "$LATEST")),
            "x-amzn-Remapped-Content-Length": "0",
            "Connection": "keep-alive",
            "x-amzn-RequestId": request_id,
            "Content-Length": str(len(payload.encode())),
            "Date": date,
            "X-Amzn-Trace-Id": f"Root=1-{request_id[:8]}-{request_id.replace('-', '')[8:]};Sampled=0",
            "Content-Type": "application/json",
        }
    if style == DYNAMODB:
        body = json.dumps(output, separators=(",", ":"), ensure_ascii=False).encode()
        return {
            "Server": "Server",
            "Connection": "keep-alive",
            "x-amzn-RequestId": request_id,
            "x-amz-crc32": str(zlib.crc32(body)),
            "Content-Length": str(len(body)),
            "Date": date,
            "Content-Type": "application/x-amz-json-1.0",
        }
    length = len(_xml(output, request_id)) if style == QUERY else len(_json(output))
    return {
        "x-amzn-RequestId": request_id,
        "connection": "keep-alive",
        "Content-Length": str(length),
        "Date": date,
        "Content-Type": {QUERY: "text/xml", JSON_10: "application/x-amz-json-1.0"}[style],
    }


def http_date(environment: Environment) -> str:
    """`Thu, 01 Jan 2026 00:00:00 GMT`."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=environment.wall_us(environment.now_at))
    day = f"{DAYS[moment.weekday()]}, {moment.day:02d} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} {moment:%H:%M:%S} GMT"


def _json(output: Json) -> bytes:
    """The service's JSON: members in small letters' length is the same; dates are seconds as Java writes a double."""
    parts = [f'"{name}":{_value(name, value)}' for name, value in output.items()]
    return f"{{{','.join(parts)}}}".encode()


def _value(name: str, value: Any) -> str:
    if name.endswith("Date") and isinstance(value, float | int):
        return java_double(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def java_double(value: float) -> str:
    """`1.767225600123E9`."""
    digits = f"{value:.3f}".replace(".", "").rstrip("0") or "0"
    exponent = len(f"{int(value)}") - 1
    return f"{digits[0]}.{digits[1:] or '0'}E{exponent}"


def _xml(output: Json, request_id: str) -> str:
    members = "".join(f"    <{name}>{value}</{name}>\n" for name, value in output.items())
    return PUBLISHED.format(members=members, request_id=request_id)
