"""The official JSONata, inside QuickJS, kept on a short lead.

Theory of operation. `static/node_modules/jsonata/jsonata.js` (npm's file, installed by the set-up, never committed) is loaded into a
QuickJS context with our scripts (`js/`) around it. Only texts cross the border: JSON in, JSON out, because the binding
would otherwise cut integers to 32 bits. While it is loaded two things are altered (`_ALTERATIONS`): `async` and `await` are taken out
and `Promise.all` becomes the identity, because everything it could wait for is there already; and the callbacks it looks up around
every step become direct calls of ours. So the same program runs several times faster, in one call that a limit can stop.
tests/conformance/test_jsonata.py holds the result against the reference suite.

Three limits, the first two deterministic: steps, depth, size of values and lengths of ranges are counted by `js/limits.js` (AWS stops at
a depth of 100 and at values of about 7 MB; its limit of time is not published, ours are steps); QuickJS refuses memory beyond its share; and
whatever runs natively between two steps (a regular expression, a sort) is stopped after two seconds of processor time. Only that
last one depends on the machine: an expression that needs nearly so much may pass on one and fail on another.

A context that was stopped from outside is thrown away: its state is not to be trusted. Contexts belong to one thread, because
QuickJS measures its stack from where it was made; compiled expressions stay in them and never enter a checkpoint.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import thread_time  # noqa: TID251 - what strangers' expressions cost the processor
from typing import Any, Final

import quickjs  # type: ignore[import-untyped]  # a wrapper without stubs

from flows.asl.expressions.spending import SPENT
from flows.asl.expressions.texts import from_text, to_text

JSONATA: Final = Path(__file__).parents[3] / "static" / "node_modules" / "jsonata" / "jsonata.js"
SCRIPTS: Final = Path(__file__).parent / "js"
KEPT: Final = 2_000
"""Compiled expressions in one context; then a new one begins, so that memory stays bounded."""

MAX_TEXT: Final = 1 << 20
"""Characters in one expression."""

TIMEOUT = "Expression evaluation timeout: Check for infinite loop"
OUT_OF_MEMORY = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
TOO_DEEP = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive."

_CALLBACK: Final = (
    r"var {0}Callback = environment\.lookup\(Symbol\.for\('jsonata\.__evaluate_{0}'\)\);\s*"
    r"if\({0}Callback\) \{{\s*{0}Callback\(expr, {1}\);\s*\}}"
)
_ALTERATIONS: Final = (
    (r"\basync\s+(?=function\b|\()", ""),
    (r"\bawait\s+", ""),
    (_CALLBACK.format("entry", "input, environment"), "redrive.enter();"),
    (_CALLBACK.format("exit", "input, environment, result"), "redrive.leave(result);"),
    (r"var framePushCallback = [^;]+;\s*if\(framePushCallback\) \{[^}]*\}", ""),
    (r"result = new Array\(size\);", "redrive.ranges(size); result = new Array(size);"),
)
"""What is altered in the installed file while it is loaded; each must be found, or this is not the file we know."""


class EngineMissingError(RuntimeError):
    """The JSONata file is not installed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may cost: steps, nesting, bytes of one value, characters of the result, processor time, native stack, memory."""

    steps: int = 300_000
    depth: int = 100
    size: int = 873_782 * 8
    text: int = 16 << 20
    cpu_seconds: float = 2.0
    stack: int = 1 << 20
    memory: int = 256 << 20


@dataclass(frozen=True, slots=True)
class Looks:
    """What an expression looks at: fields of $states ("*": all of it), names of variables and functions, and names that are read
    where there is no item yet ("$$" too), which AWS refuses when a state machine is made.
    """

    states: tuple[str, ...]
    variables: tuple[str, ...]
    top_level: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no value: which of the expressions, and JSONata's code and message, the limit it met, or nothing at all."""

    at: int = 0
    code: str = ""
    message: str = ""
    limit: str = ""
    nothing: bool = False


LIMITS: Final = Limits()
"""Those of a state's expressions."""


@lru_cache(maxsize=64)
def _bounds(limits: Limits) -> str:
    return json.dumps({"steps": limits.steps, "depth": limits.depth, "size": limits.size, "text": limits.text})


