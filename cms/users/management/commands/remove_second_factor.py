"""``manage.py remove_second_factor``: for who has lost the phone and the recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.users.accounts import find_account
from cms.users.second_factor import remove_factors


class Command(BaseCommand):
    """Takes the factors away and ends the sessions; make sure first who is asking."""

    help = "Remove a person's authenticator app, passkeys and recovery codes; end their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="user name or e-mail address")

    def handle(self, *args: Any, **options: Any) -> None:
        account = find_account(options["login"])
        if account is None:
            raise CommandError(f"there is no account {options['login']}")
        count = remove_factors(account)
        self.stdout.write(f"{account.username}: {count} removed; the sessions have ended")
