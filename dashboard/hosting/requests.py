"""Around every request: its id, a line when it is answered, and its place in the metrics.

The route is named as `urls.py` writes it (`executions/<uuid:execution_id>/`), never as it was asked for: addresses hold ids, query
strings hold what people typed.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
SOUND = re.compile(r"[A-Za-z0-9._:+/=-]{1,128}")
"""What a proxy may call a request; anything else is not repeated in a log."""
STATIC = "static/"
UNLOGGED = ("ready/", "live/", "healthz", "metrics", STATIC)
"""Asked every few seconds by machines: counted, not told."""

REQUESTS = Counter("redrive_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST = Histogram("redrive_request_seconds", "From a request's arrival to its answer.", ["route"])

logger = structlog.get_logger("redrive.requests")


class Told:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        identity = given if SOUND.fullmatch(given) else uuid.uuid4().hex
        began_s = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=identity):
            response = self.get_response(request)
            seconds = time.perf_counter() - began_s
            route = _route_of(request)
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(method, route, response.status_code).inc()
            REQUEST.labels(route).observe(seconds)
            if not route.startswith(UNLOGGED):
                ms = round(seconds * 1000, 1)
                logger.info("request", method=method, route=route, status=response.status_code, ms=ms)
        response.headers[HEADER] = identity
        return response


def _route_of(request: HttpRequest) -> str:
    """Files are answered before there is a route."""
    if request.resolver_match:
        return request.resolver_match.route
    return STATIC if request.path.startswith(f"/{STATIC}") else ""


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
