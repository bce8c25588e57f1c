"""The page "Run it for a team" names what there is: every variable, every metric, every address."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.core import REGISTRY

from dashboard import environment
from dashboard.hosting import metrics

CHECKOUT = Path(__file__).resolve().parents[2]
GUIDE = (CHECKOUT / "templates" / "docs" / "how-to" / "run-it-for-a-team.md").read_text()


def test_every_variable_is_in_its_table():
    read = set(re.findall(r'environ\.get\(\s*"(\w+)"', Path(environment.__file__).read_text()))
    assert read
    assert read - set(re.findall(r"`([A-Z_]+)`", GUIDE)) == set()


def test_every_metric_is_in_its_table():
    ours = {name for name in REGISTRY._names_to_collectors if name.startswith("redrive_")}
    ours |= set(re.findall(r'"(redrive_\w+)"', Path(metrics.__file__).read_text()))
    bases = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in ours}
    named = set(re.findall(r"`(redrive_\w+)", GUIDE))
    assert {name for name in bases if name not in named and f"{name}_total" not in named} == set()
