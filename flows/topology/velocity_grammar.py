"""The grammar of Velocity templates, as API Gateway and AppSync use them: one pass over the text, a tree of parts.

    template     text | reference | #set(ref = expression) | #if … #elseif … #else … #end | #foreach($x in expression) … #end
                 | #return(expression) | #stop | #break | ## and #* *# comments
    reference    $name  $!name  ${name}      then steps: .name  .name(expression, …)  [expression]
    expression   or-, and-, comparison-, sum- and product-expressions, `!`, brackets; 'text' "text with $references" 7 1.5 true
                 [a, b] [1..3] {"key": value} reference

What belongs to neither service (#macro, #include, #parse, #define, #evaluate) is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flows.topology.velocity_tree import (
    Assignment,
    Branch,
    Constant,
    Expression,
    Leave,
    Listed,
    Mapped,
    Not,
    Operation,
    Part,
    Range,
    Reference,
    Repeat,
    Return,
    Step,
    Template,
    TemplateError,
    Text,
)

__all__ = ["TemplateError", "compile_template"]

NAME = re.compile(r"[A-Za-z_][\w-]*")
PROPERTY = re.compile(r"[A-Za-z_]\w*(?:-\w+)*")
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
DIRECTIVE = re.compile(
    r"#\{?(set|if|elseif|else|end|foreach|return|stop|break|macro|include|parse|evaluate|define)\b\}?"
)
UNKNOWN = ("macro", "include", "parse", "evaluate", "define")
ENDS = ("elseif", "else", "end")
DEEPEST, LONGEST = 40, 200_000
WORDS = {"eq": "==", "ne": "!=", "gt": ">", "lt": "<", "ge": ">=", "le": "<=", "and": "&&", "or": "||"}
LEVELS = (("||",), ("&&",), ("==", "!="), ("<=", ">=", "<", ">"), ("+", "-"), ("*", "/", "%"))


@lru_cache(1024)
def compile_template(text: str) -> Template:
    if len(text) > LONGEST:
        raise TemplateError("it is too long")
    reader = _Reader(text)
    try:
        parts, ended = reader.template()
    except RecursionError:
        raise TemplateError("it nests too deep") from None
    if ended:
        raise TemplateError(f"an #{ended} that belongs to nothing")
    return parts


class _Reader:
    def __init__(self, text: str, depth: int = 0) -> None:
        self.text, self.at, self.depth = text, 0, depth

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def template(self) -> tuple[Template, str]:
        """The parts up to the end, or up to a directive that ends them (then its name)."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TemplateError("it nests too deep")
        parts: list[Part] = []
        plain = self.at
        while self.at < len(self.text):
            begun, mark = self.at, self.text[self.at]
            if mark not in "#$":
                self.at += 1
                continue
            if mark == "#":
                part, ended = self.directive()
                if ended:
                    parts.append(self.text[plain:begun])
                    self.depth -= 1
                    return tuple(part for part in parts if part != ""), ended
            else:
                part = self.reference()
            if self.at == begun:
                self.at += 1
                continue
            parts.append(self.text[plain:begun])
            if part is not None:
                parts.append(part)
            plain = self.at
        parts.append(self.text[plain:])
        self.depth -= 1
        return tuple(part for part in parts if part != ""), ""

    def directive(self) -> tuple[Part | None, str]:
        """A part, or the name of the directive that ends a block; where it is none, nothing is read."""
        if self.text.startswith("##", self.at):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return None, ""
        if self.text.startswith("#*", self.at):
            end = self.text.find("*#", self.at)
            self.at = len(self.text) if end < 0 else end + 2
            return None, ""
        found = DIRECTIVE.match(self.text, self.at)
        if found is None:
            return None, ""
        name = found[1]
        if name in UNKNOWN:
            raise TemplateError(f"#{name} is not known here")
        self.at = found.end()
        if name in ENDS:
            return None, name
        if name in ("stop", "break"):
            return Leave(name == "break"), ""
        return {"set": self.assignment, "if": self.branch, "foreach": self.repeat, "return": self.returned}[name](), ""

    def assignment(self) -> Part:
        self.opening("set")
        target = self.reference()
        if target is None or not self.takes("="):
            raise TemplateError("a #set that assigns nothing")
        value = self.expression()
        if not self.takes(")"):
            raise TemplateError("a #set of more than one value")
        return Assignment(target, value)

    def branch(self) -> Part:
        branches = []
        ended = "elseif"
        while ended == "elseif":
            condition = self.condition("if")
            body, ended = self.template()
            branches.append((condition, body))
        otherwise: Template = ()
        if ended == "else":
            otherwise, ended = self.template()
        if ended != "end":
            raise TemplateError("an #if without its #end")
        return Branch(tuple(branches), otherwise)

    def repeat(self) -> Part:
        self.opening("foreach")
        name = self.reference()
        if name is None or name.steps or not self.word("in"):
            raise TemplateError("a #foreach that goes through nothing")
        items = self.expression()
        if not self.takes(")"):
            raise TemplateError("a #foreach that does not end")
        body, ended = self.template()
        if ended != "end":
            raise TemplateError("a #foreach without its #end")
        return Repeat(name.name, items, body)

    def returned(self) -> Part:
        here = self.at
        self.skip()
        if not self.text.startswith("(", self.at):
            self.at = here
            return Return(None)
        return Return(self.condition("return"))

    def condition(self, name: str) -> Expression:
        self.opening(name)
        value = self.expression()
        if not self.takes(")"):
            raise TemplateError(f"an #{name} that is not closed")
        return value

    def opening(self, name: str) -> None:
        if not self.takes("("):
            raise TemplateError(f"an #{name} without its brackets")
        self.skip()

    # ── references ──────────────────────────────────────────────────────────────────────────────────────────────────

    def reference(self) -> Reference | None:
        begun = self.at
        if not self.text.startswith("$", self.at):
            return None
        self.at += 1
        quiet = self.here("!")
        braced = self.here("{")
        found = NAME.match(self.text, self.at)
        if found is None:
            self.at = begun
            return None
        self.at = found.end()
        steps: list[Step] = []
        while (step := self.step()) is not None:
            steps.append(step)
        if braced and not self.here("}"):
            self.at = begun
            return None
        return Reference(found[0], tuple(steps), quiet, self.text[begun : self.at])

    def step(self) -> Step | None:
        if self.here("["):
            index = self.expression()
            if not self.takes("]"):
                raise TemplateError("an index that does not end")
            return Step("get", (index,))
        found = PROPERTY.match(self.text, self.at + 1) if self.text.startswith(".", self.at) else None
        if found is None:
            return None
        self.at = found.end()
        return Step(found[0], self.many(")") if self.here("(") else None)

    # ── expressions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def expression(self, level: int = 0) -> Expression:
        if level == len(LEVELS):
            return self.single()
        left = self.expression(level + 1)
        while (operator := self.operator(LEVELS[level])) is not None:
            left = Operation(operator, left, self.expression(level + 1))
        return left

    def operator(self, wanted: tuple[str, ...]) -> str | None:
        self.skip()
        for sign in wanted:
            if self.text.startswith(sign, self.at):
                self.at += len(sign)
                return sign
        word = NAME.match(self.text, self.at)
        if word is not None and WORDS.get(word[0]) in wanted:
            self.at = word.end()
            return WORDS[word[0]]
        return None

    def single(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise TemplateError("it nests too deep")
        self.skip()
        found = self.value(self.text[self.at : self.at + 1])
        self.depth -= 1
        if found is None:
            raise TemplateError("an expression that is not known here")
        self.skip()
        return found

    def value(self, mark: str) -> Expression | None:
        if mark == "!":
            self.at += 1
            return Not(self.single())
        if mark == "(":
            self.at += 1
            inner = self.expression()
            if not self.takes(")"):
                raise TemplateError("a bracket that is not closed")
            return inner
        if mark and mark in "'\"":
            return self.string(mark)
        if mark == "$":
            return self.reference()
        if mark == "[":
            return self.listed()
        if mark == "{":
            return self.mapped()
        if number := NUMBER.match(self.text, self.at):
            return self.number(number)
        word = NAME.match(self.text, self.at)
        if word is None:
            return None
        self.at = word.end()
        if word[0] == "not":
            return Not(self.single())
        return Constant({"true": True, "false": False, "null": None}.get(word[0], word[0]))

    def number(self, found: re.Match[str]) -> Constant:
        """`1..3` is a range of two, no number with a point."""
        if found[1] is not None:
            self.at = found.end()
            return Constant(float(found[0]))
        self.at = found.end()
        return Constant(int(found[0]))

    def string(self, mark: str) -> Expression:
        end = self.text.find(mark, self.at + 1)
        while end > 0 and self.text[end + 1 : end + 2] == mark:
            end = self.text.find(mark, end + 2)
        if end < 0:
            raise TemplateError("a text that does not end")
        inner, self.at = self.text[self.at + 1 : end].replace(mark * 2, mark), end + 1
        if mark == "'":
            return Constant(inner)
        parts, ended = _Reader(inner, self.depth + 1).template()
        if ended:
            raise TemplateError(f"an #{ended} that belongs to nothing")
        return Constant(inner) if parts in ((), (inner,)) else Text(parts)

    def listed(self) -> Expression:
        self.at += 1
        self.skip()
        if self.here("]"):
            return Listed(())
        first = self.expression()
        if self.text.startswith("..", self.at):
            self.at += 2
            last = self.expression()
            if not self.takes("]"):
                raise TemplateError("a range that does not end")
            return Range(first, last)
        if self.takes("]"):
            return Listed((first,))
        if not self.takes(","):
            raise TemplateError("a list that does not end")
        return Listed((first, *self.many("]")))

    def mapped(self) -> Expression:
        self.at += 1
        pairs = []
        self.skip()
        while not self.takes("}"):
            key = self.expression()
            if not self.takes(":"):
                raise TemplateError("a map without values")
            pairs.append((key, self.expression()))
            if not self.takes(",") and not self.text.startswith("}", self.at):
                raise TemplateError("a map that does not end")
            self.skip()
        return Mapped(tuple(pairs))

    def many(self, mark: str) -> tuple[Expression, ...]:
        given: list[Expression] = []
        while not self.takes(mark):
            given.append(self.expression())
            if not self.takes(",") and not self.text.startswith(mark, self.at):
                raise TemplateError("arguments that do not end")
        return tuple(given)

    # ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def word(self, wanted: str) -> bool:
        self.skip()
        found = NAME.match(self.text, self.at)
        if found is None or found[0] != wanted:
            return False
        self.at = found.end()
        return True

    def here(self, mark: str) -> bool:
        """The mark right here."""
        there = self.text.startswith(mark, self.at)
        self.at += there
        return there

    def takes(self, mark: str) -> bool:
        """The mark, after any space."""
        self.skip()
        return self.here(mark)

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
