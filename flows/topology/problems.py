"""What can be wrong with a drawing: one row per check, in the words that the page prints.

A problem never stops at the first: `validate` returns them all, each with the JSON pointer of its place. An *error*
keeps the topology from being compiled; a *warning* is something AWS accepts and people regret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.topology.check import Check
from flows.topology.problems_of_boxes import BOX_CHECKS

CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        # ── the document itself ──
        Check(
            "DocumentNotAnObject",
            "error",
            "A topology is a JSON object; this is {found}.",
            "Start from an example, or import a template.",
        ),
        Check(
            "FormatUnknown",
            "error",
            "Documents of format {format} are not known here.",
            "This installation reads formats up to {known}. A newer one wrote this document.",
        ),
        Check("NoResources", "warning", "The topology is empty.", "Add a queue and a function, or import a template."),
        Check("ValueInvalid", "error", "{message}", "{hint}"),
        Check(
            "TypeUnknown",
            "warning",
            "{type} is not drawn here.",
            "The resource is kept in the document and left out of the picture.",
        ),
        Check(
            "NameDuplicate",
            "error",
            "{name} is also the name of {other}.",
            "AWS keeps names unique per account and region: rename one of the two.",
        ),
        # ── queues ──
        Check(
            "RedrivePolicyTargetMissing",
            "error",
            "The dead-letter queue {target} does not exist.",
            "Point deadLetterTargetArn at a queue of this topology.",
        ),
        Check(
            "RedrivePolicyTargetNotAQueue",
            "error",
            "{target} is not a queue, so it cannot hold dead letters.",
            "Point deadLetterTargetArn at a queue.",
        ),
        Check(
            "RedrivePolicyTargetItself",
            "error",
            "{queue} is its own dead-letter queue.",
            "Create a second queue for the dead letters.",
        ),
        Check(
            "RedrivePolicyCycle",
            "warning",
            "Dead letters go round in a circle: {circle}.",
            "A message that always fails would never come to rest.",
        ),
        Check(
            "RedrivePolicyFifoMismatch",
            "error",
            "{queue} and its dead-letter queue {target} are not of the same sort.",
            "A FIFO queue needs a FIFO dead-letter queue, a standard queue a standard one.",
        ),
        Check(
            "RedrivePolicyRefused",
            "error",
            "{target} does not accept dead letters from {queue}.",
            "Change the RedriveAllowPolicy of {target}.",
        ),
        Check(
            "MaxReceiveCountLow",
            "warning",
            "{queue} gives up after {count} receives.",
            "AWS advises at least 5 for queues that feed a function: throttled batches count as receives too.",
        ),
        Check(
            "RetentionShorterThanSource",
            "warning",
            "{target} keeps messages for a shorter time than {queue}.",
            "A dead letter keeps its first date: it may expire before anyone looks. Give the dead-letter queue the longer retention.",
        ),
        Check(
            "DeadLetterQueueMissing",
            "warning",
            "{queue} feeds {function} and has no dead-letter queue.",
            "A message that always fails comes back until it expires, without a trace. Add a RedrivePolicy.",
        ),
        Check(
            "FifoNameWithoutSuffix",
            "error",
            "{queue} is a FIFO queue, but its name does not end in .fifo.",
            "End the QueueName with .fifo.",
        ),
        Check(
            "FifoSettingWithoutFifo",
            "error",
            "{queue} is a standard queue, and {setting} is a setting of FIFO queues.",
            "Set FifoQueue to true, or take {setting} away.",
        ),
        Check(
            "FifoThroughputNeedsGroups",
            "error",
            "{queue} counts its throughput per message group, but deduplicates in the whole queue.",
            "perMessageGroupId is allowed only where DeduplicationScope is messageGroup.",
        ),
        Check(
            "FifoQueueTakesNone",
            "error",
            "{source} cannot send to {queue}: AWS allows no FIFO queue there.",
            "Use a standard queue, or an SNS FIFO topic in between.",
        ),
        # ── topics ──
        Check(
            "FifoTopicNameMismatch",
            "error",
            "{topic}: a FIFO topic's name ends in .fifo, and no other's does.",
            "Change the TopicName, or FifoTopic.",
        ),
        Check(
            "FifoTopicProtocol",
            "error",
            "{topic} is a FIFO topic: it delivers to queues only, not over {protocol}.",
            "Subscribe a queue, and let it feed the function.",
        ),
        Check(
            "FifoQueueAtStandardTopic",
            "error",
            "{queue} is a FIFO queue, and {topic} a standard topic.",
            "A standard topic delivers to standard queues only. Make both FIFO, or neither.",
        ),
        Check(
            "RawDeliveryUnsupported",
            "warning",
            "Raw message delivery does not go over {protocol}.",
            "It is for queues, delivery streams and HTTP; take RawMessageDelivery out.",
        ),
        Check(
            "SubscriptionDeadLettersFifo",
            "error",
            "{target} is a standard queue; the dead letters of a FIFO queue at the FIFO topic {topic} need a FIFO queue.",
            "Point the subscription's RedrivePolicy at a FIFO queue.",
        ),
        # ── functions and mappings ──
        Check("BehaviourInvalid", "error", "{message}", "{hint}"),
        Check(
            "DeadLetterTargetMissing",
            "warning",
            "The dead-letter target {target} of {function} does not exist.",
            "Point it at a queue or a topic of this topology.",
        ),
        Check(
            "AsyncFailureLost",
            "warning",
            "When {function} fails for the third time, the event is gone.",
            "Lambda retries asynchronous invocations twice. Add a destination on failure (EventInvokeConfig), or a "
            "dead-letter queue (DeadLetterConfig).",
        ),
        Check(
            "FunctionDeadLetterQueueUnused",
            "warning",
            "The dead-letter queue of {function} never receives anything.",
            "It is for asynchronous invocations; a mapping returns messages to their queue. Give the queue a RedrivePolicy.",
        ),
        Check(
            "FunctionWritesToItsSource",
            "warning",
            "{function} writes to {bucket}, which invokes it.",
            "If the notification fits what it writes, it calls itself for ever. Write to another bucket, or filter by "
            "prefix.",
        ),
        Check(
            "LinkEndMissing",
            "warning",
            "A link ({link}) leads to {value}, which does not exist.",
            "Point it at a resource of this topology; until then it is not drawn.",
        ),
        Check("FaultInvalid", "warning", "{message}", "The fault is left out until it is corrected."),
        Check(
            "CallTargetMissing",
            "warning",
            "{function} calls {target}, which does not exist.",
            "Name the logical id of a node of this topology.",
        ),
        Check(
            "FaultOnUnknownLink",
            "warning",
            "A fault is planned for the link {link}, which does not exist.",
            "Take it out, or name a link of this topology.",
        ),
        Check(
            "MappingFunctionMissing",
            "error",
            "The mapping names the function {target}, which does not exist.",
            "Point FunctionName at a function of this topology.",
        ),
        Check(
            "MappingSourceMissing",
            "error",
            "The mapping reads from {source}, which does not exist.",
            "Point EventSourceArn at a queue or stream of this topology.",
        ),
        Check(
            "MappingBatchNeedsWindow",
            "error",
            "A batch size of {size} needs a batching window.",
            "Set MaximumBatchingWindowInSeconds to 1 or more, or the batch size to at most 10.",
        ),
        Check(
            "MappingBatchTooLargeForFifo",
            "error",
            "A FIFO queue gives at most 10 messages in a batch, not {size}.",
            "Set BatchSize to at most 10.",
        ),
        Check(
            "MappingWindowOnFifo",
            "error",
            "Batches of a FIFO queue are not gathered: {window} s would wait for nothing, and AWS refuses it.",
            "Take MaximumBatchingWindowInSeconds out.",
        ),
        Check(
            "VisibilityTimeoutTooShort",
            "warning",
            "{queue} hides messages for {visibility} s, {function} may take {timeout} s.",
            "AWS refuses this mapping. Advised: a visibility timeout of six times the function's timeout ({advised} s).",
        ),
        Check(
            "VisibilityTimeoutTight",
            "warning",
            "{queue} hides messages for {visibility} s; {function} may take {timeout} s.",
            "Retries of a throttled batch may overlap with it. Advised: six times the function's timeout plus the window ({advised} s).",
        ),
        Check(
            "MaximumConcurrencyAboveReserved",
            "warning",
            "The mapping may start {maximum} invocations at once, {function} has {reserved} reserved.",
            "The difference is throttled, and throttled batches count as receives: keep the maximum at or below the reserved concurrency.",
        ),
        # ── state machines ──
        Check(
            "DefinitionMissing",
            "warning",
            "{machine} has no definition.",
            "Give it a Definition; an upload may need the file that DefinitionUri names. Until then it stands still.",
        ),
        Check(
            "DefinitionRefused",
            "warning",
            "{said}",
            "AWS would refuse the definition of {machine} ({rule}); it stands still until this is corrected.",
        ),
        Check("DefinitionDoubtful", "warning", "{said}", "AWS takes the definition of {machine} ({rule})."),
        Check(
            "DefinitionHasMore",
            "warning",
            "The definition of {machine} has {more} more problems.",
            "The editor lists them all.",
        ),
        Check(
            "DefinitionUnfinished",
            "warning",
            "The definition of {machine} has placeholders that nothing fills in.",
            "Give their values in DefinitionSubstitutions; a task that calls a placeholder needs a mock.",
        ),
        Check("MockInvalid", "warning", "{message}", "The mock is left out until it is corrected."),
        Check(
            "MockOfNoState",
            "warning",
            "{machine} has no task named {state}, so the mock never answers.",
            "Name a Task, Map or Parallel state of its definition.",
        ),
        # ── rules ──
        Check(
            "ScheduleRefused",
            "warning",
            "{schedule} stands still. {why}",
            "Correct the expression: rate(5 minutes), cron(0 8 ? * MON-FRI *), at(2026-01-31T08:00:00).",
        ),
        Check(
            "ScheduleWithoutTarget",
            "warning",
            "{schedule} has no target: AWS would refuse it.",
            "Say in `Target` whom it calls.",
        ),
        Check(
            "ScheduleDeadLettersFifo",
            "warning",
            "{schedule} sends what it gives up on to {target}, a FIFO queue: AWS takes standard queues only.",
            "Choose a standard queue.",
        ),
        Check(
            "PipeSourceNotSimulated",
            "warning",
            "{pipe} stands still: its source is neither a queue nor a stream of this drawing.",
            "Name a queue, a Kinesis stream or the stream of a table as its source.",
        ),
        Check(
            "PipeWithoutTarget",
            "warning",
            "{pipe} has no target: AWS would refuse it.",
            "Say in `Target` who gets the events.",
        ),
        Check(
            "EventRuleRefused",
            "warning",
            "{why}",
            "{rule} stands still until this is corrected.",
        ),
        Check(
            "EventRuleWithoutTarget",
            "warning",
            "{rule} has no target.",
            "What it matches goes nowhere. Add a target.",
        ),
        Check(
            "EventRuleTargetsTooMany",
            "warning",
            "{rule} has {count} targets.",
            "AWS allows a rule five. Add a second rule of the same pattern.",
        ),
        Check(
            "EventRuleDeadLettersFifo",
            "warning",
            "The dead-letter queue {target} of {rule} is a FIFO queue.",
            "EventBridge writes to standard queues only: point DeadLetterConfig at one.",
        ),
        # ── APIs ──
        Check(
            "ApiStands", "warning", "{api} is a WebSocket API.", "It is drawn, and stands still when the topology runs."
        ),
        Check(
            "ApiWithoutRoutes", "warning", "{api} has no route.", "It answers every request with an error. Add a route."
        ),
        Check(
            "ApiTemplateUnknown",
            "warning",
            "A mapping template of {route} cannot be filled in here: {why}.",
            "Its route answers with an error that says so.",
        ),
        Check(
            "ApiFunctionOutlivesClient",
            "warning",
            "{function} may take {timeout} s, and {route} waits for {seconds} s.",
            "The client gets an error, and the function goes on. Lower the function's Timeout, or put a queue between them.",
        ),
        *BOX_CHECKS,
        # ── pictures ahead of the simulator ──
        Check(
            "NotSimulatedYet",
            "warning",
            "{what} is drawn, but not simulated yet: {names}.",
            "It stands still when the topology runs.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    path: str
    message: str
    hint: str = ""
    severity: str = "error"
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
            "severity": self.severity,
            "line": self.line,
        }


def problem(code: str, path: str, **facts: object) -> Problem:
    check = CHECKS[code]
    return Problem(code, path, check.sentence.format(**facts), check.hint.format(**facts), check.severity)


def pointer(*parts: object) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
