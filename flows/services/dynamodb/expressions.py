"""Expressions: conditions, filters, key conditions, projections and updates, read into plain tuples.

Theory of operation. A text becomes tokens, the tokens a tree of tuples (the parsed text is remembered, for programs say the same
thing again and again). Names (#x) and values (:v) are looked up when the tree is evaluated. Precedence as in the developer guide
("Comparison operator and function reference"): comparisons, IN and BETWEEN, NOT, AND, OR.

A tree: ("and"|"or", a, b) ("not", a) ("compare", operator, a, b) ("between", x, low, high) ("in", x, choices) ("call", function,
arguments); operands: ("path", parts) with names and list places, ("value", ":v"), ("size", path). Of updates: see `parse_update`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

TOKEN = re.compile(r"\s*(?:(<>|<=|>=|[=<>(),.\[\]+-])|([:#]?[A-Za-z0-9_][A-Za-z0-9_-]*|[:#])|(\S))")
COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
SIZE, END = "size", "<EOF>"
LONGEST, DEEPEST = 4096, 100
Tree = tuple[Any, ...]


class ExpressionError(ValueError):
    """What is wrong with an expression, without its kind."""


class Parser:
    def __init__(self, text: str) -> None:
        if len(text.encode()) > LONGEST:
            raise ExpressionError(
                f"Expression size has exceeded the maximum allowed size; expression size: {len(text)}"
            )
        if not text.strip():
            raise ExpressionError("The expression can not be empty;")
        self.tokens: list[str] = []
        for match in TOKEN.finditer(text):
            operator, word, other = match.groups()
            if other:
                raise ExpressionError(
                    f'Syntax error; token: "{other}", near: "{text[max(0, match.start() - 5) :][:20]}"'
                )
            self._add(operator, word)
        self.at = 0
        self.depth = 0

    def _add(self, operator: str | None, word: str | None) -> None:
        """A minus inside a word is a subtraction, for names of attributes have none."""
        if operator:
            self.tokens.append(operator)
        elif word:
            head, *rest = word.split("-") if word[0] not in ":#" else [word]
            self.tokens.append(head)
            for part in rest:
                self.tokens += ["-", part] if part else ["-"]

    # ── moving ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def token(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def take(self) -> str:
        token = self.token
        self.at += 1
        return token

    def accept(self, *words: str) -> str:
        """The next token, if it is one of these words (in whatever case)."""
        if self.token.upper() in words:
            return self.take().upper()
        return ""

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.wrong()

    def wrong(self) -> ExpressionError:
        near = " ".join(self.tokens[max(0, self.at - 1) : self.at + 2])
        return ExpressionError(f'Syntax error; token: "{self.token}", near: "{near}"')

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self.wrong()

    # ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def condition(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("The expression contains too many levels of nesting")
        tree = self._and()
        while self.accept("OR"):
            tree = ("or", tree, self._and())
        self.depth -= 1
        return tree

    def _and(self) -> Tree:
        tree = self._not()
        while self.accept("AND"):
            tree = ("and", tree, self._not())
        return tree

    def _not(self) -> Tree:
        negated = False
        while self.accept("NOT"):
            negated = not negated
        tree = self._primary()
        return ("not", tree) if negated else tree

    def _primary(self) -> Tree:
        if self.accept("("):
            tree = self.condition()
            self.expect(")")
            return tree
        if self.token in FUNCTIONS and self._follows("("):
            return self._call()
        left = self.operand()
        if self.token in COMPARATORS:
            return ("compare", self.take(), left, self.operand())
        if self.accept("BETWEEN"):
            low = self.operand()
            self.expect("AND")
            return ("between", left, low, self.operand())
        if self.accept("IN"):
            self.expect("(")
            choices = [self.operand()]
            while self.accept(","):
                choices.append(self.operand())
            self.expect(")")
            return ("in", left, tuple(choices))
        raise self.wrong()

    def _call(self) -> Tree:
        name = self.take()
        self.expect("(")
        arguments = [self.operand()]
        while self.accept(","):
            arguments.append(self.operand())
        self.expect(")")
        if len(arguments) != FUNCTIONS[name]:
            raise ExpressionError(
                f"Incorrect number of operands for operator or function; operator or function: {name}, number of operands: "
                f"{len(arguments)}"
            )
        if name.startswith("attribute_") and arguments[0][0] != "path":
            raise ExpressionError("Operator or function requires a document path; operator or function: " + name)
        return ("call", name, tuple(arguments))

    def _follows(self, word: str) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == word

    # ── operands ────────────────────────────────────────────────────────────────────────────────────────────────────

    def operand(self) -> Tree:
        if self.token.startswith(":") and len(self.token) > 1:
            return ("value", self.take())
        if self.token == SIZE and self._follows("("):
            self.take()
            self.expect("(")
            path = self.operand()
            self.expect(")")
            return ("size", path)
        return self.path()

    def path(self) -> Tree:
        parts: list[str | int] = [self._name()]
        while True:
            if self.accept("."):
                parts.append(self._name())
            elif self.accept("["):
                if not self.token.isdecimal():
                    raise self.wrong()
                parts.append(int(self.take()))
                self.expect("]")
            else:
                return ("path", tuple(parts))

    def _name(self) -> str:
        token = self.token
        known = token[:1].isalpha() or token[:1] == "_" or (token[:1] == "#" and len(token) > 1)
        if not known:
            raise self.wrong()
        return self.take()


@lru_cache(2048)
def parse_condition(text: str) -> Tree:
    parser = Parser(text)
    tree = parser.condition()
    parser.end()
    return tree


@lru_cache(2048)
def parse_projection(text: str) -> tuple[Tree, ...]:
    parser = Parser(text)
    paths = [parser.path()]
    while parser.accept(","):
        paths.append(parser.path())
    parser.end()
    return tuple(paths)


@lru_cache(2048)
def parse_update(text: str) -> tuple[Tree, ...]:
    """Actions in their order: ("set", path, value) ("remove", path) ("add", path, value) ("delete", path, value). A value of SET:
    an operand, ("+"|"-", a, b), ("if_not_exists", path, operand), ("list_append", a, b).
    """
    parser = Parser(text)
    actions: list[Tree] = []
    seen: set[str] = set()
    while parser.token != END:
        clause = parser.accept("SET", "REMOVE", "ADD", "DELETE")
        if not clause:
            raise parser.wrong()
        if clause in seen:
            raise ExpressionError(f'The "{clause}" section can only be used once in an update expression;')
        seen.add(clause)
        actions.append(_action(parser, clause))
        while parser.accept(","):
            actions.append(_action(parser, clause))
    return tuple(actions)


def _action(parser: Parser, clause: str) -> Tree:
    path = parser.path()
    if clause == "REMOVE":
        return ("remove", path)
    if clause in ("ADD", "DELETE"):
        value = parser.operand()
        if value[0] != "value":
            raise parser.wrong()
        return (clause.lower(), path, value)
    parser.expect("=")
    value = _term(parser)
    if parser.token in ("+", "-"):
        value = (parser.take(), value, _term(parser))
    return ("set", path, value)


def _term(parser: Parser) -> Tree:
    name = parser.token
    if name in ("if_not_exists", "list_append"):
        parser.take()
        parser.expect("(")
        first = parser.path() if name == "if_not_exists" else _term(parser)
        parser.expect(",")
        second = _term(parser)
        parser.expect(")")
        return (name, first, second)
    return parser.operand()


def mentions(tree: Any) -> tuple[set[str], set[str]]:
    """The names (#x) and values (:v) that a tree uses."""
    names: set[str] = set()
    values: set[str] = set()
    ahead = [tree]
    while ahead:
        part = ahead.pop()
        if isinstance(part, tuple):
            ahead.extend(part)
        elif isinstance(part, str) and part[:1] == "#":
            names.add(part)
        elif isinstance(part, str) and part[:1] == ":":
            values.add(part)
    return names, values
