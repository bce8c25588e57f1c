"""A POST that may be sent again. With the header `Idempotency-Key` it is done once, and every repetition gets the first answer.

The key is written in the transaction of the deed: whoever comes second waits for the first's commit and reads its answer; a
refused or failed deed leaves no key behind, so it may be tried again.
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

    from django.http import HttpRequest

LONGEST_KEY = 64
KEPT = timedelta(days=1)


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            return _refused(422, "KeyTooLong", f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
        with transaction.atomic():
            return _once(request, key, functools.partial(view, request, *args, **kwargs))

    return answer


def _once(request: HttpRequest, key: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    viewer = viewer_of(request)
    who, route = str(viewer.pk or "") if viewer is not None else "", f"{request.method} {request.path}"
    Answered.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            answered = Answered.objects.create(who=who, key=key, route=route)
    except IntegrityError:
        return _again(Answered.objects.get(who=who, key=key), route)
    response = do()
    if response.status_code >= 400:
        transaction.set_rollback(True)
    else:
        answered.status, answered.body = response.status_code, response.content.decode()
        answered.save(update_fields=("status", "body"))
    return response


def _again(answered: Answered, route: str) -> HttpResponse:
    if answered.route != route:
        return _refused(409, "KeyTaken", "This Idempotency-Key was used for another request.")
    return HttpResponse(answered.body, status=answered.status, content_type="application/json")


def _refused(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message, "hint": "Make a new key.", "problems": []}, status=status)
