"""The docs tell what was measured and kept, and where; or that nothing was."""

from __future__ import annotations

import json

from dashboard.documentation import shelf
from dashboard.reference_benchmarks import benchmarks
from tests.benchmarks.measuring import Row, machine


def kept(settings, tmp_path, found):
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates" / "docs").mkdir(parents=True)
    if found:
        (tmp_path / "templates" / "docs" / "benchmarks.json").write_text(json.dumps(found))
    return benchmarks()


def test_what_was_measured_is_told_with_its_bar_and_its_machine(settings, tmp_path):
    row = Row("kernel, of raw heapq", 0.33, 0.3, more=True, note="300,000/s")
    told = {
        "what": row.what,
        "value": row.value,
        "bar": row.bar,
        "more": True,
        "note": row.note,
        "verdict": row.verdict,
    }
    about = machine() | {"load": "0.4"}
    found = {"messages": 1_000_000, "runs": 3, "date": "2026-11-23", "machine": about, "groups": {"engine": [told]}}
    page = kept(settings, tmp_path, found)
    assert "| kernel, of raw heapq | 0.33 | ≥ 0.3 | by 10 % | 300,000/s |" in page
    assert f"1,000,000 messages, the best of 3: {about['cores']} cores of {about['processor']}" in page


def test_where_nothing_was_kept_the_page_says_so(settings, tmp_path):
    assert "Nothing has been measured" in kept(settings, tmp_path, None)


def test_the_page_is_in_the_reference():
    page = shelf().find("reference", "benchmarks")
    assert page
    assert page.title == "Benchmarks"
