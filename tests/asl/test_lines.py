"""Parallel and inline Map: order, chains, what a failure cuts, what a retry begins anew."""

from __future__ import annotations

from flows.asl.ports import Status
from tests.asl.host import run
from tests.asl.machines import a_fail, a_map, a_parallel, a_pass, a_task, a_wait, catch, machine, retry

SECOND = 1_000_000
SLOW = {"rule": "silent"}


def tail(host, after):
    """(type, previousEventId) of the events after the first of that type."""
    types = host.types()
    start = types.index(after) + 1
    return list(zip(types[start:], host.previous()[start:], strict=True))


def test_branches_have_chains_of_their_own_and_the_parallel_follows_the_last():
    host, execution = run(
        machine(Both=a_parallel(machine(A=a_pass(), B=a_pass()), machine(C=a_pass())), After=a_pass()), {"x": 1}
    )
    assert list(zip(host.types(), host.previous(), strict=True)) == [
        ("ExecutionStarted", 0),
        ("ParallelStateEntered", 0),
        ("ParallelStateStarted", 2),
        ("PassStateEntered", 3),
        ("PassStateExited", 4),
        ("PassStateEntered", 5),
        ("PassStateExited", 6),
        ("PassStateEntered", 3),
        ("PassStateExited", 8),
        ("ParallelStateSucceeded", 9),
        ("ParallelStateExited", 9),
        ("PassStateEntered", 11),
        ("PassStateExited", 12),
        ("ExecutionSucceeded", 13),
    ]
    assert execution.output == [{"x": 1}, {"x": 1}]


def test_results_stand_in_the_order_written_whoever_is_first():
    slow, fast = machine(Wait=a_wait(3), A=a_pass(Result="slow")), machine(B=a_pass(Result="fast"))
    _, execution = run(machine(Both=a_parallel(slow, fast)))
    assert (execution.output, execution.ended_at) == (["slow", "fast"], 3 * SECOND)


def test_a_branch_that_fails_cuts_the_others():
    failing = machine(Pause=a_wait(1), Boom=a_fail())
    host, execution = run(
        machine(Both=a_parallel(failing, machine(Ask=a_task()), machine(Long=a_wait(20)))), answers={"Ask": SLOW}
    )
    assert tail(host, "FailStateEntered") == [
        ("TaskStateAborted", 10),
        ("WaitStateAborted", 10),
        ("ParallelStateFailed", 10),
        ("ExecutionFailed", 13),
    ]
    assert (execution.error, execution.cause, host.tasks, host.timers) == ("Boom", "it went off", {}, {})


def test_a_task_that_ends_its_branch_is_aborted_beside_the_chain():
    both = a_parallel(machine(Send=a_task()), Catch=[catch("Handled")])
    boom = {"rule": "fail", "error": "Boom", "cause": "no"}
    host, execution = run(machine(Both=both, After=a_pass(End=True), Handled=a_pass()), answers={"Send": boom})
    assert tail(host, "TaskFailed") == [
        ("TaskStateAborted", 7),
        ("ParallelStateFailed", 7),
        ("ParallelStateExited", 9),
        ("PassStateEntered", 10),
        ("PassStateExited", 11),
        ("ExecutionSucceeded", 12),
    ]
    assert execution.output == {"Error": "Boom", "Cause": "no"}


def test_a_retried_parallel_begins_all_its_branches_anew():
    both = a_parallel(
        machine(Boom=a_fail()), machine(Long=a_wait(9)), Retry=[retry("Boom", MaxAttempts=1, IntervalSeconds=2)]
    )
    host, execution = run(machine(Both=both))
    assert [at for at, event in host.runs[0].history if event.type == "ParallelStateStarted"] == [0, 2 * SECOND]
    assert execution.ended_at == 2 * SECOND
    assert (len(execution.frames), host.timers) == (3, {})


def test_a_runtime_error_in_a_branch_ends_everything_without_another_word():
    branch = machine(Fast=a_pass(Parameters={"m.$": "$.nope"}))
    host, execution = run(
        machine(Both=a_parallel(branch, machine(Long=a_wait(9)), Catch=[catch("Handled")]), Handled=a_pass()),
        {"x": "a"},
    )
    assert host.types() == [
        "ExecutionStarted",
        "ParallelStateEntered",
        "ParallelStateStarted",
        "PassStateEntered",
        "ExecutionFailed",
    ]
    cause = (
        "An error occurred while executing the state 'Fast' (entered at the event id #4). "
        "The JSONPath '$.nope' specified for the field 'm.$' could not be found in the input '{\"x\":\"a\"}'"
    )
    assert execution.cause == cause


def test_an_inline_map_begins_as_many_as_it_may_and_the_next_when_one_has_ended():
    loop = a_map(machine(Wait={"Type": "Wait", "SecondsPath": "$"}), ItemsPath="$.items", MaxConcurrency=2)
    host, execution = run(machine(Each=loop), {"items": [3, 1, 1, 1]})
    assert [(at, event.details[1]) for at, event in host.runs[0].history if event.type == "MapIterationStarted"] == [
        (0, 0),
        (0, 1),
        (1 * SECOND, 2),
        (2 * SECOND, 3),
    ]
    assert (execution.output, execution.ended_at) == ([3, 1, 1, 1], 3 * SECOND)


