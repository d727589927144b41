"""`wraparound account add`: the first accounts of an organisation."""

from __future__ import annotations

import secrets

from django.db import transaction

from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import add_membership, add_user
from wraparound.kit.errors import BadInput


def add_account(*, email: str, name: str, organisation: str, role: str) -> str:
    """Give a role; for a new account also a first password. Returns the line to print. Raises BadInput."""
    found = Organisation.objects.filter(slug=organisation).first()
    if found is None:
        raise BadInput(f"There is no organisation {organisation}. Look into the pack's organisations.csv.")
    if role not in {r.value for r in Role}:
        raise BadInput(f"There is no role {role}. The roles are: {', '.join(Role)}.")
    by = system("account_add")
    password = secrets.token_urlsafe(12)
    with acting_as(by), transaction.atomic():
        user = add_user(email=email, name=name, password=password, by=by)
        add_membership(user=user, organisation=found, role=Role(role), by=by)
    if not user.check_password(password):
        return f"{user.email} had an account already and holds the role now."
    return f"{user.email} holds the role now. First password: {password}"
