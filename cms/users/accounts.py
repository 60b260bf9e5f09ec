"""Which account a person means who types a user name or an e-mail address.

Signing in, lock-out, password reset and the identity provider all ask here, so
that no two of them can mean different people by the same words.
"""

from __future__ import annotations

import unicodedata

from django.db.models import QuerySet

from .models import User


def find_account(login: str) -> User | None:
    """The account that ``login`` names: by user name, in any case, else by e-mail address."""
    login = unicodedata.normalize("NFKC", login).strip()
    if not login:
        return None
    # The plain manager: who signs in belongs to no department yet.
    people = User._base_manager.all()
    return (
        people.filter(username=login).first()
        or _only(people.filter(username__iexact=login))
        or account_of_email(login)
    )


def account_of_email(email: str) -> User | None:
    """The one active account with this e-mail address; None where two share it."""
    if "@" not in email:
        return None
    return _only(User._base_manager.filter(email__iexact=email, is_active=True))


def _only(people: QuerySet[User]) -> User | None:
    found = list(people[:2])
    return found[0] if len(found) == 1 else None
