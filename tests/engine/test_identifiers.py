"""Identifiers look like AWS's, are pure functions of seed and handle, and are the same in Python and TypeScript."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flows.engine.identifiers import message_id, read_receipt_handle, receipt_handle, request_id
from tests.golden_files import compare_json

GOLDEN = Path(__file__).resolve().parent.parent / "frames" / "identifiers.json"
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

seeds = st.integers(0, 2**53 - 1)
handles = st.integers(1, 2**32 - 1)
CASES = [
    (seed, handle, receive)
    for seed in (0, 1, 7, 2**32 - 1, 2**32, 2**53 - 1)
    for handle, receive in ((1, 1), (2, 1), (2, 2), (4096, 3), (2**31, 65536), (2**32 - 1, 2**32 - 1))
]


def test_identifiers_are_those_of_the_golden_file_that_vitest_reads_too(update_golden: bool) -> None:
    compare_json(
        GOLDEN,
        [
            {
                "seed": seed,
                "handle": handle,
                "receive": receive,
                "message_id": message_id(seed, handle),
                "request_id": request_id(seed, handle),
                "receipt_handle": receipt_handle(seed, handle, receive),
            }
            for seed, handle, receive in CASES
        ],
        update=update_golden,
    )


@given(seeds, handles)
def test_message_ids_and_request_ids_are_version_4_uuids_and_differ(seed: int, handle: int) -> None:
    assert UUID4.fullmatch(message_id(seed, handle))
    assert UUID4.fullmatch(request_id(seed, handle))
    assert message_id(seed, handle) != request_id(seed, handle)


@given(seeds, handles, handles)
def test_a_receipt_handle_can_be_read_back_by_its_own_execution_only(seed: int, handle: int, receive: int) -> None:
    text = receipt_handle(seed, handle, receive)
    assert text.startswith("AQEB")
    assert read_receipt_handle(seed, text) == (handle, receive)
    assert read_receipt_handle(seed ^ 1, text) is None


def test_what_is_no_receipt_handle_reads_as_none() -> None:
    text = receipt_handle(7, 1, 1)
    for wrong in (
        "",
        "AQEB",
        "XXXX" + text[4:],
        text[:-1] + "!",
        text[:-1] + ("A" if text[-1] != "A" else "B"),
        text[4:] + text[:4],
    ):
        assert read_receipt_handle(7, wrong) is None


def test_ten_thousand_message_ids_are_ten_thousand() -> None:
    assert len({message_id(7, handle) for handle in range(10_000)}) == 10_000
