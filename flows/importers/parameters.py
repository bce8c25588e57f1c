"""What a template parameter is worth: what was given, else its default, else something that stands in for it.

A quarter of the public templates have a parameter without a default, so that is never a failure.
"""

from __future__ import annotations

from typing import Any

from flows.importers.report import APPROXIMATED
from flows.importers.resolver import Resolver
from flows.topology.words import is_yes

CDK_BOOTSTRAP = "BootstrapVersion"
"""A parameter that every CDK template has and none uses."""
HIDDEN = "****"
"""What a NoEcho parameter is worth: secrets are neither shown nor stored."""
STORE = "AWS::SSM::Parameter::Value"


def value_of(name: str, parameter: dict[str, Any], given: dict[str, Any], resolver: Resolver) -> Any:
    type_ = str(parameter.get("Type", "String"))
    if is_yes(parameter.get("NoEcho")):
        return HIDDEN
    if type_.startswith(STORE) and name not in given:
        if name != CDK_BOOTSTRAP:
            _stood_in(resolver, name, f"The value of {name} lies in a parameter store; a stub stands in for it.")
        return resolver.stubs.parameter(name)
    value = given.get(name, parameter.get("Default"))
    if value is None or isinstance(value, dict):
        value = _made_up(name, type_, parameter, resolver)
    if (type_ == "CommaDelimitedList" or type_.startswith("List<")) and not isinstance(value, list):
        return [part.strip() for part in str(value).split(",")]
    return value


def _made_up(name: str, type_: str, parameter: dict[str, Any], resolver: Resolver) -> Any:
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list) and allowed:
        _stood_in(resolver, name, f"{name} has no default; its first allowed value, {str(allowed[0])[:60]}, is taken.")
        return allowed[0]
    _stood_in(resolver, name, f"{name} has no default; a stub stands in for it.")
    return parameter.get("MinValue", 1) if type_ == "Number" else resolver.stubs.parameter(name)


def _stood_in(resolver: Resolver, name: str, reason: str) -> None:
    resolver.note(("Parameters", name), APPROXIMATED, reason)
