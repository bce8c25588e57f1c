"""The operators: one row each, with how it is read, where AWS has it, and what it does in a sentence and an example.

The reading functions go as far and in such an order as AWS's compiler does (event-ruler's JsonRuleCompiler), because what it has
read decides which problem it reports. Each begins behind the operator's name and ends behind the expression's closing brace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.patterns.anything_but import read_anything_but
from flows.patterns.conditions import (
    Absent,
    Condition,
    Equals,
    EqualsIgnoringCase,
    Exists,
    InBlock,
    Matches,
    Prefix,
    PrefixIgnoringCase,
    Suffix,
    SuffixIgnoringCase,
)
from flows.patterns.folding import Folded
from flows.patterns.numeric import read_numeric
from flows.patterns.reading import Reader
from flows.patterns.tokens import Token

IGNORE_CASE = "equals-ignore-case"


@dataclass(frozen=True, slots=True)
class Operator:
    """`example` is what stands in a field's array; `matches` and `misses` are values (JSON) with which it holds and does not."""

    name: str
    read: Callable[[Reader], Condition]
    about: str
    examples: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    sns: bool = True


def read_expression(reader: Reader) -> Condition:
    """What stands between the braces in a field's array."""
    if reader.next() is not Token.NAME:
        raise reader.refusal("Match expression name not found")
    name = reader.name
    operator = OPERATORS.get(name)
    if operator is None or not (operator.sns or reader.dialect.all_operators):
        raise reader.refusal(f"Unrecognized match type {name}")
    return operator.read(reader)


def _exactly(reader: Reader) -> Condition:
    return Equals(_only_text(reader, "exact match pattern must be a string"))


def _prefix(reader: Reader) -> Condition:
    return _affix(reader, "prefix", Prefix, PrefixIgnoringCase)


def _suffix(reader: Reader) -> Condition:
    return _affix(reader, "suffix", Suffix, SuffixIgnoringCase)


def _affix(
    reader: Reader, name: str, plain: Callable[[str], Condition], folded: Callable[[Folded], Condition]
) -> Condition:
    token = reader.next()
    if token is Token.START_OBJECT and reader.dialect.all_operators:
        if reader.next() is not Token.NAME:
            raise reader.refusal(f"{name.capitalize()} expression name not found")
        if reader.name != IGNORE_CASE:
            raise reader.refusal(f"Unsupported {name} pattern: {reader.name}")
        found = folded(Folded(_only_text(reader, f"{IGNORE_CASE} match pattern must be a string")))
        reader.close()
        return found
    if token is not Token.STRING:
        raise reader.refusal(f"{name} match pattern must be a string")
    text = reader.text
    reader.close()
    return plain(text)


def _ignore_case(reader: Reader) -> Condition:
    return EqualsIgnoringCase(Folded(_only_text(reader, f"{IGNORE_CASE} match pattern must be a string")))


def _wildcard(reader: Reader) -> Condition:
    if reader.next() is not Token.STRING:
        raise reader.refusal("wildcard match pattern must be a string")
    found = Matches(reader.wildcard(reader.text))
    reader.close()
    return found


def _cidr(reader: Reader) -> Condition:
    if reader.next() is not Token.STRING:
        raise reader.refusal("prefix match pattern must be a string")
    found = InBlock(reader.text, reader.block())
    reader.close()
    return found


def _exists(reader: Reader) -> Condition:
    token = reader.next()
    if token not in (Token.TRUE, Token.FALSE):
        raise reader.refusal("exists match pattern must be either true or false.")
    reader.close()
    return Exists() if token is Token.TRUE else Absent()


def _only_text(reader: Reader, otherwise: str) -> str:
    if reader.next() is not Token.STRING:
        raise reader.refusal(otherwise)
    text = reader.text
    reader.close()
    return text


