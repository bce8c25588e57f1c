"""Which route takes a request: the most specific one.

Part by part a name beats `{parameter}`, and that beats `{proxy+}`, which takes one part or more; of routes that are alike the one that names
the method beats ANY; `$default` takes what is left. Sources: "Routing API requests" (HTTP APIs), "Set up a proxy resource" (REST APIs).
"""

from __future__ import annotations

from urllib.parse import unquote

from flows.services.apigateway.config import ANY, DEFAULT_ROUTE, RouteConfig

EXACT, PARAMETER, GREEDY = 0, 1, 2


class Routes:
    def __init__(self, routes: tuple[RouteConfig, ...]) -> None:
        self._exact = {
            (route.method, route.path.strip("/")): route
            for route in reversed(routes)
            if "{" not in route.path and route.path != DEFAULT_ROUTE
        }
        self._with_parameters = [(parts_of(route.path), route) for route in routes if "{" in route.path]
        self._default = next((route for route in routes if route.path == DEFAULT_ROUTE), None)

    def match(self, method: str, path: str) -> tuple[RouteConfig, dict[str, str]] | None:
        """(route, path parameters)."""
        plain = path.strip("/")
        exact = self._exact.get((method, plain)) or self._exact.get((ANY, plain))
        if exact is not None:
            return exact, {}
        asked = parts_of(path)
        found: list[tuple[tuple[tuple[int, ...], bool], int]] = []
        for index, (parts, route) in enumerate(self._with_parameters):
            rank = _rank(parts, asked) if route.method in (method, ANY) else None
            if rank is not None:
                found.append(((rank, route.method == ANY), index))
        if found:
            parts, route = self._with_parameters[min(found)[1]]
            return route, _parameters(parts, asked)
        return None if self._default is None else (self._default, {})


def parts_of(path: str) -> list[str]:
    return path.strip("/").split("/")


def _rank(parts: list[str], asked: list[str]) -> tuple[int, ...] | None:
    """How specific the match is, part by part; None if it is none."""
    rank: list[int] = []
    for index, part in enumerate(parts):
        if part.endswith("+}") and part.startswith("{"):
            return (*rank, GREEDY) if len(asked) > index and asked[index] else None
        if index >= len(asked):
            return None
        if part.startswith("{") and part.endswith("}") and asked[index]:
            rank.append(PARAMETER)
        elif part == asked[index]:
            rank.append(EXACT)
        else:
            return None
    return tuple(rank) if len(parts) == len(asked) else None


def _parameters(parts: list[str], asked: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, part in enumerate(parts):
        if part.startswith("{"):
            greedy = part.endswith("+}")
            text = "/".join(asked[index:]) if greedy else asked[index]
            found[part.strip("{}").removesuffix("+")] = unquote(text)
    return found
