"""What ECS may write in the trace. Numbers 920–949; they are stable, stored traces hold them.

A task is a subject: pending at its task definition until its containers run, executing until they have ended. A piece of work that
its containers do for messages of a queue is a subject too, and the request of the messages that were received for it.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PROVISIONING, PENDING, RUNNING, STOPPING, EXITED = range(920, 925)
SUCCEEDED, FAILED, STOPPED, FAILED_TO_START = range(925, 929)
WORK_STARTED, WORK_SUCCEEDED, WORK_FAILED, WORK_ABANDONED, ITEM_FAILED = range(930, 935)
TOKEN_ANSWERED, CALLS_BEGAN = 935, 936
SCALED, STEADY, HELD_BACK, DEPLOYMENT_BEGAN, DEPLOYMENT_ENDED, SERVICE_CHANGED, CODE_CHANGED, ALARM = range(940, 948)

SERVICE = "ecs"
LINK = Field("link", FieldType.LINK)
REASON = Field("reason", FieldType.STRING)
STOP_CODE = Field("stop_code", FieldType.STRING)
EXIT_CODE = Field("exit_code", FieldType.INTEGER)
DURATION = Field("duration", FieldType.LENGTH)
TASK = Field("task", FieldType.SUBJECT)
MESSAGES = Field("messages", FieldType.INTEGER)
ERROR_TYPE, MESSAGE = Field("error_type", FieldType.STRING), Field("message", FieldType.STRING)
RAN = (EXIT_CODE, STOP_CODE, REASON, DURATION)

KINDS = (
    Kind(
        PROVISIONING,
        SERVICE,
        "TaskProvisioning",
        (LINK, Field("started_by", FieldType.STRING)),
        "{subject} is to run at {node}, started by {started_by}: it gets its network interface",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(PENDING, SERVICE, "TaskPending", (DURATION,), "{subject} is pending: its image is pulled, after {duration}"),
    Kind(
        RUNNING,
        SERVICE,
        "TaskRunning",
        (DURATION,),
        "{subject} is running, {duration} after it was asked for",
        to="executing",
    ),
    Kind(
        STOPPING,
        SERVICE,
        "TaskStopping",
        (STOP_CODE, REASON, Field("killed_at", FieldType.INSTANT)),
        "{subject} was sent SIGTERM: {reason}; what still runs at {killed_at} gets SIGKILL",
    ),
    Kind(EXITED, SERVICE, "ContainerExited", (EXIT_CODE, REASON), "the container exited with {exit_code}: {reason}"),
    Kind(
        SUCCEEDED,
        SERVICE,
        "TaskSucceeded",
        RAN,
        "{subject} stopped with exit code {exit_code} after {duration}: {reason}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        SERVICE,
        "TaskFailed",
        RAN,
        "{subject} stopped with exit code {exit_code} after {duration}: {reason}",
        to="failed",
        outcome="lost",
    ),
    Kind(
        STOPPED,
        SERVICE,
        "TaskStopped",
        RAN,
        "{subject} was stopped ({stop_code}), exit code {exit_code}, after {duration}: {reason}",
        to="discarded",
    ),
    Kind(
        FAILED_TO_START,
        SERVICE,
        "TaskFailedToStart",
        (STOP_CODE, REASON),
        "{subject} did not start: {reason}",
        to="failed",
        outcome="lost",
    ),
    Kind(
        WORK_STARTED,
        SERVICE,
        "WorkStarted",
        (LINK, MESSAGES, TASK),
        "{task} works on {messages} messages",
        to="executing",
    ),
    Kind(
        WORK_SUCCEEDED,
        SERVICE,
        "WorkSucceeded",
        (DURATION, Field("failed", FieldType.INTEGER)),
        "the work was done after {duration}; {failed} messages failed and stay in their queue",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        WORK_FAILED,
        SERVICE,
        "WorkFailed",
        (ERROR_TYPE, MESSAGE, DURATION),
        "the work failed after {duration} with {error_type}: {message}",
        to="failed",
        outcome="retry",
    ),
    Kind(
        WORK_ABANDONED,
        SERVICE,
        "WorkAbandoned",
        (MESSAGES, REASON),
        "{messages} messages were in hand when the container ended: {reason}; they come back after their visibility timeout",
        to="failed",
        outcome="retry",
    ),
    Kind(
        ITEM_FAILED,
        SERVICE,
        "WorkItemFailed",
        (LINK, ERROR_TYPE, Field("error", FieldType.BODY)),
        "{subject} failed with {error_type} and was not deleted",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        TOKEN_ANSWERED,
        SERVICE,
        "TaskTokenAnswered",
        (Field("operation", FieldType.STRING), REASON),
        "the container sent the task token in its environment back: {operation}, {reason}",
    ),
    Kind(CALLS_BEGAN, SERVICE, "ContainerCallsBegan", (Field("calls", FieldType.INTEGER),), "it makes {calls} calls"),
    Kind(
        SCALED,
        SERVICE,
        "ServiceScaled",
        (Field("before", FieldType.INTEGER), Field("after", FieldType.INTEGER), REASON),
        "{node} was scaled from {before} to {after} tasks: {reason}",
    ),
    Kind(
        STEADY,
        SERVICE,
        "ServiceReachedSteadyState",
        (Field("running", FieldType.INTEGER),),
        "{node} has reached a steady state: {running} tasks run",
        outcome="delivered",
    ),
    Kind(
        HELD_BACK,
        SERVICE,
        "ServiceHeldBack",
        (Field("until", FieldType.INSTANT), Field("failures", FieldType.INTEGER)),
        "{node} is unable to start tasks consistently: {failures} in a row did not run; it tries again at {until}",
        outcome="retry",
    ),
    Kind(
        DEPLOYMENT_BEGAN,
        SERVICE,
        "DeploymentBegan",
        (Field("deployment", FieldType.STRING), REASON),
        "the deployment {deployment} began: {reason}",
    ),
    Kind(
        DEPLOYMENT_ENDED,
        SERVICE,
        "DeploymentEnded",
        (Field("deployment", FieldType.STRING), Field("state", FieldType.STRING), REASON),
        "the deployment {deployment} is {state}: {reason}",
    ),
    Kind(SERVICE_CHANGED, SERVICE, "ServiceChanged", (Field("settings", FieldType.STRING),), "{node}: {settings}"),
    Kind(
        CODE_CHANGED,
        SERVICE,
        "ContainerCodeChanged",
        (Field("behaviour", FieldType.BODY),),
        "the containers of {node} that start from now on behave as {behaviour} says",
    ),
    Kind(
        ALARM,
        SERVICE,
        "ScalingAlarm",
        (Field("policy", FieldType.STRING), Field("metric", FieldType.STRING), REASON),
        "{policy}: {metric}, {reason}",
    ),
)
