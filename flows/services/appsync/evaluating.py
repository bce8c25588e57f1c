"""What a resolver's template or code says for a context: a value, an error, or "this is the answer" before anything was asked.

VTL templates are Velocity (`flows/topology/velocity.py`) with `$ctx` and `$util` (`util.py`); what they write is read as JSON.
APPSYNC_JS code runs in QuickJS (`javascript.py`). Both may write to the stash, add errors to the answer, and leave early.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.services.appsync.javascript import run_code
from flows.services.appsync.util import ResolverError, Util
from flows.services.ports import Json
from flows.topology.velocity import Names, Returned, fill
from flows.topology.velocity_tree import TemplateError

if TYPE_CHECKING:
    from flows.services.appsync.config import StepConfig
    from flows.services.appsync.util import Clock

REQUEST, RESPONSE = "request", "response"
TEMPLATE_ERROR, CODE_ERROR = "MappingTemplate", "Code"
NOT_JSON = "Value for the {} mapping template is not valid JSON: {}"


@dataclass
class Said:
    """`left`: the value is the answer of this step, and its data source is not asked. `ends`: nor is what comes after it in a pipeline."""

    value: Any = None
    left: bool = False
    ends: bool = False
    appended: list[Json] = field(default_factory=list)


def evaluate(step: StepConfig, phase: str, context: Json, clock: Clock) -> Said | None:
    """None where the step says nothing for that phase. Raises ResolverError."""
    if step.code is not None:
        return _code(step.code, phase, context, clock)
    template = step.request if phase == REQUEST else step.response
    if template is None:
        return None
    util = Util(clock)
    names = Names({"ctx": context, "context": context}, {"util": util, "utils": util}, strict=True)
    try:
        written = fill(template, names)
    except Returned as returned:
        return Said(returned.value, left=True, appended=util.appended)
    except TemplateError as refused:
        raise ResolverError(f"Unable to transform: {refused}.", TEMPLATE_ERROR) from None
    if not written.strip():
        return Said(appended=util.appended)
    try:
        return Said(json.loads(written), appended=util.appended)
    except (ValueError, RecursionError):
        raise ResolverError(NOT_JSON.format(phase, written.strip()[:200]), TEMPLATE_ERROR) from None


def _code(code: str, phase: str, context: Json, clock: Clock) -> Said | None:
    answer = run_code(code, phase, context, clock.ids(32), clock.milliseconds())
    context["stash"] = answer.get("stash", context.get("stash"))
    error = answer.get("error")
    if error is not None:
        raise ResolverError(
            str(error.get("message")), str(error.get("type") or CODE_ERROR), error.get("data"), error.get("info")
        )
    if answer.get("missing"):
        return None
    appended = list(answer.get("appended") or ())
    return Said(answer.get("value"), bool(answer.get("left")), bool(answer.get("ends")), appended)
