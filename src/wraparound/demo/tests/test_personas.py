"""The people who can be tried: one for every role, with a known password, and nobody who could be written to."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.urls import reverse

from wraparound.demo.personas import EVERYONE, PERSONAS, SIGN_IN_WORDS, Staff, email_of, employ, sign_ins
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.queries import persona_memberships
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import Stop

pytestmark = pytest.mark.django_db
AT_TABLE = ("police", "idva_service", "children", "housing", "health", "probation")


@pytest.fixture
def staff() -> Staff:
    from datetime import UTC, datetime

    return employ(since=datetime(2024, 1, 1, tzinfo=UTC), at_table=AT_TABLE)


def listed() -> list[Membership]:
    return [membership for _, group in persona_memberships() for membership in group]


def test_there_is_somebody_for_every_role(staff: Staff) -> None:
    assert {Role(membership.role) for membership in listed()} == set(Role)


def test_somebody_holds_two_roles(staff: Staff) -> None:
    held: dict[Any, set[str]] = {}
    for membership in listed():
        held.setdefault(membership.user_id, set()).add(membership.role)
    assert {Role.MARAC_REPRESENTATIVE, Role.MARAC_CHAIR} in held.values()


def test_colleagues_are_at_work_and_not_listed(staff: Staff) -> None:
    emails = set(User.objects.values_list("email", flat=True))
    assert all(email.endswith((".demo.invalid", ".colleagues.invalid")) for email in emails)
    assert {membership.user.email for membership in listed()} == {e for e in emails if e.endswith(".demo.invalid")}
    assert any(email.endswith(".colleagues.invalid") for email in emails)


def test_agencies_without_a_seat_have_nobody_who_speaks_for_them(staff: Staff) -> None:
    assert not staff.all("adults", Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
    assert staff.all("adults", Role.PRACTITIONER)
    assert staff.all("housing", Role.MARAC_REPRESENTATIVE)


def test_employing_again_changes_nothing(staff: Staff) -> None:
    before = list(User.objects.order_by("pk").values()), list(Membership.objects.order_by("pk").values())
    from datetime import UTC, datetime

    employ(since=datetime(2024, 1, 1, tzinfo=UTC), at_table=AT_TABLE)
    assert (list(User.objects.order_by("pk").values()), list(Membership.objects.order_by("pk").values())) == before


def test_personas_sign_in_at_the_real_page_and_colleagues_do_not(staff: Staff, client: Any, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    email = next(email for email, name, _ in sign_ins() if name == "Amina Yusuf")
    answer = client.post(reverse("account_login"), {"login": email, "password": SIGN_IN_WORDS})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    colleague = User.objects.filter(email__endswith=".colleagues.invalid")[0]
    assert not colleague.has_usable_password()
    assert authenticate(None, email=colleague.email, password=SIGN_IN_WORDS) is None


def test_asking_for_somebody_who_is_not_there_says_so(staff: Staff) -> None:
    with pytest.raises(Stop, match="mental_health"):
        staff.one("mental_health", Role.PRACTITIONER)


def test_addresses_are_plain_and_all_different(staff: Staff, police: Any) -> None:
    addresses = [email_of(persona, police) for persona in EVERYONE]
    assert len(set(addresses)) == len(EVERYONE)
    assert all(address.isascii() and " " not in address and "'" not in address for address in addresses)
    assert len({persona.name for persona in PERSONAS}) == len(PERSONAS)
