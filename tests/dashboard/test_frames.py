from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import frames


def test_every_client_frame_of_the_contract_is_understood():
    said = [
        {"type": "hello", "generation": None, "after": 0},
        {"type": "demand", "kind": "until", "until_at": 2_000_000},
        {"type": "demand", "kind": "quiet"},
        {"type": "seen", "at": 1_500_000},
        {"type": "command", "key": "k-1", "at": 0, "operation": "sqs:SendMessage", "params": {"MessageBody": "hello"}},
        {"type": "got", "after": 4096},
        {"type": "control", "action": "ask"},
    ]
    assert [frames.decode(json.dumps(frame)) for frame in said] == [
        frames.Hello(generation=None, after=0),
        frames.Demand(kind="until", until_at=2_000_000),
        frames.Demand(kind="quiet"),
        frames.Seen(at=1_500_000),
        frames.SendCommand(key="k-1", at=0, operation="sqs:SendMessage", params={"MessageBody": "hello"}),
        frames.Got(after=4096),
        frames.Control(action="ask"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "malformed"),
        ("", "truncated"),
        ("[]", "Expected `object`"),
        ('{"at": 1}', "missing required field `type`"),
        ('{"type": "teleport"}', "$.type"),
        ('{"type": "seen", "at": 1, "bonus": true}', "unknown field `bonus`"),
        ('{"type": "seen", "at": -1}', "$.at"),
        ('{"type": "seen", "at": 9007199254740992}', "$.at"),
        ('{"type": "seen", "at": 1.5}', "$.at"),
        ('{"type": "demand", "kind": "until"}', "$.until_at"),
        ('{"type": "demand", "kind": "forever"}', "$.kind"),
        ('{"type": "command", "key": "", "at": 0, "operation": "sqs:SendMessage", "params": {}}', "$.key"),
        ('{"type": "command", "key": "k", "at": 0, "operation": "rm -rf", "params": {}}', "$.operation"),
        ('{"type": "command", "key": "k", "at": 0, "operation": "sqs:SendMessage", "params": []}', "$.params"),
        ('{"type": "seen", "at": "\ud800"}', ""),
        ('{"type": "command", "key": "k", "at": 0, "operation": "a:B", "params": {"a": "\\u0000"}}', "$.params"),
        ('{"type": "command", "params": ' + "[" * 100_000, ""),
    ],
)
def test_a_frame_that_is_wrong_says_where(text, words):
    with pytest.raises(frames.BadFrame) as refused:
        frames.decode(text)
    assert words in str(refused.value)


def test_a_frame_that_is_too_large_is_not_parsed():
    with pytest.raises(frames.BadFrame, match="may hold 4194304 characters"):
        frames.decode(" " * (frames.MAXIMUM_FRAME_BYTES + 1))


def test_every_frame_has_a_sentence_and_a_type_of_its_own_per_sender():
    named = [(kind.sender, kind.name) for kind in frames.FRAMES]
    assert len(set(named)) == len(named) == 14
    assert all(kind.sentence.endswith(".") for kind in frames.FRAMES)


def test_what_the_server_says_is_plain_json():
    said = frames.encode(frames.Truncated(generation=2, at=3_000_000, after=41))
    assert json.loads(said) == {"type": "truncated", "generation": 2, "at": 3_000_000, "after": 41}


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)))
def test_whatever_is_said_is_understood_or_refused(text):
    with contextlib.suppress(frames.BadFrame):
        frames.decode(text)


def test_every_operation_that_exists_can_be_commanded():
    import re

    from flows.simulation import SERVICES

    pattern = next(m.pattern for m in frames.OperationName.__metadata__ if m.pattern)
    names = [f"{service}:{operation}" for service, each in SERVICES.items() for operation in each.operations]
    assert "s3:ListObjectsV2" in names
    assert [name for name in names if not re.match(pattern, name)] == []
