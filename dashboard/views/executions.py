from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from dashboard import library
from dashboard.access import viewer_of
from dashboard.studio import studio_data
from flows.models import Execution
from flows.models.execution import ExecutionState
from flows.runs import api as runs
from flows.runs import usage

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from dashboard.views.htmx import HtmxRequest

LISTED = 200
DOWNLOADS = {
    "records": ("Records", "Everything that happened, a row each, with its sentence."),
    "journeys": (
        "Journeys",
        "Each message or event with all its copies: when it began and ended, how often it was tried, where it stands.",
    ),
    "dead-letters": ("Dead letters", "What lies in dead-letter queues at the end: why, since when, and its body."),
}
STATES = {
    ExecutionState.IDLE: ("at rest", "delivered"),
    ExecutionState.RUNNING: ("running", "flow"),
    ExecutionState.STOPPED: ("stopped", "off"),
    ExecutionState.FAILED: ("failed", "lost"),
}
"""How a list says it, and the shape of its mark."""
FORMS = {"parquet": "Parquet", "csv": "CSV", "jsonl": "JSON Lines"}


@require_safe
def executions(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    found = Execution.objects.listed_for(viewer)
    rows: list[Any] = list(found.select_related("topology_version__topology").order_by("-created_at")[:LISTED])
    taken = usage.of_executions([execution.pk for execution in rows])
    for execution in rows:
        execution.bytes = taken[execution.pk]
        execution.url = f"/executions/{execution.pk}/"
        execution.standing, execution.mark = STATES[ExecutionState(execution.state)]
        execution.records = f"{execution.head:,}"
        execution.frontier = clock(execution.frontier_at)
        execution.may_change = execution.may_be_changed_by(viewer)
    context = {
        "executions": rows,
        "more": found.count() - LISTED if len(rows) == LISTED else 0,
        "bytes": sum(taken.values()),
        "disk": usage.of_disk() if viewer is None else None,
        "keep_days": settings.KEEP_DAYS,
        "keep_bytes": settings.KEEP_BYTES,
    }
    return render(request, "executions/index.html", context)


@require_safe
@ensure_csrf_cookie
def studio(request: HttpRequest, execution_id: UUID) -> HttpResponse:
    execution = library.execution_for(viewer_of(request), execution_id)
    context = {
        "execution": execution,
        "topology": execution.topology_version.topology,
        "studio_data": studio_data(execution),
    }
    return render(request, "executions/studio.html", context)


@require_safe
def download(request: HttpRequest, execution_id: UUID) -> HttpResponse:
    execution = library.execution_for(viewer_of(request), execution_id)
    context = {"execution": execution, "tables": DOWNLOADS, "forms": FORMS}
    return render(request, "executions/download.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HtmxRequest, execution_id: UUID) -> HttpResponse:
    """Confirmed by the page (htmx asks), or by a page of its own."""
    execution = library.execution_for(viewer_of(request), execution_id, change=True)
    if request.method != "POST" or not (request.htmx or request.POST.get("confirmed")):
        context = {
            "execution": execution,
            "commands": execution.commands.count(),
            "forks": execution.forks.count(),
            "bytes": usage.of_executions([execution.pk])[execution.pk],
        }
        return render(request, "executions/delete.html", context)
    runs.delete_execution(execution.pk)
    if request.htmx:
        return HttpResponse("")
    messages.success(request, "The execution is deleted.")
    return redirect("executions")


def clock(at: int) -> str:
    """An instant as the virtual clock shows it: 00:04:30.250, with days from the first on."""
    seconds, microseconds = divmod(at, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return (f"{days} d " if days else "") + f"{hour:02}:{minute:02}:{second:02}.{microseconds // 1000:03}"
