"""Checks of the drawing as a whole: names, types, and what stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.topology.catalogue import Resource
from flows.topology.checks.view import View, path_of
from flows.topology.compile import missing_service
from flows.topology.faults import read_fault
from flows.topology.problems import Problem, pointer, problem
from flows.topology.types import NODE_TYPES, SERVICE_TITLES, STUB

LINK_TYPES = frozenset(
    {
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Version",
        "AWS::Lambda::Alias",
        "AWS::Lambda::Url",
        "AWS::Kinesis::StreamConsumer",
        "AWS::EventSchemas::Discoverer",
        "AWS::SNS::Subscription",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::AppSync::DataSource",
        "AWS::AppSync::GraphQLSchema",
        "AWS::AppSync::Resolver",
        "AWS::AppSync::FunctionConfiguration",
        "AWS::ApiGateway::Method",
        "AWS::ApiGateway::Authorizer",
        "AWS::ApiGatewayV2::Integration",
        "AWS::Serverless::Connector",
        "Custom::S3BucketNotifications",
    }
)
"""Resources that are drawn as links."""

TOLD_ELSEWHERE = frozenset({"redrive", "esm", "async-dlq", "call", "connector", "sfn-task"})


def has_resources(view: View) -> Iterator[Problem]:
    if all(resource.implicit for resource in view.catalogue.resources.values()):
        yield problem("NoResources", "/resources")


def types_are_known(view: View) -> Iterator[Problem]:
    for resource in view.catalogue.resources.values():
        if resource.row is None and resource.type not in LINK_TYPES:
            yield problem("TypeUnknown", pointer("resources", resource.id, "Type"), type=resource.type)


def names_are_unique(view: View) -> Iterator[Problem]:
    seen: dict[str, Resource] = {}
    for resource in view.catalogue.resources.values():
        if resource.row is None or resource.type == STUB or not resource.row.name:
            continue
        other = seen.setdefault(resource.arn, resource)
        if other is not resource:
            yield problem("NameDuplicate", path_of(resource, resource.row.name), name=resource.name, other=other.id)


def everything_drawn_runs(view: View) -> Iterator[Problem]:
    standing: dict[str, list[str]] = {}
    for resource in view.catalogue.resources.values():
        row = NODE_TYPES.get(resource.type)
        if row is not None and row.type != STUB and not resource.implicit and missing_service(resource):
            what = f"A FIFO {row.kind}" if row.simulated else SERVICE_TITLES.get(row.service, row.type)
            standing.setdefault(what, []).append(resource.id)
    for what, ids in standing.items():
        yield problem("NotSimulatedYet", pointer("resources", ids[0]), what=what, names=", ".join(ids))


def links_have_two_ends(view: View) -> Iterator[Problem]:
    """The links whose other end has no check of its own."""
    for draft in view.links:
        for end in (draft.source, draft.target):
            if not end.id and end.value and not draft.outside and draft.kind not in TOLD_ELSEWHERE:
                declaring = draft.via or draft.source.id or draft.target.id
                yield problem("LinkEndMissing", pointer("resources", declaring), link=draft.kind, value=end.value)


def faults_have_a_place(view: View) -> Iterator[Problem]:
    known = {draft.id for draft in view.links} | {f"send:{id_}" for id_ in view.catalogue.resources}
    for id_, planned in view.planned.items():
        path = ("playground", "links", id_)
        if planned.faults and id_ not in known:
            yield problem("FaultOnUnknownLink", pointer(*path), link=id_)
        yield from _unreadable(planned.faults, path)
    for resource in view.catalogue.resources.values():
        yield from _unreadable(resource.playground.faults, ("resources", resource.id, "playground"))


def _unreadable(faults: list[dict[str, Any]], path: tuple[str, ...]) -> Iterator[Problem]:
    for index, fault in enumerate(faults):
        why = read_fault(fault)
        if isinstance(why, str):
            yield problem("FaultInvalid", pointer(*path, "faults", index), message=why)
