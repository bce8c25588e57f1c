"""A message that a filter lets through: made from the filter itself, so that traffic passes wherever a template filters."""

from __future__ import annotations

from typing import Any

MISSING = object()


def sample(pattern: Any) -> Any:
    """A value that an event pattern, a filter policy or filter criteria match; MISSING where nothing may be there."""
    if isinstance(pattern, list):
        return next((found for each in pattern if (found := _leaf(each)) is not MISSING), MISSING)
    found = {}
    for name, inner in pattern.items() if isinstance(pattern, dict) else ():
        if name == "$or":
            found.update(sample(inner[0]))
            continue
        value = sample(inner)
        if value is not MISSING:
            found[name] = value
    return found


def _leaf(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    ((operator, operand),) = given.items()
    if operator == "exists":
        return "there" if operand else MISSING
    if operator == "anything-but":
        return "something else"
    if operator == "numeric":
        return _number(operand)
    if operator in {"wildcard", "equals-ignore-case"}:
        return str(operand).replace("*", "x")
    if operator == "cidr":
        return str(operand).split("/")[0]
    text = (
        operand if isinstance(operand, str) else next(iter(operand.values()), "") if isinstance(operand, dict) else ""
    )
    return f"{text}x" if operator == "prefix" else f"x{text}"


def _number(operand: list[Any]) -> Any:
    bounds = dict(zip(operand[::2], operand[1::2], strict=False))
    if "=" in bounds:
        return bounds["="]
    low, high = bounds.get(">", bounds.get(">=")), bounds.get("<", bounds.get("<="))
    if low is not None and high is not None:
        return (low + high) / 2 if low != high else low
    return low + 1 if low is not None else (high or 0) - 1
