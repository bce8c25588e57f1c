"""What is logged, and how it looks: lines for a person in the playground, JSON with one object a line for a team's collector.

Every line of a request carries its `request` id, which comes from the proxy (`X-Request-ID`) or is made here, goes back in the
answer, and travels with the hint to the worker; a worker's lines carry the `execution` too. Nothing logs what people send:
no bodies, no parameters, no query strings, no cookies; `SECRET_WORDS` are blanked should a library name one. Stack traces are
Python's own, without the values of variables: among those are settings with passwords in them, and writing them all out took
seconds of a web server's time for each error. That something is away is no mistake of ours, so it is told without a trace.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from flows.runs.refusals import why_away

SECRET_WORDS = ("password", "secret", "token_value", "cookie", "authorization", "sessionid", "csrf")
BLANK = "…"
CHATTY = ("django.server", "daphne", "celery.worker.strategy", "celery.app.trace", "kombu")
"""They tell of every task or frame; only what goes wrong is asked of them."""


def without_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {name: BLANK if any(word in name.lower() for word in SECRET_WORDS) else told for name, told in event.items()}


def away_in_a_line(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Instead of the trace of an error that says that the database is away: its own words."""
    told = event.get("exc_info")
    error = told[1] if isinstance(told, tuple) else told if isinstance(told, BaseException) else sys.exc_info()[1]
    if told and why_away(error):
        del event["exc_info"]
        event["why"] = " ".join(str(error).split())
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    without_secrets,
    away_in_a_line,
]


def configuration(*, as_json: bool, debug: bool, quiet: bool) -> dict[str, Any]:
    """Django's `LOGGING`; structlog is told, too. `quiet`: warnings and worse alone, as on somebody's own machine."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    level = "DEBUG" if debug else "WARNING" if quiet else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": formatter, "as_json": as_json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": "INFO" if debug else level},
        "loggers": {
            "django": {"level": "INFO" if debug else "WARNING", "handlers": [], "propagate": True},
            "redrive": {"level": level, "handlers": [], "propagate": True},
            **{name: {"level": "WARNING", "handlers": [], "propagate": True} for name in CHATTY},
        },
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    last: list[Any]
    if as_json:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    else:
        plainly = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=plainly)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
