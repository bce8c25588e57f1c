"""What an installation keeps is its owner's alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dashboard import environment

CHECKOUT = Path(__file__).resolve().parents[2]


def _modes(home):
    return {path.name: oct(path.stat().st_mode & 0o777) for path in (home, *home.iterdir())}


def test_what_is_prepared_and_backed_up_can_be_read_by_its_owner_only(tmp_path):
    home, environ = tmp_path / "home", {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environ |= {"REDRIVE_HOME": str(home), "REDRIVE_SET_UP": "1", "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    for name in ("DATABASE_URL", "REDIS_URL", "REDRIVE_SECRET"):
        environ.pop(name, None)
    copy = tmp_path / "copy.sqlite3"
    for words in (["prepare"], ["backup", str(copy)]):
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=CHECKOUT, env=environ, check=True, stdout=-3, umask=0o022
        )
    assert {name: mode for name, mode in _modes(home).items() if name.endswith(("sqlite3", "secret", "home"))} == {
        "home": "0o700",
        "secret": "0o600",
        "redrive.sqlite3": "0o600",
        "checkpoints.sqlite3": "0o600",
    }
    assert oct(copy.stat().st_mode & 0o777) == "0o600"


def test_what_an_earlier_version_left_open_is_closed_and_somebody_elses_directory_is_not(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "logs").mkdir(mode=0o755)
    for name in ("redrive.sqlite3", "redrive.sqlite3-wal", "notes.txt"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    environment.make_private(tmp_path)
    assert _modes(tmp_path) == {
        tmp_path.name: "0o755",
        "logs": "0o700",
        "redrive.sqlite3": "0o600",
        "redrive.sqlite3-wal": "0o600",
        "notes.txt": "0o644",
    }
