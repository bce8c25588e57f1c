"""Everything that is wrong with a definition, at once, each with AWS's code and the place it stands in.

`lint(definition, kind)` answers as ValidateStateMachineDefinition does: errors keep a state machine from being made, warnings do not.
`refusal_text` puts the errors into the sentence that CreateStateMachine refuses with. The rules are tables: `language.py` has the
fields of every state, `resources.py` the integrations, `diagnostics.py` the codes.

Whatever comes in is answered in words, in time and memory in proportion to it: sizes and depths are bounded before anything is read,
nothing recurses, and no set is iterated.
"""

from __future__ import annotations

from typing import Any

from flows.asl.lint.diagnostics import CODES, ERROR, ROOT, WARNING, Diagnostic, Findings, errors, refusal_text
from flows.asl.lint.reading import DEEPEST, read
from flows.asl.lint.states import look_at_machine
from flows.asl.lint.transitions import look_at_names, look_at_transitions
from flows.asl.lint.values import Setting, an_object

STANDARD, EXPRESS = "STANDARD", "EXPRESS"
__all__ = ["CODES", "ERROR", "EXPRESS", "STANDARD", "WARNING", "Diagnostic", "errors", "lint", "refusal_text"]


def lint(definition: Any, kind: str = STANDARD, *, placeholders: bool = False) -> list[Diagnostic]:
    """All problems of a definition, given as text or as the object it says.

    With `placeholders`, texts that hold `${Name}` are not judged: a template's definition before its substitutions.
    """
    findings = Findings()
    given = read(definition, findings) if isinstance(definition, str) else definition
    setting = Setting(findings, express=kind == EXPRESS, placeholders=placeholders)
    if not findings.told and _is_shallow(given, findings) and an_object(given, ROOT, setting):
        scopes = look_at_machine(given, setting)
        look_at_names(scopes, findings)
        look_at_transitions(scopes, findings)
    return findings.told


def _is_shallow(given: Any, findings: Findings) -> bool:
    """Level by level, so that depth cannot exhaust the stack; a text's depth has been looked at before."""
    level = [given]
    for _ in range(DEEPEST + 1):
        level = [child for value in level for child in _children(value)]
        if not level:
            return True
    findings.say("TOO_DEEPLY_NESTED", f"The definition is nested deeper than {DEEPEST} levels", ROOT)
    return False


def _children(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [member for member in members if isinstance(member, dict | list)]
