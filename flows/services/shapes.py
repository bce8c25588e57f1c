"""The shape of parameters that are lists or maps. A request of another shape is refused at the door, before any service reads it."""

from __future__ import annotations

from flows.services.ports import Json, Refusal

LISTS_OF_TEXT = (
    "AttributeNames",
    "MessageAttributeNames",
    "MessageSystemAttributeNames",
    "TagKeys",
    "FunctionResponseTypes",
)
MAPS = ("Attributes", "Tags", "ScalingConfig")


def misshapen(params: Json) -> Refusal | None:
    """What AWS says to JSON that is not of the operation's shape; a null is as if it were not there."""
    for name in LISTS_OF_TEXT:
        value = params.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            return _refusal(name, "a list of texts")
    for name in MAPS:
        value = params.get(name)
        if value is not None and not (isinstance(value, dict) and all(isinstance(key, str) for key in value)):
            return _refusal(name, "an object")
    return None


def _refusal(name: str, shape: str) -> Refusal:
    return Refusal("SerializationException", f"{name} must be {shape}.")
