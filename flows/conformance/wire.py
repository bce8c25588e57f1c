"""Answers in the shape in which boto3 hands them to people: recordings were made with it.

Errors differ by protocol: the query protocol has `Type`, SQS's JSON has `QueryErrorCode` too, the other JSON services have code and
message only; and an error whose shape has a member for the message repeats it beside. The shapes are botocore's.
"""

from __future__ import annotations

from flows.services.ports import Answer, Json, Refusal
from flows.services.shapes import service_model


def as_boto(service: str, answer: Answer, *, query: bool = False) -> Json:
    """An answer as boto3 would give it. `query`: over the older query protocol, where a service has two."""
    if answer.refusal is None:
        return answer.output or {}
    return _error(service, answer.refusal, query=query)


def _error(service: str, refusal: Refusal, *, query: bool) -> Json:
    error: Json = {"Message": refusal.message, "Code": refusal.code}
    model = service_model(service)
    if model is None:
        return {"Error": error}
    protocols = model.metadata.get("protocols") or [model.protocol_name]
    if query or protocols == ["query"]:
        return {"Error": {**error, "Type": _blamed(refusal)}}
    if model.metadata.get("awsQueryCompatible") is not None:
        error |= {"Type": _blamed(refusal), "QueryErrorCode": refusal.query_code or refusal.code}
    members: Json = {}
    shape = next((shape for shape in model.error_shapes if shape.error_code == refusal.code), None)
    for name in () if shape is None else shape.members:
        if name.lower() == "message":
            members[name] = refusal.message
        elif name == "Type":
            members[name] = "User" if refusal.status < 500 else "Service"
    return {"Error": error, **members}


def _blamed(refusal: Refusal) -> str:
    return "Sender" if refusal.status < 500 else "Receiver"
