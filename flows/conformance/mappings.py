"""What mappings and destinations delivered, in full: recorded tests of Lambda, played again.

A record names the calls that its test made (`asked`) and what AWS answered and delivered (`recorded`), but not which is which, nor
the functions' code. So:

* the calls are made again, in their order, up to the test's tidying up; waiting is left out of the recording, so a call that
  looks after something (`Get…`) comes half a minute later than the one before it, any other at once;
* a function does what the record says it did (`mapping_scripts.py`): what it sent, answered or raised is the record's, when and
  with what it is invoked is ours;
* then everything comes to rest, and each recorded value is looked for among what was answered and delivered, by its shape
  (`mapping_evidence.py`).

Where no calls were recorded, the mapping's recorded settings and the messages that came through it say what they must have been.
A record about a stream, or a service that is not here, is excluded.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from flows.conformance.mapping_calls import as_text, calls_behind, records_of
from flows.conformance.mapping_evidence import Evidence, invocation_record
from flows.conformance.mapping_scripts import Script, ScriptedHandler
from flows.conformance.matching import parsed
from flows.conformance.report import Verdict
from flows.conformance.scenarios import ACCOUNT, REGION, Replay
from flows.importers.cloudformation import import_template
from flows.services.ports import Answer, Json
from flows.simulation import SERVICES, Simulation
from flows.topology import compile_topology

KEYS = frozenset({"asked", "recorded"})
SECOND = 1_000_000
LOOKED_AT_US, AT_REST_US = 30 * SECOND, 3600 * SECOND
SERVICES_OF_THE_TEST = ("cloudformation", "ssm", "iam", "sts", "s3")
"""What a test only uses to set itself up."""
TIDYING = ("Delete", "Unsubscribe")
PEERS_URL = re.compile(r"http://sqs\.[\w-]+\.localhost:4566/")
STREAMS = {"dynamodb": ("CreateTable",), "kinesis": ("CreateStream",)}
A_STREAM = re.compile(r":(dynamodb|kinesis):")
LEFT_OUT: dict[str, Json] = {"CreateFunction": {"Code": {"ZipFile": ""}}}
"""What the recording leaves out of a call: bytes."""
BROKEN_BY: tuple[tuple[str, Json], ...] = (
    ("Maximum batch window in seconds must be greater than 0", {"BatchSize": 11}),
    ("Invalid filter pattern definition", {"FilterCriteria": {"Filters": [{"Pattern": "null"}]}}),
    ("An event source mapping with SQS arn", {}),
)
"""How AWS's refusal of a call that the recording left out begins → what in a call it is about ({}: the same call again)."""
CHANGING = ("Updating", "Enabling", "Disabling")
SETTINGS = ("BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "ScalingConfig", "FilterCriteria")


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    source, aws = str(case.get("source", "")).split(" ")[0], bool(case.get("aws_validated"))
    excluded = _excluded(case)
    if excluded:
        yield Verdict(case["id"], source, passed=False, excluded=excluded, aws=aws)
        return
    found = Play(case).differences()
    detail = "; ".join(f"{key}: {said}" for key, said in found.items())
    yield Verdict(case["id"], source, passed=not found, detail=detail, aws=aws)


class Play:
    """One record, played."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.recorded: Json = case["recorded"]
        self.asked: list[Json] = case["asked"] or calls_behind(self.recorded)
        self.replay = Replay({"calls": []})
        template = next((call["params"]["TemplateBody"] for call in self.asked if "TemplateBody" in call["params"]), "")
        if template:
            self.replay.simulation = _stack(template)
        self.simulation = self.replay.simulation
        self.evidence = Evidence(self.simulation, self.replay.operation)
        self.script = Script(self.recorded, self.replay.operation, self.evidence)
        nodes = self.simulation.world.topology.nodes
        self.evidence.queues.extend(node.url for node in nodes if node.kind == "queue")
        self.sent: list[Any] = []
        self.source_url = ""
        self._errors_due: Counter[str] = Counter()
        self.last_invocation: Json = {}
        self._uuids: dict[str, str] = {}
        self._made: list[str] = []

    def differences(self) -> dict[str, str]:
        """What differs, by the record's keys."""
        self._take_over()
        for call in self.asked:
            if call["op"].startswith(TIDYING):
                break
            self._call(call)
        self._rest()
        for key, want in self.recorded.items():
            self._prompt(key, want)
        found = {key: said for key, want in self.recorded.items() if (said := self.evidence.difference(want))}
        left = self.evidence.invocations_left() if any(isinstance(each, list) for each in self.recorded.values()) else 0
        return found or ({"invocations": f"{left} more than were recorded"} if left else {})

    # ── calling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, call: Json) -> None:
        service, operation = call["service"], call["op"]
        if service in SERVICES_OF_THE_TEST or operation == "ReceiveMessage":
            return
        if operation.startswith("Get"):
            self.simulation.run_until(self.simulation.now_at + LOOKED_AT_US)
        params = self._ours(call["params"])
        self._operation(service, operation, {**LEFT_OUT.get(operation, {}), **params})

    def _operation(self, service: str, operation: str, params: Json) -> Answer:
        answer = self.replay.operation(service, operation, params)
        self.evidence.heard(service, operation, answer)
        output = answer.output or {}
        if operation.startswith("SendMessage"):
            rows = params.get("Entries") or [params]
            self.sent.extend(parsed(row["MessageBody"]) for row in rows)
        if operation == "CreateEventSourceMapping":
            self.source_url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{params['EventSourceArn'].split(':')[-1]}"
        if operation == "CreateEventSourceMapping" and answer.ok:
            self._made.append(output["UUID"])
        elif operation == "CreateQueue" and answer.ok:
            self.evidence.queues.append(output["QueueUrl"])
        elif operation == "Invoke":
            self.last_invocation = params
        if operation == "CreateFunction":
            self._take_over()
        return answer

    def _take_over(self) -> None:
        """Functions do what the record says."""
        for function in self.simulation.world.nouns_of("lambda"):
            if not isinstance(function.handler, ScriptedHandler):
                function.handler = ScriptedHandler(self.script, function)
        self.evidence.listen()

    def _ours(self, value: Any) -> Any:
        """The recording's identifiers as ours: a queue's URL, a mapping's UUID (the n-th named is the n-th made)."""
        if isinstance(value, dict):
            if set(value) == {"$b64"}:
                return base64.b64decode(value["$b64"]).decode(errors="replace")
            ours = {name: self._ours(each) for name, each in value.items()}
            if "UUID" in ours:
                self._uuids.setdefault(
                    value["UUID"], self._made[min(len(self._uuids), len(self._made) - 1)] if self._made else ""
                )
                ours["UUID"] = self._uuids[value["UUID"]]
            return ours
        if isinstance(value, list):
            return [self._ours(each) for each in value]
        return PEERS_URL.sub(f"https://sqs.{REGION}.amazonaws.com/", value) if isinstance(value, str) else value

    def _rest(self) -> None:
        self.simulation.run_until(self.simulation.now_at + AT_REST_US)
        self.evidence.collect()

    # ── what the recording left out ─────────────────────────────────────────────────────────────────────────────────

    def _prompt(self, key: str, want: Any) -> None:
        """A call that the recording left out, where the value that came of it says which it was."""
        if isinstance(want, dict) and "Error" in want:
            self._break_the_rule(key, want["Error"])
        if isinstance(want, dict) and want.get("State") in CHANGING and not self.evidence.has(want):
            self._update(want)
        self._send_what_came(want)
        event = invocation_record(want)
        if event is None or self.evidence.has(want):
            return
        context = event["requestContext"]
        if context["condition"] == "EventAgeExceeded" and self.last_invocation:
            self._older_events(context["approximateInvokeCount"])
        elif not any(call["op"] == "Invoke" for call in self.asked):
            self._invoke(event["requestPayload"])

    def _update(self, want: Json) -> None:
        """A mapping was changed: to what its answer says, and to another function where it names another."""
        before = next((value for value in self.recorded.values() if isinstance(value, dict) and "UUID" in value), want)
        params: Json = {name: want[name] for name in SETTINGS if name in want and want[name] != before.get(name)}
        for each in params.get("FilterCriteria", {}).get("Filters", []):
            each["Pattern"] = as_text(each["Pattern"])
        if want["FunctionArn"] != before["FunctionArn"]:
            params["FunctionName"] = self._other_function()
        if want["State"] in {"Enabling", "Disabling"}:
            params["Enabled"] = want["State"] == "Enabling"
        if self._made:
            self._operation("lambda", "UpdateEventSourceMapping", {"UUID": self._made[0], **params})
            self._rest()
            self._operation("lambda", "GetEventSourceMapping", {"UUID": self._made[0]})

    def _other_function(self) -> str:
        """The second function, made like the first if it was not yet."""
        made = [call["params"] for call in self.asked if call["op"] == "CreateFunction"]
        if len(made) > 1:
            return str(made[1]["FunctionName"])
        name = f"{made[0]['FunctionName']}-2"
        self._operation(
            "lambda", "CreateFunction", {**LEFT_OUT["CreateFunction"], **self._ours(made[0]), "FunctionName": name}
        )
        return name

    def _send_what_came(self, want: Any) -> None:
        """Messages that came through a mapping were sent, whether or not the recording has the call."""
        came = [record["body"] for record in records_of(want)] if isinstance(want, list) else []
        new = [body for body in came if parsed(body) not in self.sent]
        for body in new if self.source_url else ():
            params = {"QueueUrl": self.source_url, "MessageBody": as_text(body)}
            self._operation("sqs", "SendMessage", params)
        if new:
            self._rest()

    def _break_the_rule(self, key: str, error: Json) -> None:
        params = next((params for begins, params in BROKEN_BY if error["Message"].startswith(begins)), None)
        created = next((call["params"] for call in self.asked if call["op"] == "CreateEventSourceMapping"), None)
        if params is None or created is None or not self._made or self._heard_often_enough(error):
            return
        if "update" in key:
            self._operation("lambda", "UpdateEventSourceMapping", {"UUID": self._made[0], **params})
        else:
            self._operation("lambda", "CreateEventSourceMapping", {**self._ours(created), **params})

    def _heard_often_enough(self, error: Json) -> bool:
        """As many refusals were heard as were recorded up to this one."""
        self._errors_due[error["Message"]] += 1
        return self.evidence.refusals(error) >= self._errors_due[error["Message"]]

    def _older_events(self, invocations: int) -> None:
        """The function's settings were changed so that so many invocations fit into an event's age: between the waits."""
        waits = [60, 120]
        low, high = sum(waits[: invocations - 1]), sum(waits[:invocations])
        name = self.last_invocation["FunctionName"]
        age = max((low + high) // 2, 60)
        update = {"FunctionName": name, "MaximumEventAgeInSeconds": age}
        self._operation("lambda", "UpdateFunctionEventInvokeConfig", update)
        self._operation("lambda", "Invoke", self.last_invocation)
        self._rest()

    def _invoke(self, payload: Any) -> None:
        """A function of a stack was invoked with that; the one whose outcome goes somewhere."""
        for function in self.simulation.world.nouns_of("lambda"):
            configs = function.event_queue.configs.values()
            if any(config.on_success is not None or config.on_failure is not None for config in configs):
                params = {"FunctionName": function.name, "InvocationType": "Event", "Payload": json.dumps(payload)}
                self._operation("lambda", "Invoke", params)
                self._rest()
                return


def _excluded(case: dict[str, Any]) -> str:
    asked, recorded = case["asked"], case["recorded"]
    for service, operations in STREAMS.items():
        if any(call["service"] == service and call["op"] in operations for call in asked) and service not in SERVICES:
            return f"needs {service}"
    for value in recorded.values():
        arn = value.get("EventSourceArn") if isinstance(value, dict) else None
        stream = A_STREAM.search(arn) if isinstance(arn, str) else None
        if stream and stream[1] not in SERVICES:
            return f"needs {stream[1]}"
    if not asked and not calls_behind(recorded):
        return "names no calls, and nothing says what they were"
    missing = {call["service"] for call in asked} - SERVICES.keys() - {*SERVICES_OF_THE_TEST, *STREAMS}
    return f"needs {', '.join(sorted(missing))}" if missing else ""


def _stack(template: str) -> Simulation:
    """What a template makes, as our importer reads it."""
    result = import_template({"template.json": template.encode()}, "template.json", region=REGION, account=ACCOUNT)
    if result.document is None:
        raise ValueError("; ".join(problem.message for problem in result.problems))
    return Simulation.begin(compile_topology(result.document), seed=1)
