"""Targets, ends and names, as AWS asks for them (recorded, and told in deployment errors)."""

from __future__ import annotations

import pytest

from flows.asl.lint import lint, refusal_text
from tests.asl.lint.machines import machine, said

END = {"Type": "Pass", "End": True}


def to(target):
    return {"Type": "Pass", "Next": target}


def test_a_missing_target_and_a_state_nothing_leads_to():
    found = lint(machine({"pass1": to("pass3"), "pass2": END}))
    assert refusal_text(found) == (
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, "
        'MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2\''
    )


def test_a_start_that_does_not_exist_is_a_missing_next_too():
    assert said(machine({"Pass One": to("Success"), "Success": {"Type": "Succeed"}}, start="Not sure")) == [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Not sure at /StartAt",
        'MISSING_TRANSITION_TARGET: State "Pass One" is not reachable. at /States/Pass One',
    ]


def test_a_loop_has_no_end():
    found = lint(machine({"A": to("B"), "B": to("A")}))
    assert [each.as_json() for each in found] == [
        {
            "severity": "ERROR",
            "code": "MISSING_END_STATE",
            "message": "Workflow has no terminal state",
            "location": None,
        }
    ]
    assert refusal_text(found).endswith("'MISSING_END_STATE: Workflow has no terminal state at null'")


def test_without_an_end_nobody_asks_what_is_reachable():
    assert [text.split(":")[0] for text in said(machine({"A": to("B"), "B": to("A"), "C": to("A")}))] == [
        "MISSING_END_STATE"
    ]


def test_an_end_that_nothing_leads_to_is_still_an_end():
    assert said(machine({"A": to("B"), "B": to("A"), "C": END})) == [
        'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C'
    ]


def test_a_missing_target_comes_before_the_missing_end():
    assert [text.split(":")[0] for text in said(machine({"A": to("NOPE")}))] == [
        "MISSING_TRANSITION_TARGET",
        "MISSING_END_STATE",
    ]


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "NOPE"}], "Default": "X"}, "/States/C/Choices[0]/Next"),
        ({"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "X"}], "Default": "NOPE"}, "/States/C/Default"),
        ({"Type": "Parallel", "Branches": [machine({"In": END})], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "NOPE"}], "Next": "X"}, "/States/C/Catch[0]/Next"),
    ],
)  # fmt: skip
def test_the_message_says_next_wherever_the_target_is_named(state, place):
    assert said(machine({"C": state, "X": END})) == [
        f"MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at {place}"
    ]


def test_no_transition_leads_out_of_a_branch():
    states = {"P": {"Type": "Parallel", "Branches": [machine({"In": to("Out")})], "Next": "Out"}, "Out": END}
    assert said(machine(states)) == [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Out at /States/P/Branches[0]/States/In/Next",
        "MISSING_END_STATE: Workflow has no terminal state at /States/P/Branches[0]",
    ]


def test_states_that_lead_only_to_each_other_are_a_warning():
    assert said(machine({"A": END, "B": to("C"), "C": to("B")})) == [
        'UNREACHABLE_STATES: No way leads from the start to "B", "C" at /States/B'
    ]


def test_names_are_unique_in_the_whole_machine():
    states = {"P": {"Type": "Parallel", "Branches": [machine({"Pay": END}), machine({"Pay": END})], "End": True}}
    assert said(machine(states)) == [
        "DUPLICATE_STATE_NAME: Duplicate State name: Pay at /States/P/Branches[1]/States/Pay"
    ]


def test_a_state_written_twice_is_a_duplicate():
    text = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true},"A":{"Type":"Pass","End":true}}}'
    assert said(text) == ["DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A"]


@pytest.mark.parametrize("name", ["x" * 81, "a\nb"])
def test_names_have_eighty_characters_and_no_control_characters(name):
    assert [text.split(":")[0] for text in said(machine({name: END}))] == ["INVALID_STATE_NAME"]
    assert said(machine({"x" * 80: END})) == []
