"""State machines in a drawing: the definition out of its properties, mocks, links, and what the page gets."""

from __future__ import annotations

import dataclasses
import json

import pytest

from flows.topology import compile_topology, types
from flows.topology.definitions import LARGEST, definition_of, filled
from flows.topology.mocks import read_mocks, wrong_mocks
from flows.topology.resources.machine import MachineConfig, MockAnswer, TaskConfig
from tests.topology.documents import a_machine, the_cast

MACHINE = "AWS::StepFunctions::StateMachine"
CHARGE_CARD = "arn:aws:lambda:eu-west-1:123456789012:function:ChargeCard"
ORDERS = "https://sqs.eu-west-1.amazonaws.com/123456789012/Orders"
FULFILMENT = {
    "StartAt": "Charge",
    "States": {
        "Charge": {"Type": "Task", "Resource": CHARGE_CARD, "Next": "Queue"},
        "Queue": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": ORDERS, "MessageBody.$": "$"},
            "End": True,
        },
    },
}


@pytest.fixture
def simulated(monkeypatch):
    """As it will be when the service is wired."""
    monkeypatch.setitem(types.NODE_TYPES, MACHINE, dataclasses.replace(types.NODE_TYPES[MACHINE], simulated=True))
    links = types.SIMULATED_LINKS | {"sfn-task"}
    monkeypatch.setattr("flows.topology.configure_links.SIMULATED_LINKS", links)


class TestDefinitions:
    def test_an_object_is_written_as_text(self):
        found = definition_of({"Definition": FULFILMENT})
        assert (found.where, found.parsed) == ("Definition", FULFILMENT)
        assert json.loads(found.text) == FULFILMENT

    def test_a_text_is_kept_as_it_is(self):
        text = '{ "StartAt": "A",\n  "States": {} }'
        assert definition_of({"DefinitionString": text}).text == text

    def test_substitutions_are_filled_into_the_text(self):
        properties = {
            "DefinitionString": '{"TimeoutSeconds": ${Limit}, "Comment": "${Who}"}',
            "DefinitionSubstitutions": {"Limit": 5, "Who": "us"},
        }
        assert definition_of(properties).parsed == {"TimeoutSeconds": 5, "Comment": "us"}

    def test_substitutions_inside_an_object_stay_inside_its_texts(self):
        properties = {"Definition": {"Comment": "${Who}: ${Other}"}, "DefinitionSubstitutions": {"Who": 'a "quote"'}}
        assert definition_of(properties).parsed == {"Comment": 'a "quote": ${Other}'}
        assert definition_of(properties).is_unfinished

    def test_what_is_no_json_has_a_text_and_nothing_else(self):
        assert definition_of({"DefinitionString": "{"}).parsed is None
        assert not definition_of({}).is_given

    def test_substitutions_cannot_grow_without_bounds(self):
        text = "${A}" * 1_000
        assert filled(text, {"A": "x" * (LARGEST // 100)}) == text


class TestMocks:
    def test_answers_in_order(self):
        mocks = {
            "Charge": {"result": {"ok": True}, "delay_ms": 250},
            "Queue": [{"error": "Busy", "cause": "later", "times": 2}, {"result": None}],
        }
        assert list(wrong_mocks(mocks)) == []
        assert read_mocks(mocks) == {
            "Charge": (MockAnswer('{"ok":true}', delay_us=250_000),),
            "Queue": (MockAnswer(error="Busy", cause="later", times=2), MockAnswer("null")),
        }

    @pytest.mark.parametrize(
        ("mocks", "way"),
        [
            ([], ()),
            ({"A": 7}, ("A",)),
            ({"A": {}}, ("A",)),
            ({"A": {"result": 1, "error": "E"}}, ("A",)),
            ({"A": {"error": ""}}, ("A",)),
            ({"A": [{"result": 1}, {"result": 1, "delay_ms": -1}]}, ("A", 1)),
            ({"A": {"result": 1, "times": True}}, ("A",)),
            ({"A": {"answer": 1}}, ("A",)),
            ({"A": []}, ("A",)),
        ],
    )
    def test_what_cannot_be_used_is_told_and_left_out(self, mocks, way):
        assert [found for found, _ in wrong_mocks(mocks)] == [way]
        assert all(all(isinstance(answer, MockAnswer) for answer in found) for found in read_mocks(mocks).values())


class TestCompiled:
    def test_a_machine_is_configured_and_can_be_sent_to(self, simulated):
        machine = a_machine(
            FULFILMENT, {"Charge": {"result": 1}}, StateMachineType="EXPRESS", StateMachineName="fulfil"
        )
        topology = compile_topology(the_cast(Fulfilment=machine))
        node = topology.node("Fulfilment")
        assert (node.service, node.missing) == ("states", "")
        assert node.config == MachineConfig(
            "fulfil", "EXPRESS", json.dumps(FULFILMENT), "", {"Charge": (MockAnswer("1"),)}
        )
        assert topology.link("send:Fulfilment").target == node.index

    def test_its_links_say_which_states_call_what(self, simulated):
        topology = compile_topology(the_cast(Fulfilment=a_machine(FULFILMENT)))
        links = {link.target: link.config for link in topology.links if link.kind == "sfn-task"}
        assert links == {
            topology.node("ChargeCard").index: TaskConfig(("Charge",), ("lambda:invoke",)),
            topology.node("Orders").index: TaskConfig(("Queue",), ("sqs:sendMessage",)),
        }

    def test_a_definition_that_aws_would_refuse_stands_still(self, simulated):
        node = compile_topology(the_cast(Fulfilment=a_machine({"StartAt": "A"}))).node("Fulfilment")
        assert node.config is None
        assert node.missing == (
            "AWS would refuse its definition: SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /."
        )
        assert (
            compile_topology(the_cast(Fulfilment=a_machine(None))).node("Fulfilment").missing == "It has no definition."
        )

    def test_the_page_gets_the_definition_and_its_graph(self):
        node = compile_topology(the_cast(Fulfilment=a_machine(FULFILMENT))).node("Fulfilment").as_json()
        assert node["definition"] == FULFILMENT
        assert [state["id"] for state in node["graph"]["states"]] == ["Charge", "Queue"]
        assert node["graph"]["transitions"] == [
            {"source": "Charge", "target": "Queue", "kind": "next", "label": "", "index": None}
        ]
        assert "definition" not in compile_topology(the_cast()).node("Orders").as_json()

    def test_a_text_that_is_no_json_is_given_as_it_is(self):
        machine = a_machine(None, DefinitionString="{not json")
        node = compile_topology(the_cast(Fulfilment=machine)).node("Fulfilment").as_json()
        assert (node["definition"], node["graph"]) == ("{not json", {"states": [], "transitions": []})

    def test_its_settings_leave_the_definition_out(self):
        node = compile_topology(the_cast(Fulfilment=a_machine(FULFILMENT))).node("Fulfilment")
        assert [(row["name"], row["value"]) for row in node.settings] == [("StateMachineType", "STANDARD")]
