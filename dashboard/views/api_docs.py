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
    responses: list[tuple[str, str]]

    @property
    def anchor(self) -> str:
        return slugify(f"{self.method} {self.path}")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/index.html", {"groups": _groups(), "openapi_url": reverse("api:openapi-json")})


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
                responses=[
                    (str(status), _meaning(int(status), said)) for status, said in operation["responses"].items()
                ],
            )


def _meaning(status: int, said: dict[str, Any]) -> str:
    return MEANINGS.get(status) or said["description"]
