#!/usr/bin/env python3
"""Redrive's commands. `playground` and `test` set everything up first; see dashboard/bootstrap.py."""

import os
import sys

from dashboard import bootstrap


def main() -> None:
    bootstrap.before_django(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
