"""The one command, as a person meets it: ready, stopped, killed. Nothing may be left behind, ever."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from http import HTTPStatus
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")]

CHILDREN = ["redrive-janitor", "redrive-web", "redrive-worker-sim.0", "valkey-server"]
OTHERS = ["redrive-worker-sim.1", "redrive-worker-long.0", "redrive-worker-upkeep.0", "redrive-sweeper"]


PATIENCE_S = 60
"""A bound for what should happen soon, on a machine that has much else to do."""


@pytest.fixture
def playground():
    """One to end."""
    yield from a_playground()


@pytest.fixture(scope="module")
def lasting():
    """One that outlives what is done to it."""
    yield from a_playground()


def a_playground():
    with tempfile.TemporaryDirectory(prefix="rd-") as home:  # pytest's own are too long for a socket
        started = Playground(Path(home))
        yield started
        started.end()


class Playground:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.run = home / "run"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        environment |= {"REDRIVE_HOME": str(home), "REDRIVE_SET_UP": "1", "REDIS_URL": "", "DATABASE_URL": ""}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "playground", "--port", "0"],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        line = self.process.stdout.readline()
        match = re.fullmatch(r"Redrive is ready: (http://127\.0\.0\.1:(\d+))\n", line)
        assert match, line + self.process.stderr.read()
        self.port = int(match[2])

    def family(self) -> dict[int, str]:
        """Every process that carries our home, whatever became of its parent: in its environment, Valkey in its title."""
        mark = str(self.home).encode()
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mark in path.joinpath("environ").read_bytes() + path.joinpath("cmdline").read_bytes():
                    found[int(path.name)] = path.joinpath("comm").read_text().strip()
            except OSError:
                continue
        return found

    def whole_family(self) -> dict[int, str]:
        """A child is called by its name a moment after its fork, which nobody tells."""
        names = sorted(name[:15] for name in [*CHILDREN, *OTHERS])
        until = time.monotonic() + PATIENCE_S
        while True:
            found = {pid: name for pid, name in self.family().items() if pid != self.process.pid}
            if sorted(found.values()) == names or time.monotonic() > until:
                return found
            time.sleep(0.02)

    def child(self, name: str) -> int:
        return next(pid for pid, comm in self.whole_family().items() if comm == name[:15])

    def answers(self, path: str) -> bool:
        """Within a while: who is started again needs one."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                    return answer.status == HTTPStatus.OK
            except OSError:
                time.sleep(0.1)
        return False

    def wait(self) -> str:
        return self.process.communicate(timeout=PATIENCE_S)[1]

    def nothing_is_left(self) -> bool:
        until = time.monotonic() + PATIENCE_S
        while (self.family() or self.run.exists()) and time.monotonic() < until:
            time.sleep(0.02)
        with socket.socket() as probe:
            return not self.family() and not self.run.exists() and probe.connect_ex(("127.0.0.1", self.port)) != 0

    def end(self) -> None:
        for pid in self.family():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


def test_ctrl_c_stops_everything_and_says_so(playground):
    assert sorted(playground.whole_family().values()) == sorted(name[:15] for name in [*CHILDREN, *OTHERS])
    assert playground.run.stat().st_mode & 0o777 == 0o700
    playground.process.send_signal(signal.SIGINT)
    out, err = playground.process.communicate(timeout=PATIENCE_S)
    assert (out, err, playground.process.returncode) == ("Redrive has stopped.\n", "", 0)
    assert playground.nothing_is_left()


def test_a_second_playground_on_the_same_data_is_told_where_the_first_one_is(lasting):
    environment = {**os.environ, "REDRIVE_HOME": str(lasting.home), "REDRIVE_SET_UP": "1"}
    command = [sys.executable, "manage.py", "playground", "--port", "0"]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"http://127.0.0.1:{lasting.port}" in done.stderr
    assert "set REDRIVE_HOME" in done.stderr


def test_a_parent_killed_outright_leaves_nothing(playground):
    playground.process.kill()
    assert playground.nothing_is_left()


def test_parent_and_janitor_killed_at_once_leave_no_process(playground):
    janitor = playground.child("redrive-janitor")
    os.kill(janitor, signal.SIGSTOP)
    playground.process.kill()
    os.kill(janitor, signal.SIGKILL)
    until = time.monotonic() + PATIENCE_S
    while playground.family() and time.monotonic() < until:
        time.sleep(0.02)
    assert playground.family() == {}


@pytest.mark.parametrize("name", ["redrive-web", "redrive-worker-sim.0", "redrive-sweeper", "valkey-server"])
def test_a_killed_child_is_started_again(lasting, name):
    killed = lasting.child(name)
    os.kill(killed, signal.SIGKILL)
    line = lasting.process.stderr.readline()
    called = {
        "redrive-web": "The web server",
        "redrive-worker-sim.0": "The worker for ",  # the kernel keeps 15 letters of a name
        "valkey-server": "The broker (Valkey)",
        "redrive-sweeper": "The sweeper",
    }
    assert line.startswith(called[name])
    assert "was started again" in line
    assert lasting.answers("/healthz")
    family = lasting.whole_family()
    assert len(family) == len(CHILDREN) + len(OTHERS)
    assert killed not in family


def test_a_child_that_ends_again_and_again_ends_all_and_is_named(playground):
    killed = set()
    while playground.process.poll() is None:
        web = next((pid for pid, comm in playground.family().items() if comm == "redrive-web"), None)
        if web is not None and web not in killed:
            os.kill(web, signal.SIGKILL)
            killed.add(web)
        time.sleep(0.02)
    said = playground.wait()
    assert playground.process.returncode == 1
    assert "The web server was killed by SIGKILL (signal 9)." in said
    assert "It has ended 5 times in a row as soon as it began." in said
    assert len(killed) in (5, 6)  # the first may have lived longer
    assert said.endswith("Start it again with: python3 manage.py playground\n")
    assert playground.nothing_is_left()


def test_a_killed_janitor_ends_all_and_is_named(playground):
    os.kill(playground.child("redrive-janitor"), signal.SIGKILL)
    said = playground.wait()
    assert playground.process.returncode == 1
    assert said.startswith("The janitor process was killed by SIGKILL (signal 9).")
    assert playground.nothing_is_left()


def test_a_taken_port_is_said_with_a_free_one(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "REDRIVE_HOME": str(tmp_path), "REDRIVE_SET_UP": "1"}
        command = [sys.executable, "manage.py", "playground", "--port", str(port)]
        done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} on 127.0.0.1 is taken by another program. Choose another:")
    assert re.search(r"--port \d+$", done.stderr.strip())
