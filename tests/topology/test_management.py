"""Who manages what: each box stands on the rung that its kind and its properties say."""

from __future__ import annotations

import pytest

from flows.topology import compile_topology
from flows.topology.compiled import CompiledNode
from flows.topology.management import AWS, LAYERS, RUNGS, STEPS, YOU, management, rung_of
from flows.topology.types import NODE_TYPES
from tests.topology.documents import the_cast


@pytest.mark.parametrize(
    ("kind", "properties", "rung"),
    [
        ("function", {}, "function"),
        ("function", {"PackageType": "Image"}, "function-image"),
        ("queue", {}, "service"),
        ("table", {}, "provisioned"),
        ("table", {"BillingMode": "PAY_PER_REQUEST"}, "service"),
        ("stream", {"ShardCount": 2}, "provisioned"),
        ("stream", {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}, "service"),
        ("container-service", {"LaunchType": "FARGATE"}, "fargate"),
        ("container-service", {"LaunchType": "EC2"}, "containers"),
        ("container-service", {"CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT"}]}, "fargate"),
        ("container-task", {"RequiresCompatibilities": ["FARGATE"]}, "fargate"),
        ("container-task", {}, "containers"),
        (
            "database",
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4}},
            "serverless-database",
        ),
        ("database", {}, "instance"),
    ],
)
def test_a_box_stands_where_its_properties_say(kind, properties, rung):
    node = CompiledNode(1, "One", "one", "", kind, kind, properties=properties)
    assert rung_of(node) == rung


def test_you_and_what_is_not_of_aws_stand_nowhere():
    assert rung_of(CompiledNode(0, "client", "You", "", "client", "client", scenery=True)) == ""
    assert rung_of(CompiledNode(1, "Partner", "partner", "", "stub", "external")) == ""


def test_every_type_of_aws_that_is_drawn_has_a_rung():
    rows = [row for row in NODE_TYPES.values() if row.type.startswith("AWS::")]
    assert {rung_of(CompiledNode(1, "One", "one", row.type, row.kind, row.service)) for row in rows} <= {*RUNGS}


def test_the_higher_the_step_the_less_is_yours():
    yours = [
        min(sum(who == YOU for who, _ in rung.cells) for rung in RUNGS.values() if rung.step == step)
        for step in range(len(STEPS))
    ]
    assert yours == sorted(yours, reverse=True)
    assert all(rung.cells[0][0] == AWS and rung.cells[-1][0] == YOU for rung in RUNGS.values())
    assert all(len(rung.cells) == len(LAYERS) for rung in RUNGS.values())


def test_the_lens_names_a_rung_for_each_node_in_order():
    topology = compile_topology(the_cast())
    assert management(topology)["nodes"] == [rung_of(node) for node in topology.nodes]
