"""Functions and event source mappings: from checked properties to frozen configuration.

A function's versions, aliases and URL are resources of their own in CloudFormation; here they belong to the function's
configuration. Versions are numbered in the order of their logical ids, as they would be published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.topology.behaviour import parse_behaviour
from flows.topology.configure_stores import configure_stream_mapping
from flows.topology.links.draft import get, members
from flows.topology.properties import (
    DestinationsModel,
    FunctionProperties,
    InvokeConfigProperties,
    MappingProperties,
    default_batch_size,
)
from flows.topology.resources.function import AliasConfig, AsyncConfig, FunctionConfig
from flows.topology.resources.mapping import MappingConfig
from flows.topology.resources.queue import SECOND_US

if TYPE_CHECKING:
    from flows.topology.catalogue import Resource
    from flows.topology.configure import Numbering

LATEST = "$LATEST"
MILLION = 1_000_000
PARTS = 7
"""Parts of a function's ARN without a qualifier."""


def configure_function(function: Resource, numbering: Numbering) -> FunctionConfig:
    given = FunctionProperties.model_validate(function.properties)
    dead_letter_target = numbering.of(given.DeadLetterConfig.TargetArn) if given.DeadLetterConfig is not None else None
    return FunctionConfig(
        name=function.name,
        behaviour=parse_behaviour(function.playground.behaviour)[0],
        timeout_us=given.Timeout * SECOND_US,
        memory_mb=given.MemorySize,
        reserved_concurrency=given.ReservedConcurrentExecutions,
        asynchronous=_asynchronous(numbering.invoke_config(function), dead_letter_target, numbering),
        qualified=tuple(
            (config.Qualifier, _asynchronous(config, dead_letter_target, numbering))
            for config in numbering.invoke_configs(function)
            if config.Qualifier != LATEST
        ),
        versions=_versions(function, numbering),
        aliases=_aliases(function, numbering),
        url=_url(function, numbering),
        recursion_terminates=given.RecursiveLoop == "Terminate",
    )


def _asynchronous(
    given: InvokeConfigProperties | None, dead_letter_target: int | None, numbering: Numbering
) -> AsyncConfig:
    """The settings of asynchronous invocation, from an event invoke config where there is one."""
    if given is None:
        return AsyncConfig(dead_letter_target=dead_letter_target)
    destinations = given.DestinationConfig or DestinationsModel()
    return AsyncConfig(
        maximum_retry_attempts=given.MaximumRetryAttempts,
        maximum_event_age_us=given.MaximumEventAgeInSeconds * SECOND_US,
        on_success=numbering.of(destinations.OnSuccess.Destination) if destinations.OnSuccess is not None else None,
        on_failure=numbering.of(destinations.OnFailure.Destination) if destinations.OnFailure is not None else None,
        dead_letter_target=dead_letter_target,
    )


def _versions(function: Resource, numbering: Numbering) -> tuple[tuple[str, int], ...]:
    """The numbers of the published versions, each with its provisioned concurrency; an alias implies its version."""
    declared = [_provisioned(each.properties) for each in numbering.companions(function, "AWS::Lambda::Version")]
    aliases = _aliases(function, numbering)
    highest = max((int(number) for alias in aliases for number in (alias.version, alias.second) if number), default=0)
    declared.extend([0] * (highest - len(declared)))
    return tuple((str(number), provisioned) for number, provisioned in enumerate(declared, 1))


def _aliases(function: Resource, numbering: Numbering) -> tuple[AliasConfig, ...]:
    found = []
    for alias in numbering.companions(function, "AWS::Lambda::Alias"):
        given = alias.properties
        name, version = given.get("Name"), version_number(given.get("FunctionVersion"))
        if not isinstance(name, str) or not version:
            continue
        weights = members(get(given, "RoutingConfig", "AdditionalVersionWeights"))
        second, ppm = "", 0
        for row in weights[:1]:
            weight = get(row, "FunctionWeight")
            second = version_number(get(row, "FunctionVersion"))
            ppm = round(weight * MILLION) if isinstance(weight, (int, float)) and 0 <= weight <= 1 and second else 0
        found.append(AliasConfig(name, version, second if ppm else "", ppm, _provisioned(given)))
    return tuple(found)


def _url(function: Resource, numbering: Numbering) -> str:
    urls = numbering.companions(function, "AWS::Lambda::Url", "TargetFunctionArn")
    if not urls:
        return ""
    given = urls[0].properties
    return str(given.get("Qualifier") or qualifier_of(given.get("TargetFunctionArn")) or LATEST)


def _provisioned(given: Any) -> int:
    asked = get(given, "ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")
    return asked if isinstance(asked, int) and not isinstance(asked, bool) and asked > 0 else 0


def version_number(given: object) -> str:
    """The number of a version: written alone, or at the end of its ARN; "" for `$LATEST` and what is no number."""
    text = str(given).rsplit(":", 1)[-1] if isinstance(given, (str, int)) and not isinstance(given, bool) else ""
    return text if text.isascii() and text.isdecimal() and 0 < int(text) <= 1000 else ""


def qualifier_of(value: object) -> str:
    """The version or alias at the end of a function's ARN or name; "" if there is none, or `$LATEST`."""
    if not isinstance(value, str):
        return ""
    parts = value.split(":")
    rest = parts[PARTS:] if parts[0] == "arn" else parts[1:]
    return "" if not rest or rest[0] == LATEST else rest[0]


def configure_mapping(mapping: Resource, numbering: Numbering) -> MappingConfig | None:
    given = MappingProperties.model_validate(mapping.properties)
    source, function = (
        numbering.of(given.EventSourceArn, "queue", "stream", "table"),
        numbering.of(given.FunctionName, "function"),
    )
    if source is None or function is None:
        return None
    filters = given.FilterCriteria.Filters if given.FilterCriteria is not None else []
    return MappingConfig(
        id=mapping.id,
        source=source,
        function=function,
        batch_size=given.BatchSize
        if given.BatchSize is not None
        else default_batch_size(numbering.source_kind(given.EventSourceArn)),
        batching_window_us=given.MaximumBatchingWindowInSeconds * SECOND_US,
        enabled=given.Enabled,
        report_batch_item_failures="ReportBatchItemFailures" in given.FunctionResponseTypes,
        maximum_concurrency=given.ScalingConfig.MaximumConcurrency if given.ScalingConfig is not None else None,
        filters=tuple(each.Pattern for each in filters),
        qualifier=numbering.known_qualifier(given.FunctionName),
        stream=None
        if numbering.source_kind(given.EventSourceArn) == "queue"
        else configure_stream_mapping(given, given.EventSourceArn, numbering),
    )
