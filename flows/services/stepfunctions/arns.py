"""Names and ARNs: of state machines, their versions and aliases, executions, map runs and activities.

They are:

    arn:aws:states:{region}:{account}:stateMachine:{name}[:{version or alias}]
    arn:aws:states:{region}:{account}:execution:{machine}:{execution}
    arn:aws:states:{region}:{account}:express:{machine}:{execution}:{start}
    arn:aws:states:{region}:{account}:mapRun:{machine}/{label}:{run}
    arn:aws:states:{region}:{account}:activity:{name}
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.services.ports import Refusal
from flows.services.stepfunctions import refusals
from flows.services.stepfunctions.quotas import QUOTAS

FORBIDDEN = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff]')
"""What a name may not hold (API reference, CreateStateMachine: name)."""
ALIAS = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}")
PARTS = 7
MACHINE, EXECUTION, EXPRESS, ACTIVITY, MAP_RUN = "stateMachine", "execution", "express", "activity", "mapRun"


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN of Step Functions, taken apart: `rest` is what stands behind the type, by its colons."""

    region: str
    account: str
    type: str
    rest: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.rest[0]

    @property
    def qualifier(self) -> str:
        return self.rest[1] if len(self.rest) > 1 else ""


def bad_name(name: object) -> Refusal | None:
    """Why this can be no name."""
    if not isinstance(name, str) or not 1 <= len(name) <= QUOTAS.name or FORBIDDEN.search(name):
        return refusals.invalid_name(name)
    return None


def parse(text: object, *types: str) -> Arn | Refusal:
    """The ARN of a resource of one of these types."""
    if not isinstance(text, str) or not text.startswith("arn:"):
        return refusals.invalid_arn(f"Invalid ARN prefix: {text}")
    parts = text.split(":")
    if len(parts) < PARTS or parts[2] != "states":
        return refusals.invalid_arn(f"Invalid ARN: {text}")
    if parts[5] not in types:
        return refusals.invalid_arn(f"Resource type not valid in this context: {parts[5]}")
    if not all(parts[6:]):
        return refusals.invalid_arn(f"Invalid ARN: {text}")
    return Arn(parts[3], parts[4], parts[5], tuple(parts[6:]))


def execution_arn(machine_arn: str, name: str, *, express: bool, start: str = "") -> str:
    """The ARN of an execution; an Express one ends with a mark of its start, since its name may come again."""
    kind = EXPRESS if express else EXECUTION
    base = machine_arn.replace(f":{MACHINE}:", f":{kind}:", 1)
    return f"{base}:{name}:{start}" if express and start else f"{base}:{name}"
