"""Replayed scenarios: the calls of a recorded test, made again at their instants, and what AWS had answered to them.

Identifiers that the recording was answered with stand for those we give (`learn`). Between two calls the clock is moved by what
lay between them; a call whose recorded answer had messages is repeated every half second until ours has as many, because the
recorder's own test did so. Only certified checks count: of the others nobody knows that AWS answered that very call.

A recording does not say from which region a call was made, but the peer's answer does: by an ARN in it, or by refusing the topic of
a region that is not the caller's ("Invalid parameter: TopicArn" is said for nothing else about a well-formed ARN).

The clock begins at the date of the recording's peer, as its answers tell it: what is asked for by a date (a replay's window, a cron
expression) means the same here.

Roles, policies and logs (`iam`, `sts`, `logs`) are accepted and not evaluated: such a call is answered as the peer answered it,
and no check of one is counted. A scenario that calls a service which is not simulated is excluded.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flows.conformance.matching import MISSING, difference
from flows.conformance.report import Verdict
from flows.conformance.stacks import Stacks
from flows.conformance.wire import as_boto
from flows.engine.environment import EPOCH
from flows.services.ports import Answer, Json
from flows.simulation import SERVICES, Simulation
from flows.topology import compile_topology

SECOND = 1_000_000
OUR_NAMES = {"sqs-query": "sqs", "stepfunctions": "states"}
ACCEPTED = frozenset({"iam", "sts", "logs"})
REPEATS, REPEAT_EVERY = 6, SECOND // 2
PATIENCE = 100_000
"""How many notices an answer may take to come."""
ACCOUNT, REGION, ELSEWHERE = "000000000000", "us-east-1", "us-west-1"
AN_ARN = re.compile(r"arn:aws:[\w-]+:([a-z]{2}-[a-z]+-\d):")
NOT_THE_CALLERS = "Invalid parameter: TopicArn"
JUST_NOW = ("CreationTime", "LastModifiedTime", "ReplayStartTime", "CreationDate", "creationDate", "startDate")
"""Members that hold the date of the call itself, where something is made."""
UTC_SUFFIX = "+00:00"
EVENT_TIME = re.compile(r'"time":\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z"')
A_DATE = re.compile(r"20\d\d-")


def run(case: dict[str, Any]) -> Iterator[Verdict]:
    """A verdict per certified check."""
    source = str(case.get("source", "")).split(" ")[0]
    checks = [check for check in case["checks"] if check.get("certified")]
    excluded = _excluded(case)
    answers = {} if excluded or not checks else Replay(case).run()
    calls = {call["seq"]: call for call in case["calls"]}
    for check in checks:
        name = f"{case['id']} · {check['key']}"
        why = excluded or (
            f"asks {calls[check['seq']]['service']}" if calls[check["seq"]]["service"] in ACCEPTED else ""
        )
        if why:
            yield Verdict(name, source, passed=False, excluded=why, aws=True)
            continue
        found = difference(check["want"], _at(answers.get(check["seq"]), check.get("path") or []))
        yield Verdict(name, source, passed=not found, detail=found, aws=True)


def an_empty_account(epoch: str = EPOCH) -> Simulation:
    """A simulation of nothing yet: everything is made by operations."""
    document = {"format": 1, "name": "conformance", "region": REGION, "account": ACCOUNT, "resources": {}}
    return Simulation.begin(compile_topology(document), seed=1, epoch=epoch)


class Replay:
    """One scenario in an account of its own."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.simulation = an_empty_account(_epoch(case["calls"]))
        self.stacks = Stacks(self.operation, REGION, ACCOUNT)
        self.translated: dict[str, str] = {}
        self.elsewhere: dict[str, str] = {}
        """What was made in another region, by name."""
        self._answer: Answer | None = None

    def run(self) -> dict[int, Any]:
        """What each call was answered, by its `seq`."""
        answers: dict[int, Any] = {}
        begun = self.case["calls"][0]["t"]
        for call in self.case["calls"]:
            self._until(round((call["t"] - begun) * SECOND))
            theirs = call.get("peer_response")
            wanted = len(theirs["Messages"]) if isinstance(theirs, dict) and theirs.get("Messages") else 0
            for _ in range(REPEATS if wanted else 1):
                ours = self.call(call)
                if not wanted or "Error" in ours or len(ours.get("Messages") or ()) >= wanted:
                    break
                self._until(self.simulation.now_at + REPEAT_EVERY)
            answers[call["seq"]] = ours
            self.learn(theirs, ours)
        return answers

    def call(self, call: dict[str, Any]) -> Json:
        service = call["service"]
        if service in ACCEPTED:
            return dict(call.get("peer_response") or {})
        params = _plain(self.ours(call["params"]))
        if service == "cloudformation":
            return self.stacks.call(call["op"], params)
        ours = OUR_NAMES.get(service, service)
        answer = self.operation(ours, call["op"], params, self.region_of(call))
        return as_boto(ours, answer, query=service == "sqs-query")

    def region_of(self, call: Json) -> str:
        """The region a call was made from: what its answer says, else where the rule or bus that it names was made."""
        region, params = _region_of(call), call["params"]
        entries = params.get("Entries") or [{}]
        named = params.get("Rule") or (entries[0].get("EventBusName") if isinstance(entries[0], dict) else None)
        if region == REGION:
            return self.elsewhere.get(named, REGION) if isinstance(named, str) else REGION
        if isinstance(params.get("Name"), str):
            known = self.elsewhere.setdefault(params["Name"], region)
            self.elsewhere[params["Name"]] = region if known == region else REGION
        return region

    def operation(self, service: str, operation: str, params: Json, region: str = REGION) -> Answer:
        """An operation's answer, however long it takes in virtual time."""
        simulation = self.simulation
        caller = replace(simulation.world.caller("Alice"), region=region)
        given = simulation.call(caller, service, operation, params)
        if isinstance(given, Answer):
            return given
        self._answer = None
        simulation.when(given, self.hear)
        for _ in range(PATIENCE):
            if self._answer is not None or not simulation.step():
                break
        return self._answer or Answer({"Pending": given.handle})

    def hear(self, answer: Answer) -> None:
        self._answer = answer

    def learn(self, theirs: Any, ours: Any) -> None:
        """What stands in the recording where our answer has another identifier."""
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for key in theirs.keys() & ours.keys():
                self.learn(theirs[key], ours[key])
        elif isinstance(theirs, list) and isinstance(ours, list):
            for each, mine in _paired(theirs, ours):
                self.learn(each, mine)
        elif isinstance(theirs, str) and isinstance(ours, str) and theirs != ours and _is_identifier(theirs):
            self.translated[theirs] = ours

    def ours(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.ours(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.ours(each) for each in value]
        if not isinstance(value, str) or value in self.translated:
            return self.translated.get(value, value) if isinstance(value, str) else value
        for theirs in sorted(self.translated, key=len, reverse=True):
            if theirs in value:
                value = value.replace(theirs, self.translated[theirs])
        return value

    def _until(self, at: int) -> None:
        self.simulation.run_until(max(self.simulation.now_at, at))


NAMING = ("OutputKey", "Id", "Name")
"""Members that tell elements of a list apart, whatever their order."""


def _paired(theirs: list[Any], ours: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The elements of two lists that mean the same: by what names them, else by place."""
    for key in NAMING:
        named = {each[key]: each for each in ours if isinstance(each, dict) and isinstance(each.get(key), str)}
        if (
            named
            and len(named) == len(ours)
            and all(isinstance(each, dict) and each.get(key) in named for each in theirs)
        ):
            yield from ((each, named[each[key]]) for each in theirs)
            return
    yield from zip(theirs, ours, strict=False)


def _region_of(call: Json) -> str:
    """The region a call was made from."""
    error = call.get("peer_error")
    if isinstance(error, dict) and error.get("Message") == NOT_THE_CALLERS:
        named = AN_ARN.match(str(call["params"].get("TopicArn", "")))
        return ELSEWHERE if named is None or named[1] == REGION else REGION
    found = AN_ARN.search(json.dumps(call.get("peer_response")))
    return found[1] if found else REGION


def _epoch(calls: list[Json]) -> str:
    """The date of the first call: the latest that the peer's dates allow, those of what it made just then before those of events."""
    for dates in (_made_dates, _event_dates):
        found = [
            datetime.fromisoformat(date) - timedelta(seconds=call["t"] - calls[0]["t"])
            for call in calls
            for date in dates(call.get("peer_response"))
        ]
        if found:
            return max(found).isoformat()
    return EPOCH


def _made_dates(answer: Any) -> Iterator[str]:
    for name, value in answer.items() if isinstance(answer, dict) else ():
        if name in JUST_NOW and isinstance(value, str) and value.endswith(UTC_SUFFIX):
            yield value


def _event_dates(answer: Any) -> Iterator[str]:
    for message in (answer.get("Messages") or ()) if isinstance(answer, dict) else ():
        found = EVENT_TIME.search(str(message.get("Body")))
        if found:
            yield f"{found[1]}{UTC_SUFFIX}"


def _is_identifier(text: str) -> bool:
    return len(text) > 7 and not text.isdecimal() and not A_DATE.match(text)


def _plain(value: Any, key: str = "") -> Any:
    """Blobs of the recording as operations take them: a payload is text, others are base64 as on the wire."""
    if isinstance(value, dict):
        if set(value) == {"$b64"}:
            return base64.b64decode(value["$b64"]).decode(errors="replace") if key == "Payload" else value["$b64"]
        return {name: _plain(each, name) for name, each in value.items()}
    return [_plain(each, key) for each in value] if isinstance(value, list) else value


def _at(answer: Any, path: list[Any]) -> Any:
    for step in path:
        try:
            answer = answer[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return answer


def _excluded(case: dict[str, Any]) -> str:
    services = (
        {OUR_NAMES.get(call["service"], call["service"]) for call in case["calls"]} - ACCEPTED - {"cloudformation"}
    )
    missing = sorted(services - SERVICES.keys())
    return f"needs {', '.join(missing)}" if missing else ""
