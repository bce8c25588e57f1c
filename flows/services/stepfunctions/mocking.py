"""TestState's mocks: for which states there may be one, and what it must look like. A table of AWS's sentences."""

from __future__ import annotations

import json
from typing import Any

from flows.services.ports import Json
from flows.services.stepfunctions.mocked_results import MODES

MOCKED = ("Task", "Map", "Parallel")
BOTH = "A test mock should have only one of the following fields: [result, errorOutput]."
SECRETS = "TestState does not support RevealSecrets when a mock is specified."
NEEDS_MOCK = {
    "mapIterationFailureCount": "TestState does not support MapIterationFailureCount when a mock is not specified.",
    "mapItemReaderData": "TestState does not support MapItemReaderData when a mock is not specified.",
    "retrierRetryCount": "TestState does not support RetrierRetryCount when a mock is not specified.",
    "errorCausedByState": "TestState does not support ErrorCausedByState when a mock is not specified.",
}
ARRAY, OBJECT = "Mocked result must be an array.", "Mocked result must be a JSON object."
BRANCHES = "Mocked result must contain the same number of items as number of Parallel branches."
TOO_MANY = "Map iteration failure count must be less than or equal to the number of Map iterations"


def mock_problem(state: Json, params: Json, configuration: Json) -> str:
    """What is wrong with the mock of a request; "" if nothing is."""
    mock = params.get("mock")
    if mock is None:
        return next((said for name, said in NEEDS_MOCK.items() if configuration.get(name) is not None), "")
    type_ = state.get("Type")
    if params.get("revealSecrets"):
        return SECRETS
    if mock.get("result") is not None and mock.get("errorOutput") is not None:
        return BOTH
    if type_ not in MOCKED:
        return f"State type '{type_}' is not supported when a mock is specified"
    mode = mock.get("fieldValidationMode")
    if mode is not None and mode not in MODES:
        said = (
            f"1 validation error detected: Value '{mode}' at 'mock.fieldValidationMode' failed to satisfy constraint: "
        )
        return f"{said}Member must satisfy enum value set: [{', '.join(MODES)}]"
    return _result(state, type_, mock, configuration) if mock.get("result") is not None else ""


def _result(state: Json, type_: Any, mock: Json, configuration: Json) -> str:
    try:
        result = json.loads(mock["result"])
    except (ValueError, RecursionError, TypeError):
        return "Mocked result must be a valid JSON."
    if type_ == "Map":
        if "ResultWriter" in state:
            return "" if isinstance(result, dict) else OBJECT
        if not isinstance(result, list):
            return ARRAY
        failures = configuration.get("mapIterationFailureCount")
        return TOO_MANY if failures is not None and failures > len(result) else ""
    if type_ == "Parallel":
        if not isinstance(result, list):
            return ARRAY
        return "" if len(result) == len(state.get("Branches") or []) else BRANCHES
    return ""
