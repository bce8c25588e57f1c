"""What the client is refused. Values, not surprises."""

from __future__ import annotations

from flows.services.ports import Refusal


def invalid(message: str) -> Refusal:
    return Refusal("InvalidTraffic", message)


def no_such_target(target: object) -> Refusal:
    return Refusal(
        "NoSuchTarget",
        f"{target} takes no messages here: traffic goes to a queue, topic, bucket, function, state machine, bus or API that is simulated.",
        404,
    )


def no_such_traffic(traffic: object) -> Refusal:
    return Refusal("NoSuchTraffic", f"There is no traffic {traffic} running.", 404)
