"""Set-up's sentences and stamps. The steps themselves are shown by every run of the tests."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import bootstrap, bootstrap_steps, bootstrap_test, bootstrap_words

CHECKOUT = Path(__file__).resolve().parents[2]


def test_an_old_python_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as leaving:
        bootstrap.before_django(["manage.py", "playground"])
    assert str(leaving.value) == (
        "Redrive needs Python 3.11 or newer; this is Python 3.9.2.\nTry, for instance: python3.11 manage.py playground"
    )


def test_a_python_without_venv_is_told_the_package(monkeypatch):
    monkeypatch.setattr(bootstrap_steps.util, "find_spec", lambda name: None)
    with pytest.raises(bootstrap_words.SetUpFailed, match="apt install python3-venv"):
        bootstrap_steps._make_venv()


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("error: dns error: failed to lookup address", "the package registry could not be reached"),
        ("npm error code EAI_AGAIN", "the package registry could not be reached"),
        ("OSError: [Errno 28] No space left on device", "The disk is full."),
        ("SyntaxError: unexpected token", "Building the studio failed. The whole output is in setup.log"),
    ],
)
def test_a_failed_step_says_why(output, expected):
    assert expected in bootstrap_words.of_a_command("Building the studio", output, "setup.log")


def test_a_full_disk_and_a_read_only_checkout_are_told_apart():
    assert bootstrap_words.of_the_machine(OSError(errno.ENOSPC, "")).startswith("The disk is full.")
    assert "may not" in bootstrap_words.of_the_machine(OSError(errno.EROFS, "Read-only file system"))


def test_another_command_before_set_up_says_what_to_run():
    said = bootstrap_words.not_set_up(["manage.py", "migrate"])
    assert said.startswith("`manage.py migrate` needs Django, and this checkout has not been set up yet.")


def test_a_host_is_prepared_with_the_packages_and_the_studio_and_django_does_the_database():
    names = [step.name for step in bootstrap_steps.steps("prepare") if step.name != "JavaScript packages"]
    assert names == ["virtual environment", "Python packages", "the studio's build"]


@pytest.mark.parametrize("command", ["simulate", "conformance"])
def test_a_simulation_without_a_browser_needs_the_packages_and_no_studio(command):
    names = [step.name for step in bootstrap_steps.steps(command)]
    assert names == ["virtual environment", "Python packages", "JavaScript packages"]


def test_a_stamp_agrees_only_with_what_it_was_made_from(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap_steps, "CHECKOUT", tmp_path)
    pins = tmp_path / "pins.txt"
    pins.write_text("one")
    made_from = bootstrap_steps._hash([pins])
    bootstrap_steps._write(tmp_path / ".stamp", made_from)
    assert bootstrap_steps._agrees(tmp_path / ".stamp", bootstrap_steps._hash([pins]))
    pins.write_text("two")
    assert not bootstrap_steps._agrees(tmp_path / ".stamp", bootstrap_steps._hash([pins]))


def test_quick_joins_the_callers_own_markers():
    arguments = bootstrap_test.command(["-m", "slow", "--quick", "tests/ground"], {})
    assert arguments[-3:] == ["tests/ground", "-m", "(slow) and not lint and not browser"]


def test_a_command_without_django_goes_on_in_the_virtual_environment():
    system = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    if not (CHECKOUT / ".venv").exists() or not system.exists():
        pytest.skip("not run from the checkout's own .venv")
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [system, "manage.py", "version"], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.startswith("5.2."), done.stderr