def test_never_more_than_forty_iterations_at_once():
    host, _ = run(machine(Each=a_map(machine(Wait=a_wait(1)), ItemsPath="$.items")), {"items": list(range(100))})
    begun = [at for at, event in host.runs[0].history if event.type == "MapIterationStarted"]
    assert [begun.count(at * SECOND) for at in range(3)] == [40, 40, 20]


def test_iterations_chain_from_the_map_or_from_the_one_that_made_room():
    host, _ = run(machine(Each=a_map(machine(I=a_pass()), ItemsPath="$.items", MaxConcurrency=1)), {"items": [1, 2]})
    assert host.previous() == [0, 0, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11, 11, 13]
    host, _ = run(machine(Each=a_map(machine(I=a_wait(1)), ItemsPath="$.items")), {"items": [1, 2]})
    assert [event.previous for _, event in host.runs[0].history if event.type == "MapIterationStarted"] == [3, 3]


def test_an_iteration_that_fails_cuts_the_others_and_says_which():
    route = {
        "Type": "Choice",
        "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "Pause"}],
        "Default": "Long",
    }
    inner = machine(Route=route, Pause=a_wait(1), Boom=a_fail(), Long=a_wait(20, End=True))
    host, _ = run(machine(Each=a_map(inner, ItemsPath="$.items")), {"items": [1, 0]})
    assert tail(host, "FailStateEntered") == [
        ("MapIterationAborted", 13),
        ("WaitStateAborted", 13),
        ("MapIterationFailed", 13),
        ("MapStateFailed", 13),
        ("ExecutionFailed", 17),
    ]
    assert host.history()[13]["mapIterationAbortedEventDetails"] == {"name": "Each", "index": 0}


def test_tolerated_failures_of_an_inline_map():
    inner = machine(
        Route={"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "Boom"}], "Default": "Ok"},
        Boom=a_fail(),
        Ok=a_pass(),
    )
    loop = a_map(inner, ItemsPath="$.items", ToleratedFailureCount=1)
    _, execution = run(machine(Each=loop), {"items": [0, 5]})
    assert execution.output == [{"Error": "Boom", "Cause": "it went off"}, 5]
    _, execution = run(machine(Each=loop), {"items": [0, 5, 0]})
    assert (execution.error, execution.cause) == (
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
    )


def test_variables_of_the_outside_can_be_read_and_those_of_the_inside_stay_there():
    inner = machine(
        Add=a_pass(Assign={"mine.$": "$"}), Out=a_pass(Parameters={"sum.$": "States.MathAdd($mine, $base)"})
    )
    definition = machine(
        Set=a_pass(Assign={"base": 10}),
        Each=a_map(inner, ItemsPath="$.items"),
        End=a_pass(Parameters={"r.$": "$", "base.$": "$base"}),
    )
    _, execution = run(definition, {"items": [1, 2]})
    assert execution.output == {"r": [{"sum": 11}, {"sum": 12}], "base": 10}
    assert execution.status is Status.SUCCEEDED


def test_item_selector_and_context_of_nested_maps():
    inner = machine(Out=a_pass(Parameters={"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "in.$": "$"}))
    outer = a_map(
        machine(Inner=a_map(inner, ItemsPath="$.list", ItemSelector={"n.$": "$$.Map.Item.Value", "key.$": "$.key"})),
        ItemsPath="$.rows",
    )
    _, execution = run(machine(Outer=outer), {"rows": [{"key": "k", "list": [7]}]})
    assert execution.output == [[{"i": 0, "v": 7, "in": {"n": 7, "key": "k"}}]]


def test_items_that_are_no_array():
    _, execution = run(machine(Each=a_map(machine(I=a_pass()), ItemsPath="$.items")), {"items": 3})
    assert execution.cause == (
        "An error occurred while executing the state 'Each' (entered at the event id #2). Reference path \"$.items\" must point to array."
    )


def test_an_evaluation_that_fails_is_told_once_per_attempt_and_can_be_caught():
    state = a_parallel(
        machine(Undef={"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"v": "{% $states.input.missing %}"}})
    )
    state["Catch"] = [catch("Handled", "States.QueryEvaluationError")]
    host, execution = run(machine(Both=state, After=a_pass(End=True), Handled=a_pass()), {"x": "a"})
    assert host.types()[3:7] == ["PassStateEntered", "EvaluationFailed", "ParallelStateFailed", "ParallelStateExited"]
    assert host.history()[4]["evaluationFailedEventDetails"]["location"] == "Output/v"
    assert execution.output["Error"] == "States.QueryEvaluationError"


def test_a_catcher_whose_own_output_fails_fails_the_state_once_more():
    state = a_parallel(machine(Boom=a_fail()), QueryLanguage="JSONata")
    state["Catch"] = [catch("Done", "Other"), catch("Done", Output={"v": "{% $states.input.missing %}"})]
    host, execution = run(machine(P=state, Done=a_pass()), {"x": "a"})
    assert tail(host, "FailStateEntered") == [
        ("ParallelStateFailed", 4),
        ("EvaluationFailed", 4),
        ("ParallelStateFailed", 6),
        ("ExecutionFailed", 7),
    ]
    assert host.history()[5]["evaluationFailedEventDetails"]["location"] == "Catch[1]/Output/v"
    assert execution.error == "States.QueryEvaluationError"
