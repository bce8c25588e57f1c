"""Objects of recorded cases: the recording does not hold them, but what AWS read from them.

So an object holds what is recorded to have been read, and a little more where only so much was asked for: a row beyond MaxItems, a
field beyond the headers that are given. Where reading failed, it is JSON, but no list.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from flows.services.ports import Json

NO_LIST = '{"no": "list"}'
FEW = re.compile(r'"MaxItems": ([1-9]\d?)\b')


def content_of(output: Any, definition: str, input_: str) -> str | None:
    """What the object that a case reads holds; None if it reads none."""
    if isinstance(output, dict):
        return output["Body"] if "Body" in output and "ETag" in output else None
    if '"ItemReader"' not in definition:
        return None
    if not isinstance(output, list):
        return NO_LIST
    rows = [*output, output[-1]] if FEW.search(definition + input_) else output
    return _csv(rows, given="GIVEN" in definition) if '"CSV"' in definition else json.dumps(rows)


def _csv(rows: list[Json], *, given: bool) -> str:
    """Lines with these rows; a column without a name comes last, as it does where a line is longer than the header."""
    header = sorted(rows[0], key=lambda name: not name)
    lines = [[row.get(name, "") for name in header] for row in rows]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    if given:
        lines = [[*line, "besides"] for line in lines]
    else:
        writer.writerow(header)
    writer.writerows(lines)
    return file.getvalue()
