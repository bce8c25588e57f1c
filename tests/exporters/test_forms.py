"""A topology as a file: Mermaid's text, the command line, the page."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from flows.exporters.forms import FORMS, export
from flows.exporters.mermaid import mermaid
from tests.builders import a_queue, a_topology, an_order_topology


def test_a_picture_as_mermaid():
    assert mermaid(an_order_topology()) == (
        "flowchart LR\n"
        '    n1("ChargeCard<br/><small>function</small>")\n'
        '    n2[["Orders<br/><small>queue</small>"]]\n'
        '    n3[["OrdersDlq<br/><small>queue</small>"]]\n'
        '    n2 -->|"esm"| n1\n'
        '    n2 -->|"after 3 receives"| n3\n'
        "    classDef dead stroke-dasharray: 4 3\n"
        "    class n3 dead\n"
    )


def test_names_cannot_break_out_of_the_picture():
    topology = a_topology(**{'x"]; click': a_queue("x")})
    assert 'n1[["x#34;]#59; click<br/>' in mermaid(topology)


@pytest.mark.parametrize("form", FORMS)
def test_the_command_line_writes_every_form(form, tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {Orders: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: 3}}}\n")
    written, out = tmp_path / "out", StringIO()
    call_command("export_topology", str(template), format=form, stdout=out)
    call_command("export_topology", str(template), format=form, output=written, stdout=StringIO())
    assert out.getvalue() == written.read_text("utf-8")
    assert "Orders" in out.getvalue()


def test_a_template_says_what_was_drawn_and_no_more():
    document = {
        "format": 1,
        "name": "orders",
        "resources": {
            "Orders": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"DelaySeconds": 3},
                "playground": {"label": "The orders"},
            }
        },
    }
    assert export(document, "sam") == (
        "AWSTemplateFormatVersion: '2010-09-09'\n"
        "\n"
        "Description: orders\n"
        "\n"
        "Metadata:\n"
        "  Redrive:\n"
        "    Name: orders\n"
        "\n"
        "Resources:\n"
        "  Orders:\n"
        "    Type: AWS::SQS::Queue\n"
        "    Metadata:\n"
        "      Redrive:\n"
        "        label: The orders\n"
        "    Properties:\n"
        "      DelaySeconds: 3\n"
    )
