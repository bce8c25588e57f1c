"""The child that looks around every few seconds: messages are hints, the database is the queue of record.

Executions with unmet demand are sent on their way, what upkeep there is to do is hinted at. Whatever is away meanwhile, the
database or the broker, is a line in its log: the next look is due soon.
"""

from __future__ import annotations

import itertools
import logging
import time

SWEEP_EVERY_S = 2.0
TIDY_EVERY_SWEEPS = 30
QUOTAS_EVERY_SWEEPS = 5

logger = logging.getLogger("redrive.sweeper")


def sweep_for_ever() -> None:
    from dashboard.playground.children import be_oneself

    be_oneself()
    sweep()


def sweep() -> None:
    """A team's installation does so in its workers for upkeep."""
    from django.db import connections

    from dashboard.hosting import housekeeping, presence
    from flows.runs import quotas, retention, sweeper, upkeep

    broker = ""
    for turn in itertools.count():
        try:
            now = presence.broker_life() or broker
            sweeper.sweep(hints_lost=broker not in ("", now))
            broker = now
            upkeep.look_after()
            if turn % QUOTAS_EVERY_SWEEPS == 0:
                quotas.stop_excess()
            if turn % TIDY_EVERY_SWEEPS == 0:
                retention.tidy()
                housekeeping.forget()
        except Exception:
            logger.exception("The sweep failed; the next one is due in %s s.", SWEEP_EVERY_S)
            connections.close_all()
        time.sleep(SWEEP_EVERY_S)
