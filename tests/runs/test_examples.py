"""The gallery's examples and other people's templates become topologies."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from flows.models import Topology, TopologyVersion
from flows.topology.examples import all_examples

pytestmark = pytest.mark.django_db


def test_every_example_becomes_a_topology_that_all_may_look_at_and_nobody_may_change(capsys):
    call_command("load_examples")
    topologies = {topology.slug: topology for topology in Topology.objects.all()}
    assert sorted(topologies) == sorted(example.slug for example in all_examples())
    for topology in topologies.values():
        assert topology.is_visible_to(None)
        assert not topology.may_be_changed_by(None)
        assert topology.latest.number == 1
        assert not [problem for problem in topology.latest.problems if problem["severity"] == "error"]
        assert topology.guide.keys() == {"order", "slug", "chapter", "watch", "try", "deleted", "traffic", "also"}


def test_loading_again_does_nothing_and_asks_little(capsys, django_assert_num_queries):
    call_command("load_examples")
    with django_assert_num_queries(1):
        call_command("load_examples")
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(all_examples())} examples, 0 changed, 0 removed."


def test_a_changed_example_gets_a_version_only_if_its_document_is_another_one(monkeypatch):
    call_command("load_examples")
    slug = all_examples()[0].slug
    Topology.objects.filter(slug=slug).update(source_digest="of older files")
    call_command("load_examples")
    assert TopologyVersion.objects.filter(topology__slug=slug).count() == 1
    Topology.objects.filter(slug=slug).update(source_digest="of older files")
    TopologyVersion.objects.filter(topology__slug=slug).update(digest="of an older document")
    call_command("load_examples")
    assert list(TopologyVersion.objects.filter(topology__slug=slug).values_list("number", flat=True)) == [1, 2]


def test_an_example_that_is_no_more_goes(capsys):
    Topology.objects.create(slug="gone", name="Gone", is_example=True)
    Topology.objects.create(slug="mine", name="Mine")
    call_command("load_examples")
    assert not Topology.objects.filter(slug="gone").exists()
    assert Topology.objects.filter(slug="mine").exists()


def test_import_topology_reads_a_template_and_says_what_became_of_it(tmp_path, capsys):
    template = tmp_path / "template.yaml"
    template.write_text("Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: orders\n")
    call_command("import_topology", str(template), "--name", "From the shell")
    topology = Topology.objects.get()
    assert topology.name == "From the shell"
    assert "Orders" in topology.latest.document["resources"]
    assert capsys.readouterr().out.splitlines()[-1] == f"/topologies/{topology.id}/"


def test_import_topology_reads_an_exported_document(tmp_path):
    call_command("load_examples")
    document = TopologyVersion.objects.first().document
    (tmp_path / "exported.json").write_text(json.dumps(document))
    call_command("import_topology", str(tmp_path / "exported.json"))
    assert Topology.objects.get(is_example=False).latest.document == document


def test_import_topology_says_what_is_wrong_and_stores_nothing(tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text("Resources: [\n")
    with pytest.raises(CommandError, match="line"):
        call_command("import_topology", str(template))
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_topology", str(tmp_path / "absent.yaml"))
    assert not Topology.objects.exists()
