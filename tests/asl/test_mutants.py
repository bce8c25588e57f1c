"""Definitions with anything anywhere are refused in words, or run to some end: nothing else happens."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.asl.definition import InvalidDefinitionError, compile_definition
from flows.asl.ports import Status
from tests.asl.host import SmallHost, facts_of
from tests.asl.test_boxes import Cycle, cases

ANYTHING = [
    None,
    0,
    -1,
    1.5,
    True,
    "",
    "$",
    "$.a",
    "$$",
    "$x",
    "{% $states.input %}",
    "{% $nope %}",
    [],
    {},
    [1],
    {"a": 1},
    10**12,
]
FIELDS = [
    *(
        "Assign",
        "Arguments",
        "Catch",
        "CausePath",
        "Credentials",
        "Error",
        "HeartbeatSeconds",
        "InputPath",
        "ItemBatcher",
    ),
    *(
        "ItemReader",
        "ItemSelector",
        "Items",
        "ItemsPath",
        "MaxConcurrency",
        "MaxConcurrencyPath",
        "Output",
        "OutputPath",
    ),
    *("Parameters", "QueryLanguage", "Result", "ResultPath", "ResultSelector", "ResultWriter", "Retry", "Seconds"),
    *("SecondsPath", "TimeoutSeconds", "TimeoutSecondsPath", "Timestamp", "ToleratedFailureCount", "Type"),
]
STEPS = 300


def mutated(definition, random):
    """Some members replaced by anything, some fields put where they may not belong."""
    definition = json.loads(json.dumps(definition))
    for _ in range(random.randint(1, 4)):
        places = list(containers(definition))
        place = random.choice(places)
        states = [each for each in places if isinstance(each, dict) and "Type" in each]
        if states and random.random() < 0.4:
            random.choice(states)[random.choice(FIELDS)] = random.choice(ANYTHING)
        elif isinstance(place, dict) and place:
            place[random.choice(sorted(place))] = random.choice(ANYTHING)
        elif place:
            place[random.randrange(len(place))] = random.choice(ANYTHING)
    return definition


def containers(value):
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from containers(inner)


@settings(max_examples=150, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_a_mutant_is_refused_or_runs(case, random):
    definition, input_, rules = case
    try:
        machine = compile_definition(json.dumps(mutated(definition, random)), random.choice(["STANDARD", "EXPRESS"]))
    except InvalidDefinitionError as why:
        assert str(why)
        return
    host = SmallHost(Cycle(rules))
    host.answers = Cycle(rules)
    execution = host.begin(machine, facts_of(input_=input_))
    for _ in range(STEPS):
        if not host.step():
            break
    if execution.status in {Status.FAILED, Status.TIMED_OUT}:
        execution.redrive(execution.facts)
        for _ in range(STEPS):
            if not host.step():
                break
    json.dumps(host.history())
