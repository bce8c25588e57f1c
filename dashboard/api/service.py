"""The API as one object, its documents, and what every route has in common.

There is no login here: who asks is a matter of the session or of the place (`dashboard/access.py`), and each route asks for
the thing by way of `library`, which knows who may see and change it. What is checked before any route is CSRF, because
browsers send cookies, and the local owner's rights, by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.renderers import BaseRenderer
from ninja.utils import check_csrf

from dashboard.api import executions, machines, patterns, refusals, schedules, topologies
from dashboard.api.refusals import REFUSALS
from flows.services.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Orjson(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


def same_site(request: HttpRequest) -> bool:
    if check_csrf(request):
        raise HttpError(403, "CSRF")
    return True


api = NinjaAPI(
    title="Redrive",
    version="1",
    description="Import templates, run them, read their traces.",
    urls_namespace="api",
    docs_url=None,
    auth=same_site,
    renderer=Orjson(),
)
api.add_router("/topologies", topologies.router)
api.add_router("/executions", executions.router)
api.add_router("/patterns", patterns.router)
api.add_router("/machines", machines.router)
api.add_router("/schedules", schedules.router)
refusals.install(api)


@api.get("/kinds", response={200: list[dict[str, Any]], **REFUSALS}, tags=["Reference"], summary="Kinds of record")
def get_kinds(request: HttpRequest) -> list[Mapping[str, object]]:  # noqa: ARG001
    """The table with which a trace is read: number, fields, sentence, and what a record does to its subject."""
    return list(KINDS.as_json())


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address under `/api/`."""
    answer = {
        "code": "NotFound",
        "message": "There is no such route.",
        "hint": "They are listed at /api/docs.",
        "problems": [],
    }
    return api.create_response(request, answer, status=404)
