from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import library
from dashboard.access import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    examples, mine = library.cards(viewer_of(request))
    return render(request, "gallery/index.html", {"examples": examples, "mine": mine})
