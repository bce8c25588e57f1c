"""Everything an expression may look at while it is evaluated.

Theory of operation. The interpreter makes one scope for a state it executes and changes `input`, `result` and `error_output` as
the state goes on; a scope never enters a checkpoint. What is costly to build (the context object) or must be drawn only when asked
for (chance, the clock) is a callable, so that a plain path pays for none of it.

`input` is what `$` reads in JSONPath (the raw input for InputPath, the effective input for Parameters, the result for
ResultSelector …) and `$states.input` in JSONata.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, final


@final
class Missing:
    """The type of MISSING: no value at all, which is not null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def no_context() -> Any:
    """The context object of a scope that has none."""
    return {}


def no_chance() -> int:
    """The chance of a scope that has none: always the same draw."""
    return 0


def epoch_start() -> int:
    """The clock of a scope that has none: the first instant of 1970."""
    return 0


class Scope:
    """Input, result, error output, context object, variables, chance and clock of one evaluation."""

    __slots__ = ("chance", "context", "error_output", "input", "now_ms", "result", "variables")

    def __init__(
        self,
        input: Any = MISSING,
        *,
        context: Callable[[], Any] = no_context,
        variables: Mapping[str, Any] | None = None,
        result: Any = MISSING,
        error_output: Any = MISSING,
        chance: Callable[[], int] = no_chance,
        now_ms: Callable[[], int] = epoch_start,
    ) -> None:
        self.input = input
        self.context = context
        """Makes the context object ($$, $states.context) when an expression asks for it."""
        self.variables: Mapping[str, Any] = {} if variables is None else variables
        self.result = result
        """JSONata's $states.result; MISSING where AWS gives none."""
        self.error_output = error_output
        self.chance = chance
        """64 random bits of the execution's stream; drawn only by MathRandom, UUID, $random, $uuid and $shuffle."""
        self.now_ms = now_ms
        """The virtual wall date in milliseconds since 1970, for $now and $millis."""
