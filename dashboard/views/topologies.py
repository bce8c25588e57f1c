from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard import alike, library
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


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, topology_id: UUID) -> HttpResponse:
    """All imports of one name; posting deletes the earlier ones, after a question."""
    viewer = viewer_of(request)
    found = library.topology_for(viewer, topology_id, change=True)
    newest, *earlier = alike.imports(found, viewer)
    context = {
        "all": [newest, *earlier],
        "newest": newest,
        "earlier": earlier,
        "runs": sum(one.runs for one in earlier),
        "asked": request.method == "POST",
    }
    if not earlier:
        return redirect("gallery")
    if request.POST.get("confirmed") != _named(earlier):
        return render(request, "topologies/imports.html", {**context, "confirmed": _named(earlier)})
    for one in earlier:
        library.delete_topology(one.topology)
    messages.success(request, f"{len(earlier)} earlier import{'s' * (len(earlier) > 1)} of {found.name} deleted.")
    return redirect("gallery")


def _named(earlier: list[alike.Import]) -> str:
    """What the question was about: an import that has come since is not deleted by its answer."""
    return " ".join(str(one.topology.pk) for one in earlier)
