"""A function: its configuration, and the behaviour that stands in for its code.

A behaviour answers three questions about one invocation: how long it takes (`duration`, sampled from integers only, so
that no outcome passes through floating-point), which records fail (`failures`, tried in order for each record; all the
conditions a rule gives must hold; the first rule that holds decides), and what a success returns (`output`, JSON text). A behaviour may say a fourth thing: how long a cold start takes (`init`).
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
    init: Duration | None = None
    """How long a new execution environment takes to begin (a cold start); None: environments cost nothing."""


@dataclass(frozen=True, slots=True)
class AsyncConfig:
    """What becomes of asynchronous invocations: how often and how long they are tried, and where the outcome goes."""

    maximum_retry_attempts: int = 2
    maximum_event_age_us: int = 21_600_000_000
    on_success: int | None = None
    on_failure: int | None = None
    dead_letter_target: int | None = None
    attempts_given: bool = True
    age_given: bool = True
    """Whether it was said, or is AWS's default: an answer shows what was said."""
    modified_at: int = 0


@dataclass(frozen=True, slots=True)
class AliasConfig:
    """A name for a version; a share of its invocations (in parts per million) may go to a second one."""

    name: str
    version: str
    second: str = ""
    second_ppm: int = 0
    provisioned: int = 0


@dataclass(frozen=True, slots=True)
class FunctionConfig:
    name: str
    behaviour: Behaviour
    timeout_us: int = 3_000_000
    memory_mb: int = 128
    reserved_concurrency: int | None = None
    asynchronous: AsyncConfig = AsyncConfig()
    configured: bool = True
    """Whether these settings are there at all (an EventInvokeConfig); one can be put later."""
    qualified: tuple[tuple[str, AsyncConfig], ...] = ()
    """How events are treated that were sent to a version or an alias with settings of its own."""
    versions: tuple[tuple[str, int], ...] = ()
    """The published versions by number, each with its provisioned concurrency."""
    aliases: tuple[AliasConfig, ...] = ()
    url: str = ""
    """The qualifier ("$LATEST" or an alias) that the function's URL invokes; "" where it has none."""
    recursion_terminates: bool = True
