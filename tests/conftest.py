"""What every room's tests share: the recorded cases, Hypothesis profiles, and the word about browsers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.grounds"]

CHECKOUT = Path(__file__).resolve().parent.parent
CASES = CHECKOUT.parent / "shared" / "cases"
BROWSER_LEFT_OUT = pytest.StashKey[list[str]]()

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """True if golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder of recorded AWS answers, beside the checkout."""
    if not CASES.is_dir():
        pytest.skip("the recorded AWS answers (../shared/cases) are not beside this checkout")
    return CASES


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser that `manage.py test` found or installed."""
    return os.environ["REDRIVE_CHROMIUM"]


def pytest_unconfigure() -> None:
    """The home made by tests/settings.py; `atexit` is not asked when xdist ends a worker."""
    home = os.environ.get("REDRIVE_HOME", "")
    if "redrive-test-" in home:
        shutil.rmtree(home, ignore_errors=True)


# ── browser tests are left out loudly ─────────────────────────────────────────────────────────────────────────────────


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser = [item for item in items if item.get_closest_marker("browser")]
    config.stash[BROWSER_LEFT_OUT] = []
    if browser and not _has_browser():
        config.stash[BROWSER_LEFT_OUT] = [item.nodeid for item in browser]
        skip = pytest.mark.skip(reason="no Chromium on this machine")
        for item in browser:
            item.add_marker(skip)


def _has_browser() -> bool:
    if os.environ.get("REDRIVE_NO_BROWSER") == "1":
        return False
    if not os.environ.get("REDRIVE_CHROMIUM"):
        from dashboard import bootstrap_test

        os.environ["REDRIVE_CHROMIUM"] = bootstrap_test.find_chromium() or ""
    return bool(os.environ["REDRIVE_CHROMIUM"])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _lacks_browser(session.config) and os.environ.get("REDRIVE_REQUIRE_BROWSER") == "1" and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, exitstatus: int, config: pytest.Config) -> None:
    if _lacks_browser(config):
        terminalreporter.section("BROWSER TESTS WERE LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line("There is no Chromium here and it could not be installed, so nobody looked at the pages.")
        terminalreporter.line("Install it (Debian: apt install chromium) and run the tests again.")


def _lacks_browser(config: pytest.Config) -> bool:
    """Said once, by the process that talks to the terminal; under xdist it collects nothing itself."""
    if hasattr(config, "workerinput"):
        return False
    return bool(config.stash.get(BROWSER_LEFT_OUT, [])) or os.environ.get("REDRIVE_NO_BROWSER") == "1"
