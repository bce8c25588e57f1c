"""What AWS accepts and people regret, where no field's own check would see it."""

from __future__ import annotations

from typing import Any

from flows.asl.lint.diagnostics import Place
from flows.asl.lint.expressions import dynamic_text
from flows.asl.lint.values import Setting


def path_in_result(state: dict[str, Any], place: Place, setting: Setting) -> None:
    """A Pass state's Result is given as it stands; paths belong in Parameters."""
    found = dynamic_text(state.get("Result"))
    if found:
        message = f"'{found}' looks like a path, but the Result of a Pass state is static; use Parameters instead"
        setting.findings.say("PASS_RESULT_IS_STATIC", message, place / "Result")
