"""`manage.py web`: one web server, for an installation whose parts are started apart."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serves pages, the API and live updates until it is asked to end (SIGTERM); then browsers are told to connect again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: behind a proxy on this machine")
        parser.add_argument("--port", type=int, default=8000, help="default 8000")
        parser.add_argument(
            "--share-port",
            action="store_true",
            help="several servers on one port of one machine, and none missing meanwhile",
        )
        parser.add_argument(
            "--notice",
            type=float,
            default=0.0,
            metavar="SECONDS",
            help="so long /ready/ says 503 before it stops listening: as long as the balancer needs to see it",
        )

    def handle(self, *_args: Any, host: str, port: int, share_port: bool, notice: float, **_options: Any) -> None:
        from dashboard.hosting.web import serve

        listener = socket.create_server((host, port), backlog=1024, reuse_port=share_port)
        taken = listener.getsockname()[1]

        def ready() -> None:
            self.stdout.write(f"Serving on {host}:{taken}")
            self.stdout.flush()

        serve([f"fd:fileno={listener.detach()}"], ready, notice)
