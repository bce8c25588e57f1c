"""How a program's AWS SDK retries: its mode, how many attempts it makes, and how long it waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass

MODES = ("legacy", "standard", "adaptive")
ATTEMPTS = {"legacy": 5, "standard": 3, "adaptive": 3}


@dataclass(frozen=True, slots=True)
class SdkConfig:
    mode: str = "standard"
    max_attempts: int = 0
    """0: what the mode says."""
    timeout_us: int = 60_000_000

    @property
    def attempts(self) -> int:
        return self.max_attempts or ATTEMPTS[self.mode]