OPERATORS = {
    operator.name: operator
    for operator in (
        Operator(
            "exactly",
            _exactly,
            "A text, exactly this one: the same as the text alone. An address, though, is no more than its letters here.",
            (('{"exactly": "paid"}', ('"paid"',), ('"PAID"',)),),
        ),
        Operator(
            "prefix",
            _prefix,
            "A text that begins so. EventBridge and mappings also take it without regard to case.",
            (
                ('{"prefix": "eu-"}', ('"eu-central-1"', '"eu-"'), ('"us-east-1"', "5")),
                ('{"prefix": {"equals-ignore-case": "EU-"}}', ('"eu-central-1"',), ('"us-east-1"',)),
            ),
        ),
        Operator(
            "suffix",
            _suffix,
            "A text that ends so. EventBridge and mappings also take it without regard to case.",
            (
                ('{"suffix": ".png"}', ('"cat.png"',), ('"cat.PNG"', '"png"')),
                ('{"suffix": {"equals-ignore-case": ".png"}}', ('"cat.PNG"',), ('"cat.jpg"',)),
            ),
        ),
        Operator(
            IGNORE_CASE,
            _ignore_case,
            "A text, whatever the case of its letters.",
            (('{"equals-ignore-case": "Paid"}', ('"PAID"', '"paid"'), ('"unpaid"',)),),
        ),
        Operator(
            "wildcard",
            _wildcard,
            "A text in which each `*` stands for any number of any characters; `\\\\*` is an asterisk, `\\\\\\\\` a backslash. Two asterisks "
            "may not stand together, and too ambiguous a rule is refused as too complex.",
            (('{"wildcard": "/invoices/*.pdf"}', ('"/invoices/2026/11.pdf"',), ('"/invoices/11.txt"',)),),
            sns=False,
        ),
        Operator(
            "anything-but",
            read_anything_but,
            "Any value besides: one or several texts or numbers, or what a prefix, a suffix, a wildcard or a text without regard to case "
            "holds for. The field must be there, and of an array one such value is enough. SNS has values and a prefix only.",
            (
                ('{"anything-but": "test"}', ('"order"', "5", "null"), ('"test"',)),
                ('{"anything-but": [404, 500]}', ("200", '"404"'), ("500",)),
                ('{"anything-but": {"prefix": ["test-", "tmp-"]}}', ('"order-1"',), ('"tmp-1"',)),
                ('{"anything-but": {"suffix": ".tmp"}}', ('"cat.png"',), ('"cat.tmp"',)),
                ('{"anything-but": {"equals-ignore-case": ["test"]}}', ('"order"',), ('"TEST"',)),
                ('{"anything-but": {"wildcard": "*/lib/*"}}', ('"/usr/bin/x"',), ('"/usr/lib/x"',)),
            ),
        ),
        Operator(
            "numeric",
            read_numeric,
            "A number that is equal (`=`), below (`<`, `<=`), above (`>`, `>=`), or between two others, the lower end first. A text that looks "
            "like a number is none. SNS cuts numbers to six decimals.",
            (
                ('{"numeric": [">", 0, "<=", 100]}', ("100", "0.5"), ("0", '"50"')),
                ('{"numeric": ["=", 3.018e2]}', ("301.8",), ("301",)),
            ),
        ),
        Operator(
            "cidr",
            _cidr,
            "An address, version 4 or 6, in a block.",
            (
                ('{"cidr": "10.0.0.0/24"}', ('"10.0.0.255"',), ('"10.0.1.0"', '"localhost"')),
                ('{"cidr": "2001:db8::/32"}', ('"2001:0db8:1::1"',), ('"2001:db9::1"',)),
            ),
        ),
        Operator(
            "exists",
            _exists,
            "Whether the field is there: a value, an empty text or `null` is; an object or an empty array is not, because only leaves count.",
            (
                ('{"exists": true}', ('"x"', "null", '""'), ("[]", "{}")),
                ('{"exists": false}', ("[]", "{}"), ("null", "0")),
            ),
        ),
    )
}
