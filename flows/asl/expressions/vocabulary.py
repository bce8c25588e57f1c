"""The words of the expression languages, as tables for the reference page and for completion in editors.

Intrinsic functions and comparison operators have their tables where they are defined (`functions.FUNCTIONS`,
`comparisons.OPERATORS` and `TESTS`); here is what Step Functions makes of JSONata, and what stops an expression. Sources: developer
guide, "Transforming data with JSONata"; TestState as measured by floci (issues 2662, 2736, 2737).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flows.asl.expressions.engine import LIMITS
from flows.asl.expressions.functions import MAX_RANGE
from flows.asl.expressions.intrinsics import MAX_DEPTH as MAX_CALLS
from flows.asl.expressions.walking import MAX_VISITS


@dataclass(frozen=True, slots=True)
class Word:
    """One name, how it is written, and what it says."""

    name: str
    written: str
    says: str


ROOTS: Final = (
    Word("$", "$.order.total", "the state's input, or its result in ResultSelector"),
    Word("$$", "$$.Execution.Id", "the context object"),
    Word("$name", "$total.amount", "a variable made by Assign"),
)
"""Where a JSONPath begins."""

STEPS: Final = (
    Word("member", "$.a.b · $['a']['b c']", "one member of an object"),
    Word("members", "$['a','b']", "an object of those members"),
    Word("index", "$.l[0] · $.l[-1]", "one element; beyond the end it is null in a template and missing elsewhere"),
    Word("indices", "$.l[0,2]", "several elements, as a list"),
    Word("slice", "$.l[1:3]", "elements from, up to but not including, as a list"),
    Word("wildcard", "$.l[*] · $.o.*", "every element or member, as a list"),
    Word("descent", "$..id", "wherever it stands below, as a list"),
    Word("filter", "$.l[?(@.n > 1 && @.kind == 'x')]", "the elements for which a condition holds, as a list"),
)
"""What may follow in a path. Reference paths (ResultPath, Choice variables, ItemsPath) have single members and indices only."""

STATES: Final = (
    Word("input", "$states.input", "the state's input"),
    Word("result", "$states.result", "what the task, the branches or the iterations answered; in Output and Assign"),
    Word("errorOutput", "$states.errorOutput", "the error's name and cause; in Catch"),
    Word("context", "$states.context", "the context object"),
)
"""Fields of $states."""

ADDED: Final = (
    Word("$partition", "$partition(array, size)", "the array in chunks; nothing for an empty array or a size of zero"),
    Word("$range", "$range(first, last, step)", "the integers from first to last; a single one is not an array"),
    Word("$hash", "$hash(text, algorithm)", "the digest by MD5, SHA-1, SHA-256, SHA-384 or SHA-512, in hexadecimal"),
    Word("$random", "$random(seed)", "a number from 0 up to 1; with a seed, java.util.Random's first"),
    Word("$uuid", "$uuid()", "a version 4 UUID, drawn from the execution's seed"),
    Word("$parse", "$parse(text)", "the value of a JSON text"),
)
"""Functions that Step Functions adds to JSONata's own."""

REMOVED: Final = (Word("$eval", "$eval(text)", "is no function in Step Functions; $parse reads JSON"),)
"""Functions of JSONata that Step Functions has not."""

DIFFERENT: Final = (
    Word("names", "order.total", "have no item to be read from: begin with $states or a variable"),
    Word("$now, $millis", "$now()", "the simulation's date"),
    Word("numbers", "1/0", 'that JSON cannot say become "Infinity", "-Infinity" or "NaN"'),
    Word("operators", "a ?? b · a ?: b", "came with JSONata 2.1; AWS documents 2.0.6, here they work"),
    Word("nothing", "$states.input.missing", "is an error wherever a field needs a value"),
)
"""What is otherwise than in JSONata alone."""

BOUNDS: Final = (
    Word("depth", f"{LIMITS.depth:,}", "levels of evaluation, as on AWS"),
    Word("size", f"{LIMITS.size:,}", "bytes of one value, as on AWS: 8 a number, 1 a character"),
    Word("steps", f"{LIMITS.steps:,}", "steps of evaluation; AWS has a limit of time and does not publish it"),
    Word("memory", f"{LIMITS.memory:,}", "bytes the engine may use"),
    Word(
        "processor time",
        f"{LIMITS.cpu_seconds}",
        "seconds for what runs between two steps, such as a regular expression",
    ),
    Word("path", f"{MAX_VISITS:,}", "nodes that one JSONPath may visit"),
    Word("calls", f"{MAX_CALLS:,}", "intrinsic functions inside each other"),
    Word("range", f"{MAX_RANGE:,}", "elements of States.ArrayRange"),
)
"""What stops an expression. All but the processor time are the same on every machine."""
