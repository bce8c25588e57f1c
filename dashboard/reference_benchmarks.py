"""The page of benchmarks: what `python -m tests.benchmarks --write` kept, with the machine it was measured on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """# Benchmarks

How fast it is, measured beside something else in the same run: a raw loop that only counts, another simulator, an emulator, a table
with a row per record. Ratios travel between machines, seconds do not. No test asserts any of them: a bar that is missed is printed as
missed. [How the numbers come about](/docs/explanation/speed/) says what was done to get there.

    python -m tests.benchmarks --messages 1000000           the table
    python -m tests.benchmarks --messages 1000000 --write   kept for this page
    python -m tests.load.big_run --messages 1000000         the studio, long run
    python -m tests.load.streaming                          many, slow browsers
"""
NOT_YET = "\nNothing has been measured and kept on this installation yet.\n"


def benchmarks() -> str:
    """The page."""
    found = results()
    return HEAD + (_measured(found) if found else NOT_YET)


def results() -> dict[str, Any] | None:
    path: Path = settings.BASE_DIR / "templates" / "docs" / "benchmarks.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _measured(found: dict[str, Any]) -> str:
    about = found["machine"]
    where = f"{about['cores']} cores of {about['processor']}, {about['system']}, {about['python']}"
    lines = [
        f"\nMeasured on {found['date']} with {found['messages']:,} messages, the best of {found['runs']}: {where}; load {about['load']}.\n"
    ]
    for name, rows in found["groups"].items():
        lines += [f"\n## {name[:1].upper()}{name[1:]}\n", "| what | is | bar | met | |", "|---|--:|--:|---|---|"]
        lines += [_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def _row(row: dict[str, Any]) -> str:
    sign = "≥" if row["more"] else "≤"
    value = "–" if row["value"] is None else f"{row['value']:,.2f}"
    return f"| {row['what']} | {value} | {sign} {row['bar']:,.4g} | {row['verdict']} | {row['note']} |"
