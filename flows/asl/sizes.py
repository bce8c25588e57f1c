"""How large a value is as JSON, without ever writing out what is too large.

Theory of operation. Values share what they are made of: a template that names its input ten thousand times makes a small
object that would be gigabytes of text. Where a state's fields name few paths the value is written and its bytes are
counted, which is fastest; a state that names many (`is_wide`) is measured by a walk that stops at the limit. The walk
counts a little less than the text would have (escapes, digits), never more than it.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from flows.asl import quotas
from flows.asl.history import text
from flows.asl.ports import Json

WIDE = 32
"""References in a state's own fields from which on its values are walked."""
DATA_FIELDS = (
    "Parameters",
    "Arguments",
    "ItemSelector",
    "ResultSelector",
    "Assign",
    "Output",
    "Items",
    "ItemBatcher",
    "Catch",
    "Choices",
)


def is_wide(definition: Mapping[str, Json]) -> bool:
    """Whether a state's fields name so many values that they could make one of many times the limit."""
    return sum(text(definition[field]).count("$") for field in DATA_FIELDS if field in definition) > WIDE


def exceeds(value: Json, limit: int, *, wide: bool) -> bool:
    """Whether the value has more than `limit` bytes as AWS's JSON, UTF-8 (or nests deeper than anything may)."""
    if wide and _walked(value, limit):
        return True
    try:
        return len(orjson.dumps(value)) > limit
    except TypeError:
        return _nests_too_deep(value) or len(text(value).encode(errors="surrogatepass")) > limit


def _nests_too_deep(value: Json) -> bool:
    stack = [(value, 0)]
    while stack:
        each, depth = stack.pop()
        if depth > quotas.NESTING:
            return True
        if isinstance(each, dict | list):
            inner = each.values() if isinstance(each, dict) else each
            stack.extend((one, depth + 1) for one in inner)
    return False


def too_many(variables: Mapping[str, Json]) -> bool:
    """Whether all variables together are more than an execution may have (a few of them cannot be)."""
    few = len(variables) <= quotas.VARIABLES_BYTES // quotas.STATE_DATA_BYTES
    return not few and _walked(variables, quotas.VARIABLES_BYTES)


def _walked(value: Json, limit: int) -> bool:
    stack, size = [value], 0
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            size += len(each) + 2
        elif isinstance(each, dict):
            size += sum(map(len, each)) + 4 * len(each)
            stack.extend(each.values())
        elif isinstance(each, list):
            size += len(each) + 1
            stack.extend(each)
        else:
            size += 1
        if size > limit:
            return True
    return False
