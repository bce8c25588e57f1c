"""Importing a template that stands in the test."""

from __future__ import annotations

from textwrap import dedent

from flows.importers.cloudformation import import_template
from flows.importers.loader import load
from flows.topology import compile_topology


def read(text):
    """(tree, problems) of one file."""
    return load(dedent(text).encode(), "template.yaml")


def imports(text, parameters=None, **companions):
    files = {"template.yaml": dedent(text).encode()} | {
        name: dedent(content).encode() for name, content in companions.items()
    }
    return import_template(files, "template.yaml", parameters)


def properties(text, id_, parameters=None):
    """The resolved properties of one resource."""
    return imports(text, parameters).document["resources"][id_]["Properties"]


def edges(result):
    topology = compile_topology(result.document)
    ids = [node.id for node in topology.nodes]
    return {(ids[link.source], ids[link.target], link.kind) for link in topology.links if link.kind != "send"}


def told(result):
    return [(problem.code, problem.path, problem.line) for problem in result.problems]


def verdict(result, resource, property_=""):
    return [
        (line.verdict, line.reason) for line in result.report if (line.resource, line.property) == (resource, property_)
    ]
