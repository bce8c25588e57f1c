"""Verdicts on properties that several types share, in their words."""

from __future__ import annotations

from flows.importers.report import APPROXIMATED, IGNORED, MODELLED
from flows.topology.types import SIMULATED_LINKS

Verdict = tuple[str, str]

UNLISTED: Verdict = (IGNORED, "It does not change where messages go.")
DONE: Verdict = (MODELLED, "")
ASYNCHRONOUS: Verdict = (
    DONE
    if "async-on-failure" in SIMULATED_LINKS
    else (IGNORED, "Drawn as a link; asynchronous invocation is not simulated yet.")
)
CODE: Verdict = (APPROXIMATED, "Code is not run: the function's behaviour stands in for it.")
PERMISSIONS: Verdict = (APPROXIMATED, "Nothing is forbidden here; policies become call links.")
ENCRYPTION: Verdict = (IGNORED, "Encryption does not change where messages go.")
LABEL: Verdict = (IGNORED, "Labels and descriptions change nothing.")
