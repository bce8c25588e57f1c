"""The docs are tested: whatever is in a table has a heading."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from dashboard.documentation import SECTIONS, shelf
from dashboard.frames import FRAMES
from dashboard.limits import QUOTAS
from dashboard.reference_scenarios import ASKED, EXAMPLE, FIELDS
from flows.asl.expressions.comparisons import OPERATORS as COMPARISONS
from flows.asl.expressions.comparisons import TESTS
from flows.asl.expressions.functions import FUNCTIONS
from flows.asl.expressions.vocabulary import ADDED, REMOVED
from flows.asl.expressions.vocabulary import STATES as STATES_FIELDS
from flows.asl.lint import CODES
from flows.asl.lint.language import STATES
from flows.patterns.operators import OPERATORS
from flows.scenarios import read
from flows.scenarios.document import QUESTIONS, Expectation
from flows.services.kinds import KINDS
from flows.simulation import SERVICES
from flows.topology.problems import CHECKS

pytestmark = pytest.mark.django_db

TABLES = {
    "kinds": [kind.name for kind in KINDS],
    "operations": [f"{service.kind}:{name}" for service in SERVICES.values() for name in service.operations],
    "checks": list(CHECKS),
    "frames": [kind.name for kind in FRAMES],
    "scenarios": list(QUESTIONS),
    "patterns": list(OPERATORS),
    "state-machines": [*CODES, *STATES],
}


@pytest.mark.parametrize("page", TABLES)
def test_every_row_of_a_table_has_a_heading(page):
    headings = {re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", _page(page).html)}
    assert set(TABLES[page]) - headings == set()


def test_every_quota_is_listed():
    assert all(f"<td>{what}</td>" in _page("quotas").html for what, *_ in QUOTAS)


def test_every_word_of_the_expression_languages_is_listed():
    page = _page("expressions").html
    words = [*FUNCTIONS, *COMPARISONS, *TESTS, *(word.name for word in (*ADDED, *REMOVED, *STATES_FIELDS))]
    assert [word for word in words if f"<td><code>{word}</code></td>" not in page] == []


def test_every_field_of_a_scenario_file_is_told():
    for model, told in FIELDS.items():
        asked = set(QUESTIONS) if model is Expectation else set()
        assert set(model.model_fields) - asked == set(told), model
    for question, (_, model, told) in ASKED.items():
        assert set(model.model_fields if model else {}) == set(told), question


def test_the_example_of_a_scenario_file_is_one():
    assert read(json.dumps(EXAMPLE)).expect[1].equals == [5_000_000, 35_000_000, 65_000_000]


def test_every_service_says_what_it_simulates_and_what_not():
    assert len(re.findall(r"<h2[^>]*>", _page("simulated").html)) == len(SERVICES)
    assert _page("simulated").html.count("<strong>Simulated</strong>") == len(SERVICES)


def test_every_page_is_served_and_reachable_from_the_navigation():
    client = Client()
    for page in shelf().pages:
        answer = client.get(page.url)
        assert answer.status_code == 200, page.url
        assert f'href="{page.url}"' in answer.content.decode()
        assert page.title != page.slug, f"{page.url} has no title"


def test_every_link_between_pages_leads_somewhere():
    call_command("load_examples", verbosity=0)  # the workshop and the pictures lead to their pages
    client = Client()
    anchors = {page.url: set(re.findall(r'id="([^"]+)"', page.html)) for page in shelf().pages}
    for page in shelf().pages:
        for address in re.findall(r'href="([^"]*)"', page.html):
            if address.startswith("https://"):
                continue
            assert address.startswith(("/", "#")), f"{page.url} links to {address}: say it from the root"
            place, _, anchor = address.partition("#")
            place = place or page.url
            assert place in anchors or client.get(place).status_code == 200, f"{page.url} links to {address}"
            assert not anchor or anchor in anchors.get(place, {anchor}), f"{page.url} links to {address}"


def test_what_the_studio_and_the_pages_link_to_in_the_docs_is_there():
    pages = {page.url: set(re.findall(r'id="([^"]+)"', page.html)) for page in shelf().pages}
    sources = [
        file
        for folder, ending in (
            ("templates", "*.html"),
            ("static/src", "*.svelte"),
            ("static/src", "*.ts"),
            ("flows", "*.py"),
        )
        for file in (settings.BASE_DIR / folder).rglob(ending)
    ]
    linked = {
        (file.name, *found)
        for file in sources
        for found in re.findall(r"[\"'`](/docs/[\w/-]*)(?:#([\w-]+))?[\"'`]", file.read_text())
    }
    named = {
        (file.name, "/docs/" + "/".join(parts) + "/", "")
        for file in sources
        for parts in re.findall(r"url 'docs-page' '([\w-]+)' '([\w-]+)'", file.read_text())
    }
    assert named
    assert {row for row in linked | named if row[1] not in pages or (row[2] and row[2] not in pages[row[1]])} == set()


def test_every_file_that_a_page_names_is_there():
    named = {
        file
        for page in shelf().pages
        for file in re.findall(r"<code>([\w./-]+/[\w.-]+\.(?:py|ts|svelte))</code>", page.html)
    }
    assert len(named) > 20
    assert {file for file in named if not (settings.BASE_DIR / file).is_file()} == set()


def test_pages_stand_in_the_order_of_their_sections():
    sections = [page.section for page in shelf().pages]
    assert sections == sorted(sections, key=list(SECTIONS).index)


@pytest.mark.parametrize(
    "address", ["/docs/nothing/", "/docs/reference/nothing/", "/docs/../settings/", "/docs/reference/..%2f..%2fbase/"]
)
def test_a_page_that_is_not_there_is_not_found(address):
    assert Client().get(address).status_code == 404


def _page(slug):
    return shelf().find("reference", slug)


def test_every_attribute_that_a_queue_a_topic_or_a_subscription_has_is_on_its_page_and_no_other():
    from dashboard.reference_attributes import KEPT, QUEUE, SUBSCRIPTION, TOPIC
    from flows.services.sns import subscription_attributes, topic_attributes
    from flows.services.sqs import attributes

    assert set(QUEUE) == attributes.KNOWN
    assert set(SUBSCRIPTION) == subscription_attributes.NAMES
    assert set(TOPIC) - {topic_attributes.FIFO} <= topic_attributes.SETTABLE
    html = _page("attributes").html
    for name in (*QUEUE, *SUBSCRIPTION, *topic_attributes.SETTABLE):
        assert f"<code>{name}</code>" in html
    assert KEPT in html
