"""As much again of everything, in the same lists and in the same case: for what must not grow with it."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests import making
from tests.cast import person, user_of
from tests.making import deliver
from tests.posts import a_decision, a_pair
from tests.posts_marac import an_item
from tests.world import World, import_another_family, refer_again
from tests.world_before import a_fact
from tests.world_emergency import a_look, a_newcomer
from tests.world_evidence import a_signed_edition, an_edition
from wraparound.foundation.access import services as access
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Panel
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import SourceRecord
from wraparound.response.cases import fact_services
from wraparound.response.cases import services as cases
from wraparound.response.cases.models import Case
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral, ResearchRequest
from wraparound.response.risk import services as risk

AGAIN = 4  # more than there was of anything


def double(world: World) -> None:
    """Write it all, in one transaction."""
    with transaction.atomic():
        _files(world)
        _people(world)
        _referrals(world)
        _sessions(world)
        _case(world)
        _before(world)
        _accounts_and_notices(world)
        for _ in range(AGAIN):
            an_edition()
            a_signed_edition(world)
            a_look(world, a_newcomer(world))
        deliver()


def _files(world: World) -> None:
    rows = [making.incident(f"INC-DOUBLE-{n}", days=str(5 * n + 1)) for n in range(1, AGAIN + 1)]
    rows += [making.incident(f"INC-BAD-{n}", relationship="") for n in range(AGAIN)]
    children = [making.child(row["incident_ref"], f"C-{n}") for n, row in enumerate(rows[:AGAIN], start=2)]
    for part in (rows, rows[:1]):
        with tempfile.TemporaryDirectory() as folder:
            making.import_files(world.cast, Path(folder), part, children[: len(part)])
    for _ in range(AGAIN):
        import_another_family(world)


def _people(world: World) -> None:
    officer = world.insider(Role.PRACTITIONER)
    record = SourceRecord.objects.get(pk=world.things["record"])
    with acting_as(officer):
        for n in range(AGAIN):
            rule = people.ChannelValues("phone", f"07700 903{n:03d}", "unsafe" if n % 2 else "safe", times="Mornings")
            people.add_contact_rule(record=record, rule=rule, by=officer)
            people.add_address(record=record, lines=f"{n} Sedge Walk", postcode="FN5 5EE", kind="shared", by=officer)
        for name in ("disability", "religion"):
            people.set_equality_answer(record=record, characteristic=name, state="declined", by=officer)
    for _ in range(AGAIN):
        a_pair(world)
        a_decision(world)


def _referrals(world: World) -> None:
    coordinator = world.insider(Role.MARAC_COORDINATOR)
    for _ in range(AGAIN):
        refer_again(world)
        accepted = refer_again(world)
        with acting_as(coordinator):
            marac.screen_accept(referral=accepted, reason="High", version=accepted.version, by=coordinator)
    for role in sorted(WORKING_WITH_PEOPLE - {Role.MARAC_CHAIR}):
        actor = world.insider(role)
        with acting_as(actor):
            for _ in range(AGAIN):
                marac.start_draft(by=actor, answers=marac.blank_answers(by=actor))
            draft = marac.start_draft(by=actor, matter=world.matter)
            making.fill_draft(world.cast, draft, actor)


def _sessions(world: World) -> None:
    coordinator, chair = world.insider(Role.MARAC_COORDINATOR), world.insider(Role.MARAC_CHAIR)
    representative, idva = world.insider(Role.MARAC_REPRESENTATIVE), world.insider(Role.IDVA)
    item = AgendaItem.objects.get(pk=world.things["item"])
    with acting_as(coordinator):
        panel = Panel.objects.get(sessions=world.things["session"])
        for n in range(AGAIN):
            for days in (-7 * n - 7, 7 * n + 3):
                starts_at = timezone.now() + timedelta(days=days)
                meetings.plan_session(panel=panel, starts_at=starts_at, mode="meeting", capacity=9, by=coordinator)
    with acting_as(representative):
        for n in range(AGAIN):
            meetings.share_information(
                item=item, text=f"Also known: {n}", is_opinion=False, never_to_perpetrator=False, by=representative
            )
    with acting_as(chair):
        for organisation in Organisation.objects.filter(kind__in=("health", "probation", "marac_team")):
            meetings.record_attendance(session=item.session, organisation=organisation, status="present", by=chair)
    for _ in range(AGAIN):
        an_item(world)
        an_item(world, heard=True)
    with acting_as(idva):
        referral = Referral.objects.get(pk=world.things["referral"])
        for n in range(AGAIN):
            marac.record_attempt(
                referral=referral,
                rule_id=making.usable_channel(idva, referral),
                outcome="no_answer",
                note=f"{n}",
                by=idva,
            )


def _case(world: World) -> None:
    case, matter = Case.objects.get(pk=world.things["case"]), world.matter
    officer, lead, idva = (world.insider(role) for role in (Role.PRACTITIONER, Role.AGENCY_LEAD, Role.IDVA))
    others = Organisation.objects.exclude(involvements__matter=matter).order_by("pk")[:AGAIN]
    for organisation in others:
        access.involve(
            matter=matter, organisation=organisation, purpose="support", given_for="referral", by=system("test")
        )
    with acting_as(officer):
        for n in range(AGAIN):
            cases.add_note(case=case, text=f"Note {n}", happened_at=timezone.now(), by=officer)
            cases.record_exception(
                case=case,
                to_organisation=world.cast.elsewhere,
                what=f"Thing {n}",
                why="Risk",
                how="by telephone",
                lawful_basis="Vital interests",
                by=officer,
            )
    with acting_as(lead):
        for n in range(2 * AGAIN):
            commitments.make(
                matter=matter,
                organisation=world.cast.housing,
                what=f"Another promise {n}",
                due_on=today() + timedelta(days=n),
                agreed_in=world.things["session"],
                by=lead,
            )
    with acting_as(idva):
        subject = SourceRecord.objects.get(pk=world.things["record"])
        for _ in range(2):
            draft = risk.begin(matter=matter, subject=subject, instrument_key="dara", by=idva)
            risk.sign(
                assessment=draft,
                grade="high",
                judgement_reason="Afraid",
                children_safeguarding="not_needed",
                children_safeguarding_why="Safe with their aunt",
                version=draft.version,
                by=idva,
            )


def _before(world: World) -> None:
    """More of what agencies know of the main case, more that they are asked, more that is so at present."""
    for role in (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD):
        actor = world.insider(role)
        request = ResearchRequest.objects.get(pk=world.thing("research", role))
        with acting_as(actor):
            for n in range(AGAIN):
                marac.add_entry(request=request, kind="information", text=f"Also {n}", by=actor)
    officer = world.insider(Role.PRACTITIONER)
    for n in range(AGAIN):
        a_fact(world, officer, "court", f"Another hearing {n}")
        fact_services.end_fact(fact=a_fact(world, officer, "bail", f"Earlier {n}"), because="Lifted", by=officer)


def _accounts_and_notices(world: World) -> None:
    for n in range(AGAIN):
        person(Role.PRACTITIONER, world.cast.housing, f"Double {n}")
        second = world.matter if n % 2 else None
        for role, actor in world.cast.insiders.items():
            about = second if role in WORKING_WITH_PEOPLE else None
            tell(
                user_of(actor),
                "test",
                f"More waits: {n}",
                key=f"double:{n}:{role}",
                link=reverse("today"),
                matter=about,
            )
