"""An installation whose parts are started apart, as on several hosts: `manage.py web` and `manage.py worker`, by URL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parents[2]
END_S = 60.0


class Installation:
    def __init__(self, home: Path, *, database_url: str, redis_url: str, **environ: str) -> None:
        self.home = home
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        self.environ |= {
            "REDRIVE_HOME": str(home),
            "REDRIVE_SET_UP": "1",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **environ,
        }
        self.processes: list[subprocess.Popen[str]] = []

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=CHECKOUT, env=self.environ, check=True, stdout=-1, text=True
        )
        return done.stdout

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Until it says that it serves."""
        log = (self.home / f"{'-'.join(words).replace('/', '_')}.{len(self.processes)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=CHECKOUT,
            env=self.environ | environ,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        log.close()
        self.processes.append(process)
        assert process.stdout
        said = process.stdout.readline()
        if not said.startswith(("Serving", "Working")):
            process.kill()
            process.wait()
            raise RuntimeError(f"{' '.join(words)}: {said}{Path(log.name).read_text()}")
        return process

    def start_all(self, *many: tuple[str, ...]) -> list[subprocess.Popen[str]]:
        return [self.start(*words) for words in many]

    def replace(self, process: subprocess.Popen[str], *words: str) -> tuple[int, subprocess.Popen[str]]:
        """As a service manager does: asks it to end, waits, starts the next. The exit code of the first, and the second."""
        code = self.stop(process)
        return code, self.start(*words)

    def stop(self, process: subprocess.Popen[str]) -> int:
        process.send_signal(signal.SIGTERM)
        code = process.wait(END_S)
        self._forget([process])
        return code

    def end(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._forget(list(self.processes))

    def _forget(self, processes: Iterable[subprocess.Popen[str]]) -> None:
        for process in processes:
            if process.stdout:
                process.stdout.close()
            if process in self.processes:
                self.processes.remove(process)
