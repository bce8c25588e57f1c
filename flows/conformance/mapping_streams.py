"""Recorded tests of mappings on streams, played again.

Their recordings stop where the stream was made: its peer could not follow. What AWS answered and delivered later is recorded all the
same, and says what must have been done: a mapping's answer its settings, an event the records that were put, the record of an
on-failure destination which of them failed and how. So:

* what was asked is asked, up to the test's tidying up; what is missing (a function, a table's stream, a destination) is made;
* records that came through are put: before the mapping is made where it reads from the oldest on, else once it is enabled;
  where records were too old, as many as were given up, so long before;
* functions do what the recording says of them (`mapping_recorded.py`);
* then everything comes to rest, and each recorded value is looked for. A list of events is how a function's invocations began; the
  longest must be all of them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from flows.conformance.mapping_calls import as_text
from flows.conformance.mapping_evidence import METADATA, Evidence, messages_of
from flows.conformance.mapping_recorded import AGED, SETTINGS, Behaviour, RecordedHandler, mappings_in
from flows.conformance.matching import difference, parsed
from flows.conformance.scenarios import ACCOUNT, Replay
from flows.services.ports import Answer, Json

SECOND = 1_000_000
ROLE = f"arn:aws:iam::{ACCOUNT}:role/function"
TIDYING = ("Delete", "Unsubscribe")
ASKED_OF = ("lambda", "kinesis", "dynamodb", "sqs", "sns", "s3")


class StreamPlay:
    """One record about a stream, played."""

    def __init__(self, case: Json) -> None:
        self.case = case
        self.recorded: Json = case["recorded"]
        self.replay = Replay({"calls": []})
        self.simulation = self.replay.simulation
        self.evidence = Evidence(self.simulation, self.replay.operation)
        self.behaviour = Behaviour(case)
        self.failures, self.records = self.behaviour.failures, self.behaviour.records
        self.mappings = list(mappings_in(self.recorded)) or [self._usual_mapping()]
        self.kind = "kinesis" if ":kinesis:" in json.dumps(self.recorded) else "dynamodb"

    def differences(self) -> dict[str, str]:
        for call in self.case["asked"]:
            if call["op"].startswith(TIDYING):
                break
            if call["service"] in ASKED_OF:
                self.operation(call["service"], call["op"], self._whole(call["op"], call["params"]))
        self.wait(2)
        arn = self._source()
        aged = sum(info["batchSize"] for condition, info, _ in self.failures if condition == AGED)
        if aged:
            self._put([self._some_record(number) for number in range(aged)])
            self.wait(int(self.mappings[0]["MaximumRecordAgeInSeconds"]) + 1)
        early = [mapping for mapping in self.mappings if mapping.get("StartingPosition") == "TRIM_HORIZON"]
        if early and not aged:
            self._put(self._to_put())
        made = [self._map(arn, number, mapping) for number, mapping in enumerate(self.mappings)]
        self.wait(2)
        if not early or aged:
            self._put(self.records or ([] if aged else self._to_put()))
        self._prompt(made)
        self.wait(3600)
        self.evidence.collect()
        return {key: said for key, want in self.recorded.items() if (said := self._difference(want))}

    # ── making ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def operation(self, service: str, operation: str, params: Json) -> Answer:
        answer = self.replay.operation(service, operation, params)
        self.evidence.heard(service, operation, answer)
        if operation == "CreateQueue" and answer.ok:
            self.evidence.queues.append((answer.output or {})["QueueUrl"])
        if operation == "CreateFunction":
            for function in self.simulation.world.nouns_of("lambda"):
                if not isinstance(function.handler, RecordedHandler):
                    function.handler = RecordedHandler(self.behaviour, function)
        return answer

    def wait(self, seconds: int) -> None:
        self.simulation.run_until(self.simulation.now_at + seconds * SECOND)

    def _whole(self, operation: str, params: Json) -> Json:
        return {**params, "Code": {"ZipFile": ""}} if operation == "CreateFunction" else params

    def _usual_mapping(self) -> Json:
        """Where no mapping's answer was recorded: one that suits what was delivered."""
        condition, _, context = self.failures[0] if self.failures else ("", {}, {})
        retries = context["requestContext"]["approximateInvokeCount"] - 1 if condition else -1
        return {
            "BatchSize": 1,
            "StartingPosition": "TRIM_HORIZON",
            "MaximumRetryAttempts": retries,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "DestinationConfig": {"OnFailure": {"Destination": ":sqs:"} if condition else {}},
        }

    def _source(self) -> str:
        """The stream's ARN; a stream, or a table and its stream, is made where none was."""
        if self.kind == "kinesis":
            node = next(iter(self.simulation.world.nouns_of("kinesis")))
            return str(node.stream_arn)
        tables = self.simulation.world.nouns_of("dynamodb")
        if not tables:
            told = next(value for value in self.recorded.values() if "TableDescription" in value)["TableDescription"]
            params = {name: told[name] for name in ("KeySchema", "AttributeDefinitions")}
            self.operation(
                "dynamodb", "CreateTable", {"TableName": "table", "BillingMode": "PAY_PER_REQUEST", **params}
            )
            self.wait(2)
            tables = self.simulation.world.nouns_of("dynamodb")
        table = tables[0]
        if table.stream is None:
            views = [record["dynamodb"]["StreamViewType"] for record in self.records]
            specification = {"StreamEnabled": True, "StreamViewType": views[0] if views else "NEW_IMAGE"}
            self.operation("dynamodb", "UpdateTable", {"TableName": table.name, "StreamSpecification": specification})
            self.wait(2)
        return str(table.stream.stream_arn)

    def _map(self, arn: str, number: int, mapping: Json) -> str:
        """The mapping as it was recorded; its UUID."""
        functions = self.simulation.world.nouns_of("lambda")
        if len(functions) <= number:
            given = {"FunctionName": f"function-{number}", "Role": ROLE, "Timeout": 30, "Code": {"ZipFile": ""}}
            self.operation("lambda", "CreateFunction", given)
            functions = self.simulation.world.nouns_of("lambda")
        params: Json = {name: mapping[name] for name in SETTINGS if name in mapping}
        if "FilterCriteria" in mapping:
            patterns = [as_text(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
            params["FilterCriteria"] = {"Filters": [{"Pattern": each} for each in patterns]}
        target = (mapping.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        if target:
            params["DestinationConfig"] = {"OnFailure": {"Destination": self._destination(target)}}
        params |= {"FunctionName": functions[number].name, "EventSourceArn": arn}
        self.asked = params
        answer = self.operation("lambda", "CreateEventSourceMapping", params)
        return str((answer.output or {}).get("UUID"))

    def _destination(self, recorded: str) -> str:
        """What a recorded ARN stands for: the last made of its kind, or one that is made now."""
        kind = next(kind for kind in ("sqs", "sns", "s3") if f":{kind}:" in recorded)
        nodes = self.simulation.world.topology.living(kind)
        if not nodes:
            made = {
                "sqs": ("CreateQueue", "QueueName"),
                "sns": ("CreateTopic", "Name"),
                "s3": ("CreateBucket", "Bucket"),
            }
            operation, name = made[kind]
            self.operation(kind, operation, {name: "on-failure"})
            nodes = self.simulation.world.topology.living(kind)
        return nodes[-1].arn

    def _prompt(self, made: list[str]) -> None:
        """Calls that only their recorded answers tell of."""
        for want in self.recorded.values():
            if not isinstance(want, dict) or self.evidence.has(want) or METADATA not in want:
                continue
            if "EventSourceMappings" in want:
                self.operation("lambda", "ListEventSourceMappings", {"EventSourceArn": self.asked["EventSourceArn"]})
            elif want.get("State") in ("Disabling", "Enabling"):
                given = {"UUID": made[0], "Enabled": want["State"] == "Enabling"}
                self.operation("lambda", "UpdateEventSourceMapping", given)
            elif "already exists" in str(want.get("Error")):
                self.operation("lambda", "CreateEventSourceMapping", self.asked)
            elif "Invalid filter pattern" in str(want.get("Error")):
                wrong = {"FilterCriteria": {"Filters": [{"Pattern": "null"}]}}
                self.operation("lambda", "CreateEventSourceMapping", {**self.asked, **wrong})

    # ── putting ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _to_put(self) -> list[Json]:
        """The records that came through; where none is told, as many as were given up."""
        count = sum(info["batchSize"] for _, info, _ in self.failures)
        return self.records or [self._some_record(number) for number in range(count)]

    def _some_record(self, number: int) -> Json:
        """A record of which nothing is known but that it was there."""
        if self.kind == "kinesis":
            data = base64.b64encode(f"record {number}".encode()).decode()
            return {"kinesis": {"partitionKey": "test", "data": data}}
        table = self.simulation.world.nouns_of("dynamodb")[0]
        return {"dynamodb": {"NewImage": {name: {"S": f"item {number}"} for name in table.key_names}}}

    def _put(self, records: list[Json]) -> None:
        if self.kind == "kinesis":
            stream = self.simulation.world.nouns_of("kinesis")[0]
            rows = [
                {"PartitionKey": each["kinesis"]["partitionKey"], "Data": each["kinesis"]["data"]} for each in records
            ]
            if rows:
                self.operation("kinesis", "PutRecords", {"StreamName": stream.name, "Records": rows})
            return
        table = self.simulation.world.nouns_of("dynamodb")[0]
        for each in records:
            change = each["dynamodb"]
            if each.get("eventName") == "REMOVE":
                self.operation("dynamodb", "DeleteItem", {"TableName": table.name, "Key": change["Keys"]})
            else:
                item = change.get("NewImage") or change["Keys"]
                self.operation("dynamodb", "PutItem", {"TableName": table.name, "Item": item})

    # ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _difference(self, want: Any) -> str:
        if isinstance(want, list) or (isinstance(want, dict) and set(want) == {"Records"}):
            return self._of_events(want)
        if messages_of(want) or METADATA in want:
            return self.evidence.difference(want)
        found = [parsed(message["Body"]) for message in self._messages()]
        found += [parsed(text) for text in self._objects()]
        said = [difference(want, each) for each in found]
        return "" if "" in said else next(iter(said), "nothing of the sort was delivered")

    def _of_events(self, want: Any) -> str:
        """How a function's invocations began, or the records of all of them."""
        lists = [
            self.behaviour.invocations.get(function.name, []) for function in self.simulation.world.nouns_of("lambda")
        ]
        said = "no function was invoked"
        for events in lists:
            if isinstance(want, dict) or not all("Records" in row or "event" in row for row in want):
                wanted: list[Any] = want["Records"] if isinstance(want, dict) else want
                got: list[Any] = [record for event in events for record in event["Records"]]
            else:
                wanted = [row.get("event", row) for row in want]
                longest = max(len(each) for each in self.recorded.values() if isinstance(each, list))
                got = events[: len(wanted)] if len(wanted) < longest else events
            said = difference(wanted, got)
            if not said:
                return ""
        return said

    def _messages(self) -> Iterator[Json]:
        for found in self.evidence._messages.values():
            yield from found

    def _objects(self) -> Iterator[str]:
        bodies = self.simulation.environment.bodies
        for bucket in self.simulation.world.nouns_of("s3"):
            yield from (bodies.text(each.body) for each in bucket.objects.values() if each.body)
