"""Compiled Python is kept, also where the environment asks for none to be written.

Theory of operation. Redrive is two thousand modules. Compiling them takes three times as long as everything else of a start, so
Python keeps what it has compiled: beside the sources, unless `PYTHONDONTWRITEBYTECODE` is set, as it is in many containers. Whoever
sets it wants no `__pycache__` in the checkout, and gets none: the compiled files go into `.venv`, which is ours and may be deleted.
An address of one's own (`PYTHONPYCACHEPREFIX`) is left as it is. Standard library only, Python 3.8 syntax.
"""

from __future__ import annotations

import os
import sys

from dashboard import bootstrap_steps as steps

KEPT = steps.VENV / "bytecode"
NOT_WRITTEN, WHERE = "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"


def keep() -> None:
    """Of this process, from here on, and of those it forks."""
    if sys.dont_write_bytecode and sys.pycache_prefix is None and _is_in(sys.prefix):
        sys.pycache_prefix = str(KEPT)
        sys.dont_write_bytecode = False


def keep_in(environment: dict[str, str]) -> None:
    """Of a Python that is started with it, and of those that it starts."""
    if environment.get(NOT_WRITTEN) and not environment.get(WHERE):
        del environment[NOT_WRITTEN]
        environment[WHERE] = str(KEPT)


def _is_in(prefix: str) -> bool:
    return os.path.realpath(prefix) == os.path.realpath(str(steps.VENV))
