"""What is exported and imported again is the same topology; and AWS's own checkers find no fault with the template."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from flows.exporters.sam import export_sam
from flows.importers.cloudformation import import_template
from flows.topology import validate
from flows.topology.examples import all_examples
from tests.conftest import CASES
from tests.exporters.checkers import complaints
from tests.exporters.roundtrip import back, picture, same
from tests.exporters.strategies import documents
from tests.importers.corpus import imported, manifest

EXAMPLES = {example.slug: example for example in all_examples()}
ENTRIES = {entry["id"]: entry for entry in manifest(CASES)} if CASES.is_dir() else {}


def errors(document):
    return [problem for problem in validate(document) if problem.severity == "error"]


def assert_it_comes_back(document):
    found = back(document)
    assert same(found) == same(document)
    assert picture(found) == picture(document)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_a_topology_comes_back_the_same(document):
    assume(not errors(document))
    assert_it_comes_back(document)


@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_of_the_gallery_comes_back_the_same(slug):
    example = EXAMPLES[slug]
    document = import_template(example.files, example.main).document
    assert_it_comes_back(document)


@pytest.mark.cases
@pytest.mark.skipif(
    not CASES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
)
@pytest.mark.parametrize("id_", ENTRIES)
def test_a_public_template_comes_back_the_same(id_):
    document = imported(CASES, ENTRIES[id_]).document
    assert_it_comes_back(document)


@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_passes_aws_s_checkers(slug):
    example = EXAMPLES[slug]
    document = import_template(example.files, example.main).document
    assert complaints(export_sam(document)) == []


@settings(
    max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(documents())
def test_a_topology_passes_aws_s_checkers(document):
    assume(not errors(document))
    assert complaints(export_sam(document)) == []


def test_an_export_of_an_export_is_the_same_text():
    for example in EXAMPLES.values():
        text = export_sam(import_template(example.files, example.main).document)
        assert export_sam(import_template({"template.yaml": text.encode()}, "template.yaml").document) == text
