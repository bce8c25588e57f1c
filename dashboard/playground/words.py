"""What the playground says on the terminal."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from dashboard.playground.family import Child

AGAIN = "Start it again with: python3 manage.py playground"
MEANT = {signal.SIGKILL: " If nobody did that on purpose, the machine may have run out of memory."}


def ready(url: str) -> str:
    return f"Redrive is ready: {url}"


def open_to_all() -> str:
    return "Whoever can reach this address can use this playground: it asks nobody to log in."


def running_already(home: Path, url: str) -> str:
    return (
        f"Redrive is running already, on the data in {_short(home)}: {url}\n"
        "Two playgrounds cannot share their data. For a second one beside it, set REDRIVE_HOME to another directory."
    )


def port_taken(host: str, port: int) -> str:
    return (
        f"Port {port} on {host} is taken by another program. "
        f"Choose another: python3 manage.py playground --port {_free_port(host, port)}"
    )


def may_not_bind(host: str, port: int, error: OSError) -> str:
    return f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port or --host."


def started_again(child: Child) -> str:
    """After it ended; its `ended` is forgotten by then, its old log is not."""
    return f"{_called(child)} had ended and was started again; the log before is {_short(child.log.with_suffix('.log.before'))}."


def ended(child: Child) -> str:
    """A child ended that nobody asked to."""
    code = child.ended or 0
    if code < 0:
        how = f"was killed by {signal.Signals(-code).name} (signal {-code}).{MEANT.get(signal.Signals(-code), '')}"
    else:
        how = f"stopped with exit code {code}."
    if child.short_lives > 1:
        how += f" It has ended {child.short_lives} times in a row as soon as it began."
    said = _last_lines(child.log)
    return "\n".join(
        [
            f"{_called(child)} {how}",
            "Redrive has stopped with it. What was simulated and stored is safe.",
            *([f"Its log, {_short(child.log)}, ends with:", *said] if said else []),
            AGAIN,
        ]
    )


def too_slow(missing: list[str], logs: Path) -> str:
    return f"Redrive did not become ready: still waiting for {', '.join(missing)}. The logs are in {_short(logs)}.\n{AGAIN}"


def refused(status: str, logs: Path) -> str:
    return f"The web server runs but answers {status}. Its log is {_short(logs / 'web.log')}.\n{AGAIN}"


def stopped() -> str:
    return "Redrive has stopped."


def _called(child: Child) -> str:
    return child.what[0].upper() + child.what[1:]


def _last_lines(log: Path) -> list[str]:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return []
    return [f"    {line}" for line in lines[-8:]]


def _short(path: Path) -> str:
    shown = os.path.relpath(path)
    return str(path) if shown.startswith("..") else shown


def _free_port(host: str, after: int) -> int:
    for port in range(after + 1, after + 50):
        with socket.socket() as probe:
            if probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)):  # noqa: S104
                return port
    return after + 50
