"""What a start costs: compiled Python is kept, and nothing is imported that first use does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import bootstrap_bytecode as bytecode

CHECKOUT = Path(__file__).resolve().parents[2]
PROCESSES = {
    "web": "children.preload_shared(); children.preload_web(); import dashboard.hosting.web",
    "worker": "children.preload_shared(); children.preload_worker(); import dashboard.hosting.worker",
    "sweeper": "from flows.runs import retention, sweeper, upkeep; from dashboard.hosting import presence",
}
LATER = {"graphql", "botocore", "pyarrow", "wasmtime", "plotly", "markdown_it", "cfnlint", "samtranslator"}
LATER |= {"pytest", "moto", "boto3", "aws_cdk", "IPython", "pandas", "scipy"}
WORKERS_NEVER = {"daphne", "autobahn", "ninja", "dashboard.api", "dashboard.views", "dashboard.consumers"}


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_that_starts_imports_nothing_that_first_use_does_not_need(process):
    start = "import django; django.setup(); from dashboard.playground import children; " + PROCESSES[process]
    loaded = set(_python(f"{start}; import sys; print(*sys.modules)").split())
    never = LATER if process == "web" else LATER | WORKERS_NEVER
    assert loaded & never == set()
    assert "flows.models" in loaded


def test_compiled_python_is_kept_in_the_virtual_environment_where_none_may_lie_in_the_checkout(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "prefix", str(bytecode.steps.VENV))
    bytecode.keep()
    assert (sys.dont_write_bytecode, sys.pycache_prefix) == (False, str(bytecode.steps.VENV / "bytecode"))


@pytest.mark.parametrize(
    ("denied", "prefix", "is_ours"), [(False, None, True), (True, "/elsewhere", True), (True, None, False)]
)
def test_who_has_said_where_or_runs_another_python_is_left_alone(monkeypatch, denied, prefix, is_ours):
    monkeypatch.setattr(sys, "dont_write_bytecode", denied)
    monkeypatch.setattr(sys, "pycache_prefix", prefix)
    monkeypatch.setattr(sys, "prefix", str(bytecode.steps.VENV) if is_ours else "/usr")
    bytecode.keep()
    assert (sys.dont_write_bytecode, sys.pycache_prefix) == (denied, prefix)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"PYTHONDONTWRITEBYTECODE": "1"}, {"PYTHONPYCACHEPREFIX": str(bytecode.KEPT)}),
        ({"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/x"},) * 2,
        ({}, {}),
    ],
)
def test_so_do_the_processes_of_the_tests(before, after):
    environment = dict(before)
    bytecode.keep_in(environment)
    assert environment == after


def _python(code: str) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    environ |= {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "REDIS_URL": "redis://127.0.0.1:1/0"}
    environ["CELERY_SKIP_CHECKS"] = (
        "1"  # as the playground and `manage.py worker` do: Django's checks import every page
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
