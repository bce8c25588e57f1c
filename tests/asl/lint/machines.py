"""Small definitions to lint, and what is said about them."""

from __future__ import annotations

import json

from flows.asl.lint import lint


def machine(states, start=None, **more):
    return {"StartAt": start or next(iter(states)), "States": states, **more}


def one(state, **more):
    """A machine of one state named X, which ends."""
    ends = {} if {"Next", "End"} & state.keys() or state.get("Type") in {"Choice", "Succeed", "Fail"} else {"End": True}
    return machine({"X": {**state, **ends}}, **more)


def said(definition, kind="STANDARD", **more):
    """What is said, each as `CODE: message at location`."""
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return [str(found) for found in lint(text, kind, **more)]


def schema(message, location):
    return f"SCHEMA_VALIDATION_FAILED: {message} at {location}"
