"""What an unquoted scalar means.

As YAML 1.1 has it and CloudFormation reads it, with two kindnesses: dates stay text (`2010-09-09`), and so do digits with
a leading zero (account `012345678901` is not octal).
"""

from __future__ import annotations

import math
import re
from typing import Any

BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
NULLS = {"", "~", "null", "Null", "NULL"}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]{0,300})$")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,100}$")
FLOAT = re.compile(r"[-+]?([0-9][0-9_]*\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$")


def plain(text: str) -> Any:
    if text in NULLS:
        return None
    if len(text) <= 5 and text.lower() in BOOLEANS and text in {text.lower(), text.upper(), text.capitalize()}:
        return BOOLEANS[text.lower()]
    if INTEGER.match(text):
        return int(text.replace("_", ""))
    if HEXADECIMAL.match(text):
        return int(text, 16)
    if len(text) <= 40 and FLOAT.match(text):
        number = float(text.replace("_", ""))
        return number if math.isfinite(number) else text
    return text
