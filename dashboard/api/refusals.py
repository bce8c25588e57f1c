"""The API's way of saying no: one shape, whoever says it, and never a stack trace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError

from dashboard.api.idempotent import AnsweredBefore
from dashboard.api.schemas import Refused
from dashboard.library import Outdated
from dashboard.views.errors import unavailable
from flows.runs.quotas import OverQuota
from flows.runs.refusals import why_away

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI

logger = logging.getLogger(__name__)

MEANINGS = {
    400: "The request was not understood.",
    403: "It is there, but not yours to change; or the CSRF token is missing.",
    404: "It is not there, or not yours to see.",
    409: "It cannot be done as things stand.",
    413: "It is too large.",
    422: "It was understood, and these are its problems.",
    500: "A fault of ours. It has been written down.",
    503: "The database is away, or its disk is full. Ask again after the seconds of `Retry-After`.",
}
REFUSALS: dict[int, type[Refused]] = dict.fromkeys(MEANINGS, Refused)
OUTDATED = "The stored document cannot be drawn here any more."
BAD_INPUT = ("Invalid", "This has problems.", "Each of them names its place.")


class Refusal(Exception):
    def __init__(
        self, status: int, code: str, message: str, hint: str, problems: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.answer = {"code": code, "message": message, "hint": hint, "problems": problems or []}


def install(api: NinjaAPI) -> None:
    """More specific kinds win, whatever the order."""

    def say(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        return api.create_response(request, refusal.answer, status=refusal.status)

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        return say(request, refusal)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        problems = [
            {
                "code": each["type"],
                "path": _pointer(each["loc"]),
                "message": each["msg"].removeprefix("Value error, "),
                "severity": "error",
            }
            for each in error.errors
        ]
        return say(request, Refusal(422, *BAD_INPUT, problems=problems))

    @api.exception_handler(Outdated)
    def outdated(request: HttpRequest, error: Outdated) -> HttpResponse:
        problems = [problem.as_json() for problem in error.problems]
        return say(request, Refusal(409, "Outdated", OUTDATED, "Write a document without these problems.", problems))

    @api.exception_handler(OverQuota)
    def over_quota(request: HttpRequest, error: OverQuota) -> HttpResponse:
        return say(request, Refusal(409, error.refusal.code, error.refusal.message, error.refusal.hint))

    @api.exception_handler(AnsweredBefore)
    def answered_before(_request: HttpRequest, told: AnsweredBefore) -> HttpResponse:
        return told.response

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, _error: Http404) -> HttpResponse:
        return say(
            request,
            Refusal(404, "NotFound", "There is nothing here.", "It may have been deleted, or be somebody else's."),
        )

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return say(
            request,
            Refusal(403, "Forbidden", "This is not yours to change.", str(error) or "Make a copy and change that."),
        )

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return say(request, Refusal(413, "TooLarge", "That is more than 10 MB.", "Leave out what is not referred to."))

    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(SuspiciousOperation)
    @api.exception_handler(BadRequest)
    def suspicious(request: HttpRequest, _error: Exception) -> HttpResponse:
        return say(
            request, Refusal(400, "BadRequest", "The request was not understood.", "Look at its form in the reference.")
        )

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 403:
            hint = "Send the cookie's CSRF token as the header X-CSRFToken."
            return say(request, Refusal(403, "CsrfFailed", "The CSRF token is missing or wrong.", hint))
        return say(
            request, Refusal(error.status_code, "BadRequest", error.message, "Look at its form in the reference.")
        )

    @api.exception_handler(Exception)
    def fault(request: HttpRequest, error: Exception) -> HttpResponse:
        if away := why_away(error):
            return unavailable(request, away)
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        hint = "Try again; if it stays so, please report it."
        return say(request, Refusal(500, "Fault", "Something went wrong on our side. It has been written down.", hint))


def _pointer(location: tuple[str | int, ...]) -> str:
    """Places as ninja names them begin with the part of the request; in a body, the argument's name follows."""
    return "".join(f"/{part}" for part in location[2 if location[:1] == ("body",) else 1 :])
