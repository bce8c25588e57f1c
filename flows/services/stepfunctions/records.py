"""What state machines may write in the trace. Numbers 800–879; they are stable.

Every history event is a record: kind "States" + AWS's event type, about the execution, at its machine's node. Its detail begins
with AWS's event number, the number of the event before it, and the state it belongs to; then come the event's own details as
`flows.asl.history.DETAILS` names them. So one execution's records *are* its history, and a browser folds them into the path of
an execution, the live count per state (entered − exited − aborted − left + resumed) and the table of events.

Beside AWS's events there are some of ours: a task's call goes out (it moves on the canvas), the states that an execution
leaves open when it ends (AWS writes no exit for them), a machine's new definition, a redrive with changes.
"""

from __future__ import annotations

from flows.asl.history import DETAILS
from flows.engine.kinds import Field, FieldType, Kind

BODY, STRING, INTEGER = FieldType.BODY, FieldType.STRING, FieldType.INTEGER
TYPES: dict[str, Field] = {
    "input": Field("input", BODY),
    "output": Field("output", BODY),
    "parameters": Field("parameters", BODY),
    "assignedVariables": Field("assigned", BODY),
    "cause": Field("cause", BODY),
    "error": Field("error", STRING),
    "name": Field("name", STRING),
    "location": Field("location", STRING),
    "resource": Field("resource", STRING),
    "resourceType": Field("resource_type", STRING),
    "region": Field("region", STRING),
    "workerName": Field("worker", STRING),
    "roleArn": Field("role", STRING),
    "stateMachineAliasArn": Field("alias", STRING),
    "stateMachineVersionArn": Field("version", STRING),
    "mapRunArn": Field("map_run", STRING),
    "taskCredentials": Field("credentials", BODY),
    "state": Field("evaluated_in", STRING),
    "timeoutInSeconds": Field("timeout", INTEGER),
    "heartbeatInSeconds": Field("heartbeat", INTEGER),
    "redriveCount": Field("count", INTEGER),
    "length": Field("length", INTEGER),
    "index": Field("index", INTEGER),
}
"""AWS's field → ours."""
PLACE = (Field("event", INTEGER), Field("previous", INTEGER), Field("state", STRING))

ENTERED, EXITED = "{state} was entered", "{state} was left with its output"
EVENTS: dict[str, tuple[int, str]] = {
    "ActivityFailed": (800, "{state}: the worker reported {error}"),
    "ActivityScheduled": (801, "{state} waits for a worker of {resource}"),
    "ActivityScheduleFailed": (802, "{state}: the activity could not be scheduled: {error}"),
    "ActivityStarted": (803, "{state}: a worker took the task"),
    "ActivitySucceeded": (804, "{state}: the worker succeeded"),
    "ActivityTimedOut": (805, "{state}: no word from the worker in time ({error})"),
    "ChoiceStateEntered": (806, ENTERED),
    "ChoiceStateExited": (807, "{state} has chosen"),
    "EvaluationFailed": (808, "{state}: {location} could not be evaluated: {error}"),
    "ExecutionAborted": (809, "{subject} was stopped"),
    "ExecutionFailed": (810, "{subject} failed with {error}"),
    "ExecutionRedriven": (811, "{subject} goes on from where it failed (redrive {count})"),
    "ExecutionStarted": (812, "{subject} of {node} began"),
    "ExecutionSucceeded": (813, "{subject} of {node} succeeded"),
    "ExecutionTimedOut": (814, "{subject} ran out of time ({error})"),
    "FailStateEntered": (815, "{state} was entered: it fails the execution"),
    "LambdaFunctionFailed": (816, "{state}: the function failed with {error}"),
    "LambdaFunctionScheduled": (817, "{state} invokes {resource}"),
    "LambdaFunctionScheduleFailed": (818, "{state}: the invocation could not be scheduled: {error}"),
    "LambdaFunctionStarted": (819, "{state}: the function runs"),
    "LambdaFunctionStartFailed": (820, "{state}: the function could not be started: {error}"),
    "LambdaFunctionSucceeded": (821, "{state}: the function answered"),
    "LambdaFunctionTimedOut": (822, "{state}: the function did not answer in time ({error})"),
    "MapIterationAborted": (823, "item {index} of {name} was given up"),
    "MapIterationFailed": (824, "item {index} of {name} failed"),
    "MapIterationStarted": (825, "item {index} of {name} began"),
    "MapIterationSucceeded": (826, "item {index} of {name} is done"),
    "MapRunAborted": (827, "{state}: the map run was stopped"),
    "MapRunFailed": (828, "{state}: the map run failed with {error}"),
    "MapRunRedriven": (829, "{state}: the map run goes on with what failed (redrive {count})"),
    "MapRunStarted": (830, "{state}: the map run began"),
    "MapRunSucceeded": (831, "{state}: the map run is done"),
    "MapStateAborted": (832, "{state} was given up"),
    "MapStateEntered": (833, ENTERED),
    "MapStateExited": (834, EXITED),
    "MapStateFailed": (835, "{state} failed: too many of its items did"),
    "MapStateStarted": (836, "{state} has {length} items"),
    "MapStateSucceeded": (837, "{state}: all items are done"),
    "ParallelStateAborted": (838, "{state} was given up"),
    "ParallelStateEntered": (839, ENTERED),
    "ParallelStateExited": (840, EXITED),
    "ParallelStateFailed": (841, "{state} failed: one of its branches did"),
    "ParallelStateStarted": (842, "{state}: all branches begin"),
    "ParallelStateSucceeded": (843, "{state}: all branches are done"),
    "PassStateEntered": (844, ENTERED),
    "PassStateExited": (845, EXITED),
    "SucceedStateEntered": (846, ENTERED),
    "SucceedStateExited": (847, EXITED),
    "TaskFailed": (848, "{state}: {resource_type}:{resource} failed with {error}"),
    "TaskScheduled": (849, "{state} asks for {resource_type}:{resource}"),
    "TaskStarted": (850, "{state}: {resource_type}:{resource} was called"),
    "TaskStartFailed": (851, "{state}: {resource_type}:{resource} could not be called: {error}"),
    "TaskStateAborted": (852, "{state} was given up"),
    "TaskStateEntered": (853, ENTERED),
    "TaskStateExited": (854, EXITED),
    "TaskSubmitFailed": (855, "{state}: {resource_type}:{resource} was refused: {error}"),
    "TaskSubmitted": (856, "{state}: {resource_type}:{resource} was taken in; {state} waits for its end"),
    "TaskSucceeded": (857, "{state}: {resource_type}:{resource} succeeded"),
    "TaskTimedOut": (858, "{state}: {resource_type}:{resource} did not answer in time ({error})"),
    "WaitStateAborted": (859, "{state} was given up"),
    "WaitStateEntered": (860, "{state} was entered: it waits"),
    "WaitStateExited": (861, "{state} has waited"),
}
"""AWS's event type → (kind, the sentence the page prints)."""

