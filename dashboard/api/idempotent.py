"""A POST that may be sent again. With the header `Idempotency-Key` it is done once, and every repetition gets the first answer.

The key is written in the transaction of the deed: whoever comes second waits for the first's commit and reads its answer; a
refused or failed deed leaves no key behind, so it may be tried again. The transaction holds SQLite's one write lock, so it begins when
the view says `begin_deed`: what takes time, reading a template of ten megabytes, is done before.
"""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from dashboard.access import viewer_of
from flows.models import Answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.transaction import Atomic
    from django.http import HttpRequest

LONGEST_KEY = 64
KEPT = timedelta(days=1)
DEED = "_redrive_deed"


class AnsweredBefore(Exception):
    """Not an error: the deed was done when the key came first."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


class _Deed:
    """One that may come again. Begun, it is done whole or not at all."""

    def __init__(self, request: HttpRequest, key: str) -> None:
        self._request, self._key = request, key
        self._answered: Answered | None = None
        self._transaction: Atomic | None = None

    def begin(self) -> None:
        """In a transaction, as the first with its key; whoever is not raises `AnsweredBefore`."""
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        viewer = viewer_of(self._request)
        who, route = str(viewer.pk or "") if viewer is not None else "", f"{self._request.method} {self._request.path}"
        Answered.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
        try:
            with transaction.atomic():
                self._answered = Answered.objects.create(who=who, key=self._key, route=route)
        except IntegrityError:
            raise AnsweredBefore(_again(Answered.objects.get(who=who, key=self._key), route)) from None

    def end(self, response: HttpResponse | None) -> None:
        if self._transaction is None:
            return
        if response is None or response.status_code >= 400:
            transaction.set_rollback(True)
        elif self._answered is not None:
            self._answered.status, self._answered.body = response.status_code, response.content.decode()
            self._answered.save(update_fields=("status", "body"))
        self._transaction.__exit__(None, None, None)


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Of a view that says `begin_deed` before it writes."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            return _refused(422, "KeyTooLong", f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
        deed, response = _Deed(request, key), None
        setattr(request, DEED, deed)
        try:
            response = view(request, *args, **kwargs)
        finally:
            deed.end(response)
        return response

    return answer


def begin_deed(request: HttpRequest) -> None:
    """From here on until it is answered: what a request with a key does once."""
    deed: _Deed | None = getattr(request, DEED, None)
    if deed is not None:
        deed.begin()


def _again(answered: Answered, route: str) -> HttpResponse:
    if answered.route != route:
        return _refused(409, "KeyTaken", "This Idempotency-Key was used for another request.")
    return HttpResponse(answered.body, status=answered.status, content_type="application/json")


def _refused(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message, "hint": "Make a new key.", "problems": []}, status=status)
