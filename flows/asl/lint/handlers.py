"""Retry and Catch: which errors are handled, in what order, and how.

Retriers and catchers are tried from the first to the last; `States.ALL` takes every error, so it stands alone in its list and in the
last of them. Names that begin with `States.` are AWS's; one that AWS does not know never matches.

Sources: the language's section on errors; the developer guide's "Handling errors in Step Functions workflows".
"""

from __future__ import annotations

from typing import Any

from flows.asl.lint.diagnostics import Place, cut
from flows.asl.lint.fields import Field, Fields, fields, look_at
from flows.asl.lint.values import (
    JSONATA,
    JSONPATH,
    RESULT_PATH,
    TEMPLATE,
    TEXT,
    VARIABLES,
    Check,
    Setting,
    Value,
    a_list,
    a_text,
    an_object,
    integer,
    number,
    one_of,
)

ALL = "States.ALL"
LONGEST_DELAY = 31_622_400
ERROR_NAMES = frozenset(
    {
        ALL,
        "States.BranchFailed",
        "States.DataLimitExceeded",
        "States.ExceedToleratedFailureThreshold",
        "States.HeartbeatTimeout",
        "States.Http.Socket",
        "States.IntrinsicFailure",
        "States.ItemReaderFailed",
        "States.NoChoiceMatched",
        "States.ParameterPathFailure",
        "States.Permissions",
        "States.QueryEvaluationError",
        "States.ResultPathMatchFailure",
        "States.ResultWriterFailed",
        "States.Runtime",
        "States.TaskFailed",
        "States.Timeout",
    }
)


def _error_names(value: Any, place: Place, setting: Setting) -> None:
    if not a_list(value, place, setting):
        return
    if not value:
        setting.findings.schema("Expected at least one item", place)
    for index, name in enumerate(value):
        if a_text(name, place / index, setting) and name.startswith("States.") and name not in ERROR_NAMES:
            setting.findings.say("UNKNOWN_ERROR_NAME", f"AWS has no error named '{cut(name)}'", place / index)


ERROR_EQUALS = Field("ErrorEquals", Value("list of error names", _error_names), required=True)
RETRIER = fields(
    ERROR_EQUALS,
    Field("IntervalSeconds", integer(1, expression=False)),
    Field("MaxAttempts", integer(0, expression=False)),
    Field("BackoffRate", number(1, expression=False)),
    Field("MaxDelaySeconds", integer(1, LONGEST_DELAY - 1, expression=False)),
    Field("JitterStrategy", one_of("FULL", "NONE")),
    Field("Comment", TEXT),
)
CATCHER = fields(
    ERROR_EQUALS,
    Field("Next", TEXT, required=True),
    Field("ResultPath", RESULT_PATH, (JSONPATH,)),
    Field("Output", TEMPLATE, (JSONATA,)),
    Field("Assign", VARIABLES),
    Field("Comment", TEXT),
)


def _handlers(rows: Fields) -> Check:
    def check(value: Any, place: Place, setting: Setting) -> None:
        if not a_list(value, place, setting):
            return
        for index, handler in enumerate(value):
            if an_object(handler, place / index, setting):
                look_at(handler, place / index, setting, rows)
                _all_comes_last(handler, place / index, setting, last=index == len(value) - 1)

    return check


def _all_comes_last(handler: dict[str, Any], place: Place, setting: Setting, *, last: bool) -> None:
    names = handler.get("ErrorEquals")
    if not isinstance(names, list) or ALL not in names or (last and len(names) == 1):
        return
    at = place / "ErrorEquals" / names.index(ALL)
    setting.findings.schema("States.ALL must appear alone and at end of list", at)


RETRY = Value("list of retriers", _handlers(RETRIER))
CATCH = Value("list of catchers", _handlers(CATCHER))
