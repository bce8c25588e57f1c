"""A row of the table of what can be wrong with a drawing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    severity: str
    sentence: str
    hint: str
