from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from dashboard import guides, library
from dashboard.access import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dashboard.views.htmx import HtmxRequest


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    examples, mine = library.cards(viewer_of(request))
    return render(request, "gallery/index.html", {"shelves": guides.shelves(examples), "mine": mine})


@require_safe
@vary_on_headers("HX-Request")
def example(request: HtmxRequest, slug: str) -> HttpResponse:
    """The page of an example; the studio asks for its words alone."""
    topology = guides.example_of(slug)
    context = {"topology": topology, "guide": guides.guide_of(topology), "url": f"/topologies/{topology.pk}/"}
    if request.htmx:
        return render(request, "gallery/_guide.html", context)
    previous, following = guides.neighbours(topology)
    card = library.card(topology, viewer_of(request))
    return render(request, "gallery/example.html", {**context, "card": card, "previous": previous, "next": following})
