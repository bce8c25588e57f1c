"""The gallery's examples import, compile and run as they say."""

from __future__ import annotations

import pytest

from flows.importers.cloudformation import import_template
from flows.topology import compile_topology, validate
from flows.topology.examples import all_examples

EXAMPLES = {example.slug: example for example in all_examples()}


def test_they_come_in_the_order_of_the_gallery():
    assert list(EXAMPLES) == ["order-queue-with-dead-letters", "whole-batch-failure", "backlog"]


@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_imports_without_errors_and_its_traffic_has_a_target(slug):
    example = EXAMPLES[slug]
    result = import_template(example.files, example.main)
    assert result.problems == []
    assert [problem for problem in validate(result.document) if problem.severity == "error"] == []
    topology = compile_topology(result.document)
    assert topology.node(example.traffic["target"]).kind == "queue"
    assert all(node.service != "external" for node in topology.nodes)
    assert example.title and example.description and example.watch and example.try_
