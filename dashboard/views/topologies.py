from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard import library
from dashboard.access import name_of, viewer_of
from flows.exporters.forms import FORMS

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


@require_safe
def download(request: HttpRequest, topology_id: UUID) -> HttpResponse:
    found = library.topology_for(viewer_of(request), topology_id)
    return render(request, "topologies/download.html", {"topology": found, "forms": FORMS})


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, topology_id: UUID) -> HttpResponse:
    found = library.topology_for(viewer_of(request), topology_id, change=True)
    if request.method != "POST" or not request.POST.get("confirmed"):
        executions = library.runs_of(found).count()
        return render(request, "topologies/delete.html", {"topology": found, "executions": executions})
    library.delete_topology(found)
    messages.success(request, f"{found.name} is deleted.")
    return redirect("gallery")
