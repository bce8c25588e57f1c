"""A request and a response, as HTTP has them; and what API Gateway answers of its own accord."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from flows.services.apigateway.config import HTTP, REST
from flows.services.ports import Json, Refusal
from flows.services.texts import size_of, written

JSON_TYPE = {"content-type": "application/json"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def query_pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    """What went wrong, for the trace."""

    def as_json(self) -> Json:
        headers = {written(name): written(value) for name, value in self.headers.items()}
        return {"StatusCode": self.status, "Headers": headers, "Body": written(self.body)}


NOT_FOUND, THROTTLED, TIMED_OUT, MALFORMED = "not found", "throttled", "timed out", "malformed"
FUNCTION_ERROR, UNAVAILABLE, TOO_LARGE, UNSUPPORTED = "function error", "unavailable", "too large", "unsupported"
UNAUTHORIZED, AUTHORIZER_FAILED = "unauthorized", "authorizer failed"
OWN: dict[tuple[str, str], tuple[int, str | None]] = {
    (REST, UNAUTHORIZED): (401, "Unauthorized"),
    (HTTP, UNAUTHORIZED): (401, "Unauthorized"),
    (REST, AUTHORIZER_FAILED): (500, None),
    (HTTP, AUTHORIZER_FAILED): (500, "Internal Server Error"),
    (REST, NOT_FOUND): (403, "Missing Authentication Token"),
    (HTTP, NOT_FOUND): (404, "Not Found"),
    (REST, THROTTLED): (429, "Too Many Requests"),
    (HTTP, THROTTLED): (429, "Too Many Requests"),
    (REST, TIMED_OUT): (504, "Endpoint request timed out"),
    (HTTP, TIMED_OUT): (504, "Gateway Timeout"),
    (REST, MALFORMED): (502, "Internal server error"),
    (HTTP, MALFORMED): (500, "Internal Server Error"),
    (REST, FUNCTION_ERROR): (502, "Internal server error"),
    (HTTP, FUNCTION_ERROR): (500, "Internal Server Error"),
    (REST, UNAVAILABLE): (500, "Internal server error"),
    (HTTP, UNAVAILABLE): (503, "Service Unavailable"),
    (REST, TOO_LARGE): (413, "Request Too Long"),
    (HTTP, TOO_LARGE): (413, "Request Entity Too Large"),
    (REST, UNSUPPORTED): (415, "Unsupported Media Type"),
    (HTTP, UNSUPPORTED): (415, "Unsupported Media Type"),
}
"""(kind of API, what happened) → status and message. Source: "Gateway response types" (REST), observed answers (HTTP)."""


def own(kind: str, what: str, reason: str = "") -> Response:
    """An answer that is API Gateway's and nobody else's."""
    status, message = OWN[kind, what]
    return Response(status, text({"message": message}), JSON_TYPE, reason or what)


def text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


def forbidden(kind: str, reason: str) -> Response:
    """A policy, or an authorizer's answer, says no."""
    if kind == HTTP:
        return Response(403, text({"message": "Forbidden"}), JSON_TYPE, reason)
    return Response(
        403,
        text({"Message": f"User is not authorized to access this resource{reason}"}),
        JSON_TYPE,
        f"forbidden{reason}",
    )


def read_request(params: Json) -> Request | Refusal:
    """{Method?, Path?, QueryString?, Headers?, Body?}; a path may have its query string with it."""
    texts = {name: params.get(name) for name in ("Method", "Path", "QueryString", "Body")}
    for name, value in texts.items():
        if value is not None and (not isinstance(value, str) or size_of(value) < 0):
            return Refusal("BadRequestException", f"{name} must be a text.")
    method = (texts["Method"] or "GET").upper()
    if method not in METHODS:
        return Refusal("BadRequestException", f"Method must be one of {', '.join(METHODS)}.")
    path, _, query = (texts["Path"] or "/").partition("?")
    headers = params.get("Headers") or {}
    if not isinstance(headers, dict) or not all(
        isinstance(name, str) and isinstance(value, str) and size_of(name + value) >= 0
        for name, value in headers.items()
    ):
        return Refusal("BadRequestException", "Headers must be an object of texts.")
    return Request(method, f"/{path.lstrip('/')}", texts["QueryString"] or query, dict(headers), texts["Body"])


def parsed_object(given: str) -> Json:
    """A text as a JSON object; an empty one if it is none."""
    try:
        value = json.loads(given)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
