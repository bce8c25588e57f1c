"""A function's behaviour: from the JSON in documents and UpdateFunctionCode to frozen integers.

    {"duration": {"kind": "lognormal", "median_ms": 100, "p99_ms": 400},
     "failures": [{"body": {"path": "$.poison", "equals": true}, "error": {"type": "CardDeclined", "message": "…"}, "how": "item"}],
     "output": null}

A run may not depend on a machine's mathematics library. So the one curve that needs it, the log-normal, is turned into
257 integer quantiles *at the edge* (`normalise_behaviour`, before a document or a command is stored) and stored beside
its two numbers; reading trusts the stored quantiles. Constant and uniform durations are integer arithmetic and are
computed where they are read.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from statistics import NormalDist
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from flows.topology.problems import Problem, pointer, problem
from flows.topology.resources.function import QUANTILE_POINTS, Behaviour, BehaviourCall, BodyTest, Duration, FailureRule
from flows.topology.resources.sdk import SdkConfig

LAST = QUANTILE_POINTS - 1
LONGEST_MS = 900_000
LONGEST_WORK_MS = 7 * 24 * 3_600_000
"""A function's timeout comes long before; a container may work for days."""
TAIL = 1 / 2048
"""The share at which an endless curve is cut at both ends."""
Z_99 = NormalDist().inv_cdf(0.99)

DEFAULT: dict[str, Any] = {
    "duration": {"kind": "lognormal", "median_ms": 100, "p99_ms": 400},
    "failures": [],
    "output": None,
}

STAND_IN: dict[str, Any] = {
    **DEFAULT,
    "failures": [
        {
            "body": {"path": "$.poison", "equals": True},
            "error": {"type": "PoisonMessage", "message": "The body says poison: true."},
            "how": "item",
        }
    ],
}
"""What stands in for an imported function's code: it works, unless a message asks it to fail. So a template that was just
imported can be shown a failure at once."""

Milliseconds = Annotated[float, Field(ge=0, le=LONGEST_WORK_MS, allow_inf_nan=False)]
Quantiles = Annotated[
    list[Annotated[int, Field(ge=0, le=LONGEST_WORK_MS * 1000)]],
    Field(min_length=QUANTILE_POINTS, max_length=QUANTILE_POINTS),
]


def _json(value: Any) -> Any:
    """Infinity and NaN are Python's, not JSON's."""
    json.dumps(value, allow_nan=False)
    return value


