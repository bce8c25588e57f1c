"""SNS's filter policies, in both scopes: their limits, and what of a message they are held against.

A policy is read twice, as AWS does: once as JSON (kept back in messages, and written anew without spaces), once as a pattern. A
policy of nothing, `{}`, lets everything through. Limits are AWS's: five keys, 150 combinations of values. A combination is one
choice of a value per key; a `$or` adds those of its objects; in a body, a key's values count once for each level it lies deep.

Recorded in cases/aws/snsfilter and cases/aws/sns; documented under "Filter policy constraints" of the SNS developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from math import prod
from typing import Any, Literal

from flows.patterns.compiler import OR, branches_of
from flows.patterns.dialects import SNS_ATTRIBUTES, SNS_BODY, Dialect
from flows.patterns.pattern import COMPILERS, Branch, Mismatch, Pattern, remember
from flows.patterns.reading import PatternError
from flows.patterns.tokens import NotJson, Token, Tokens
from flows.patterns.values import number, read_json

Scope = Literal["MessageAttributes", "MessageBody"]
MOST_KEYS = 5
MOST_COMBINATIONS = 150
DEEPEST = MOST_COMBINATIONS + 1
"""A single value this deep is more combinations than that."""
TOO_COMPLEX = "Filter policy is too complex"
TOO_MANY_KEYS = f"Filter policy can not have more than {MOST_KEYS} keys"
NOT_NESTED = "Filter policy scope MessageAttributes does not support nested filter policy"
KINDS: dict[str, Dialect] = {"MessageAttributes": SNS_ATTRIBUTES, "MessageBody": SNS_BODY}


def compile_sns_policy(policy: str | dict[str, Any], scope: Scope = "MessageAttributes") -> Pattern:
    """Raises PatternError, whose message is what follows "FilterPolicy: " in AWS's."""
    text = policy if isinstance(policy, str) else json.dumps(policy, ensure_ascii=False)
    return remember(KINDS[scope].name, text)


def matches_message_attributes(pattern: Pattern, attributes: Mapping[str, Mapping[str, Any]]) -> bool:
    """Attributes as SNS spells them (`Type`, `Value`) or as they were published (`DataType`, `StringValue`)."""
    return pattern.matches(attributes_event(attributes))


def matches_body(pattern: Pattern, text: str) -> bool:
    """Only a body that is a JSON object can match, unless the policy asks for nothing."""
    return not pattern.steps.inner or pattern.matches(body_event(text))


def explain_message_attributes(pattern: Pattern, attributes: Mapping[str, Mapping[str, Any]]) -> Mismatch | None:
    return pattern.explain(attributes_event(attributes))


def explain_body(pattern: Pattern, text: str) -> Mismatch | None:
    if not pattern.steps.inner:
        return None
    event = body_event(text)
    if not isinstance(event, dict):
        return Mismatch("", "a JSON object", "another text", "the body is no JSON object", 1, 1)
    return pattern.explain(event)


def attributes_event(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Name → value. Binary ones are not there for a policy, nor is an array that is no JSON."""
    found: dict[str, Any] = {}
    for name, attribute in attributes.items():
        type_ = str(attribute.get("Type", attribute.get("DataType", "")))
        value = attribute.get("Value", attribute.get("StringValue"))
        if not isinstance(value, str) or type_.startswith("Binary"):
            continue
        if type_ == "String.Array":
            array = body_event(value)
            if isinstance(array, list):
                found[name] = array
        else:
            found[name] = number(value.strip()) if type_.startswith("Number") else value
    return found


@lru_cache(8)
def body_event(text: str) -> Any:
    """A body is held against many subscriptions' policies: it is read once. None where it is no JSON."""
    try:
        return read_json(text)
    except ValueError:
        return None


# ── compiling ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _compiled(text: str, dialect: Dialect) -> Pattern:
    policy = _compact(text, dialect)
    if policy == "{}":
        return Pattern(dialect.name, text, (Branch(()),), dialect.leaf)
    branches = branches_of(policy, dialect)
    paths = {each.path for branch in branches for each in branch.fields}
    tree = read_json(policy)
    if not dialect.nested and any(isinstance(value, dict) for _, value in _members(tree)):
        raise _refused(NOT_NESTED, dialect)
    if len(paths) > MOST_KEYS:
        raise _refused(TOO_MANY_KEYS, dialect)
    if combinations(tree, by_depth=dialect.nested) > MOST_COMBINATIONS:
        raise _refused(TOO_COMPLEX, dialect)
    return Pattern(dialect.name, text, branches, dialect.leaf)


def _compact(text: str, dialect: Dialect) -> str:
    """The policy without spaces, which is what AWS's messages repeat."""
    tokens = Tokens(text)
    parts: list[str] = []
    depth = 0
    try:
        while True:
            token = tokens.next()
            depth += (token in ("{", "[")) - (token in ("}", "]"))
            if token in (Token.NAME, Token.STRING):
                said = tokens.name if token is Token.NAME else tokens.text
                parts += [json.dumps(said, ensure_ascii=False), ":" if token is Token.NAME else ","]
            elif token in (Token.END_OBJECT, Token.END_ARRAY):
                if parts[-1] == ",":
                    parts.pop()
                parts += [token, ","]
            else:
                parts.append(tokens.text)
                if token not in (Token.START_OBJECT, Token.START_ARRAY):
                    parts.append(",")
            if depth == 0:
                return "".join(parts[:-1])
    except NotJson as error:
        raise _refused(f"failed to parse JSON. {error.reason}{tokens.redacted_place(error.at)}", dialect) from error


def combinations(tree: Any, *, by_depth: bool, level: int = 1) -> int:
    """How many choices of one value per key there are."""
    counts = []
    for name, value in tree.items():
        if name == OR and isinstance(value, list) and len(value) > 1 and all(isinstance(each, dict) for each in value):
            counts.append(sum(combinations(each, by_depth=by_depth, level=level) for each in value))
        elif isinstance(value, dict):
            counts.append(combinations(value, by_depth=by_depth, level=level + 1) if level < DEEPEST else level)
        else:
            counts.append(len(value) * (level if by_depth else 1))
    return prod(counts)


def _members(tree: Any) -> list[tuple[str, Any]]:
    """Keys and values, those of a `$or`'s objects among them."""
    found, todo = [], [tree]
    for each in todo:
        for name, value in each.items():
            if name == OR and isinstance(value, list):
                todo += [object_ for object_ in value if isinstance(object_, dict)]
            else:
                found.append((name, value))
    return found


def _refused(reason: str, dialect: Dialect) -> PatternError:
    return PatternError(dialect.said(reason), "", reason)


COMPILERS[SNS_ATTRIBUTES.name] = lambda text: _compiled(text, SNS_ATTRIBUTES)
COMPILERS[SNS_BODY.name] = lambda text: _compiled(text, SNS_BODY)
