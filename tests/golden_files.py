"""Golden files: compared, or, with --update-golden, written anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def compare_json(path: Path, value: Any, *, update: bool) -> None:
    """`value` is what the golden file says."""
    if update:
        path.write_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(json.dumps(value)), f"{path.name} differs"
