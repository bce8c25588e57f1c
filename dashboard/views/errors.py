"""Every refusal of a page, in words and never with a stack trace."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import TooManyFilesSent
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from dashboard.library import Outdated
from flows.runs.quotas import OverQuota
from flows.runs.refusals import why_away

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from flows.runs.refusals import Refusal

AGAIN = "Look at its form in the reference at /api/docs; if that is right, please report it."
RETRY_AFTER_S = 5
CODES = {
    400: "BadRequest",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "OverQuota",
    413: "TooLarge",
    429: "TooManyAttempts",
    500: "Fault",
}


class NotAllowed:
    """A route that does not know the method says so in words, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        allowed = ", ".join(sorted(response.headers.get("Allow", "").replace(" ", "").split(",")))
        said = refuse(request, 405, f"{request.method} is not possible here.", f"Possible: {allowed or 'nothing'}.")
        said["Allow"] = allowed
        return said


class Drawable:
    """A page of something whose stored document cannot be drawn any more says why; so does one that would be over a quota."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OverQuota):
            return refuse(request, 409, exception.refusal.message, exception.refusal.hint)
        if not isinstance(exception, Outdated):
            return None
        return render(request, "topologies/outdated.html", {"problems": exception.problems}, status=409)


def refuse(request: HttpRequest, status: int, message: str, hint: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        answer = {"code": CODES[status], "message": message, "hint": hint, "problems": []}
        return JsonResponse(answer, status=status)
    context = {"status": status, "message": message, "hint": hint}
    if getattr(request, "htmx", False):
        return render(request, "error_partial.html", context, status=status)
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TooManyFilesSent):
        return refuse(
            request, 400, "Those are too many files.", "Send the template and what it refers to: 50 files at most."
        )
    return _plainly(request, 400, "The request was not understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403, "This is not yours to change.", str(exception) or "Ask its owner, or make a copy.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return refuse(request, 404, "There is nothing here.", "It may have been deleted, or it belongs to somebody else.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while the error is being handled, wherever it came from, a page or what stands around it."""
    if away := why_away(sys.exc_info()[1]):
        return unavailable(request, away)
    return _plainly(request, 500, "Something went wrong on our side. It has been written down.")


def unavailable(request: HttpRequest, away: Refusal) -> HttpResponse:
    """What the page would need is away: said without asking it for anything."""
    if request.path.startswith("/api/"):
        answer: dict[str, Any] = {"code": away.code, "message": away.message, "hint": away.hint, "problems": []}
        response: HttpResponse = JsonResponse(answer, status=503)
    else:
        response = HttpResponse(render_to_string("refused.html", {"status": 503, "away": away}), status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return refuse(
        request, 403, "This form is too old, or came from another site.", "Reload the page and send it again."
    )


def _plainly(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """Without any context of a page: that may be what failed."""
    if request.path.startswith("/api/"):
        return refuse(request, status, message, AGAIN)
    return HttpResponse(render_to_string("refused.html", {"status": status}), status=status)
