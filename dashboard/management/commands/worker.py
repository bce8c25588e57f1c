"""`manage.py worker sim.0 long.0`: one worker process, for an installation whose parts are started apart."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Works on the queues named until it is asked to end (SIGTERM); what it has in hand is committed first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queues", nargs="+", metavar="QUEUE", help="sim.0, sim.1 …, long.0 …, upkeep.0")
        parser.add_argument("--metrics", default="", metavar="HOST:PORT", help="where Prometheus may ask this process")

    def handle(self, *_args: Any, queues: list[str], metrics: str, **_options: Any) -> None:
        known = [*settings.SIMULATION_QUEUES, *settings.LONG_QUEUES, *settings.UPKEEP_QUEUES]
        if unknown := [queue for queue in queues if queue not in known]:
            raise CommandError(f"There is no queue {unknown[0]}: this installation has {', '.join(known)}.")
        from dashboard.hosting.worker import work

        if metrics:
            from dashboard.hosting.metrics import serve

            serve(metrics)
        sweeps = any(queue in settings.UPKEEP_QUEUES for queue in queues)

        def ready() -> None:
            self.stdout.write(f"Working on {', '.join(queues)}")
            self.stdout.flush()

        sys.exit(work(queues, ready, sweeps=sweeps))
