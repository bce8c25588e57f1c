"""The real product and a real browser: one playground (Valkey, workers, web, its own home) for all journeys of a test process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHECKOUT = Path(__file__).resolve().parents[2]
SIZE = {"width": 1280, "height": 800}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]
PATIENCE_MS = 60_000
"""How long a journey waits for something to show: two busy cores, no more."""

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a playground of its own."""
    with tempfile.TemporaryDirectory(prefix="rd-") as home:  # pytest's own are too long for a socket
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
        environment |= {"REDRIVE_HOME": home, "REDRIVE_SET_UP": "1", "REDIS_URL": "", "DATABASE_URL": ""}
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=CHECKOUT, env=environment, check=True)
        with subprocess.Popen(
            [sys.executable, "manage.py", "playground", "--port", "0"],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            line = process.stdout.readline()
            ready = re.fullmatch(r"Redrive is ready: (\S+)\n", line)
            assert ready, line
            yield ready[1]
            process.send_signal(signal.SIGINT)
            process.communicate()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread: it must be gone before the next module's asynchronous tests.
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield chrome
        chrome.close()


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[object]:
    """Opens pages, each somebody's own browser; whatever a console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(base_url=site, **{"viewport": SIZE, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{said.text} {said.location}") if said.type in ("error", "warning") else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page) -> Page:
    return new_page()


@pytest.fixture
def pictures() -> Path | None:
    """Where a journey leaves its pictures: REDRIVE_PICTURES. Where nobody wants any none are taken."""
    wanted = os.environ.get("REDRIVE_PICTURES")
    return Path(wanted) if wanted else None
