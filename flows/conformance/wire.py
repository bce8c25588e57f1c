"""Answers in the shape in which boto3 hands them to people: recordings were made with it.

Errors differ by protocol: the query protocol has `Type`, SQS's JSON has `QueryErrorCode` too, the other JSON services have code and
message only; and an error whose shape has a member for the message repeats it beside. The shapes are botocore's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from flows.services.ports import Answer, Json, Refusal

BOTO_NAMES = {"states": "stepfunctions"}
"""Our key of a service → the name of its client, where they differ."""


@cache
def service_model(service: str) -> ServiceModel:
    name = BOTO_NAMES.get(service, service)
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def as_boto(service: str, answer: Answer, *, query: bool = False) -> Json:
    """An answer as boto3 would give it. `query`: over the older query protocol, where a service has two."""
    if answer.refusal is None:
        return answer.output or {}
    return _error(service, answer.refusal, query=query)


def _error(service: str, refusal: Refusal, *, query: bool) -> Json:
    error: Json = {"Message": refusal.message, "Code": refusal.code}
    protocols = service_model(service).metadata.get("protocols") or [service_model(service).protocol_name]
    if query or protocols == ["query"]:
        return {"Error": {**error, "Type": _blamed(refusal)}}
    if service_model(service).metadata.get("awsQueryCompatible") is not None:
        error |= {"Type": _blamed(refusal), "QueryErrorCode": refusal.query_code or refusal.code}
    members: Json = {}
    shape = _error_shape(service, refusal)
    for name in () if shape is None else shape.members:
        if name.lower() == "message":
            members[name] = refusal.message
    return {"Error": error, **members}


def _error_shape(service: str, refusal: Refusal) -> Any:
    """The shape that boto3 finds for an error: by its code alone."""
    return next((shape for shape in service_model(service).error_shapes if shape.error_code == refusal.code), None)


def _blamed(refusal: Refusal) -> str:
    return "Sender" if refusal.status < 500 else "Receiver"
