"""An API as the target of a rule or a pipe: the request that is made of an event.

The target's ARN says where (`arn:aws:execute-api:region:account:api/stage/METHOD/path`, with `*` for each path parameter), HttpParameters say
the rest: values for the path's stars, headers and query string, which may be paths into the event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flows.services.ports import Json
from flows.topology.links.draft import members

USUAL_METHOD, STAR = "POST", "*"
RESOURCE = 5
"""Where in an ARN the resource stands."""


def request_for_api(api: str, arn: str, given: Any, text: str, read: Callable[[Any], str]) -> Json:
    """The parameters of `apigateway:Request` and `Invoke`. `read` makes a text of a parameter that may be a path."""
    said: Json = given if isinstance(given, dict) else {}
    resource = ":".join(arn.split(":")[RESOURCE:])
    _, _, rest = resource.partition("/")
    _, _, rest = rest.partition("/")
    method, _, path = rest.partition("/")
    values = [read(value) for value in members(said.get("PathParameterValues"))]
    steps = [values.pop(0) if step == STAR and values else step for step in path.split("/")]
    headers, query = (
        {str(name): read(value) for name, value in (given.items() if isinstance(given, dict) else ())}
        for given in (said.get("HeaderParameters"), said.get("QueryStringParameters"))
    )
    method = USUAL_METHOD if method in ("", STAR) else method.upper()
    params: Json = {"TargetArn": api, "Method": method, "Path": "/" + "/".join(steps)}
    if query:
        params["QueryString"] = urlencode(query)
    params["Headers"] = {"Content-Type": "application/json", **headers}
    return params if method in ("GET", "HEAD") else {**params, "Body": text}
