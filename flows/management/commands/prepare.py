"""What a set-up checkout needs in its databases: both migrated, the example topologies loaded."""

from __future__ import annotations

import os
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from dashboard.routers import ALIAS


class Command(BaseCommand):
    help = "Migrates both databases and loads the examples; safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        os.umask(0o077)  # databases are their owner's alone
        call_command("migrate", verbosity=0)
        call_command("migrate", database=ALIAS, verbosity=0)
        if "load_examples" in get_commands():
            call_command("load_examples")