Json = Annotated[Any, AfterValidator(_json)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ConstantDuration(_Model):
    kind: Literal["constant"]
    ms: Milliseconds

    def quantiles_us(self) -> tuple[int, ...]:
        return (round(self.ms * 1000),) * QUANTILE_POINTS


class UniformDuration(_Model):
    kind: Literal["uniform"]
    low_ms: Milliseconds
    high_ms: Milliseconds

    @model_validator(mode="after")
    def _in_order(self) -> UniformDuration:
        if self.high_ms < self.low_ms:
            raise ValueError("high_ms is below low_ms")
        return self

    def quantiles_us(self) -> tuple[int, ...]:
        low, high = round(self.low_ms * 1000), round(self.high_ms * 1000)
        return tuple(low + (high - low) * i // LAST for i in range(QUANTILE_POINTS))


class LognormalDuration(_Model):
    kind: Literal["lognormal"]
    median_ms: Annotated[float, Field(gt=0, le=LONGEST_WORK_MS, allow_inf_nan=False)]
    p99_ms: Annotated[float, Field(gt=0, le=LONGEST_WORK_MS, allow_inf_nan=False)]
    quantiles: Quantiles | None = None

    @model_validator(mode="after")
    def _in_order(self) -> LognormalDuration:
        if self.p99_ms < self.median_ms:
            raise ValueError("p99_ms is below median_ms")
        if self.quantiles is not None and self.quantiles != sorted(self.quantiles):
            raise ValueError("the quantiles are not in ascending order")
        return self

    def quantiles_us(self) -> tuple[int, ...]:
        return (
            tuple(self.quantiles) if self.quantiles is not None else lognormal_quantiles_us(self.median_ms, self.p99_ms)
        )


class BodyCondition(_Model):
    path: Annotated[str, Field(pattern=r"^\$(\.[^.\s]+)*$", max_length=200)] = "$"
    equals: Json = None
    exists: bool | None = None
    contains: str | float | bool | None = None
    prefix: str | None = None

    @model_validator(mode="after")
    def _one_test(self) -> BodyCondition:
        if len(self.model_fields_set - {"path"}) != 1:
            raise ValueError("give exactly one of equals, exists, contains, prefix")
        return self

    def frozen(self) -> BodyTest:
        (op,) = self.model_fields_set - {"path"}
        return BodyTest(self.path, op, getattr(self, op))


class ErrorDetail(_Model):
    type: Annotated[str, Field(min_length=1, max_length=200)] = "Error"
    message: Annotated[str, Field(max_length=4000)] = "The behaviour says that this fails."


class Failure(_Model):
    rate: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    attempts_up_to: Annotated[int, Field(ge=1, le=1000)] | None = None
    body: BodyCondition | None = None
    error: ErrorDetail = ErrorDetail()
    how: Literal["item", "raise", "timeout"] = "item"

    def frozen(self) -> FailureRule:
        return FailureRule(
            rate_ppm=None if self.rate is None else round(self.rate * 1_000_000),
            attempts_up_to=self.attempts_up_to,
            body=None if self.body is None else self.body.frozen(),
            error_type=self.error.type,
            error_message=self.error.message,
            how=self.how,
        )


class SdkModel(_Model):
    mode: Literal["legacy", "standard", "adaptive"] = "standard"
    max_attempts: Annotated[int, Field(ge=0, le=20)] = 0
    timeout_ms: Annotated[int, Field(ge=1, le=LONGEST_MS)] = 60_000


class CallModel(_Model):
    target: Annotated[str, Field(min_length=1, max_length=300)]
    operation: Annotated[str, Field(pattern=r"^([a-z0-9-]+:[A-Za-z]+)?$", max_length=100)] = ""
    message: Json = None
    sdk: SdkModel = SdkModel()
    catch: bool = False

    def frozen(self) -> BehaviourCall:
        """A message that is a text is sent as it is, anything else as JSON; none at all passes the record's body on."""
        given = self.message
        message = given if isinstance(given, str) else json.dumps(given, separators=(",", ":"))
        sdk = SdkConfig(self.sdk.mode, self.sdk.max_attempts, self.sdk.timeout_ms * 1000)
        return BehaviourCall(self.target, self.operation, "" if given is None else message, sdk, self.catch)


AnyDuration = Annotated[ConstantDuration | UniformDuration | LognormalDuration, Field(discriminator="kind")]


class BehaviourModel(_Model):
    duration: AnyDuration = LognormalDuration(kind="lognormal", median_ms=100, p99_ms=400)
    init: AnyDuration | None = None
    """How long a cold start takes; without it environments begin at once."""
    failures: Annotated[list[Failure], Field(max_length=50)] = Field(default_factory=list)
    output: Json = None
    calls: Annotated[list[CallModel], Field(max_length=20)] = Field(default_factory=list)

    def frozen(self) -> Behaviour:
        return Behaviour(
            duration=Duration(self.duration.quantiles_us()),
            init=None if self.init is None else Duration(self.init.quantiles_us()),
            failures=tuple(failure.frozen() for failure in self.failures),
            output=json.dumps(self.output, separators=(",", ":")),
            calls=tuple(call.frozen() for call in self.calls),
        )


@lru_cache(256)
def lognormal_quantiles_us(median_ms: float, p99_ms: float) -> tuple[int, ...]:
    """The curve through a median and a 99th percentile, as integers; the one place that needs a logarithm."""
    sigma = math.log(p99_ms / median_ms) / Z_99
    normal = NormalDist()
    shares = (min(max(i / LAST, TAIL), 1 - TAIL) for i in range(QUANTILE_POINTS))
    curve = (median_ms * 1000 * math.exp(sigma * normal.inv_cdf(share)) for share in shares)
    return tuple(min(round(length), LONGEST_WORK_MS * 1000) for length in curve)


def parse_behaviour(given: object, path: str = "") -> tuple[Behaviour, list[Problem]]:
    """The frozen behaviour, and everything that is wrong with the JSON (then the behaviour is the default one)."""
    try:
        return BehaviourModel.model_validate(DEFAULT if given is None else given).frozen(), []
    except ValidationError as refused:
        return BehaviourModel().frozen(), [problem_of(error, path) for error in refused.errors(include_url=False)]


def normalise_behaviour(given: object) -> object:
    """The same behaviour as it should be stored: log-normal durations carry their quantiles, computed anew.

    What is not valid is handed back as it came; `parse_behaviour` will say what is wrong with it.
    """
    try:
        model = BehaviourModel.model_validate(DEFAULT if given is None else given)
    except ValidationError:
        return given
    return stored(model)


def stored(model: BehaviourModel) -> dict[str, Any]:
    """A behaviour as a document keeps it."""
    kept = model.model_dump(mode="json", exclude_unset=True)
    for name, length in (("duration", model.duration), ("init", model.init)):
        if length is not None:
            kept[name] = length.model_dump(mode="json")
        if isinstance(length, LognormalDuration):
            kept[name]["quantiles"] = list(lognormal_quantiles_us(length.median_ms, length.p99_ms))
    return kept


TAGS = {"constant", "uniform", "lognormal"}


def problem_of(error: Any, path: str) -> Problem:
    """What pydantic says, in the words of a problem."""
    place = [part for part in error["loc"] if part not in TAGS]
    message = str(error["msg"]).removeprefix("Value error, ")
    return problem("BehaviourInvalid", path + pointer(*place), message=message[:1].upper() + message[1:], hint=HINT)


HINT = 'A behaviour is {"duration": …, "failures": […], "output": …}; see the page about behaviours.'
