"""What is logged: ids, routes and lengths; never what people send."""

from __future__ import annotations

import json
import logging
import sys
from uuid import UUID

import pytest
import structlog
from django.db.utils import OperationalError
from django.test import Client

from dashboard.hosting.requests import HEADER
from dashboard.logs import formatter
from flows.runs import dispatch, slices
from flows.tasks import advance


@pytest.fixture
def lines():
    """Everything that is logged from `INFO` on, as a team's collector gets it."""
    said = []

    class Collector(logging.Handler):
        def emit(self, record):
            said.append(json.loads(self.format(record)))

    collector = Collector()
    collector.setFormatter(formatter(as_json=True))
    ours = logging.getLogger("redrive")
    before = ours.level
    ours.addHandler(collector)
    ours.setLevel(logging.INFO)
    yield said
    ours.removeHandler(collector)
    ours.setLevel(before)


def test_a_request_is_one_line_with_its_route_and_not_its_address(lines):
    answer = Client(headers={"host": "localhost"}).get("/docs/reference/frames/?password=hunter2")
    line = lines.pop()
    assert lines == []
    assert line["request"] == answer[HEADER]
    assert {name: line[name] for name in ("event", "method", "route", "status", "level", "logger")} == {
        "event": "request",
        "method": "GET",
        "route": "docs/<slug:section>/<slug:slug>/",
        "status": 200,
        "level": "info",
        "logger": "redrive.requests",
    }
    assert "hunter2" not in json.dumps(line)


@pytest.mark.parametrize(("given", "kept"), [("a-1.b", True), ("x" * 129, False), ("a\tb", False), ("", False)])
def test_a_proxys_id_is_kept_if_it_is_one(given, kept):
    answer = Client(headers={"host": "localhost", HEADER: given}).get("/live/")
    assert (answer[HEADER] == given) is kept
    assert answer[HEADER]


def test_what_machines_ask_every_few_seconds_is_not_logged(lines):
    Client(headers={"host": "localhost"}).get("/ready/")
    assert lines == []


def test_secrets_that_a_library_names_are_blanked(lines):
    structlog.get_logger("redrive.test").info("said", sessionid="abc", Authorization="Bearer abc", fine="yes")
    assert [(line["sessionid"], line["Authorization"], line["fine"]) for line in lines] == [("…", "…", "yes")]


def test_an_exception_is_in_the_line_as_text(lines):
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError:
        logging.getLogger("redrive.test").exception("it failed for %s", "alice")
    assert lines[0]["event"] == "it failed for alice"
    assert "ZeroDivisionError: a bug" in lines[0]["exception"]


def test_a_workers_lines_carry_the_execution_and_the_request_it_came_from(lines, monkeypatch):
    sent = []
    monkeypatch.setattr(dispatch, "_sender", lambda: Sender(sent))
    monkeypatch.setattr(slices, "go_on", lambda *_: structlog.get_logger("redrive.test").info("at work"))
    with structlog.contextvars.bound_contextvars(request="r-1"):
        dispatch.hint(EXECUTION)
    (arguments, options) = sent.pop()
    advance.apply(arguments, headers=options["headers"])
    assert [(line["event"], line["execution"], line["request"]) for line in lines] == [
        ("at work", str(EXECUTION), "r-1")
    ]
    structlog.get_logger("redrive.test").info("idle")
    assert "request" not in lines[-1]


class Sender:
    def __init__(self, sent):
        self.sent = sent

    def send_task(self, _name, arguments, **options):
        self.sent.append((arguments, options))


EXECUTION = UUID(int=7)


def as_read_by_a_person(record_of):
    try:
        record_of()
    except Exception:  # noqa: BLE001 - whatever it is, it is logged
        record = logging.LogRecord("redrive.test", logging.ERROR, "", 0, "it failed", (), sys.exc_info())
    return formatter(as_json=False).format(record)


def test_a_trace_for_a_person_does_not_show_what_variables_hold():
    def fails():
        database = {"PASSWORD": "hunter2"}
        raise ZeroDivisionError(f"{len(database)} bug")

    said = as_read_by_a_person(fails)
    assert "ZeroDivisionError: 1 bug" in said
    assert "hunter2" not in said


def test_a_database_that_is_away_is_a_line_without_a_trace():
    def fails():
        raise OperationalError("couldn't get a connection\nafter 3.00 sec")

    said = as_read_by_a_person(fails)
    assert len(said.splitlines()) == 1
    assert "why=couldn't get a connection after 3.00 sec" in said.replace('"', "")
