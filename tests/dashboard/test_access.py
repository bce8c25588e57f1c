"""Every route × the owner, a stranger, somebody without an account; and that the table below forgets none."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from dashboard.access import is_local_owner
from flows.models import Execution
from flows.simulation import SERVICES

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

TEMPLATE = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"
COMMAND = {"key": "k-1", "at": 0, "operation": "sqs:SendMessage", "params": {}}

# method, route, body · the owner's, a stranger's, an anonymous visitor's answer
MATRIX = [
    ("GET", "/", None, 200, 200, 200),
    ("GET", "/import/", None, 200, 200, 200),
    ("POST", "/import/", {"text": TEMPLATE}, 200, 200, 403),
    ("GET", "/topologies/{topology}/", None, 302, 404, 404),
    ("POST", "/topologies/{topology}/", None, 302, 404, 404),
    ("GET", "/topologies/{example}/", None, 302, 302, 403),
    ("GET", "/topologies/{topology}/delete/", None, 200, 404, 404),
    ("POST", "/topologies/{topology}/delete/", {"confirmed": "1"}, 302, 404, 404),
    ("POST", "/topologies/{example}/delete/", {"confirmed": "1"}, 403, 403, 403),
    ("GET", "/topologies/{topology}/imports/", None, 302, 404, 404),
    ("POST", "/topologies/{topology}/imports/", {"confirmed": ""}, 302, 404, 404),
    ("POST", "/topologies/{example}/imports/", {"confirmed": ""}, 403, 403, 403),
    ("GET", "/executions/", None, 200, 200, 200),
    ("GET", "/executions/{execution}/", None, 200, 404, 404),
    ("GET", "/executions/{execution}/download/", None, 200, 404, 404),
    ("GET", "/executions/{execution}/delete/", None, 200, 404, 404),
    ("POST", "/executions/{execution}/delete/", {"confirmed": "1"}, 302, 404, 404),
    ("GET", "/executions/{execution}/share/", None, 200, 404, 404),
    ("POST", "/executions/{execution}/share/", {"visibility": "public"}, 302, 404, 404),
    ("GET", "/topologies/{topology}/share/", None, 200, 404, 404),
    ("POST", "/topologies/{topology}/share/", {"visibility": "public"}, 302, 404, 404),
    ("POST", "/topologies/{example}/share/", {"visibility": "private"}, 403, 403, 403),
    ("GET", "/examples/{start}/", None, 404, 404, 404),
    ("GET", "/sign-in/", None, 302, 302, 200),
    ("POST", "/sign-in/", {"username": "bob", "password": "guessed"}, 302, 302, 200),
    ("POST", "/sign-out/", None, 302, 302, 302),
    ("GET", "/docs/", None, 200, 200, 200),
    ("GET", "/docs/{start}/", None, 404, 404, 404),
    ("GET", "/docs/reference/frames/", None, 200, 200, 200),
    ("GET", "/ready/", None, 200, 200, 200),
    ("GET", "/live/", None, 200, 200, 200),
    ("GET", "/healthz", None, 200, 200, 200),
    ("GET", "/health/", None, 404, 404, 404),
    ("GET", "/metrics", None, 404, 404, 404),
    ("GET", "/api/docs", None, 200, 200, 200),
    ("GET", "/api/openapi.json", None, 200, 200, 200),
    ("GET", "/api/kinds", None, 200, 200, 200),
    ("GET", "/api/", None, 404, 404, 404),
    ("POST", "/api/patterns/test", {"kind": "event", "pattern": "{}"}, 200, 200, 200),
    ("GET", "/api/topologies", None, 200, 200, 200),
    ("POST", "/api/topologies/import", {"text": TEMPLATE}, 201, 201, 403),
    ("POST", "/api/topologies/import/files", None, 422, 422, 422),
    ("GET", "/api/topologies/{topology}", None, 200, 404, 404),
    ("GET", "/api/topologies/{example}", None, 200, 200, 200),
    ("GET", "/api/topologies/{topology}/versions", None, 200, 404, 404),
    ("GET", "/api/topologies/{topology}/export?format=sam", None, 200, 404, 404),
    ("GET", "/topologies/{topology}/download/", None, 200, 404, 404),
    ("PUT", "/api/topologies/{topology}", {"document": {"format": 1, "resources": {}}}, 200, 404, 404),
    ("PUT", "/api/topologies/{example}", {"document": {"format": 1, "resources": {}}}, 403, 403, 403),
    ("DELETE", "/api/topologies/{topology}", None, 204, 404, 404),
    ("DELETE", "/api/topologies/{example}", None, 403, 403, 403),
    ("POST", "/api/topologies/{topology}/executions", {}, 201, 404, 404),
    ("POST", "/api/topologies/{example}/executions", {}, 201, 201, 403),
    ("GET", "/api/executions/{execution}", None, 200, 404, 404),
    ("DELETE", "/api/executions/{execution}", None, 204, 404, 404),
    ("GET", "/api/executions/{execution}/chunks", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/bodies?numbers=1", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/snapshot?at=0", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/dead-letters?at=0", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/contents?node=0&place=visible&at=0", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/timeline?bins=10&until=1", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/journey?subject=1", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/export?table=records&format=csv", None, 200, 404, 404),
    ("GET", "/api/executions/{execution}/scenario", None, 200, 404, 404),
    ("GET", "/api/schedules/firings?expression=rate(1%20day)&after=2026-01-01", None, 200, 200, 200),
    ("GET", "/api/machines/fields", None, 200, 200, 200),
    ("POST", "/api/machines/lint", {"definition": "{}"}, 200, 200, 200),
    ("POST", "/api/executions/{execution}/demands", {"kind": "step"}, 202, 404, 404),
    ("POST", "/api/executions/{execution}/fork", {"at": 0}, 201, 404, 404),
    ("POST", "/api/executions/{execution}/commands", COMMAND, 202, 404, 404),
]


def test_the_table_knows_every_route():
    known = {_shape(route.split("?")[0]) for _, route, *_ in MATRIX}
    assert {_shape(route) for route in _routes(get_resolver().url_patterns)} - known == set()


ALIKE = ("/api/openapi.json", "/api/")
"""They answer the same to every method, and change nothing."""


def test_the_table_knows_every_method_of_every_route(hosted, by):
    """Whatever is not refused for its method, whoever asks, has to be in the table: each verb of the API, each form of a page."""
    known = {(method, _shape(route.split("?")[0])) for method, route, *_ in MATRIX}
    browser = by(None)
    found = set()
    for route in {*_routes(get_resolver().url_patterns)}:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if _shape(route) not in ALIKE and _ask(browser, method, _address(route), None).status_code != 405:
                found.add((method, _shape(route)))
    assert sorted(found - known) == []


@pytest.mark.parametrize(
    ("method", "route", "body", "owner", "stranger", "anonymous"), MATRIX, ids=lambda value: str(value)[:60]
)
def test_who_may_do_what_where_there_are_accounts(
    method, route, body, owner, stranger, anonymous, hosted, alice, bob, by, topology, example, execution
):
    address = route.format(topology=topology.pk, example=example.pk, execution=execution.pk, start="nothing")
    answers = [_ask(by(user), method, address, body).status_code for user in (None, bob, alice)]
    assert answers == [anonymous, stranger, owner]


def test_a_public_execution_is_seen_by_all_and_changed_by_nobody_else(hosted, bob, by, execution):
    Execution.objects.filter(pk=execution.pk).update(visibility="public")
    address = f"/api/executions/{execution.pk}"
    assert by(None).get(address).status_code == 200
    assert by(bob).get(address).status_code == 200
    assert by(bob).delete(address).status_code == 403
    assert by(None).post(f"{address}/fork", {"at": 0}, content_type="application/json").status_code == 403
    forked = by(bob).post(f"{address}/fork", {"at": 0}, content_type="application/json").json()
    assert Execution.objects.get(pk=forked["id"]).owner == bob


OPERATIONS = sorted(f"{service}:{name}" for service, room in SERVICES.items() for name in room.operations)


@pytest.mark.parametrize(("visibility", "answer"), [("private", 404), ("public", 403)])
def test_no_command_of_any_service_is_taken_from_a_stranger_or_a_visitor(
    hosted, alice, bob, by, execution, visibility, answer
):
    Execution.objects.filter(pk=execution.pk).update(visibility=visibility)
    answers = {}
    for user in (bob, None):
        browser = by(user)
        for operation in OPERATIONS:
            command = {"key": "k-1", "at": 0, "operation": operation, "params": {}}
            address = f"/api/executions/{execution.pk}/commands"
            said = browser.post(address, command, content_type="application/json")
            answers[said.status_code] = operation
    assert set(answers) == {answer}, answers
    assert execution.commands.count() == 0


def test_running_an_example_makes_an_execution_of_ones_own(hosted, alice, bob, by, example):
    his = by(bob).get(f"/topologies/{example.pk}/").url
    assert by(bob).get(his).status_code == 200
    assert by(alice).get(his).status_code == 404


def test_opening_a_topology_again_goes_on_where_one_left_off(hosted, alice, by, topology):
    browser = by(alice)
    first, again = (browser.get(f"/topologies/{topology.pk}/").url for _ in range(2))
    assert first == again
    assert browser.post(f"/topologies/{topology.pk}/").url != first


# ── the local owner ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_ones_own_machine_nobody_logs_in(local, execution):
    assert local.get(f"/executions/{execution.pk}/").status_code == 200
    assert local.delete(f"/api/executions/{execution.pk}").status_code == 204


@pytest.mark.parametrize(
    ("address", "host", "is_owner"),
    [
        ("127.0.0.1", "localhost:8000", True),
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("::1", "[::1]:8000", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("127.0.0.1", "", False),
        ("10.0.0.7", "localhost", False),
        ("", "localhost", False),
    ],
)
def test_the_local_owner_sits_at_this_machine_and_calls_it_by_its_name(address, host, is_owner):
    assert is_local_owner(address, host) is is_owner


def test_where_there_are_accounts_the_machine_itself_owns_nothing(hosted):
    assert not is_local_owner("127.0.0.1", "localhost")


def test_a_rebound_name_is_refused_before_anything_else(settings, execution):
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = Client(headers={"host": "evil.example"}).get(f"/executions/{execution.pk}/")
    assert answer.status_code == 400
    assert b"ALLOWED_HOSTS" in answer.content


@pytest.mark.parametrize("address", ["/import/", "/api/topologies/import", "/executions/{execution}/delete/"])
def test_a_form_of_another_site_is_refused(address, execution):
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = browser.post(address.format(execution=execution.pk), {"text": TEMPLATE})
    assert answer.status_code == 403
    assert b"Traceback" not in answer.content


def test_the_studio_sends_the_token_and_the_headers_that_keep_other_sites_out(local, execution):
    answer = local.get(f"/executions/{execution.pk}/")
    assert "redrive_csrf" in answer.cookies
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def _ask(browser, method, address, body):
    if method == "POST" and not address.startswith("/api/"):
        return browser.post(address, body or {})
    return browser.generic(method, address, _json(body), content_type="application/json")


def _json(body):
    import json

    return "" if body is None else json.dumps(body)


def _routes(patterns, prefix="/"):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)
        else:
            yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))


def _address(route):
    """One that matches, of things that are not there."""
    route = re.sub(r"\(\?P<kind>[^)]*\)", "executions", route).replace("/^", "/").replace("$", "").replace(".*", "none")
    return re.sub(
        r"<uuid(?:str)?:[^>]+>|\(\?P<thing_id>[^)]*\)", str(uuid.uuid4()), re.sub(r"<slug:[^>]+>", "none", route)
    )


def _shape(route):
    """`/executions/<uuid:execution_id>/` and `/executions/{execution}/` are the same route."""
    route = re.sub(r"^/\^\(\?P<kind>executions\|topologies\).*$", "/executions/*/share/", route)
    return re.sub(
        r"<[^>]+>|{[^}]+}|^/\^api/.*$", lambda found: "/api/" if found[0].startswith("/^") else "*", route
    ).replace("/docs/reference/frames/", "/docs/*/*/")


def test_an_unknown_id_is_not_there(local):
    assert local.get(f"/executions/{uuid.uuid4()}/").status_code == 404
    assert local.get("/executions/not-an-id/").status_code == 404