class Engine:
    """One QuickJS context with JSONata in it."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._looks: dict[tuple[str, str], Looks | Failure] = {}
        self._matching_s = 0.0
        self._begin()

    def _begin(self) -> None:
        """A new context, nothing compiled."""
        self._numbers.clear()
        context = quickjs.Context()
        for script in _scripts():
            context.eval(script)
        self._compile = context.get("redriveCompile")
        self._run = context.get("redriveRun")
        self._matches = context.get("redriveMatches")
        self._context = context
        self._allow(LIMITS)

    def _allow(self, limits: Limits) -> None:
        """What QuickJS itself stops."""
        self._limits = limits
        self._context.set_time_limit(limits.cpu_seconds)
        self._context.set_max_stack_size(limits.stack)
        self._context.set_memory_limit(limits.memory)

    def compile(self, text: str, dialect: str = "aws") -> Looks | Failure:
        """What the expression looks at, or why it cannot be compiled. Dialect "jsonata" is the language without AWS's changes."""
        if len(text) > MAX_TEXT:
            return Failure(message=f"An expression has at most {MAX_TEXT} characters")
        key = (text, dialect)
        found = self._looks.get(key)
        if found is None:
            if len(self._looks) >= KEPT:
                self._looks.clear()
            found = self._looks[key] = self._compiled(key)
        return found

    def run(
        self,
        texts: tuple[str, ...],
        dialect: str,
        bindings: str,
        data: str,
        clock: str,
        seed: str,
        limits: Limits = LIMITS,
    ) -> Any:
        """The values of several expressions under the same bindings, in order; or the first failure."""
        if SPENT.steps > SPENT.ceiling:
            return Failure(limit=TIMEOUT)
        numbers = []
        for at, text in enumerate(texts):
            number = self._numbers.get((text, dialect))
            if number is None:
                failure = self._compiled((text, dialect))
                if isinstance(failure, Failure):
                    return Failure(at, failure.code, failure.message)
                number = self._numbers[text, dialect]
            numbers.append(number)
        if limits is not self._limits:
            self._allow(limits)
        try:
            answer = from_text(self._run(str(numbers), data, bindings, clock, seed, _bounds(limits)))
        except (quickjs.JSException, quickjs.StackOverflow) as stopped:
            return self._stopped(stopped)
        if isinstance(answer, list):
            SPENT.steps += answer.pop()
            return answer
        SPENT.steps += answer.pop("steps")
        if answer.pop("broken", False):
            self._begin()
        return Failure(**answer)

    def matches(self, text: str, source: str, flags: str, *, first: bool = True) -> bool | Failure:
        """Whether the regular expression matches the whole text.

        A path may match thousands of texts, each within the limit of one call: from the `first` on they have that time together. It is
        the processor's, as QuickJS's own limit is: how busy a machine is with other things must not change what a simulation does.
        """
        if first:
            self._matching_s = 0.0
        began_s = thread_time()
        try:
            answer = from_text(self._matches(to_text(text), to_text(source), flags))
        except (quickjs.JSException, quickjs.StackOverflow) as stopped:
            return self._stopped(stopped)
        self._matching_s += thread_time() - began_s
        if self._matching_s > LIMITS.cpu_seconds:
            return Failure(limit=TIMEOUT)
        return (
            answer
            if isinstance(answer, bool)
            else Failure(message=answer.get("message", ""), limit=answer.get("limit", ""))
        )

    def _compiled(self, key: tuple[str, str]) -> Looks | Failure:
        if len(self._numbers) >= KEPT:
            self._begin()
        try:
            answer = from_text(self._compile(to_text(key[0]), key[1]))
        except (quickjs.JSException, quickjs.StackOverflow) as stopped:
            return self._stopped(stopped)
        if "number" not in answer:
            return Failure(code=answer.get("code", ""), message=answer.get("message", answer.get("limit", "")))
        self._numbers[key] = answer["number"]
        return Looks(tuple(answer["states"]), tuple(answer["variables"]), tuple(answer["top"]))

    def _stopped(self, stopped: Exception) -> Failure:
        """What stopped the context from outside, in AWS's words; a new context takes its place."""
        SPENT.steps += LIMITS.steps
        at = self._context.get("redriveAt") or 0
        self._begin()
        words = str(stopped)
        if "interrupted" in words:
            return Failure(at, limit=TIMEOUT)
        return Failure(
            at, limit=TOO_DEEP if isinstance(stopped, quickjs.StackOverflow) or "stack" in words else OUT_OF_MEMORY
        )


@lru_cache(maxsize=1)
def _scripts() -> tuple[str, ...]:
    """What a context begins with: the installed file without its promises, and ours around it."""
    try:
        source = JSONATA.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EngineMissingError(
            "JSONata is not installed: static/node_modules/jsonata is missing. `python3 manage.py playground` and "
            "`python3 manage.py test` install it; elsewhere run `npm ci` in static/."
        ) from None
    for pattern, instead in _ALTERATIONS:
        source, found = re.subn(pattern, instead, source)
        if not found:
            raise EngineMissingError(f"static/node_modules/jsonata is not the JSONata we know: {pattern} is not in it")
    loaded = (
        "globalThis.window = {btoa, atob};"
        f"(function (Promise, module, exports) {{{source}\nglobalThis.jsonata = module.exports;}})"
        "({all: (x) => x}, {exports: {}}, {});"
    )
    before, after = (
        [(SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in names]
        for names in (("chance", "limits"), ("hashes", "added", "looks", "host"))
    )
    return (*before, loaded, *after)


_of_thread = threading.local()


def engine() -> Engine:
    """The engine of this thread."""
    found: Engine | None = getattr(_of_thread, "engine", None)
    if found is None:
        found = _of_thread.engine = Engine()
    return found
