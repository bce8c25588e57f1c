"""A definition as a drawing: the 26 public definitions as somebody wrote them down, and whatever people type."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.asl.graph import Graph, graph
from tests.conftest import CASES

TEMPLATES = CASES / "templates"
ENTRIES = (
    {entry["id"]: entry for entry in json.loads((TEMPLATES / "asl_manifest.json").read_text("utf-8"))}
    if CASES.is_dir()
    else {}
)
DIRECT = "lambda (direct ARN or substitution)"
COUNTED = ("retriers", "catchers", "resource", "integration", "pattern", "mode")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["States", "Type", "Next", "A"]), inner)
    ),
    max_leaves=20,
)


@pytest.mark.cases
@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside this checkout")
class TestPublicDefinitions:
    def test_there_are_twenty_six(self):
        assert len(ENTRIES) == 26

    @pytest.mark.parametrize("id_", ENTRIES)
    def test_the_states_are_those_somebody_read_in_it(self, id_):
        assert [_as_in_manifest(state) for state in _drawn(id_).states] == ENTRIES[id_]["states"]

    @pytest.mark.parametrize("id_", ENTRIES)
    def test_the_transitions_are_those_somebody_read_in_it(self, id_):
        drawn = _drawn(id_)
        by_id = {state.id: state for state in drawn.states}
        found = [
            {
                "parent": by_id[each.source].scope,
                "source": by_id[each.source].name,
                "target": by_id[each.target].name,
                "kind": each.kind,
                **({} if each.index is None else {"index": each.index}),
            }
            for each in drawn.transitions
        ]
        assert found == ENTRIES[id_]["transitions"]

    def test_ids_are_unique_and_parents_are_states(self):
        for id_ in ENTRIES:
            states = _drawn(id_).states
            ids = [state.id for state in states]
            assert len(set(ids)) == len(ids)
            assert {state.parent for state in states} - {""} <= set(ids)


def test_states_inside_states_say_where_they_stand():
    inner = {"StartAt": "Pay", "States": {"Pay": {"Type": "Pass", "End": True}}}
    both = {
        "Both": {"Type": "Parallel", "Branches": [inner, inner], "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": inner, "End": True},
    }
    drawn = graph({"StartAt": "Both", "States": both})
    assert [(state.id, state.parent, state.branch, state.start) for state in drawn.states] == [
        ("Both", "", None, True),
        ("Both[0]/Pay", "Both", 0, True),
        ("Both[1]/Pay", "Both", 1, True),
        ("Each", "", None, False),
        ("Each[item]/Pay", "Each", None, True),
    ]


@pytest.mark.parametrize(
    ("rule", "label"),
    [
        ({"Variable": "$.total", "NumericGreaterThanEquals": 100}, "$.total ≥ 100"),
        ({"Variable": "$.a", "StringEqualsPath": "$.b"}, "$.a = $.b"),
        ({"Variable": "$.a", "IsPresent": False}, "$.a is not present"),
        ({"Not": {"Variable": "$.a", "StringMatches": "x*"}}, "not $.a matches x*"),
        ({"And": [{}, {}]}, "and of 2"),
        ({"Condition": "{% $states.input.total > 5 %}"}, "$states.input.total > 5"),
        ({"Condition": f"{{% {'x' * 200} %}}"}, "x" * 59 + "…"),
    ],
)
def test_a_choice_is_labelled_with_its_rule(rule, label):
    states = {"Which": {"Type": "Choice", "Choices": [{**rule, "Next": "Which"}]}}
    assert [each.label for each in graph({"States": states}).transitions] == [label]


def test_what_leads_nowhere_is_left_out():
    states = {"A": {"Type": "Pass", "Next": "Nowhere"}, "B": 7}
    drawn = graph({"StartAt": "A", "States": states})
    assert [state.name for state in drawn.states] == ["A"]
    assert drawn.transitions == ()


def test_depth_does_not_exhaust_the_stack():
    given: dict = {"States": {"End": {"Type": "Pass", "End": True}}}
    for _ in range(5_000):
        given = {"States": {"Each": {"Type": "Map", "ItemProcessor": given}}}
    assert len(graph(given).states) == 41


@given(JSON)
def test_nothing_raises(anything):
    assert isinstance(graph(anything), Graph)
    assert isinstance(graph({"StartAt": "A", "States": {"A": anything}}).as_json(), dict)


def _drawn(id_):
    file = TEMPLATES / ENTRIES[id_]["file"]
    text = file.read_text("utf-8")
    return graph(json.loads(text) if file.suffix == ".json" else yaml.safe_load(text))


def _as_in_manifest(state):
    found = {"name": state.name, "type": state.type, "parent": state.scope}
    found |= {name: True for name in ("start", "terminal") if getattr(state, name)}
    found |= {name: getattr(state, name) for name in COUNTED if getattr(state, name)}
    return {**found, "integration": DIRECT} if found.get("integration") == "lambda" else found
