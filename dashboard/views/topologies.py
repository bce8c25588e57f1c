from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from dashboard import library
from dashboard.access import name_of, viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def topology(request: HttpRequest, topology_id: UUID) -> HttpResponse:
    """Opening goes on where one left off; posting begins anew."""
    viewer = viewer_of(request)
    found = library.topology_for(viewer, topology_id)
    execution = None if request.method == "POST" else library.latest_execution(found, viewer)
    if execution is None:
        execution = library.begin_execution(found, viewer, actor=name_of(viewer))
    return redirect("execution", execution.pk)
