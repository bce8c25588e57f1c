"""How much of a stranger's file is read: every bound in one place, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    template_bytes: int = 1_048_576
    """CloudFormation's own: a template body is at most 1 MB."""
    upload_bytes: int = 10_485_760
    """All files of one upload together."""
    files: int = 200
    depth: int = 100
    """Nesting of mappings and lists. CloudFormation templates rarely pass 20."""
    values: int = 200_000
    """Values in a file *after* its aliases are followed: what stops a billion laughs before it is told."""
    text: int = 1_048_576
    """Characters of one text that Sub and Join may build: as many as a template may have."""
    built: int = 16_777_216
    """Characters of all texts of one resolved template."""
    steps: int = 1_000_000
    """Values looked at while references are resolved."""
    resources: int = 2_000
    """CloudFormation allows 500 in a template; nested templates add theirs."""
    problems: int = 100
    """Problems told at once."""
    nesting: int = 5
    """Templates inside templates."""


LIMITS = Limits()
