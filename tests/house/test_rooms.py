"""What the import contracts cannot see."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
BEFORE_DJANGO = [CHECKOUT / "manage.py", CHECKOUT / "dashboard" / "__init__.py"]
BEFORE_DJANGO += sorted((CHECKOUT / "dashboard").glob("bootstrap*.py"))


@pytest.mark.parametrize("path", BEFORE_DJANGO, ids=lambda path: path.name)
def test_what_runs_before_set_up_parses_on_python_3_8_and_needs_the_standard_library_only(path):
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    stdlib = {
        "__future__",
        "argparse",
        "contextlib",
        "errno",
        "fcntl",
        "glob",
        "hashlib",
        "importlib",
        "os",
        "pathlib",
        "shutil",
    }
    stdlib |= {"subprocess", "sys", "time", "collections", "typing", "dashboard"}
    at_import = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else node.names[0].name.split(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert at_import <= stdlib


def test_the_packages_that_celery_and_django_import_first_are_empty():
    assert (CHECKOUT / "dashboard" / "__init__.py").read_text() == ""


def test_the_top_level_is_fixed():
    allowed = {"manage.py", "pyproject.toml", "README.md", "LICENSE", "requirements"}
    allowed |= {"dashboard", "flows", "static", "templates", "tests"}
    found = {path.name for path in CHECKOUT.iterdir() if not path.name.startswith(".")}
    assert found <= allowed | {"__pycache__"}


@pytest.mark.parametrize("path", sorted((CHECKOUT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_pins_carry_hashes_and_name_no_host(path):
    text = path.read_text()
    assert "://" not in text
    pins = re.findall(r"^[\w.\[\]-]+==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)


def test_the_npm_lock_names_no_host():
    assert '"resolved"' not in (CHECKOUT / "static" / "package-lock.json").read_text()
