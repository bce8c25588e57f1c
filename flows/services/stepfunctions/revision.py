"""A definition as it stood at a time: what versions point to, what executions run by.

The text is state; the compiled machine is a definition and never enters a box: it is compiled again when it is first needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from flows.asl.definition import Machine as Compiled
from flows.asl.definition import compile_definition


@dataclass(slots=True, eq=False)
class Revision:
    """A definition with the role it runs as."""

    text: str
    kind: str
    role_arn: str
    made_at: int
    configuration: dict[str, Any] = field(default_factory=dict)
    """Logging, tracing and encryption, as they were given."""
    _compiled: Compiled | None = None

    @property
    def machine(self) -> Compiled:
        if self._compiled is None:
            self._compiled = compile_definition(self.text, self.kind)
        return self._compiled

    @property
    def id(self) -> str:
        """AWS's revisionId looks like a UUID; this one says what the definition is."""
        digits = sha256(
            f"{self.role_arn}\n{self.text}\n{self.configuration}".encode(errors="surrogatepass")
        ).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    def __getstate__(self) -> tuple[Any, ...]:
        return self.text, self.kind, self.role_arn, self.made_at, self.configuration

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.text, self.kind, self.role_arn, self.made_at, self.configuration = state
        self._compiled = None


@dataclass(slots=True)
class Version:
    """A revision under a number: it never changes."""

    number: int
    revision: Revision
    description: str
    made_at: int


@dataclass(slots=True)
class Alias:
    """A name for one version, or for two between which executions are divided by weight."""

    name: str
    arn: str
    routes: tuple[tuple[str, int], ...]
    """(version ARN, weight in percent)."""
    description: str
    made_at: int
    changed_at: int
