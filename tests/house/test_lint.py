"""The linters and the studio's own tests, each as one test: one command, one closing line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import bootstrap_node

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent

pytestmark = [pytest.mark.lint, pytest.mark.timeout(600)]


def test_mypy_finds_nothing():
    said = _run(CHECKOUT, str(TOOLS / "mypy"), "--no-error-summary", "--no-color-output")
    assert not said, said


def test_ruff_finds_nothing():
    _run(CHECKOUT, str(TOOLS / "ruff"), "check", "--output-format", "concise", "--quiet")


def test_everything_is_formatted():
    _run(CHECKOUT, str(TOOLS / "ruff"), "format", "--check", "--output-format", "concise", "--quiet")


def test_imports_run_downwards_and_the_simulator_knows_no_framework():
    _run(CHECKOUT, str(TOOLS / "lint-imports"), "--no-cache")


def test_svelte_check_finds_nothing():
    _npm("run", "--silent", "check", "--", "--fail-on-warnings")


def test_the_studio_passes_its_own_tests():
    _npm("run", "--silent", "test")


def _npm(*arguments: str) -> str:
    node = bootstrap_node.find(CHECKOUT / ".venv")
    if node is None:
        pytest.fail("There is no Node here: run the tests with `python3 manage.py test`, which provides it.")
    return _run(CHECKOUT / "static", *node.npm, *arguments, PATH=node.path, CI="1", NO_COLOR="1")


def _run(directory: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(command, cwd=directory, env={**os.environ, **environment}, capture_output=True, text=True)
    said = (done.stdout + done.stderr).strip()
    if done.returncode:
        pytest.fail(f"{Path(command[0]).name} says:\n{said[-6000:]}", pytrace=False)
    return said
