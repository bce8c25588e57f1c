"""Links are derived from properties, as CloudFormation derives them: one derivation per resource type.

A derivation reads one resource and yields a draft per link it declares. The kinds are the template corpus's words.
"""

from __future__ import annotations

from flows.topology.catalogue import Catalogue
from flows.topology.links import lambda_, sqs
from flows.topology.links.draft import Derivation, Draft

DERIVATIONS: dict[str, Derivation] = {
    "AWS::SQS::Queue": sqs.from_queue,
    "AWS::Lambda::Function": lambda_.from_function,
    "AWS::Lambda::EventSourceMapping": lambda_.from_mapping,
    "AWS::Lambda::EventInvokeConfig": lambda_.from_invoke_config,
}


def derive_links(catalogue: Catalogue) -> list[Draft]:
    """Every link of the topology, in the order of the resources' logical ids."""
    return [
        draft
        for resource in catalogue.resources.values()
        if resource.type in DERIVATIONS
        for draft in DERIVATIONS[resource.type](resource, catalogue)
    ]
