"""`/ready/`: an answer means that this web process serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest


def ready(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready\n", content_type="text/plain")
