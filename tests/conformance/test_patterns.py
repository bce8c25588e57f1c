"""Event patterns against what AWS and the library it publishes answered."""

from __future__ import annotations

import json

import pytest

from flows.conformance import formats, patterns
from tests.conftest import CASES

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
FLOOR, FLOOR_OF_AWS = 890, 79


def test_every_pattern_is_refused_or_matches_as_recorded():
    text = (CASES / "aws" / "eventpattern" / "cases.jsonl").read_text(encoding="utf-8")
    verdicts = list(formats.run(text))
    differing = [f"{each.id}: {each.detail}" for each in verdicts if not each.passed]
    assert sum(each.passed for each in verdicts) >= FLOOR, differing
    assert sum(each.passed and each.aws for each in verdicts) >= FLOOR_OF_AWS, differing


def raw_messages():
    """The refusals of TestEventPattern that were recorded with the place they name, but for two the recorder altered."""
    with (CASES / "aws" / "events" / "scenarios.jsonl").open(encoding="utf-8") as lines:
        text = lines.read()
    todo, found = [json.loads(line) for line in text.splitlines()], set()
    for each in todo:
        todo += each.values() if isinstance(each, dict) else each if isinstance(each, list) else []
        if isinstance(each, dict) and '[Source: (String)"' in str(each.get("MessageRaw")):
            found.add(each["MessageRaw"])
    return sorted(message for message in found if "<" not in message.partition("; line")[0].partition("(String)")[2])


def test_refusals_name_the_place_that_aws_names():
    messages = raw_messages() if CASES.is_dir() else []
    assert len(messages) >= 15
    for message in messages:
        source = message.partition('(String)"')[2].partition('"; line')[0]
        [verdict] = patterns.run(
            {
                "id": "x",
                "pattern_raw": source,
                "expect": "error",
                "envelope": True,
                "error_code": "InvalidEventPatternException",
                "error_message": message,
            }
        )
        assert verdict.passed, verdict.detail


def test_a_difference_says_what_was_wanted():
    case = {
        "id": "x",
        "source": "peer tests",
        "pattern": {"a": [1]},
        "event": {"a": 1},
        "envelope": False,
        "expect": False,
    }
    [verdict] = formats.run(json.dumps(case))
    assert (verdict.passed, verdict.source, verdict.detail) == (False, "peer", "AWS False, here True")


@pytest.mark.parametrize(
    ("code", "message", "detail"),
    [
        ("InvalidEventPatternException", "Event pattern is not valid. Reason: Empty arrays are not allowed", ""),
        ("InvalidEventPatternException", "something else", "AWS 'something else', here"),
        ("ValidationException", "", "AWS ValidationException, here InvalidEventPatternException"),
    ],
)
def test_a_refusal_is_compared_by_code_and_message(code, message, detail):
    case = {
        "id": "x",
        "pattern": {"a": []},
        "envelope": True,
        "expect": "error",
        "error_code": code,
        "error_message": message,
    }
    [verdict] = patterns.run(case)
    assert verdict.passed == (not detail)
    assert verdict.detail.startswith(detail)
