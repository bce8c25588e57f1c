"""Is an answer what AWS was recorded to answer, where the recording holds placeholders?

The recorder replaced what differs from run to run: `<name:1>`, `<name>`, accounts of twelve equal digits, and some bare words.
Such a part matches anything, and so does a value that is only its member's own name; all the rest must be equal. JSON inside strings was often parsed by the recorder, so text and what
it says are compared as the same thing.
"""

from __future__ import annotations

import json
import re
from typing import Any

PLACEHOLDER = re.compile(r"<<[\w.-]+>:\d+>|<[\w.-]+(?::[^<>]+)?>|1{12}|2{12}")
ANYTHING = frozenset(
    [
        "date",
        "datetime",
        "timestamp",
        "sent-timestamp",
        "creation-time",
        "start-date",
        "stop-date",
        "start-time",
        "entered-time",
        "uuid",
        "message-id",
        "event-id",
        "sender-id",
        "receipt-handle",
        "m-d5-of-body",
        "nextToken",
        "next_token",
        "next-token",
        "snf_role_arn",
        "sfn_role_arn",
        "execution_name",
        "state_name",
        "statemachine_name",
        "execution-arn",
        "state-machine-arn",
        "lambda_function_name",
        "table-name",
        "queue-url",
        "queue-arn",
        "event-bus-name",
        "replay-name",
        "api-destination-arn",
        "connection-arn",
        "target-arn",
        "target-id",
        "target-id-one",
        "target-id-two",
        "RandomNumberGenerated",
        "json-input",
        "executionSucceededEventDetails.output",
    ]
)
"""The bare words that stand for anything that is there (cases/tools/asl_match.py)."""
MISSING: Any = object()


def matches(want: Any, got: Any) -> bool:
    """Whether `got` is what was recorded, placeholders allowed."""
    return difference(want, got) == ""


def difference(want: Any, got: Any, at: str = "$") -> str:
    """Where the two differ first, in words; "" if they do not."""
    if isinstance(want, str):
        return _text(want, got, at)
    if isinstance(want, dict):
        return _members(want, parsed(got), at)
    if isinstance(want, list):
        return _elements(want, parsed(got), at)
    same = want is got if isinstance(want, bool) or isinstance(got, bool) or want is None else want == got
    return "" if same else _said(at, want, got)


def parsed(value: Any) -> Any:
    """JSON in a text is what it says."""
    if isinstance(value, str) and value.strip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _text(want: str, got: Any, at: str) -> str:
    if want in ANYTHING:
        return "" if got is not None and got is not MISSING else _said(at, want, got)
    if PLACEHOLDER.search(want):
        text = got if isinstance(got, str) else json.dumps(got) if isinstance(got, dict | list) else str(got)
        if got is MISSING:
            return _said(at, want, got)
        wanted = ".*?".join(re.escape(part) for part in PLACEHOLDER.split(want))
        return "" if re.fullmatch(wanted, text, re.DOTALL) else _said(at, want, got)
    if isinstance(got, str):
        return "" if want == got else _said(at, want, got)
    meant = parsed(want)
    if isinstance(got, dict | list) and isinstance(meant, dict | list):
        return difference(meant, got, at)
    return _said(at, want, got)


def _members(want: dict[str, Any], got: Any, at: str) -> str:
    if not isinstance(got, dict):
        return _said(at, want, got)
    plain = [key for key in want if not PLACEHOLDER.search(key)]
    for key in plain:
        if want[key] in (key, _hyphened(key)) and got.get(key) is not None:
            continue
        found = difference(want[key], got.get(key, MISSING), f"{at}.{key}")
        if found:
            return found
    if len(want) != len(got):
        extra = [key for key in got if key not in want]
        return f"{at}: has {', '.join(map(str, extra))} besides" if extra else _said(at, want, got)
    return ""


def _hyphened(name: str) -> str:
    """A member's name as the recorder writes it in place of its value: `MaximumBatchSize` as `maximum-batch-size`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _elements(want: list[Any], got: Any, at: str) -> str:
    if not isinstance(got, list):
        return _said(at, want, got)
    if len(want) != len(got):
        return f"{at}: {len(want)} wanted, {len(got)} found: {_short(got)}"
    found = (difference(each, mine, f"{at}[{index}]") for index, (each, mine) in enumerate(zip(want, got, strict=True)))
    return next((each for each in found if each), "")


def _said(at: str, want: Any, got: Any) -> str:
    return f"{at}: wanted {_short(want)}, here {'nothing' if got is MISSING else _short(got)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 400 else f"{text[:400]}…"
