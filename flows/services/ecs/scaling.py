"""Application Auto Scaling on the depth of a queue: the desired count of a service follows it.

Theory of operation. Once a minute, while there is anything to decide, each policy looks at its queue's metric, as CloudWatch has it.
*Target tracking*: above the target for three minutes, the count becomes ceil(count · metric / target); more than a tenth below it for
fifteen, it shrinks by the same rule. *Steps*: an alarm that has held for its periods changes the count as its step says. A policy
waits out its cooldown after a change, and nothing leaves the minimum and the maximum. While the queue is empty and the service at its
minimum nobody looks: the queue wakes who scales.

Sources: "Target tracking scaling policies", "Step scaling policies" (Application Auto Scaling's user guide).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.ecs import records
from flows.services.ecs.config import PolicyConfig, ScalingConfig
from flows.services.ecs.quotas import MINUTE_US, QUOTAS

if TYPE_CHECKING:
    from flows.services.ecs.service import ContainerService

VISIBLE = "ApproximateNumberOfMessagesVisible"
TARGET = "target"
EXACT, PERCENT = "ExactCapacity", "PercentChangeInCapacity"


class Policy:
    """One policy and what it has seen: so many minutes in a row above and below."""

    def __init__(self, config: PolicyConfig) -> None:
        self.config = config
        self.high = self.low = 0
        self.out_after = self.in_after = 0

    @property
    def may_shrink(self) -> bool:
        config = self.config
        if config.kind == TARGET:
            return config.scale_in
        return config.adjustment == EXACT or any(step.adjustment < 0 for step in config.steps)


class Scaler:
    def __init__(self, service: ContainerService, config: ScalingConfig) -> None:
        self.service, self.environment = service, service.environment
        self.minimum, self.maximum = config.minimum, config.maximum
        self.policies = [Policy(policy) for policy in config.policies]
        self._looking = False
        queues = {policy.queue for policy in config.policies}
        for queue in sorted(queues):
            noun = service.world.nouns[queue]
            if noun is not None and hasattr(noun, "consumed_by"):
                noun.consumed_by(self)
        service.desired = min(max(service.desired, self.minimum), self.maximum)

    def wake(self) -> None:
        """A queue has something (`Consumer`)."""
        if not self._looking and self.policies and self.service.is_active:
            self._looking = True
            calendar = self.environment.calendar
            calendar.schedule((calendar.now_at // MINUTE_US + 1) * MINUTE_US, self.look)

    def look(self) -> None:
        """A minute is over."""
        self._looking = False
        if not self.service.is_active:
            return
        for policy in self.policies:
            if policy.config.kind == TARGET:
                self._track(policy)
            else:
                self._step(policy)
        if self._has_something_to_decide():
            self.wake()

    def _has_something_to_decide(self) -> bool:
        if any(self._depth(policy.config) for policy in self.policies):
            return True
        return self.service.desired > self.minimum and any(policy.may_shrink for policy in self.policies)

    # ── metrics ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _depth(self, config: PolicyConfig) -> int:
        noun = self.service.world.nouns[config.queue]
        if noun is None:
            return 0
        found: int = noun.visible_count if config.metric == VISIBLE else noun.in_flight_count
        return found

    def _metric_milli(self, config: PolicyConfig) -> int:
        depth = self._depth(config) * 1000
        return depth // max(self.service.counts()[0], 1) if config.per_task else depth

    # ── deciding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _track(self, policy: Policy) -> None:
        config, now = policy.config, self.environment.now_at
        metric, target = self._metric_milli(config), config.target_milli
        policy.high = policy.high + 1 if metric > target else 0
        policy.low = policy.low + 1 if metric * 100 < target * QUOTAS.low_percent else 0
        count = self.service.desired
        wanted = -(-max(count, 1) * metric // target)
        said = f"{config.metric}{' per task' if config.per_task else ''} is {metric / 1000:g}, the target {target / 1000:g}"
        if policy.high >= QUOTAS.high_minutes and now >= policy.out_after:
            self._change(policy, wanted, said, config.out_cooldown_us)
        elif policy.low >= QUOTAS.low_minutes and now >= policy.in_after and config.scale_in and wanted < count:
            self._change(policy, wanted, said, config.in_cooldown_us)

    def _step(self, policy: Policy) -> None:
        config, now = policy.config, self.environment.now_at
        metric = self._metric_milli(config)
        over = metric - config.threshold_milli
        breached = (over > 0 if config.above else over < 0) or (config.inclusive and over == 0)
        policy.high = policy.high + 1 if breached else 0
        if policy.high < config.periods or now < policy.out_after:
            return
        count = self.service.desired
        for step in config.steps:
            if not (step.lower_milli is None or over >= step.lower_milli):
                continue
            if not (step.upper_milli is None or over < step.upper_milli):
                continue
            said = f"{config.metric} is {metric / 1000:g}, the alarm's threshold {config.threshold_milli / 1000:g}"
            self._change(policy, _adjusted(count, config.adjustment, step.adjustment), said, config.out_cooldown_us)
            return

    def _change(self, policy: Policy, wanted: int, said: str, cooldown_us: int) -> None:
        service = self.service
        wanted = min(max(wanted, self.minimum), self.maximum)
        if wanted == service.desired:
            return
        now = self.environment.now_at
        policy.out_after = policy.in_after = now + cooldown_us
        policy.low = 0
        metric = policy.config.metric
        detail = (policy.config.name, metric, said)
        cause = self.environment.recorder.write(records.ALARM, service.node, 0, 0, 0, 0, detail)
        service.scale(wanted, f"{policy.config.name}: {said}", 0, cause)


def _adjusted(count: int, kind: str, adjustment: int) -> int:
    if kind == EXACT:
        return adjustment
    if kind == PERCENT:
        change = count * abs(adjustment) // 100 or 1
        return count + (change if adjustment > 0 else -change)
    return count + adjustment
