"""Telling: once, never to who mustn't know, and outside the application without a word that identifies anyone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from wraparound.foundation.access.services import exclude
from wraparound.foundation.commitments.tests.factories import SYSTEM, World, a_world, user_of
from wraparound.foundation.notices import queries, services
from wraparound.foundation.notices.models import Notice, OutgoingEmail
from wraparound.foundation.partners.models import Membership, User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import end_membership
from wraparound.kit.errors import BadInput, Unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(area: Any, police: Any, housing: Any, idva_service: Any, marac_team: Any, someone: Any) -> World:
    """A matter, the agencies around it, and people in their roles."""
    return a_world(area, police, housing, idva_service, marac_team, someone)


def tell(users: Any, **more: Any) -> int:
    options: dict[str, Any] = {"key": "k", "kind": "test", "text": "Something waits."} | more
    return services.tell(users, **options)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("text", flat=True))


# --- telling ------------------------------------------------------------------------------------------------


def test_each_is_told_once_for_a_key(world: World) -> None:
    officer, idva = user_of(world.officer), user_of(world.idva)
    assert tell([officer, idva, officer]) == 2
    assert tell([officer, idva]) == 0
    assert tell(officer, key="other") == 1
    assert len(told(officer)) == 2
    assert OutgoingEmail.objects.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"text": "x" * 301},
        {"link": "https://elsewhere.example"},
        {"link": "//elsewhere.example"},
        {"link": "page"},
    ],
)
def test_what_is_no_notice(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        tell(user_of(world.officer), **wrong)


def test_who_is_excluded_is_told_nothing(world: World, childrens_trust: Any) -> None:
    worker = world.someone(Role.PRACTITIONER, childrens_trust)
    exclude(matter=world.matter, by=world.coordinator, reason="r", organisation=childrens_trust)
    exclude(matter=world.matter, by=world.coordinator, reason="r", user=user_of(world.idva))
    people = [user_of(actor) for actor in (worker, world.idva, world.officer)]
    assert tell(people, matter=world.matter) == 1
    assert told(user_of(world.officer))
    assert OutgoingEmail.objects.get().user == user_of(world.officer)


def test_who_works_for_an_excluded_organisation_too_is_told_nothing(world: World, childrens_trust: Any) -> None:
    world.someone(Role.PRACTITIONER, childrens_trust, user_id=world.officer.user_id)
    exclude(matter=world.matter, by=world.coordinator, reason="r", organisation=childrens_trust)
    assert tell(user_of(world.officer), matter=world.matter) == 0


def test_who_holds_no_role_any_more_is_told_nothing(world: World) -> None:
    membership = Membership.objects.get(pk=world.officer.membership_id)
    end_membership(membership=membership, because="left", by=SYSTEM)
    assert tell(user_of(world.officer)) == 0


# --- reading ------------------------------------------------------------------------------------------------


def test_a_notice_vanishes_when_its_matter_is_closed_to_the_reader(world: World) -> None:
    user = user_of(world.officer)
    tell(user, matter=world.matter)
    tell(user, key="general")
    assert queries.notices_for(world.officer).count() == queries.unread_count(world.officer) == 2
    about = Notice.objects.get(matter=world.matter)
    exclude(matter=world.matter, by=world.coordinator, reason="r", user=user)
    assert queries.notices_for(world.officer).count() == queries.unread_count(world.officer) == 1
    with pytest.raises(Unknown):
        queries.notice_for(world.officer, about.pk)
    with pytest.raises(Unknown):
        services.mark_read(notice=about, by=world.officer)


def test_a_notice_is_ones_own(world: World) -> None:
    tell(user_of(world.officer))
    notice = Notice.objects.get()
    with pytest.raises(Unknown):
        queries.notice_for(world.idva, notice.pk)
    with pytest.raises(Unknown):
        services.mark_read(notice=notice, by=world.idva)


def test_a_notice_for_a_role_waits_until_one_acts_in_it(world: World) -> None:
    other = world.someone(Role.MARAC_REPRESENTATIVE, world.police, user_id=world.officer.user_id)
    tell(user_of(world.officer), role=Role.MARAC_REPRESENTATIVE)
    assert queries.unread_count(world.officer) == 0
    assert queries.unread_count(other) == 1


def test_reading_once_keeps_the_first_time(world: World) -> None:
    tell(user_of(world.officer))
    first = services.mark_read(notice=Notice.objects.get(), by=world.officer).read_at
    assert services.mark_read(notice=Notice.objects.get(), by=world.officer).read_at == first
    assert queries.unread_count(world.officer) == 0


def test_what_came_after_the_page_stays_unread(world: World) -> None:
    user = user_of(world.officer)
    tell(user, key="before")
    until = timezone.now()
    tell(user, key="after")
    assert services.mark_all_read(by=world.officer, until=until) == 1
    assert [n.key for n in queries.notices_for(world.officer).filter(read_at__isnull=True)] == ["after"]


def test_the_count_is_bounded(world: World) -> None:
    user = user_of(world.officer)
    Notice.objects.bulk_create(Notice(user=user, kind="k", text="t", key=str(n)) for n in range(120))
    assert queries.unread_count(world.officer) == 99


# --- e-mail -------------------------------------------------------------------------------------------------


def test_an_email_says_the_same_whatever_it_is_about(world: World, settings: Any) -> None:
    settings.SITE_URL = "https://wraparound.example"
    tell(
        user_of(world.officer),
        text="Housing declined a commitment for high risk B-777-XYZ.",
        link="/commitments/x",
        matter=world.matter,
        kind="commitments.declined",
    )
    assert services.send_emails(timezone.now()) == 1
    (message,) = mail.outbox
    assert message.subject == "You have a task in Wraparound"
    assert message.body == "You have a task in Wraparound. Sign in: https://wraparound.example\n"
    assert message.to == [user_of(world.officer).email]
    assert (message.cc, message.bcc, message.attachments, message.extra_headers) == ([], [], [], {})


def test_however_much_waits_one_email_goes_out_once(world: World) -> None:
    for number in range(5):
        tell(user_of(world.officer), key=str(number))
    tell(user_of(world.idva), key="x")
    now = timezone.now()
    assert services.send_emails(now) == 2
    assert services.send_emails(now + timedelta(hours=1)) == 0
    assert len(mail.outbox) == 2
    assert not OutgoingEmail.objects.filter(sent_at__isnull=True).exists()


def test_who_is_excluded_in_the_meantime_gets_no_email(world: World) -> None:
    user = user_of(world.officer)
    tell(user, matter=world.matter)
    exclude(matter=world.matter, by=world.coordinator, reason="r", user=user)
    assert services.send_emails(timezone.now()) == 0
    assert mail.outbox == []
    assert not OutgoingEmail.objects.exists()


def test_who_has_left_in_the_meantime_gets_no_email(world: World) -> None:
    tell(user_of(world.officer))
    membership = Membership.objects.get(pk=world.officer.membership_id)
    end_membership(membership=membership, because="left", by=SYSTEM)
    assert services.send_emails(timezone.now()) == 0


def test_what_is_no_task_sends_no_email(world: World) -> None:
    assert tell(user_of(world.officer), email=False) == 1
    assert services.send_emails(timezone.now()) == 0


class ServerThatLosesTheFirst:
    """A mail server that breaks off on the first message of a run."""

    broken: set[str] = set()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As Django makes a backend."""

    def send_messages(self, messages: Any) -> int:
        (message,) = messages
        if message.to[0] in self.broken:
            raise SMTPServerDisconnected("gone")
        mail.outbox.append(message)
        return 1


def test_one_that_fails_stops_no_other_and_is_tried_again(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.ServerThatLosesTheFirst"
    officer, idva = user_of(world.officer), user_of(world.idva)
    tell([officer, idva])
    ServerThatLosesTheFirst.broken = {officer.email}
    assert services.send_emails(timezone.now()) == 1
    ServerThatLosesTheFirst.broken = set()
    assert services.send_emails(timezone.now()) == 1
    assert sorted(message.to[0] for message in mail.outbox) == sorted([officer.email, idva.email])


def test_emails_go_out_with_the_outbox(world: World, deliver: Callable[[], int]) -> None:
    tell(user_of(world.officer), key=str(uuid.uuid4()))
    deliver()
    assert len(mail.outbox) == 1
