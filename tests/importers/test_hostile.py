"""Uploads that mean harm, each in a process of its own: a clear answer within two seconds of work and 200 MB."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import CHECKOUT
from tests.importers.hostile import UPLOADS

SECONDS = 2.0
MEGABYTES = 200

REFUSED = {
    "malformed": ["NotWellFormed", 3, "/Resources/A/1/B"],
    "ten megabytes": ["TooLarge", None, ""],
    "eleven megabytes": ["UploadTooLarge", None, ""],
    "a megabyte of keys": ["TooManyResources", 1, "/Resources"],
    "a megabyte of resources": ["TooManyResources", 1, "/Resources"],
    "a thousand brackets": ["TooDeep", 1, "/Resources/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0"],
    "a million brackets": ["TooDeep", 1, "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0"],
    "a thousand indents": ["TooDeep", 101, "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"],
    "a billion laughs": ["TooManyValues", 6, "/f/0"],
    "not utf-8": ["NotUtf8", 2, ""],
    "a recursive reference": ["RefRecursive", 2, "/Resources/A"],
    "an id given twice": ["KeyTwice", 3, "/Resources/A"],
    "laughing with sub": ["TooEntangled", 87, "/Resources/Q84/Properties/A/Fn::Sub"],
    "laughing with parameters": ["TooEntangled", 12, "/Resources/Q9/Properties/A/Ref/99951"],
    "laughing with aliases of long texts": ["TooEntangled", 171, "/Resources/Q168/Properties/A"],
    "laughing with substitutions": ["TooEntangled", None, ""],
}


@pytest.fixture(scope="module")
def measured() -> Iterator[Callable[[str], dict]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.importers.hostile"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:

        def measure(name: str) -> dict:
            print(name, file=program.stdin, flush=True)
            return json.loads(program.stdout.readline())

        yield measure
        program.stdin.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", UPLOADS)
def test_it_is_answered_within_two_seconds_and_200_mb(name, measured):
    answer = measured(name)
    assert answer["problems"] == ([REFUSED[name]] if name in REFUSED else [])
    assert answer["drawn"] == (name not in REFUSED)
    assert answer["megabytes"] < MEGABYTES
    assert answer["seconds"] < SECONDS
