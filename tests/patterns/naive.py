"""A matcher as one would write it at first: recursive, trying every choice of values. It shares no code with the real one."""

from __future__ import annotations

import operator
import re
from ipaddress import ip_address, ip_network
from itertools import product


def matches(pattern: dict, event: dict) -> bool:
    fields = flat(event)
    return any(holds(sorted(branch.items()), fields) for branch in alternatives(pattern))


def flat(value, path=(), inside=()):
    """All leaves: (path, value, elements); `inside` is {id of array: index} as a tuple."""
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in flat(each, (*path, name), inside)]
    if isinstance(value, list):
        found = []
        for index, each in enumerate(value):
            deeper = (*inside, (id(value), index)) if isinstance(each, dict | list) else inside
            found += flat(each, path, deeper)
        return found
    return [(".".join(path), value, dict(inside))]


def alternatives(pattern: dict, path=()):
    """The pattern without `$or`: a list of {path: conditions}."""
    found: list[dict] = [{}]
    for name, value in pattern.items():
        if name == "$or":
            found = [{**before, **each} for branch in value for before in found for each in alternatives(branch, path)]
        elif isinstance(value, dict):
            found = [{**before, **each} for before in found for each in alternatives(value, (*path, name))]
        else:
            found = [{**before, ".".join((*path, name)): value} for before in found]
    return found


def holds(conditions, fields) -> bool:
    """Every choice of a value (or of absence) per path, in the order of their names."""
    choices = []
    for path, wanted in conditions:
        values = [(value, inside) for at, value, inside in fields if at == path]
        fitting = [inside for value, inside in values if any(fits(each, value) for each in wanted)]
        if {"exists": False} in wanted:
            fitting.append(("absent", path))
        choices.append(fitting)
    return any(agree(choice, fields) for choice in product(*choices))


def agree(choice, fields) -> bool:
    chosen: dict[int, int] = {}
    for each in choice:
        if isinstance(each, tuple):
            others = [inside for at, _, inside in fields if at == each[1]]
            if any(all(chosen.get(array, index) == index for array, index in inside.items()) for inside in others):
                return False
        elif any(chosen.get(array, index) != index for array, index in each.items()):
            return False
        else:
            chosen |= each
    return True


def same(one, other) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    if isinstance(one, bool) or isinstance(other, bool) or not numbers:
        return type(one) is type(other) and one == other
    return one == other


def fits(condition, value) -> bool:
    if not isinstance(condition, dict):
        return same(condition, value) or is_same_address(condition, value)
    ((name, asked),) = condition.items()
    return OPERATORS[name](asked, value)


def is_same_address(one, other) -> bool:
    try:
        return isinstance(one, str) and isinstance(other, str) and ip_address(one) == ip_address(other)
    except ValueError:
        return False


def anything_but(asked, value) -> bool:
    if isinstance(asked, dict):
        ((name, several),) = asked.items()
        return not any(OPERATORS[name](each, value) for each in (several if isinstance(several, list) else [several]))
    return not any(same(each, value) for each in (asked if isinstance(asked, list) else [asked]))


def numeric(asked, value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return all(SIGNS[sign](value, bound) for sign, bound in zip(asked[::2], asked[1::2], strict=True))


SIGNS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def wildcard(asked, value) -> bool:
    parts = re.findall(r"\\.|.", asked, re.DOTALL)
    regex = "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts)
    return isinstance(value, str) and re.fullmatch(regex, value, re.DOTALL) is not None


def cidr(asked, value) -> bool:
    try:
        return isinstance(value, str) and ip_address(value) in ip_network(asked, strict=False)
    except ValueError:
        return False


def affix(of):
    def holds_for(asked, value):
        if not isinstance(value, str):
            return False
        if isinstance(asked, dict):
            return of(value.lower(), asked["equals-ignore-case"].lower())
        return of(value, asked)

    return holds_for


OPERATORS = {
    "exactly": same,
    "prefix": affix(str.startswith),
    "suffix": affix(str.endswith),
    "equals-ignore-case": lambda asked, value: isinstance(value, str) and value.lower() == asked.lower(),
    "wildcard": wildcard,
    "anything-but": anything_but,
    "numeric": numeric,
    "cidr": cidr,
    "exists": lambda asked, _value: asked,
}
