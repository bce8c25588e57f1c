"""The gallery and the pages of its examples, as the server writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from dashboard.documentation import shelf
from dashboard.highlighting import python, template
from flows.models import Topology
from flows.topology.examples import all_examples
from flows.topology.examples.chapters import CHAPTERS

pytestmark = pytest.mark.django_db(databases=["default", "checkpoints"])

PICTURES = Path(__file__).resolve().parents[2] / "static" / "public" / "pictures"
TAG = re.compile(r"</?span[^>]*>")


@pytest.fixture
def examples():
    call_command("load_examples", verbosity=0)


def test_the_gallery_stands_in_the_talk_s_chapters(local, examples):
    page = local.get("/").content.decode()
    assert re.findall(r'<h2 id="([\w-]+)">', page) == [chapter.slug for chapter in CHAPTERS]
    for example in all_examples():
        assert f'href="/examples/{example.slug}/"' in page


def test_without_examples_the_gallery_says_how_to_load_them(local):
    page = local.get("/").content.decode()
    assert "No examples are installed." in page
    assert "data-search" not in page


def test_an_example_has_a_page_with_its_steps_its_experiments_and_the_code_it_deleted(local, examples):
    page = local.get("/examples/on-success-on-failure/").content.decode()
    for heading in ("Watch", "Try", "The code you deleted", "Without the setting", "What is left"):
        assert heading in page
    assert "Slides 20–22" in page
    assert '<span class="word">EventInvokeConfig</span>:' in page
    assert f'href="/topologies/{Topology.objects.get(slug="on-success-on-failure").pk}/"' in page


def test_the_studio_gets_the_words_alone(local, examples):
    answer = local.get("/examples/backlog/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "The code you deleted" in answer.content.decode()
    assert answer["Vary"].startswith("HX-Request") or "HX-Request" in answer["Vary"]


def test_what_is_no_example_has_no_such_page(local, examples):
    Topology.objects.create(slug="mine", name="Mine")
    assert local.get("/examples/mine/").status_code == 404


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: example.slug)
def test_marked_code_is_the_code(example):
    for source in (example.deleted.before, example.deleted.after):
        assert TAG.sub("", python(source)) == TAG.sub("", _escaped(source))
    for setting in example.deleted.settings:
        assert TAG.sub("", template(setting.source)) == _escaped(setting.source)


def _escaped(text: str) -> str:
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        text = text.replace(sign, name)
    return text


def test_every_example_has_a_small_picture_for_either_theme():
    wanted = {f"{example.slug}.{theme}.webp" for example in all_examples() for theme in ("light", "dark")}
    assert {path.name for path in PICTURES.glob("*.webp")} == wanted
    assert max(path.stat().st_size for path in PICTURES.glob("*.webp")) < 60_000


def test_the_workshop_names_examples_that_exist_and_minutes_that_add_up():
    page = shelf().find("tutorial", "workshop")
    linked = set(re.findall(r'href="/examples/([\w-]+)/"', page.html))
    assert linked
    assert linked <= {example.slug for example in all_examples()}
    assert sum(int(minutes) for minutes in re.findall(r"<td>(\d+)</td>", page.html)) == 3 * 60 + 20


def test_the_page_of_pictures_lists_every_example():
    page = shelf().find("reference", "pictures")
    for example in all_examples():
        assert page.html.count(f'href="/examples/{example.slug}/"') >= (1 if example.chapter == "start" else 2)
