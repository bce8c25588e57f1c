"""One state on its own, and every value on the way."""

from __future__ import annotations

import json

from flows.asl.definition import compile_state
from flows.asl.inspection import Outside, inspect_state
from tests.asl.host import facts_of


def inspected(definition, input_, **more):
    machine = compile_state(json.dumps(definition))
    return inspect_state(machine, "StateName", input_, facts=facts_of(input_=input_), **more)


TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}


def test_a_pass_shows_each_field():
    fields = {
        "InputPath": "$.a",
        "Parameters": {"x.$": "$.b"},
        "ResultPath": "$.r",
        "OutputPath": "$.r",
        "Next": "Other",
    }
    told = inspected({"Type": "Pass", **fields}, {"a": {"b": 1}})
    assert (told.status, told.output, told.next_state) == ("SUCCEEDED", {"x": 1}, "Other")
    assert told.data == {
        "input": {"a": {"b": 1}},
        "afterInputPath": {"b": 1},
        "afterParameters": {"x": 1},
        "afterResultSelector": {"x": 1},
        "afterResultPath": {"a": {"b": 1}, "r": {"x": 1}},
    }


def test_a_task_without_an_answer_says_what_it_would_ask():
    told = inspected(TASK | {"Parameters": {"n.$": "$.n"}}, {"n": 1})
    assert (told.status, told.request.parameters, told.request.action) == ("", {"n": 1}, "sendMessage")


def test_a_task_with_an_answer():
    told = inspected(
        TASK | {"ResultSelector": {"id.$": "$.MessageId"}}, {"n": 1}, outside=Outside(result={"MessageId": "m"})
    )
    assert told.output == {"id": "m"}
    assert told.data["result"] == {"MessageId": "m"}


def test_an_error_is_retried_then_caught_then_final():
    state = TASK | {"Retry": [{"ErrorEquals": ["Boom"], "IntervalSeconds": 2, "MaxAttempts": 2}]}
    boom = Outside(error=("Boom", "no"))
    told = inspected(state, {}, outside=boom, retries=1)
    assert (told.status, told.data["errorDetails"]) == (
        "RETRIABLE",
        {"retryIndex": 0, "retryBackoffIntervalSeconds": 4},
    )
    told = inspected(state, {}, outside=boom, retries=2)
    assert (told.status, told.error, told.data["errorDetails"]) == ("FAILED", "Boom", {"retryIndex": 0})
    told = inspected(state | {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]}, {}, outside=boom, retries=2)
    assert (told.status, told.next_state, told.output) == ("CAUGHT_ERROR", "Sorry", {"Error": "Boom", "Cause": "no"})
    assert told.data["errorDetails"] == {"catchIndex": 0}


def test_a_map_shows_items_selected_and_judges_failures():
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"v.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}},
        "MaxConcurrency": 4,
        "ToleratedFailureCount": 1,
        "End": True,
    }
    told = inspected(state, {"items": [1, 2]}, outside=Outside(result=[3, 4], iteration_failures=1))
    assert told.data["afterItemsPath"] == [1, 2]
    assert told.data["afterItemSelector"] == [{"v": 1}, {"v": 2}]
    assert (told.data["maxConcurrency"], told.data["toleratedFailureCount"], told.output) == (4, 1, [3, 4])
    told = inspected(state, {"items": [1, 2]}, outside=Outside(result=[3, 4], iteration_failures=2))
    assert told.error == "States.ExceedToleratedFailureThreshold"


def test_context_and_variables_may_be_given():
    state = {
        "Type": "Pass",
        "Parameters": {"name.$": "$$.Execution.Name", "n.$": "$n"},
        "Assign": {"m": 2},
        "End": True,
    }
    told = inspected(state, {}, context={"Execution": {"Name": "mine"}}, variables={"n": 1})
    assert told.output == {"name": "mine", "n": 1}
    assert told.data["variables"] == {"n": 1, "m": 2}


def test_a_wait_does_not_wait():
    assert inspected({"Type": "Wait", "Seconds": 99, "End": True}, {"x": 1}).output == {"x": 1}


def test_an_expression_without_a_value():
    told = inspected({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $nope %}", "End": True}, {})
    assert (told.status, told.error) == ("FAILED", "States.QueryEvaluationError")
    assert "'StateName'" in told.cause
