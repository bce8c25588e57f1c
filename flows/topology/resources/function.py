"""A function: its configuration, and the behaviour that stands in for its code.

A behaviour answers three questions about one invocation: how long it takes (`duration`, sampled from integers only, so
that no outcome passes through floating-point), which records fail (`failures`, tried in order for each record; all the
conditions a rule gives must hold; the first rule that holds decides), and what a success returns (`output`, JSON text).
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.topology.resources.sdk import SdkConfig

QUANTILE_POINTS = 257
STANDARD = SdkConfig()


@dataclass(frozen=True, slots=True)
class Duration:
    """`quantiles[i]` is the length in microseconds that a share of i/256 of the invocations stays below."""

    quantiles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BodyTest:
    """A test of the record's body, parsed as JSON: `path` is `$`, `$.name` or `$.name.0.other`.

    `equals` compares JSON values; `exists` asks for presence (`value` true) or absence (false); `contains` finds a text
    in a text or a member in a list; `prefix` looks at the start of a text. A body that is not JSON is a JSON string.
    """

    path: str
    op: str
    value: object


@dataclass(frozen=True, slots=True)
class FailureRule:
    """`how` is item (the record is reported in batchItemFailures where the mapping takes partial answers, otherwise the
    function raises), raise (the whole invocation fails) or timeout (it runs into its time limit).
    """

    rate_ppm: int | None = None
    attempts_up_to: int | None = None
    body: BodyTest | None = None
    error_type: str = "Error"
    error_message: str = "The behaviour says that this fails."
    how: str = "item"


@dataclass(frozen=True, slots=True)
class BehaviourCall:
    """What the code calls once for each record that does not fail, after its own work: an operation on a node.

    `target` is a logical id, a name or an ARN; `message` the text it sends, or "" to pass the record's own body on. A call that
    fails for good fails the invocation, unless the code `catches` (and hides) the error.
    """

    target: str
    operation: str = ""
    message: str = ""
    sdk: SdkConfig = STANDARD
    catches: bool = False


@dataclass(frozen=True, slots=True)
class Behaviour:
    duration: Duration
    failures: tuple[FailureRule, ...] = ()
    output: str = "null"
    calls: tuple[BehaviourCall, ...] = ()


@dataclass(frozen=True, slots=True)
class AsyncConfig:
    """What becomes of asynchronous invocations: how often and how long they are tried, and where the outcome goes."""

    maximum_retry_attempts: int = 2
    maximum_event_age_us: int = 21_600_000_000
    on_success: int | None = None
    on_failure: int | None = None
    dead_letter_target: int | None = None


@dataclass(frozen=True, slots=True)
class FunctionConfig:
    name: str
    behaviour: Behaviour
    timeout_us: int = 3_000_000
    memory_mb: int = 128
    reserved_concurrency: int | None = None
    asynchronous: AsyncConfig = AsyncConfig()
