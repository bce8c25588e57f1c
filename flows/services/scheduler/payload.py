"""What a schedule's target gets: its Input with the context attributes filled in, or the event that AWS makes up without one.

Context attributes are `<aws.scheduler.…>` in the Input (AWS: "Adding context attributes in EventBridge Scheduler"); any other text in
angle brackets stays as it is. They are filled in anew at every attempt, because the attempt's number is one of them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from flows.services.ports import Json

ATTRIBUTE = re.compile(r"<aws\.scheduler\.([a-z-]+)>")


@dataclass(frozen=True, slots=True)
class Facts:
    """What context attributes say: `scheduled` is the firing's date, whatever the flexible window made of it."""

    schedule_arn: str
    scheduled: str
    execution: str
    attempt: int

    def value(self, name: str) -> str | None:
        return {
            "schedule-arn": self.schedule_arn,
            "scheduled-time": self.scheduled,
            "execution-id": self.execution,
            "attempt-number": str(self.attempt),
        }.get(name)


def fill(text: str, facts: Facts) -> str:
    """The Input with its context attributes."""
    if "<aws.scheduler." not in text:
        return text

    def said(found: re.Match[str]) -> str:
        value = facts.value(found[1])
        return found[0] if value is None else value

    return ATTRIBUTE.sub(said, text)


def made_up(facts: Facts, identity: str) -> str:
    """The notification that a target without Input gets: `detail` is a text."""
    _, _, _, region, account, *_ = facts.schedule_arn.split(":")
    event: Json = {
        "version": "0",
        "id": identity,
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": account,
        "time": facts.scheduled,
        "region": region,
        "resources": [facts.schedule_arn],
        "detail": "{}",
    }
    return json.dumps(event, separators=(",", ":"))
