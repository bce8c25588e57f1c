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
Records about streams are played by `mapping_streams.py`. One that needs a service that is not here is excluded.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from flows.conformance.mapping_calls import calls_behind, records_of
from flows.conformance.mapping_evidence import Evidence
from flows.conformance.mapping_prompts import LEFT_OUT, Prompts
from flows.conformance.mapping_recorded import is_about_a_stream
from flows.conformance.mapping_scripts import Script, ScriptedHandler
from flows.conformance.mapping_streams import StreamPlay
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
SERVICES_OF_THE_TEST = ("cloudformation", "ssm", "iam", "sts", "s3", "logs")
"""What a test only uses to set itself up."""
TIDYING = ("Delete", "Unsubscribe")
PEERS_URL = re.compile(r"http://sqs\.[\w-]+\.localhost:4566/")
STREAMS = {"dynamodb": ("CreateTable",), "kinesis": ("CreateStream",)}
A_STREAM = re.compile(r":(dynamodb|kinesis):")


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    source, aws = str(case.get("source", "")).split(" ")[0], bool(case.get("aws_validated"))
    excluded = _excluded(case)
    if excluded:
        yield Verdict(case["id"], source, passed=False, excluded=excluded, aws=aws)
        return
    found = (StreamPlay(case) if is_about_a_stream(case) else Play(case)).differences()
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
        self.last_invocation: Json = {}
        self._uuids: dict[str, str] = {}
        self.made: list[str] = []

    def differences(self) -> dict[str, str]:
        """What differs, by the record's keys."""
        self._take_over()
        for call in self.asked:
            if call["op"].startswith(TIDYING):
                break
            self._call(call)
        self.rest()
        prompts = Prompts(self)
        for key, want in self.recorded.items():
            prompts.prompt(key, want)
        found = {key: said for key, want in self.recorded.items() if (said := self.evidence.difference(want))}
        told = any(isinstance(each, list) and records_of(each) for each in self.recorded.values())
        left = self.evidence.invocations_left() if told else 0
        return found or ({"invocations": f"{left} more than were recorded"} if left else {})

    # ── calling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, call: Json) -> None:
        service, operation = call["service"], call["op"]
        if service in SERVICES_OF_THE_TEST or operation == "ReceiveMessage":
            return
        if operation.startswith("Get"):
            self.simulation.run_until(self.simulation.now_at + LOOKED_AT_US)
        params = self.ours(call["params"])
        self.operation(service, operation, {**LEFT_OUT.get(operation, {}), **params})

    def operation(self, service: str, operation: str, params: Json) -> Answer:
        answer = self.replay.operation(service, operation, params)
        self.evidence.heard(service, operation, answer)
        output = answer.output or {}
        if operation.startswith("SendMessage"):
            rows = params.get("Entries") or [params]
            self.sent.extend(parsed(row["MessageBody"]) for row in rows)
        if operation == "CreateEventSourceMapping":
            self.source_url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{params['EventSourceArn'].split(':')[-1]}"
        if operation == "CreateEventSourceMapping" and answer.ok:
            self.made.append(output["UUID"])
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

    def ours(self, value: Any) -> Any:
        """The recording's identifiers as ours: a queue's URL, a mapping's UUID (the n-th named is the n-th made)."""
        if isinstance(value, dict):
            if set(value) == {"$b64"}:
                return base64.b64decode(value["$b64"]).decode(errors="replace")
            ours = {name: self.ours(each) for name, each in value.items()}
            if "UUID" in ours:
                self._uuids.setdefault(
                    value["UUID"], self.made[min(len(self._uuids), len(self.made) - 1)] if self.made else ""
                )
                ours["UUID"] = self._uuids[value["UUID"]]
            return ours
        if isinstance(value, list):
            return [self.ours(each) for each in value]
        return PEERS_URL.sub(f"https://sqs.{REGION}.amazonaws.com/", value) if isinstance(value, str) else value

    def rest(self) -> None:
        self.simulation.run_until(self.simulation.now_at + AT_REST_US)
        self.evidence.collect()


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
    if not asked and not calls_behind(recorded) and not is_about_a_stream(case):
        return "names no calls, and nothing says what they were"
    missing = {call["service"] for call in asked} - SERVICES.keys() - {*SERVICES_OF_THE_TEST, *STREAMS}
    return f"needs {', '.join(sorted(missing))}" if missing else ""


def _stack(template: str) -> Simulation:
    """What a template makes, as our importer reads it."""
    result = import_template({"template.json": template.encode()}, "template.json", region=REGION, account=ACCOUNT)
    if result.document is None:
        raise ValueError("; ".join(problem.message for problem in result.problems))
    return Simulation.begin(compile_topology(result.document), seed=1)
