"""When a schedule would fire, asked over HTTP."""

from __future__ import annotations

from django.test import Client


def firings(expression, after="2026-03-28T00:00:00Z", status=200, **more):
    answer = Client().get("/api/schedules/firings", {"expression": expression, "after": after, **more})
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_next_firings_of_an_expression_are_told_on_both_clocks():
    said = firings("cron(30 2 * * ? *)", timezone="Europe/Berlin", count=3)
    assert said == {
        "firings": [
            {"at": "2026-03-28T01:30:00Z", "local": "2026-03-28T02:30:00+01:00"},
            {"at": "2026-03-30T00:30:00Z", "local": "2026-03-30T02:30:00+02:00"},
            {"at": "2026-03-31T00:30:00Z", "local": "2026-03-31T02:30:00+02:00"},
        ],
        "refusal": "",
    }


def test_ten_firings_unless_another_number_is_asked_for():
    assert len(firings("rate(5 minutes)")["firings"]) == 10
    assert len(firings("rate(5 minutes)", count=100)["firings"]) == 100
    assert firings("at(2026-03-28T12:00:00)")["firings"] == [
        {"at": "2026-03-28T12:00:00Z", "local": "2026-03-28T12:00:00+00:00"}
    ]


def test_what_is_no_expression_is_said_and_has_no_firings():
    said = firings("cron(0 1 * * * *)")
    assert said == {"firings": [], "refusal": "cron(0 1 * * * *) is no schedule expression."}
    assert firings("rate(1 day)", timezone="Mars/Olympus")["refusal"] == "Mars/Olympus is no time zone."


def test_what_is_no_date_is_refused_at_its_place():
    for name, value in (("after", "soon"), ("start", "9999-12-31T23:59:59-23:59"), ("count", "101")):
        problems = firings("rate(1 day)", status=422, **{name: value})["problems"]
        assert [problem["path"].rpartition("/")[2].lower() for problem in problems] in ([name], ["startdate"])


def test_the_rarest_schedules_are_answered_at_once():
    assert firings("rate(2147483647 days)")["firings"] == [
        {"at": "2026-03-28T00:00:00Z", "local": "2026-03-28T00:00:00+00:00"}
    ]
    assert firings("cron(0 0 31 2 ? *)")["firings"] == []
    assert firings("cron(59 23 29 2 ? 2196)")["firings"][0]["at"] == "2196-02-29T23:59:00Z"
