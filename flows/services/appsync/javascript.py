"""APPSYNC_JS: a resolver's `request` and `response` in QuickJS.

Code comes from outside: each evaluation runs in a context of its own, with bounded memory, stack and processor time, without a clock
or chance of its own; only JSON crosses the border. `import` lines are taken out, and what they would bring (`util`, `runtime`,
`@aws-appsync/utils/dynamodb`) is put there by `js/appsync.js`.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import quickjs  # type: ignore[import-untyped]  # a wrapper without stubs

from flows.services.ports import Json

SCRIPT: Final = Path(__file__).parent / "js" / "appsync.js"
IMPORT: Final = re.compile(
    r"^[ \t]*import\b(?P<what>[^;'\"]{0,1000})['\"](?P<where>[^'\"\n]*)['\"](?:[ \t]*;)?[ \t]*$", re.MULTILINE
)
EXPORT: Final = re.compile(
    r"((?:^|[;}])[ \t]*)export\s+(?:default\s+)?(?=(?:async\s+)?function\b|const\b|let\b|class\b)", re.MULTILINE
)
NAMES: Final = re.compile(r"^[ \t]*export[ \t]*\{[^}]{0,1000}\}(?:[ \t]*;)?[ \t]*$", re.MULTILINE)
"""What any of them can match begins in one place only and is no longer than that: code made to be searched for ever is not."""
MODULES: Final = {
    "@aws-appsync/utils": "__utils",
    "@aws-appsync/utils/dynamodb": "__dynamodb",
    "@aws-appsync/utils/rds": "__rds",
}
INTERRUPTED: Final = "InternalError: interrupted"
"""What the engine says when the time is over."""
LONGEST, MEMORY, STACK, CPU_SECONDS = 100_000, 32 << 20, 256 << 10, 1.0


def run_code(code: str, phase: str, context: Json, ids: list[str], now_ms: int) -> Json:
    """{value, left, stash, appended, error, missing}: what the function of that phase gave."""
    if len(code) > LONGEST:
        return {"error": {"message": "The code is too long.", "type": "Code"}}
    engine = quickjs.Context()
    engine.set_memory_limit(MEMORY)
    engine.set_max_stack_size(STACK)
    engine.set_time_limit(CPU_SECONDS)
    try:
        engine.eval(_shim())
        engine.eval(_module(code))
        given = json.dumps({"phase": phase, "context": context, "ids": ids, "now": now_ms}, default=str)
        answer: Any = json.loads(engine.get("__run")(given))
    except (quickjs.JSException, quickjs.StackOverflow, ValueError, RecursionError, MemoryError) as stopped:
        return {
            "error": {
                "message": str(stopped).strip().splitlines()[0][:500] if str(stopped) else "stopped",
                "type": "Code",
            }
        }
    return answer if isinstance(answer, dict) else {}


@lru_cache(1)
def _shim() -> str:
    return SCRIPT.read_text(encoding="utf-8")


@lru_cache(256)
def _module(code: str) -> str:
    """The module as a script that leaves its two functions in `__resolver`."""
    lines: list[str] = []
    for found in IMPORT.finditer(code):
        lines.extend(_imported(found["what"], MODULES.get(found["where"], "__utils")))
    body = NAMES.sub("", EXPORT.sub(r"\1", IMPORT.sub("", code)))
    handlers = ", ".join(
        f"{name}: typeof {name} === 'undefined' ? undefined : {name}" for name in ("request", "response")
    )
    return f"globalThis.__resolver = (function () {{ 'use strict'; {' '.join(lines)}\n{body}\nreturn {{{handlers}}}; }})();"


def _imported(what: str, module: str) -> list[str]:
    what = what.strip().removesuffix("from").strip()
    star = re.fullmatch(r"\*\s*as\s+(\w+)", what)
    if star is not None:
        return [f"const {star[1]} = {module};"]
    braces = re.search(r"\{([^}]*)\}", what)
    names = re.sub(r"(\w+)\s+as\s+(\w+)", r"\1: \2", braces[1]) if braces is not None else ""
    usual = re.match(r"(\w+)\s*(?:,|$)", what)
    found = [f"const {{{names}}} = {module};"] if names.strip() else []
    return [*found, *([f"const {usual[1]} = {module};"] if usual is not None else [])]