NUMBERS = {type_: number for type_, (number, _) in EVENTS.items()}
BY_NUMBER = {number: type_ for type_, number in NUMBERS.items()}
FIRST = min(BY_NUMBER)

TO = {
    "ExecutionStarted": "executing",
    "ExecutionRedriven": "executing",
    "ExecutionSucceeded": "delivered",
    "ExecutionFailed": "failed",
    "ExecutionTimedOut": "failed",
    "ExecutionAborted": "discarded",
}
"""What the ledger makes of an event: the execution is there, or it is over."""
OUTCOMES = {
    "ExecutionSucceeded": "delivered",
    **dict.fromkeys(("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"), "lost"),
    **dict.fromkeys(
        (
            type_
            for type_ in EVENTS
            if type_.endswith(("Failed", "TimedOut"))
            and not type_.startswith(("Execution", "MapState", "ParallelState"))
        ),
        "retry",
    ),
}
RATES = frozenset({"ExecutionStarted"})
OURS = {"ExecutionStarted": ("name",)}
"""What a record has besides the event's details: an execution's name makes its ARN."""
CALLED, LEFT, DEFINITION_CHANGED, CONFIGURATION_CHANGED, REDRIVEN_WITH_CHANGES, RESUMED = 870, 872, 873, 874, 875, 876
LINK = Field("link", FieldType.LINK)


def _kind(type_: str) -> Kind:
    number, sentence = EVENTS[type_]
    fields = tuple(TYPES[name] for name in (*DETAILS[type_][1], *OURS.get(type_, ())))
    return Kind(
        number,
        "states",
        f"States{type_}",
        (*PLACE, *fields),
        sentence,
        to=TO.get(type_, ""),
        outcome=OUTCOMES.get(type_, "neutral"),
        rate=type_ in RATES,
    )


KINDS = (
    *(_kind(type_) for type_ in EVENTS),
    Kind(
        CALLED,
        "states",
        "StatesTaskCalled",
        (LINK, Field("state", STRING), Field("operation", STRING)),
        "{state} of {node} called {operation}",
        motion="forward",
    ),
    Kind(
        LEFT,
        "states",
        "StatesStateLeft",
        (Field("state", STRING), Field("count", INTEGER)),
        "{state} is left as it was: the execution is over",
    ),
    Kind(
        DEFINITION_CHANGED,
        "states",
        "StatesDefinitionChanged",
        (Field("revision", STRING), Field("definition", BODY)),
        "{node} has another definition from now on; what runs, goes on by the old one",
    ),
    Kind(
        CONFIGURATION_CHANGED,
        "states",
        "StatesConfigurationChanged",
        (Field("setting", STRING), Field("value", STRING)),
        "{node}: {setting} is now {value}",
    ),
    Kind(
        REDRIVEN_WITH_CHANGES,
        "states",
        "StatesRedrivenWithChanges",
        (Field("input", BODY), Field("definition", BODY), Field("from", STRING)),
        "{subject} of {node} goes on with changes that AWS would not take",
    ),
    Kind(
        RESUMED,
        "states",
        "StatesStateResumed",
        (Field("state", STRING), Field("count", INTEGER)),
        "{subject} is in {state} again, where it failed",
    ),
)
