"""How much one request may bring. Said before anything is parsed, so that a large body costs nothing but its arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.views.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

UPLOAD_MEGABYTES = 10
UPLOAD_FILES = 50
COMMAND_BYTES = 4 * 1024 * 1024
UPLOAD_BYTES = UPLOAD_MEGABYTES * 1024 * 1024
MULTIPART_OVERHEAD = 256 * 1024

QUOTAS = (
    ("Upload", f"{UPLOAD_MEGABYTES} MB", "all files of one import together"),
    ("Files", str(UPLOAD_FILES), "in one import: the template and what it refers to"),
    ("Frame", f"{COMMAND_BYTES // 2**20} MiB", "one frame from the browser, a command with its parameters"),
    ("Chunks", "64", "in one answer of the chunk API; ask again after the last"),
    ("Bodies", "500", "in one answer of the body API"),
)


class BodyLimit:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > UPLOAD_BYTES + MULTIPART_OVERHEAD:
            return too_large(request)
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    message = f"That is more than {UPLOAD_MEGABYTES} MB."
    return refuse(request, 413, message, "Leave out what the template does not refer to.")
