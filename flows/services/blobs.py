"""The data of a record of Kinesis or Firehose: bytes on the wire (base64), a text in the trace.

Data that is UTF-8 is kept as that text, so that behaviours can look into it and pages can show it; other bytes as a data URL. A text
that is no base64 (a state machine's task hands JSON over) is taken for the data itself.
"""

from __future__ import annotations

import base64
import binascii

BINARY = "data:application/octet-stream;base64,"


def read(given: str) -> bytes:
    """The bytes of a request's Data."""
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return given.encode("utf-8", "surrogatepass")


def text_of(data: bytes) -> str:
    """As it is kept."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return BINARY + base64.b64encode(data).decode()
    return BINARY + base64.b64encode(data).decode() if text.startswith(BINARY) else text


def written(text: str) -> str:
    """As it stands in answers and events."""
    if text.startswith(BINARY):
        return text.removeprefix(BINARY)
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
