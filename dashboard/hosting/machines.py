"""Balancers, monitoring and Prometheus ask each web server by its own address: without TLS, and by a name that people do not type.

In an installation with accounts they are answered before anything asks for either. What they get holds nothing of anybody's, and
`/metrics` only comes here with a token; without one it takes the way of all pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PROBES = ("/live/", "/ready/", "/healthz")
SCRAPED = "/metrics"


class Machines:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.REDRIVE_MODE != "hosted" or not _asks_a_machine(request):
            return self.get_response(request)
        found = request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = found.func(request)
        return answer


def _asks_a_machine(request: HttpRequest) -> bool:
    return request.path_info in PROBES or (request.path_info == SCRAPED and "Authorization" in request.headers)
