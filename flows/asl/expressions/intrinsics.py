"""Calls of intrinsic functions: `States.Format('Hello {}', $.name)`.

Theory of operation. A call is read once by recursive descent into a tree of small closures; arguments are paths, other calls, texts
in apostrophes, numbers, true, false and null. An argument that finds nothing fails with States.Runtime and names the whole
expression as it is written (measured on AWS, floci's intrinsic tests); a function that cannot use what it got fails with
States.IntrinsicFailure in the same frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import orjson

from flows.asl.expressions.arguments import Unusable
from flows.asl.expressions.errors import INTRINSIC_FAILURE, RUNTIME, ExpressionError, InvalidExpressionError, json_text
from flows.asl.expressions.functions import FUNCTIONS, Function
from flows.asl.expressions.paths import CACHED, NULL_INPUT, compile_path
from flows.asl.expressions.scope import MISSING, Scope
from flows.asl.expressions.steps import INPUT

MAX_DEPTH = 10
"""Calls inside calls, as the developer guide limits them."""

_NAME = re.compile(r"States\.[A-Za-z0-9]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\([\\'{}])")

Evaluate = Callable[[Scope], Any]


class Intrinsic:
    """A compiled call."""

    __slots__ = ("evaluate", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.evaluate: Evaluate = _Reader(text).whole()


@lru_cache(maxsize=CACHED)
def compile_intrinsic(text: str) -> Intrinsic:
    """The call a text writes; InvalidExpressionError when it writes none."""
    return Intrinsic(text)


def is_intrinsic(text: str) -> bool:
    """Whether the text means to call an intrinsic function."""
    return text.startswith("States.")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def whole(self) -> Evaluate:
        call = self.call()
        self.blanks()
        if self.at != len(self.text):
            self.refuse()
        return call

    def call(self) -> Evaluate:
        name = _NAME.match(self.text, self.at)
        function = FUNCTIONS.get(name[0]) if name else None
        if name is None or function is None:
            self.refuse()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise InvalidExpressionError(f"Intrinsic functions nest at most {MAX_DEPTH} levels: {self.text[:100]}")
        self.at = name.end()
        if not self.take("("):
            self.refuse()
        arguments: list[Evaluate] = []
        if not self.take(")"):
            arguments.append(self.argument(function, 0))
            while self.take(","):
                arguments.append(self.argument(function, len(arguments)))
            if not self.take(")"):
                self.refuse()
        self.depth -= 1
        return _calling(self.text, function, tuple(arguments))

    def argument(self, function: Function, position: int) -> Evaluate:
        self.blanks()
        if self.text.startswith("States.", self.at):
            return self.call()
        head = self.text[self.at : self.at + 1]
        if head == "$":
            return self.path()
        if head == "'":
            written = self.quoted()
            literal: Any = (
                written if function.name == "States.Format" and position == 0 else _ESCAPE.sub(r"\1", written)
            )
            return lambda _scope: literal
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            value = orjson.loads(number[0])
            return lambda _scope: value
        word = _WORD.match(self.text, self.at)
        if word is None:
            self.refuse()
        self.at = word.end()
        meaning = _WORDS[word[0]]
        return lambda _scope: meaning

    def path(self) -> Evaluate:
        """A path ends at a comma or a parenthesis outside its brackets and quotes."""
        begin, level, quote = self.at, 0, ""
        while self.at < len(self.text):
            letter = self.text[self.at]
            if quote:
                self.at += letter == "\\"
                quote = "" if letter == quote else quote
            elif letter in {"'", '"'}:
                quote = letter
            elif letter in "[(":
                level += 1
            elif letter in "])" and level:
                level -= 1
            elif not level and letter in ",)":
                break
            self.at += 1
        return _reading(self.text, self.text[begin : self.at].rstrip())

    def quoted(self) -> str:
        begin = self.at = self.at + 1
        while self.at < len(self.text) and self.text[self.at] != "'":
            if self.text[self.at] == "\\":
                self.at += 1
                if self.text[self.at : self.at + 1] not in {"\\", "'", "{", "}"}:
                    self.refuse()  # the guide: an open escape backslash is an error
            self.at += 1
        if self.at >= len(self.text):
            self.refuse()
        self.at += 1
        return self.text[begin : self.at - 1]

    def take(self, sign: str) -> bool:
        self.blanks()
        taken = self.text.startswith(sign, self.at)
        self.at += len(sign) if taken else 0
        return taken

    def blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def refuse(self) -> NoReturn:
        raise InvalidExpressionError(f"Not a valid intrinsic function call at character {self.at}: {self.text[:100]}")


def _frame(text: str, words: str) -> str:
    return f"The function '{text}' had the following error: {words}"


def _reading(whole: str, text: str) -> Evaluate:
    path = compile_path(text)

    def read(scope: Scope) -> Any:
        if path.parsed.root == INPUT and scope.input is None:
            raise ExpressionError(RUNTIME, _frame(whole, NULL_INPUT))
        value = path.find(scope)
        if value is MISSING:
            why = path.reason(scope)
            if why.inapplicable:
                raise ExpressionError(RUNTIME, _frame(whole, why.words))
            shown = text.removeprefix("$") if text.startswith("$$") else text
            raise ExpressionError(
                RUNTIME,
                _frame(
                    whole,
                    f"The JsonPath argument for the field '{shown}' could not be found in the input '{json_text(scope.input)}'",
                ),
            )
        return value

    return read


def _calling(whole: str, function: Function, arguments: tuple[Evaluate, ...]) -> Evaluate:
    def call(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        try:
            if not function.least <= len(values) <= function.most:
                raise Unusable(f"Invalid number of arguments for {function.name}")
            return function.call(scope.chance, *values) if function.chance else function.call(*values)
        except Unusable as unusable:
            raise ExpressionError(INTRINSIC_FAILURE, _frame(whole, str(unusable))) from None
        except RecursionError:
            raise ExpressionError(INTRINSIC_FAILURE, _frame(whole, "A value is nested too deeply")) from None

    return call
