"""Templates in the spellings that people use and the public corpus lacks: each gives the picture somebody checked by eye.

`varieties/` has the templates, `varieties/pictures.json` what each draws. `python -m tests.importers.test_varieties` prints a picture anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from flows.importers.cloudformation import import_template
from flows.topology import compile_topology, validate
from tests.exporters.roundtrip import back, picture, same

FOLDER = Path(__file__).parent / "varieties"
PICTURES = json.loads((FOLDER / "pictures.json").read_text("utf-8"))


def imported(name):
    files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.*"))}
    return import_template(files, name)


def drawn(result):
    topology = compile_topology(result.document)
    ids = [node.id for node in topology.nodes]
    links = [link for link in topology.links if link.kind != "send"]
    return {
        "nodes": [f"{node.kind} {node.id}" for node in topology.nodes if not node.scenery],
        "links": sorted(
            f"{link.kind} {ids[link.source]} → {ids[link.target]}"
            + (" (suggested)" if link.kind == "call" and link.style != "solid" else "")
            for link in links
        ),
    }


@pytest.mark.parametrize("name", PICTURES)
def test_a_template_draws_what_it_says(name):
    result = imported(name)
    assert result.problems == []
    assert [problem.message for problem in validate(result.document) if problem.severity == "error"] == []
    assert drawn(result) == PICTURES[name]


@pytest.mark.parametrize("name", PICTURES)
def test_it_comes_back_from_an_export(name):
    document = imported(name).document
    assert same(back(document)) == same(document)
    assert picture(back(document)) == picture(document)


if __name__ == "__main__":
    print(json.dumps({name: drawn(imported(name)) for name in sys.argv[1:]}, ensure_ascii=False, indent=2))
