"""The functions behind custom resources: they run while a stack is deployed, and never after, so they are not drawn.

A custom resource names its function in `ServiceToken`; where that is the CDK's provider framework, its variables name the
user's own handlers and the machine that waits for them, and those go, too.
"""

from __future__ import annotations

from flows.importers.report import NOT_DRAWN
from flows.importers.resolver import Resolver, section
from flows.importers.sam import Raw
from flows.topology.types import SAM_TYPES

CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
DRIVEN = {"AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"}
OF_THE_FRAMEWORK = {"USER_ON_EVENT_FUNCTION_ARN", "USER_IS_COMPLETE_FUNCTION_ARN", "WAITER_STATE_MACHINE_ARN"}
REASON = "It stands behind a custom resource and runs only while the stack is deployed."


def hide_plumbing(raws: dict[str, Raw], resolver: Resolver) -> None:
    wanted = {str(raw.properties.get("ServiceToken")) for raw in raws.values() if raw.type.startswith(CUSTOM)}
    while hidden := [raw for raw in raws.values() if _is_driven(raw, wanted, resolver)]:
        wanted = set()
        for raw in hidden:
            del raws[raw.id]
            resolver.note(("Resources", raw.declared), NOT_DRAWN, REASON)
            variables = section(section(raw.properties, "Environment"), "Variables")
            wanted |= {str(value) for name, value in variables.items() if name in OF_THE_FRAMEWORK}


def _is_driven(raw: Raw, wanted: set[str], resolver: Resolver) -> bool:
    return SAM_TYPES.get(raw.type, raw.type) in DRIVEN and resolver.arn(raw.declared) in wanted
