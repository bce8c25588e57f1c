from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dashboard.access import viewer_of
from dashboard.imports import Upload, import_upload, upload_of
from dashboard.limits import UPLOAD_FILES, UPLOAD_MEGABYTES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dashboard.views.htmx import HtmxRequest

LIMITS = {"megabytes": UPLOAD_MEGABYTES, "files": UPLOAD_FILES}


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HtmxRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "import/index.html", {"limits": LIMITS})
    result = import_upload(_upload(request), viewer_of(request))
    status = 200 if result.version or request.htmx else 422
    template = "import/_result.html" if request.htmx else "import/index.html"
    return render(
        request, template, {"limits": LIMITS, "result": result, "text": request.POST.get("text", "")}, status=status
    )


def _upload(request: HttpRequest) -> Upload:
    sent = request.POST
    return upload_of(
        request.FILES.getlist("files"),
        sent.get("parameters", ""),
        name=sent.get("name", "").strip(),
        text=sent.get("text", ""),
    )
