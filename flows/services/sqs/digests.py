"""The digests of SQS: MD5 of a text, and of message attributes in the encoding its documentation describes; SHA-256 of a body.

Attributes are digested sorted by name, each as: length and bytes of the name, of the data type, one byte for the
transport (1 string, 2 binary), length and bytes of the value. Lengths are four bytes, most significant first.
"""

from __future__ import annotations

import base64
import hashlib

from flows.services.ports import Json

STRING, BINARY = 1, 2


def md5_of_text(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256_of(text: str) -> str:
    """The deduplication id of a body, where the queue makes one from the content."""
    return hashlib.sha256(text.encode()).hexdigest()


def md5_of_attributes(attributes: Json) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        value = attributes[name]
        transport, raw = attribute_value(value)
        for part in (name.encode(), str(value["DataType"]).encode()):
            digest.update(len(part).to_bytes(4, "big") + part)
        digest.update(bytes([transport]) + len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()


def attribute_value(value: Json) -> tuple[int, bytes]:
    """An attribute's transport and its bytes. Binary values are base64 text, as in AWS's JSON."""
    if str(value["DataType"]).startswith("Binary"):
        binary = value.get("BinaryValue", "")
        return BINARY, binary if isinstance(binary, bytes) else base64.b64decode(str(binary), validate=True)
    return STRING, str(value.get("StringValue", "")).encode()
