"""The steps of set-up, each with a stamp of what it was made from, so that no step is done twice.

A stamp is a hash, kept inside the very thing the step made: delete `.venv`, `static/dist` or `.redrive` and exactly that is
made again. All stamps are compared before anything is done; when they agree, set-up costs a few milliseconds. Two starts at
once are serialised by a file lock. Standard library only, Python 3.8 syntax.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import time
from importlib import util
from pathlib import Path
from typing import Callable, Iterable, Iterator, NamedTuple

from dashboard import bootstrap_node as node
from dashboard import bootstrap_words as words

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
PINS = CHECKOUT / "requirements"
STATIC = CHECKOUT / "static"
OWN = CHECKOUT / ".redrive"
HOME = Path(os.environ.get("REDRIVE_HOME") or OWN).absolute()
LOG = OWN / "setup.log"


class Step(NamedTuple):
    name: str
    done: Callable[[], bool]
    do: Callable[[], None]


def steps(purpose: str) -> Iterator[Step]:
    kind = "dev" if purpose == "test" else "prod"
    yield Step("virtual environment", _venv_done, _make_venv)
    yield Step("Python packages", lambda: _pins_done(kind), lambda: _install_pins(kind))
    if purpose not in {"playground", "prepare"} or not _build_done():
        yield Step("JavaScript packages", _npm_done, _install_npm)
    if purpose in {"simulate", "conformance"}:
        return
    yield Step("the studio's build", _build_done, _build)
    if purpose == "playground":
        yield Step("database and examples", _database_done, _make_database)


def prepare(purpose: str) -> None:
    """Raises `SetUpFailed` with the sentences to print."""
    if all(step.done() for step in steps(purpose)):
        return
    OWN.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock():
        begun = time.monotonic()
        for step in list(steps(purpose)):
            if step.done():
                continue
            print("Setting up: %s …" % step.name, flush=True)
            since = time.monotonic()
            step.do()
            print("  done in %.1f s" % (time.monotonic() - since), flush=True)
        print("Set up in %.1f s." % (time.monotonic() - begun), flush=True)


# ── the virtual environment and the pins ──────────────────────────────────────────────────────────────────────────────


def _venv_done() -> bool:
    return PYTHON.exists() and (VENV / ".stamp-venv").exists()


def _make_venv() -> None:
    if util.find_spec("venv") is None or util.find_spec("ensurepip") is None:
        raise words.SetUpFailed(words.no_venv())
    if not (PYTHON.exists() and (VENV / "bin" / "pip").exists()):
        run("The virtual environment", [sys.executable, "-m", "venv", "--clear", VENV])
    _write(VENV / ".stamp-venv", "%d.%d" % sys.version_info[:2])


def _pins_done(kind: str) -> bool:
    # The development pins hold all of the others, so either will do for the playground.
    return any(_agrees(VENV / (".stamp-" + one), _pins_hash(one)) for one in {kind, "dev"})


def _pins_hash(kind: str) -> str:
    return _hash([PINS / (kind + ".txt")])


def _install_pins(kind: str) -> None:
    install(kind)
    _write(VENV / (".stamp-" + kind), _pins_hash(kind))


def install(kind: str) -> None:
    """`requirements/<kind>.txt`, hashes and all: by uv, which is fast, else by pip."""
    pip = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--retries",
        "2",
        "--disable-pip-version-check",
    ]
    wanted = PINS / (kind + ".txt")
    try:
        if not (VENV / "bin" / "uv").exists():
            run("Installing uv", pip + ["-r", PINS / "uv.txt"])
        uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", wanted]
        run("Installing with uv", uv, UV_PYTHON_DOWNLOADS="never")
    except words.SetUpFailed:
        run("Installing the Python packages", pip + ["--no-deps", "-r", wanted])


# ── the studio ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _npm_done() -> bool:
    return _agrees(STATIC / "node_modules" / ".stamp", _npm_hash())


def _npm_hash() -> str:
    return _hash([STATIC / "package.json", STATIC / "package-lock.json"])


def _install_npm() -> None:
    _npm("Installing the JavaScript packages", "ci", "--no-audit", "--no-fund", "--fetch-retries=1")
    _write(STATIC / "node_modules" / ".stamp", _npm_hash())


def _build_done() -> bool:
    return (STATIC / "dist" / "manifest.json").exists() and _agrees(STATIC / "dist" / ".stamp", _build_hash())


def _build_hash() -> str:
    top = sorted(path for path in STATIC.iterdir() if path.suffix in (".json", ".ts", ".js"))
    return _hash(top + sorted((STATIC / "src").rglob("*")))


def _build() -> None:
    before = _build_hash()
    _npm("Building the studio", "run", "build")
    _write(STATIC / "dist" / ".stamp", before)


def _npm(what: str, *arguments: str) -> None:
    found = node.find(VENV)
    if found is None:
        print("  no Node %d.%d with npm on this machine: taking it from its wheel" % node.NEEDED, flush=True)
        install("node")
        found = node.find(VENV)
    if found is None:
        raise words.SetUpFailed(
            "Node was installed from its wheel and still does not run; install Node 20.19 or newer."
        )
    trust = {
        "NODE_USE_SYSTEM_CA": "1"
    }  # the wheel's Node brings its own list of authorities and would ignore the machine's
    run(what, found.npm + list(arguments), cwd=STATIC, PATH=found.path, CI="1", NO_COLOR="1", **trust)


# ── the database ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _database_done() -> bool:
    if not os.environ.get("DATABASE_URL") and not (HOME / "redrive.sqlite3").exists():
        return False
    return _agrees(HOME / ".stamp-database", _database_hash())


def _database_hash() -> str:
    flows = CHECKOUT / "flows"
    made_from = sorted((flows / "migrations").glob("*.py")) + sorted((flows / "topology" / "examples").rglob("*"))
    made_from += sorted((flows / "management" / "commands").glob("load_*.py"))
    return _hash(made_from + [PINS / "prod.txt"], os.environ.get("DATABASE_URL", ""))


def _make_database() -> None:
    before = _database_hash()
    HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    run("Preparing the database", [PYTHON, CHECKOUT / "manage.py", "prepare"], REDRIVE_SET_UP="1")
    _write(HOME / ".stamp-database", before)


# ── means ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def run(what: str, command: Iterable[object], cwd: Path = CHECKOUT, **environment: str) -> str:
    line = [str(part) for part in command]
    env = dict(os.environ, PIP_NO_INPUT="1", **environment)
    env.pop("PYTHONHOME", None)
    try:
        done = subprocess.run(
            line, cwd=str(cwd), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except FileNotFoundError:
        raise words.SetUpFailed("%s: `%s` is not there." % (what, line[0])) from None
    output = done.stdout.decode("utf-8", "replace")
    with contextlib.suppress(OSError), LOG.open("a", encoding="utf-8") as log:
        log.write("$ %s\n%s\n" % (" ".join(line), output))
    if done.returncode:
        raise words.SetUpFailed(words.of_a_command(what, output, LOG.relative_to(CHECKOUT)))
    return output


def _hash(paths: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256(repr(more).encode())
    for path in paths:
        if path.is_file():
            digest.update(("%s\0" % path.relative_to(CHECKOUT)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _agrees(stamp: Path, expected: str) -> bool:
    try:
        return stamp.read_text() == expected
    except OSError:
        return False


def _write(stamp: Path, text: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(text)


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    try:
        import fcntl
    except ImportError:
        raise words.SetUpFailed(words.no_posix()) from None
    with (OWN / "setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is at work in this checkout; waiting for it …", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
