"""From what an integration answered to what the client sees.

A proxy's function says status and body itself; a function that fails, or whose answer has no status (format 1.0), is a 502 of a REST API
and a 500 of an HTTP API. A service integration of a REST API looks for a response by status or by what an error says, and fills in its
template; without any response it is a 500, as on AWS.
"""

from __future__ import annotations

import json
from typing import Any

from flows.services.apigateway.config import HTTP, REST
from flows.services.apigateway.integrations import Call
from flows.services.apigateway.plain_patterns import fits
from flows.services.apigateway.request import FUNCTION_ERROR, JSON_TYPE, MALFORMED, UNAVAILABLE, Response, own, text
from flows.services.ports import Answer, Json
from flows.topology.request_templates import Scope, TemplateError, render

NOTHING = ("", "null")
"""The answer of a behaviour that says no output."""
QUERY_PROTOCOL = {"sqs": "", "sns": ""}


def respond(kind: str, call: Call, answer: Answer, given: Json, scope: Scope) -> Response:
    """The response to the client."""
    if call.service == "lambda":
        if answer.refusal is not None:
            return own(kind, UNAVAILABLE, answer.refusal.message)
        output = answer.output or {}
        if call.proxy:
            return _of_proxy(kind, call.proxy, output)
        payload = str(output.get("Payload") or "")
        failed = _error_message(payload) if "FunctionError" in output else ""
        return _mapped(kind, 200, payload, failed, given, scope, failed_function="FunctionError" in output)
    if answer.refusal is not None:
        refusal = answer.refusal
        body = text({"__type": refusal.code, "message": refusal.message})
        return _mapped(kind, refusal.status, body, refusal.message, given, scope)
    return _mapped(kind, 200, text(_as_service_says(call, answer.output or {})), "", given, scope)


def _as_service_says(call: Call, output: Json) -> Json:
    """SQS and SNS answer a query as their old protocol has it."""
    if call.service not in QUERY_PROTOCOL:
        return output
    result = {f"{call.operation}Result": output} if output else {}
    return {f"{call.operation}Response": result}


# ── functions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_proxy(kind: str, version: str, output: Json) -> Response:
    payload = str(output.get("Payload") or "")
    if "FunctionError" in output:
        return own(kind, FUNCTION_ERROR, f"the function failed: {_error_message(payload)[:300]}")
    if payload in NOTHING:
        return Response(200, "", JSON_TYPE)
    try:
        reply: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return own(kind, MALFORMED, "the function's answer is no JSON")
    if isinstance(reply, dict) and "statusCode" in reply:
        return _said(kind, reply)
    if version == "2.0":
        return Response(200, reply if isinstance(reply, str) else text(reply), JSON_TYPE)
    return own(kind, MALFORMED, "the function's answer is no object with a statusCode")


def _said(kind: str, reply: Json) -> Response:
    status, body, headers = _status(reply["statusCode"]), reply.get("body"), reply.get("headers")
    if status is None:
        return own(kind, MALFORMED, "the statusCode of the function's answer is none")
    if body is not None and not isinstance(body, str):
        if kind == REST:
            return own(kind, MALFORMED, "the body of the function's answer is no text")
        body = text(body)
    if headers is not None and not isinstance(headers, dict):
        return own(kind, MALFORMED, "the headers of the function's answer are no object")
    found = {str(name): value if isinstance(value, str) else text(value) for name, value in (headers or {}).items()}
    return Response(status, body or "", found or dict(JSON_TYPE), "the function said so" if status >= 400 else "")


def _status(value: object) -> int | None:
    """100 to 599, also as a text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == 3:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599 else None


def _error_message(payload: str) -> str:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return payload
    return str(said.get("errorMessage", payload)) if isinstance(said, dict) else payload


# ── services ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _mapped(
    kind: str, status: int, body: str, error: str, given: Json, scope: Scope, *, failed_function: bool = False
) -> Response:
    reason = error[:300]
    if kind == HTTP:
        return Response(status, body, JSON_TYPE, reason)
    responses = given.get("responses")
    chosen = _chosen(responses if isinstance(responses, dict) else {}, status, error, by_error=failed_function)
    if chosen is None:
        return own(kind, UNAVAILABLE, "no integration response fits")
    status = _status(chosen.get("statusCode")) or 200
    templates = chosen.get("responseTemplates")
    template = templates.get("application/json") if isinstance(templates, dict) else None
    if isinstance(template, str) and template:
        scope.body = body
        try:
            body = render(template, scope)
        except TemplateError as refused:
            return own(kind, MALFORMED, f"its response template: {refused}")
    return Response(status, body, JSON_TYPE, reason or ("so says its integration response" if status >= 400 else ""))


def _chosen(responses: Json, status: int, error: str, *, by_error: bool) -> Json | None:
    """The response whose pattern fits the status (of a function: what its error says); else the default one."""
    asked = error if by_error else str(status)
    for pattern, response in responses.items():
        if pattern != "default" and isinstance(response, dict) and (asked or not by_error) and fits(pattern, asked):
            return response
    default = responses.get("default")
    return default if isinstance(default, dict) else None
