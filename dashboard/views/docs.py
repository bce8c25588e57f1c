from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.documentation import shelf

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def page(request: HttpRequest, section: str = "", slug: str = "index") -> HttpResponse:
    found = shelf()
    here = found.find(section, slug)
    if here is None:
        raise Http404
    previous, following = found.neighbours(here)
    context = {"page": here, "sections": found.sections(here), "previous": previous, "next": following}
    return render(request, "docs/page.html", context)
