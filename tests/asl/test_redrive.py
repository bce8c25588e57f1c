"""Redrive: on from the states that failed, with what the others have answered."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from flows.asl.definition import InvalidDefinitionError, compile_definition
from flows.asl.ports import Status
from tests.asl.host import run
from tests.asl.machines import a_fail, a_map, a_parallel, a_pass, a_task, a_wait, machine, retry

BOOM = {"rule": "fail", "error": "Boom", "cause": "no"}
ECHO = {"rule": "echo"}


def again(host, execution, **fields):
    execution.redrive(
        replace(execution.facts, redrive_count=execution.facts.redrive_count + 1, redriven_at=host.now), **fields
    )
    host.run()


def test_the_failed_task_is_tried_again_with_its_input_and_fresh_retries():
    state = a_task(Retry=[retry(MaxAttempts=1)], Parameters={"n.$": "$.n", "count.$": "$$.Execution.RedriveCount"})
    host, execution = run(
        machine(Set=a_pass(Result={"n": 1}), Send=state, End=a_pass()), answers={"Send": [BOOM, BOOM, BOOM, ECHO]}
    )
    assert execution.status is Status.FAILED
    begun = len(host.types())
    again(host, execution)
    assert host.types()[begun:] == [
        "ExecutionRedriven",
        "TaskScheduled",
        "TaskStarted",
        "TaskFailed",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert host.history()[begun]["executionRedrivenEventDetails"] == {"redriveCount": 1}
    assert (execution.status, execution.output, execution.error) == (Status.SUCCEEDED, {"n": 1, "count": 1}, None)


def test_only_the_branches_that_failed_or_were_cut_run_again():
    both = a_parallel(
        machine(A=a_pass(Result="a")),
        machine(Pause=a_wait(1), Send=a_task()),
        machine(Long=a_wait(5), C=a_pass(Result="c")),
    )
    host, execution = run(
        machine(Both=both, After=a_pass()), answers={"Send": [BOOM, {"rule": "return", "value": "b"}]}
    )
    assert execution.ended_at == 1_000_000
    entered = host.types().count("PassStateEntered")
    again(host, execution)
    assert execution.output == ["a", "b", "c"]
    assert execution.ended_at == 6_000_000
    assert host.types().count("PassStateEntered") == entered + 2
    assert host.types()[-5:] == [
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


def test_an_inline_map_goes_on_where_it_was():
    loop = a_map(machine(Send=a_task()), ItemsPath="$.items", MaxConcurrency=1)
    host, execution = run(machine(Each=loop), {"items": [1, 2, 3]}, answers={"Send": [ECHO, BOOM, ECHO]})
    again(host, execution)
    assert execution.output == [1, 2, 3]
    assert host.types().count("MapIterationStarted") == 3


def test_a_map_run_starts_only_the_children_that_did_not_succeed():
    loop = a_map(machine(Send=a_task()), "DISTRIBUTED", ItemsPath="$.items", MaxConcurrency=1)
    host, execution = run(machine(Each=loop), {"items": [1, 2, 3]}, answers={"Send": [ECHO, BOOM, ECHO]})
    assert execution.error == "States.ExceedToleratedFailureThreshold"
    begun = len(host.types())
    again(host, execution)
    assert host.types()[begun:] == [
        "ExecutionRedriven",
        "MapRunRedriven",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]
    assert execution.output == [1, 2, 3]
    assert len(host.runs) == 1 + 2 + 2


def test_a_timed_out_execution_gets_its_time_anew():
    definition = machine(Long=a_wait(6)) | {"TimeoutSeconds": 5}
    host, execution = run(definition)
    assert execution.status is Status.TIMED_OUT
    again(host, execution)
    assert (execution.status, execution.ended_at) == (Status.TIMED_OUT, 10_000_000)


def test_a_stopped_execution_can_go_on():
    host, execution = run(machine(Long=a_wait(6), End=a_pass()), until_at=0)
    execution.abort(None, None)
    host.run()
    again(host, execution)
    assert execution.status is Status.SUCCEEDED


def test_a_corrected_definition_must_have_the_states_in_which_the_execution_stands():
    _, execution = run(machine(Send=a_task()), answers={"Send": BOOM})
    other = compile_definition(json.dumps(machine(Post=a_task())))
    with pytest.raises(InvalidDefinitionError, match="stands in the state 'Send'"):
        execution.redrive(execution.facts, machine=other)
    assert execution.status is Status.FAILED


def test_what_a_state_of_another_kind_had_begun_is_begun_anew():
    both = a_parallel(machine(A=a_task()), machine(B=a_task()))
    host, _ = run(machine(Both=both), {"n": 1}, answers={"A": BOOM})
    for corrected in (machine(Both=a_task()), machine(Both=a_parallel(machine(C=a_pass())))):
        copy = host.boxed()
        going = copy.runs[0].execution
        again(copy, going, machine=compile_definition(json.dumps(corrected)))
        assert going.status is Status.SUCCEEDED


def test_people_may_go_on_with_other_input_or_a_corrected_definition():
    definition = machine(Set=a_pass(), Send=a_task(), Oops=a_fail())
    host, execution = run(definition, {"n": 1}, answers={"Send": [BOOM, ECHO]})
    corrected = compile_definition(json.dumps(machine(Set=a_pass(), Send=a_task(), Fine=a_pass())))
    again(host, execution, machine=corrected, input_={"n": 2})
    assert (execution.status, execution.output) == (Status.SUCCEEDED, {"n": 2})
    assert "Fine" in [event.details[0] for _, event in host.runs[0].history if event.type == "PassStateEntered"]
