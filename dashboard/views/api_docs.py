"""The API's page, out of its own OpenAPI document and without anybody's script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from dashboard.api.refusals import MEANINGS
from dashboard.api.service import api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Route:
    tag: str
    method: str
    path: str
    summary: str
    description: str
    answers: list[tuple[str, str]]
    """What it says when all is well; what it says of its own when not."""
    refusals: list[str]
    """Statuses that mean what they mean everywhere: `MEANINGS`."""

    @property
    def anchor(self) -> str:
        return slugify(f"{self.method} {self.path}")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    context = {"groups": _groups(), "meanings": _meanings(), "openapi_url": reverse("api:openapi-json")}
    return render(request, "api/index.html", context)


@cache
def _groups() -> list[tuple[str, list[Route]]]:
    routes = _routes(api.get_openapi_schema())
    return [(tag, list(tagged)) for tag, tagged in groupby(routes, key=lambda route: route.tag)]


def _routes(schema: dict[str, Any]) -> Iterator[Route]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield Route(
                tag=operation["tags"][0],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                description=operation.get("description", ""),
                answers=[
                    (str(status), said["description"])
                    for status, said in operation["responses"].items()
                    if int(status) not in MEANINGS
                ],
                refusals=[str(status) for status in operation["responses"] if int(status) in MEANINGS],
            )


def _meanings() -> dict[int, str]:
    return {status: said.replace("`", "") for status, said in MEANINGS.items()}
