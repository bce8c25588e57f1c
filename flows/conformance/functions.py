"""Functions of recorded cases: what their code did is a rule (`echo`, `raise`, `return`, `return_bytes`, `sleep_then_echo`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from flows.engine.environment import Environment
from flows.engine.identifiers import request_id
from flows.services.effects import Outcome
from flows.services.lambda_.handler import Invocation

QUICK_US = 1_000
SECOND_US = 1_000_000


@dataclass
class PlayedHandler:
    """A pure handler: its outcome follows from the rule and the payload, written as Python's runtime writes JSON."""

    environment: Environment
    rule: str
    pure: bool = True

    @property
    def code_hash(self) -> str:
        return sha256(self.rule.encode()).hexdigest()

    def run(self, invocation: Invocation) -> Outcome:
        rule = json.loads(self.rule)
        payload = self.environment.bodies.text(invocation.payload)
        kind = rule["rule"]
        if kind == "raise":
            error = {
                "errorMessage": rule.get("errorMessage", ""),
                "errorType": rule["errorType"],
                "requestId": request_id(self.environment.seed, invocation.ordinal),
                "stackTrace": rule.get("stackTrace", []),
            }
            return Outcome(json.dumps(error), rule["errorType"], error["errorMessage"], QUICK_US)
        if kind == "return_bytes":
            return Outcome(rule["text"] * rule.get("repeat", 1), duration_us=QUICK_US)
        if kind == "return":
            return Outcome(json.dumps(rule.get("value")), duration_us=QUICK_US)
        seconds = rule.get("seconds", 0)
        echoed = json.dumps(json.loads(payload), ensure_ascii=False)
        return Outcome(echoed, duration_us=max(round(seconds * SECOND_US), QUICK_US))
