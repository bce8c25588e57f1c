"""Regular expressions out of templates, where they are plain enough never to take for ever.

Theory of operation. What makes an expression slow is choice upon choice. So a group is never repeated (`{3}` stands behind a single character
or a class alone), wildcards are few, and the more there are the shorter is the text they are held against; groups with alternatives are
few, because each doubles the ways through those after it.
"""

from __future__ import annotations

import re

SAFE = re.compile(r"(?:(?:[\w\s:,'\"-]|\\[.\dwsd]|\.|\])(?:\{\d\})?|\.\*|\.\+|\||[()\[])*")
LONGEST_TEXTS = (2_000, 2_000, 2_000, 300)
"""By the number of wildcards; more are not plain."""
MOST_ALTERNATIVES = 4
"""In groups; without any group there may be as many as there are."""


def is_plain(pattern: str) -> bool:
    """What could take for ever to match is not."""
    alternatives = pattern.count("|") if "(" in pattern else 0
    few = _wildcards(pattern) < len(LONGEST_TEXTS) and alternatives <= MOST_ALTERNATIVES
    return few and SAFE.fullmatch(pattern) is not None


def fits(pattern: str, asked: str) -> bool:
    """Whether the whole text matches; what is not plain fits nothing."""
    if pattern == asked:
        return True
    if not is_plain(pattern):
        return False
    try:
        return re.fullmatch(pattern, asked[: LONGEST_TEXTS[_wildcards(pattern)]], re.DOTALL) is not None
    except re.error:
        return False


def _wildcards(pattern: str) -> int:
    return pattern.count("*") + pattern.count("+")
