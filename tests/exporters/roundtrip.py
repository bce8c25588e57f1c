"""A topology that is exported and imported again, and what must be the same then."""

from __future__ import annotations

from typing import Any

from flows.exporters.sam import export_sam
from flows.importers.cloudformation import import_template
from flows.topology import compile_topology
from flows.topology.behaviour import BehaviourModel
from flows.topology.document import Document, normalise

FUNCTION = "AWS::Lambda::Function"


def back(document: dict[str, Any]) -> dict[str, Any]:
    """The document after a round trip."""
    result = import_template({"template.yaml": export_sam(document).encode()}, "template.yaml")
    assert result.problems == []
    assert result.document is not None
    return result.document


def same(document: dict[str, Any]) -> dict[str, Any]:
    """What a round trip keeps: everything but where the topology came from (`origin`, the report). A behaviour's defaults may be written
    out or not."""
    model = Document.model_validate(normalise(document))
    resources = {}
    for id_, given in sorted(model.resources.items()):
        playground = given.playground.model_dump(mode="json", exclude={"origin"})
        if given.Type == FUNCTION and playground["behaviour"] is not None:
            playground["behaviour"] = BehaviourModel.model_validate(playground["behaviour"]).model_dump(mode="json")
        resources[id_] = {"Type": given.Type, "Properties": given.Properties, "playground": playground}
    kept = model.model_dump(mode="json", include={"name", "region", "account", "playground"})
    return {**kept, "resources": resources}


def picture(document: dict[str, Any]) -> Any:
    """The compiled topology as the simulator reads it: nodes and links with all they are configured with."""
    topology = compile_topology(document)
    nodes = [
        (node.index, node.id, node.name, node.arn, node.config, node.label, node.position, node.faults, node.missing)
        for node in topology.nodes
    ]
    links = [
        (link.index, link.id, link.source, link.target, link.kind, link.config, link.style, link.label, link.faults)
        for link in topology.links
    ]
    return topology.name, topology.region, topology.account, nodes, links
