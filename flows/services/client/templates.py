"""What is written into the texts of traffic: `{{index}}` is the number of the message, from 1; `{{index % 5}}` what is left of it.

Two places know no other words; any other text in braces stays as it is.
"""

from __future__ import annotations

import re

PLACEHOLDER = "{{index"
WORD = re.compile(r"\{\{index(?: ?% ?([1-9]\d{0,8}))?\}\}")


def fill(text: str, index: int) -> str:
    """The text for the message of that number."""
    return WORD.sub(lambda found: str(index % int(found[1]) if found[1] else index), text)
