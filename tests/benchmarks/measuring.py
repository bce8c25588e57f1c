"""What every benchmark does: a candidate in a process of its own, its CPU time, its memory, and a row that says how it stands to a bar."""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

STATUS = "/proc/self/status"
CPUS = "/proc/cpuinfo"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a candidate did, in how many CPU seconds, and what that added to the process's peak of memory."""

    done: int
    seconds: float
    peak_mb: float = 0.0

    @property
    def rate(self) -> float:
        return self.done / self.seconds


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `more` says whether more is better."""

    what: str
    value: float | None
    """None if it could not be measured; then the note says why."""
    bar: float
    more: bool
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        margin = self.value / self.bar if self.more else self.bar / self.value
        by = 100 * (margin - 1) if margin >= 1 else 100 * (1 - margin)
        return f"by {by:.0f} %" if margin >= 1 else f"MISSED by {by:.0f} %"

    def __str__(self) -> str:
        note = f"   ({self.note})" if self.note else ""
        value = "–" if self.value is None else f"{self.value:.2f}"
        return f"{self.what:62}{value:>8}{'≥' if self.more else '≤':>4}{self.bar:>6,.4g}  {self.verdict}{note}"


def measured(act: Callable[[int], int], size: int, warm: int) -> Measured:
    """In this process, from a clean heap, after `warm` of the same."""
    act(warm)
    gc.collect()
    before, began = peak_mb(), time.process_time()
    done = act(size)
    return Measured(done, time.process_time() - began, peak_mb() - before)


def apart(module: str, *words: str) -> Any:
    """What a benchmark prints as its last line, run in a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path) or "."}
    command = [sys.executable, "-m", module, *words]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(ran.stdout.splitlines()[-1])


def best_of(runs: int, names: Iterable[str], one: Callable[[str], Measured]) -> dict[str, Measured]:
    """Round by round, so that a disturbance hits all; the best of each counts."""
    best: dict[str, Measured] = {}
    names = list(names)
    for _ in range(runs):
        for name in names:
            found = one(name)
            if name not in best or found.seconds < best[name].seconds:
                best[name] = found
    return best


def lines(found: dict[str, Measured], titles: dict[str, str]) -> list[str]:
    """The candidates of a benchmark, with what is not measured said."""
    rows = [f"{'candidate':44}{'done':>9}{'CPU s':>8}{'per second':>12}{'peak MB':>9}"]
    for name, title in titles.items():
        if name in found:
            it = found[name]
            rows.append(f"{title:44}{it.done:>9,}{it.seconds:>8.2f}{it.rate:>12,.0f}{it.peak_mb:>9.0f}")
        else:
            rows.append(f"{title:44}not measured: not installed")
    return rows


def peak_mb() -> float:
    """The most memory this process has had (0 where nobody tells)."""
    try:
        with open(STATUS, encoding="utf-8") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
    except OSError:
        return 0.0


def machine() -> dict[str, str | int]:
    """Where this is measured: nothing that names it."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {"cores": os.cpu_count() or 0, "processor": _processor(), "python": python, "system": platform.system()}


def _processor() -> str:
    try:
        with open(CPUS, encoding="utf-8") as file:
            names = (line.split(": ")[1].strip() for line in file if line.startswith("model name"))
            return next(names, platform.machine())
    except OSError:
        return platform.machine()
