"""Message attributes: their names, types and values, checked as SNS checks them (AWS: "Amazon SNS message attributes").

They come in the spelling of the operation (`DataType`, `StringValue` or `BinaryValue` as base64), and leave in three: the same for
a queue that gets the message raw, `Type` and `Value` in envelopes and for filter policies.
"""

from __future__ import annotations

import base64
import binascii
import re

from flows.services.ports import Json, Refusal
from flows.services.sns.quotas import QUOTAS
from flows.services.sns.refusals import invalid, missing, wrong_attribute
from flows.services.texts import size_of

TYPE = re.compile(r"(String|Number|Binary)(\..+)?", re.DOTALL)
NAME = re.compile(r"[A-Za-z0-9_.-]+")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def wrong(attributes: object, where: str = "") -> Refusal | None:
    """Why a message cannot have these attributes: the first that is wrong. `where` says which message it is."""
    if not isinstance(attributes, dict):
        return invalid("MessageAttributes")
    for name, value in attributes.items():
        refusal = _wrong_name(name) or _wrong_value(name, value if isinstance(value, dict) else {}, where)
        if refusal is not None:
            return refusal
    return None


def size(attributes: Json) -> int:
    """Bytes that count as part of the message: names, types and values."""
    return sum(
        len(name.encode()) + len(value["DataType"].encode()) + len(_bytes(value)) for name, value in attributes.items()
    )


def as_typed(attributes: Json) -> dict[str, dict[str, str]]:
    """{name: {Type, Value}}, as envelopes hold them and filter policies read them."""
    return {
        name: {
            "Type": value["DataType"],
            "Value": value["BinaryValue"] if value["DataType"].startswith("Binary") else value["StringValue"],
        }
        for name, value in attributes.items()
    }


def _wrong_name(name: str) -> Refusal | None:
    if len(name) > QUOTAS.attribute_name_characters:
        most = QUOTAS.attribute_name_characters
        return wrong_attribute(f"Length of message attribute name must be less than {most} bytes.")
    if not name:
        return wrong_attribute("Message attribute name can not be empty.")
    for place, edge in (("starting", name[0]), ("ending", name[-1])):
        if edge == ".":
            return wrong_attribute(f"Invalid message attribute name {place} with character '.' was found.")
    if not NAME.fullmatch(name):
        odd = next(each for each in name if not NAME.fullmatch(each))
        return wrong_attribute(
            f"Invalid non-alphanumeric character '#x{ord(odd):X}' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots."
        )
    if ".." in name:
        return wrong_attribute("Message attribute name can not have successive '.' character.")
    return None


def _wrong_value(name: str, value: Json, where: str) -> Refusal | None:
    kind = value.get("DataType")
    if kind is None:
        return missing(f"{where}messageAttributes.{name}.member.dataType")
    if not isinstance(kind, str) or not TYPE.fullmatch(kind):
        return wrong_attribute(
            f"The message attribute '{name}' has an invalid message attribute type, "
            "the set of supported type prefixes is Binary, Number, and String."
        )
    field = "Binary" if kind.startswith("Binary") else "String"
    given = value.get(f"{field}Value")
    empty = f"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{kind}'."
    if given is None:
        other = value.get("StringValue" if field == "Binary" else "BinaryValue")
        told = (
            empty if other is None else f"The message attribute '{name}' with type '{kind}' must use field '{field}'."
        )
        return wrong_attribute(told)
    if not isinstance(given, str) or size_of(given) < 0:
        return wrong_attribute(f"The message attribute '{name}' contains invalid characters.")
    if not given:
        return wrong_attribute(empty)
    if kind.startswith("Number") and not NUMBER.fullmatch(given):
        return wrong_attribute(f"Could not cast message attribute '{name}' value to number.")
    if field == "Binary" and not _is_base64(given):
        return wrong_attribute(f"The message attribute '{name}' is no base64 text.")
    return None


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _bytes(value: Json) -> bytes:
    if value["DataType"].startswith("Binary"):
        return base64.b64decode(value["BinaryValue"])
    return str(value["StringValue"]).encode()
