"""Lists in pages: `MaxResults` of them, and a `NextToken` for the rest."""

from __future__ import annotations

from flows.services.ports import Json, Refusal
from flows.services.scheduler import refusals
from flows.services.scheduler.quotas import QUOTAS


def page(name: str, rows: list[Json], params: Json) -> Json | Refusal:
    """The rows after `NextToken`, which is how many were shown."""
    token, most = params.get("NextToken"), params.get("MaxResults") or QUOTAS.page
    if token is not None and not (str(token).isascii() and str(token).isdecimal()):
        return refusals.BAD_TOKEN
    shown = int(token or 0)
    answer: Json = {name: rows[shown : shown + most]}
    if shown + most < len(rows):
        answer["NextToken"] = str(shown + most)
    return answer
