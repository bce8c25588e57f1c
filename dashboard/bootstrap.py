"""Everything between `python3 manage.py …` and Django, with the standard library alone.

`playground` and `test` prepare the checkout first (see `bootstrap_steps.py`) and go on inside `.venv`, and so do `prepare` and, which
need no studio, `simulate` and `conformance`; every other command goes on there too when the Python that was typed has no Django. This file and its neighbours `bootstrap_*.py` must parse on
Python 3.8: otherwise the sentence about the version could not be printed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from typing import NoReturn

from dashboard import bootstrap_bytecode as bytecode
from dashboard import bootstrap_steps as steps
from dashboard import bootstrap_words as words

SET_UP = "REDRIVE_SET_UP"
"""Set while re-executing: the checkout has just been prepared."""


def before_django(argv: list[str]) -> None:
    """Returns when Django can be imported here; otherwise becomes another process, or exits with a sentence."""
    if sys.version_info < words.NEEDED_PYTHON:
        sys.exit(words.too_old(sys.version_info, argv))
    bytecode.keep()
    command = argv[1] if len(argv) > 1 else ""
    prepared = os.environ.pop(SET_UP, "") == "1"
    if command == "test":
        _become_pytest(argv[2:])
    elif command == "playground" and not prepared:
        _prepare("playground")
        _continue_in_venv(argv, {SET_UP: "1"})
    elif command in {"simulate", "conformance", "prepare"} and not prepared:
        _prepare(command)
        _continue_in_venv(argv, {SET_UP: "1"})
    elif command == "playground":
        from dashboard.playground.main import main

        sys.exit(main(argv[2:]))
    elif importlib.util.find_spec("django") is None:
        if not steps.PYTHON.exists() or _inside_venv():
            sys.exit(words.not_set_up(argv))
        _continue_in_venv(argv, {})


def _prepare(purpose: str) -> None:
    try:
        steps.prepare(purpose)
    except words.SetUpFailed as failed:
        sys.exit(str(failed))
    except KeyboardInterrupt:
        sys.exit("\nSet-up was interrupted. Nothing is broken: start again and it goes on from there.")
    except OSError as error:
        sys.exit(words.of_the_machine(error))


def _become_pytest(arguments: list[str]) -> NoReturn:
    from dashboard import bootstrap_test

    _prepare("test")
    environment = dict(os.environ)
    command = bootstrap_test.command(arguments, environment)
    bytecode.keep_in(environment)
    os.chdir(str(steps.CHECKOUT))
    _replace([str(steps.PYTHON), "-m", "pytest"] + command, environment)


def _continue_in_venv(argv: list[str], extra: dict[str, str]) -> NoReturn:
    manage = os.path.abspath(argv[0])
    _replace([str(steps.PYTHON), manage] + argv[1:], dict(os.environ, **extra))


def _replace(command: list[str], environment: dict[str, str]) -> NoReturn:
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os.execve(command[0], command, environment)


def _inside_venv() -> bool:
    return os.path.realpath(sys.prefix) == os.path.realpath(str(steps.VENV))
