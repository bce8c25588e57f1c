"""How one asks whether all is well.

| address | for | answers |
|---|---|---|
| `/live/` | whoever restarts processes | 200 while this process answers |
| `/ready/` | the balancer | 200, or 503 once this web server is on its way out |
| `/healthz` | monitoring | JSON, yes or no for each part; 503 if the database or live updates are away |
| `/health/` | people | a page with numbers: the local owner, and staff where there are accounts |
| `/metrics` | Prometheus | the same people, or whoever brings `REDRIVE_METRICS_TOKEN` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from dashboard.access import viewer_of
from dashboard.hosting import metrics
from dashboard.hosting.draining import Draining
from dashboard.hosting.standing import serves, standing

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    if Draining.asked:
        return HttpResponse("stopping\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    parts = standing()
    answer = {part.name: part.well for part in parts}
    return JsonResponse({"well": all(answer.values()), **answer}, status=200 if serves(parts) else 503)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    if not _looks_after(request):
        raise Http404
    parts = standing()
    return render(request, "health.html", {"parts": parts, "well": all(part.well for part in parts)})


@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    if not (_looks_after(request) or _brings_the_token(request)):
        raise Http404
    return HttpResponse(metrics.scraped(), content_type=CONTENT_TYPE_LATEST)


def _looks_after(request: HttpRequest) -> bool:
    viewer = viewer_of(request)
    return viewer is None or bool(getattr(viewer, "is_staff", False))


def _brings_the_token(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(given, f"Bearer {token}")
