"""Every refusal of a page, in words and never with a stack trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.http import HttpRequest


def refuse(request: HttpRequest, status: int, message: str, hint: str) -> HttpResponse:
    context = {"status": status, "message": message, "hint": hint}
    if getattr(request, "htmx", False):
        return render(request, "error_partial.html", context, status=status)
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TooManyFilesSent):
        return refuse(
            request, 400, "Those are too many files.", "Send the template and what it refers to: 50 files at most."
        )
    return HttpResponse(render_to_string("refused.html", {"status": 400}), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403, "This is not yours to change.", str(exception) or "Ask its owner, or make a copy.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return refuse(request, 404, "There is nothing here.", "It may have been deleted, or it belongs to somebody else.")


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - its context processors may be what failed
    return HttpResponse(render_to_string("refused.html", {"status": 500}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return refuse(
        request, 403, "This form is too old, or came from another site.", "Reload the page and send it again."
    )
