"""`python3 manage.py test [pytest's arguments] [--quick]`: what the tests want from the machine, and pytest's command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Any, Optional

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
USAGE = """python3 manage.py test [--quick] [pytest's arguments]

Sets everything up, then runs all tests: lint, units, cases, studio, browser journeys.
  --quick    leave out lint and browser tests
Everything else goes to pytest: a path, -k WORD, -x, -n 0 …
"""


def command(arguments: list[str], environment: dict[str, str]) -> list[str]:
    """Pytest's arguments; `environment` is told about the browser."""
    if arguments in (["--help"], ["-h"]):
        print(USAGE)
        sys.exit(0)
    quick = "--quick" in arguments
    if not quick:
        _provide(environment)
    arguments = [one for one in arguments if one != "--quick"]
    if quick:
        arguments = _deselecting(arguments, "not lint and not browser")
    return ["-n", str(max(2, min(os.cpu_count() or 2, 8))), "--dist", "worksteal"] + arguments


def _deselecting(arguments: list[str], expression: str) -> list[str]:
    """Joined with the caller's own `-m`, of which pytest obeys only the last."""
    kept = []
    rest = iter(arguments)
    for one in rest:
        if one == "-m":
            expression = "(%s) and %s" % (next(rest, ""), expression)
        else:
            kept.append(one)
    return kept + ["-m", expression]


def _provide(environment: dict[str, str]) -> None:
    wanted = []
    if environment.get("REDRIVE_NO_BROWSER") != "1" and not find_chromium():
        wanted.append("chromium")
    if wanted and _may_install():
        _apt(wanted)
    found = None if environment.get("REDRIVE_NO_BROWSER") == "1" else find_chromium()
    if found:
        environment["REDRIVE_CHROMIUM"] = found
    else:
        environment["REDRIVE_NO_BROWSER"] = "1"
        environment["REDRIVE_CHROMIUM"] = ""


def find_chromium() -> Optional[str]:
    named = os.environ.get("REDRIVE_CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _may_install() -> bool:
    return os.geteuid() == 0 and os.path.exists("/etc/debian_version") and bool(shutil.which("apt-get"))


def _apt(packages: list[str]) -> None:
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    print("Setting up: %s, from Debian …" % " and ".join(packages), flush=True)
    quiet: dict[str, Any] = {
        "env": environment,
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
    }
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    for package in packages:  # one by one: that one is not to be had must not cost us the other
        done = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], **quiet)
        if done.returncode:
            last = done.stdout.decode("utf-8", "replace").strip().splitlines()[-1:]
            print("  %s could not be installed: %s" % (package, " ".join(last)), flush=True)
