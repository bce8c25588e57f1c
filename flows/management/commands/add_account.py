"""An account for somebody, in an installation that has them; or a new password for who lost theirs."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Add an account, or give one a new password. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what others will see in shared executions")
        parser.add_argument("--new-password", action="store_true", help="the account exists: change its password")

    def handle(self, *_args: Any, **options: Any) -> None:
        accounts = get_user_model()._default_manager
        account = accounts.filter(username=options["name"]).first()
        if account is None and options["new_password"]:
            raise CommandError(f"There is no account {options['name']}. Leave out --new-password to make it.")
        if account is not None and not options["new_password"]:
            raise CommandError(f"{options['name']} has an account. Give --new-password to change its password.")
        account = account or get_user_model()(username=options["name"])
        password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, account)
            account.set_password(password)
            account.full_clean()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        account.save()
        self.stdout.write(f"{options['name']} can sign in.")
