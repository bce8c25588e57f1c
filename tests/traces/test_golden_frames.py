"""The frames that pytest and vitest share: tests/frames/<name>.bin, packed <name>.packed.bin, and what it holds, <name>.json."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.engine.segment import Segment
from flows.traces import chunk, packed
from tests.golden_files import compare_json
from tests.traces.frames import EXECUTION, FRAMES

FOLDER = Path(__file__).resolve().parent.parent / "frames"


def as_json(segment: Segment, execution: str, generation: int) -> dict[str, object]:
    return {
        "execution": execution,
        "generation": generation,
        "first": segment.first,
        "last": segment.last,
        "columns": {name: column.tolist() for name, column in segment.columns.items()},
        "details": segment.details,
        "first_subject": segment.first_subject,
        "subjects": {name: column.tolist() for name, column in segment.subjects.items()},
    }


@pytest.mark.parametrize(("ending", "encode"), [("bin", chunk.encode), ("packed.bin", packed.encode)])
@pytest.mark.parametrize("name", FRAMES)
def test_a_golden_frame_holds_what_its_json_says(
    name: str, ending: str, encode: Callable[[Segment, str, int], bytes], update_golden: bool
) -> None:
    segment = FRAMES[name]()
    path = FOLDER / f"{name}.{ending}"
    if update_golden:
        path.write_bytes(encode(segment, EXECUTION, 3))
    compare_json(FOLDER / f"{name}.json", as_json(segment, EXECUTION, 3), update=update_golden)
    columns = chunk.decode(path.read_bytes())
    compare_json(FOLDER / f"{name}.json", as_json(columns, columns.execution, columns.generation), update=False)
