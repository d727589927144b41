"""What the MARAC shows on pages of others: Today, the chronology, the tab and panel of a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.decisions import visible
from wraparound.foundation.meetings.queries import loads, next_sessions
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.jinja import day, shortmoment
from wraparound.kit.registry import ChronologyEntry, TodayRow
from wraparound.response.cases.models import Case
from wraparound.response.cases.permissions import sees_victim
from wraparound.response.marac import queries
from wraparound.response.marac.models import Referral, Screening, SurvivorContact, Telling
from wraparound.response.marac.permissions import ANSWERING, REFERRING
from wraparound.response.marac.permissions.preparing import HEARING
from wraparound.response.marac.presenters.tellings import telling_words
from wraparound.response.marac.presenters.words import met, reader
from wraparound.response.marac.queries.sessions import MARAC
from wraparound.response.marac.services.telling import OUTCOMES
from wraparound.response.marac.states import ReferralState, TellingState

HIGH, SOME, LITTLE = 3, 2, 1


# --- Today --------------------------------------------------------------------------------------------------


def prompts(actor: Actor) -> Iterator[TodayRow]:
    """What the criteria ask of the agency that holds the incidents."""
    if actor.role not in ANSWERING:
        return
    now = timezone.now()
    found = queries.waiting_prompts(actor).aggregate(
        number=Count("pk"), oldest=Min("raised_at"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    if found["number"]:
        late = f" {found['late']} past the time for an answer." if found["late"] else ""
        yield TodayRow(
            title="Will you refer to MARAC?",
            count=found["number"],
            sentence=f"Incidents that you hold meet the criteria.{late}",
            oldest_at=found["oldest"],
            href=reverse("marac:prompts"),
            button="Answer",
            is_late=bool(found["late"]),
            risk=HIGH,
        )


def answers_to_my_referrals(actor: Actor) -> Iterator[TodayRow]:
    """A referrer's drafts, and what became of their referrals."""
    if not actor.has_role(Role.POLICE_CLERK, Role.PRACTITIONER, Role.IDVA, Role.MARAC_REPRESENTATIVE):
        return
    drafts = queries.drafts_of(actor).order_by().aggregate(number=Count("pk"), oldest=Min("updated_at"))
    if drafts["number"]:
        yield TodayRow(
            title="Referrals that you have not sent",
            count=drafts["number"],
            sentence="Drafts: nobody else sees them until you send them.",
            oldest_at=drafts["oldest"],
            href=reverse("marac:refer-start"),
            button="Go on",
            risk=SOME,
        )
    own = visible(actor, Referral.objects.filter(referrer_id=actor.user_id)).exclude(state=ReferralState.CLOSED)
    found = own.order_by().aggregate(
        number=Count("pk"), oldest=Min("received_at"), refused=Count("pk", filter=Q(state=ReferralState.NOT_LISTED))
    )
    if found["number"]:
        refused = f" {found['refused']} not listed: see why, and how to challenge it." if found["refused"] else ""
        yield TodayRow(
            title="Your referrals to MARAC",
            count=found["number"],
            sentence=f"On their way, or answered.{refused}",
            oldest_at=found["oldest"],
            href=reverse("marac:referrals"),
            button="See",
            risk=SOME if found["refused"] else LITTLE,
        )


def to_screen(actor: Actor) -> Iterator[TodayRow]:
    """The co-ordinator's referrals to screen and to list; the chair's challenges."""
    if not actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR):
        return
    waiting = queries.to_screen(actor)
    if actor.role is Role.MARAC_CHAIR:
        waiting = waiting.filter(state=ReferralState.CHALLENGED)
    now = timezone.now()
    found = waiting.order_by().aggregate(
        number=Count("pk"), oldest=Min("received_at"), late=Count("pk", filter=Q(screen_by__lt=now)), top=Max("urgency")
    )
    if found["number"]:
        first = waiting.order_by("-urgency", "received_at", "pk").first()
        why = " · ".join(first.criteria.get("urgency", [])[:3]) if first is not None else ""
        by = f" · referred by {first.organisation.short_name}" if first is not None else ""
        yield TodayRow(
            title="To screen" if actor.role is Role.MARAC_COORDINATOR else "Challenges to look at",
            count=found["number"],
            sentence=f"{why or 'No criterion is met by what is known'}{by}",
            oldest_at=found["oldest"],
            href=reverse("marac:screening-list"),
            button="Screen",
            is_late=bool(found["late"]),
            risk=HIGH,
        )


def to_list(actor: Actor) -> Iterator[TodayRow]:
    """What was accepted and has no session yet."""
    if actor.role is not Role.MARAC_COORDINATOR:
        return
    found = queries.to_list(actor).order_by().aggregate(number=Count("pk"), oldest=Min("received_at"))
    if found["number"]:
        yield TodayRow(
            title="To list",
            count=found["number"],
            sentence="Accepted, and on no session yet.",
            oldest_at=found["oldest"],
            href=f"{reverse('marac:screening-list')}",
            button="List",
            risk=HIGH,
        )


def next_agenda(actor: Actor) -> Iterator[TodayRow]:
    """The next session with its load, for who runs it or goes to it."""
    if not actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR, Role.MARAC_REPRESENTATIVE):
        return
    sessions = next_sessions(actor, timezone.now().replace(hour=0, minute=0), kind=MARAC, limit=1)
    if not sessions:
        return
    session = sessions[0]
    number = loads(actor, sessions)[session.pk]
    yield TodayRow(
        title="Next session",
        count=number,
        sentence=f"{session.panel.name}, {shortmoment(session.starts_at)}: {number} of {session.capacity} cases.",
        href=reverse("marac:session", args=[session.pk]),
        button="Agenda",
        risk=SOME,
    )


def to_reach(actor: Actor) -> Iterator[TodayRow]:
    """The IDVA's new referrals, before they are screened."""
    if actor.role is not Role.IDVA:
        return
    now = timezone.now()
    found = (
        queries.contacts_due(actor)
        .order_by()
        .aggregate(number=Count("pk"), oldest=Min("received_at"), late=Count("pk", filter=Q(contact_by__lt=now)))
    )
    if found["number"]:
        yield TodayRow(
            title="New referrals to reach",
            count=found["number"],
            sentence="Nobody of your service has tried yet. Hear them before the session does.",
            oldest_at=found["oldest"],
            href=reverse("marac:contacts"),
            button="Reach",
            is_late=bool(found["late"]),
            risk=HIGH,
        )


def to_tell(actor: Actor) -> Iterator[TodayRow]:
    """The IDVA's victim-survivors to be told; for the co-ordinator those past their time."""
    if not actor.has_role(Role.IDVA, Role.MARAC_COORDINATOR):
        return
    now = timezone.now()
    late = queries.tellings_late(actor, now).order_by().aggregate(number=Count("pk"), oldest=Min("due_at"))
    if actor.role is Role.MARAC_COORDINATOR:
        if late["number"]:
            yield TodayRow(
                title="Survivors to be told",
                count=late["number"],
                sentence="Past the promised time.",
                oldest_at=late["oldest"],
                href=f"{reverse('marac:tellings')}?show=late",
                button="See",
                is_late=True,
                risk=SOME,
            )
        return
    found = queries.tellings_waiting(actor).order_by().aggregate(number=Count("pk"), oldest=Min("item__heard_at"))
    if found["number"]:
        words = f" {late['number']} past the promised time." if late["number"] else ""
        yield TodayRow(
            title="Survivors to be told",
            count=found["number"],
            sentence=f"What was agreed for them, when it is safe.{words}",
            oldest_at=found["oldest"],
            href=reverse("marac:tellings"),
            button="Tell",
            is_late=bool(late["number"]),
            risk=HIGH,
        )


# --- pages of a case ----------------------------------------------------------------------------------------


def chronology(actor: Actor, matter_id: uuid.UUID) -> Iterable[ChronologyEntry]:
    """Referrals, screenings, attempts to reach the victim-survivor, and how telling them ended."""
    read = reader(actor, matter_id)
    for referral in queries.referrals_of_matter(actor, matter_id):
        yield ChronologyEntry(
            at=referral.received_at,
            organisation=referral.organisation.short_name,
            kind="referral",
            title="Referred to MARAC",
            detail=", ".join(met(referral.criteria)),
            href=reverse("marac:referral", args=[referral.pk]),
        )
    rows = visible(actor, Screening.objects.filter(matter_id=matter_id)).select_related("by")
    for screening in rows:
        outcome = "accepted" if screening.outcome == "accept" else "not listed"
        yield ChronologyEntry(screening.at, "MARAC", "referral", f"Referral {outcome}", read(screening.reason))
    yield from _contacts(actor, matter_id)


def _contacts(actor: Actor, matter_id: uuid.UUID) -> Iterator[ChronologyEntry]:
    read = reader(actor, matter_id)
    contacts = visible(actor, SurvivorContact.objects.filter(matter_id=matter_id)).select_related("organisation")
    for contact in contacts:
        title = OUTCOMES.get(contact.outcome, "Contact")
        yield ChronologyEntry(contact.at, contact.organisation.short_name, "contact", title, read(contact.note))
    ended = visible(actor, Telling.objects.filter(matter_id=matter_id, ended_at__isnull=False))
    for telling in ended.select_related("organisation"):
        if telling.ended_at is not None:
            title = f"Telling the victim-survivor: {TellingState(telling.state).label.lower()}"
            agency = telling.organisation.short_name
            yield ChronologyEntry(telling.ended_at, agency, "contact", title, read(telling.ended_how))


def tab(actor: Actor, case: Case) -> tuple[str, str] | None:
    """The tab "MARAC"; not for whoever works with the perpetrator there."""
    if not sees_victim(actor, case.matter_id):
        return None
    return ("MARAC", reverse("marac:case", args=[case.pk]))


def panel(actor: Actor, case: Case) -> dict[str, Any] | None:
    """Where the case stands at MARAC, for the overview of a case."""
    if not sees_victim(actor, case.matter_id):
        return None
    latest = queries.referrals_of_matter(actor, case.matter_id).first()
    rows: list[tuple[str, str]] = [("Referral", "Not referred")]
    if latest is not None:
        rows = [
            ("Referral", f"{ReferralState(latest.state).label} ({day(latest.received_at)})"),
            ("Why", ", ".join(met(latest.criteria)) or "No criterion is met by what is known"),
        ]
        told = telling_words(queries.telling_of_matter(actor, case.matter_id))
        if told is not None:
            rows.append(("Telling them", f"{told.state}{f': {told.how}' if told.how else ''}"))
    actions = [("MARAC", reverse("marac:case", args=[case.pk]))] if actor.role in REFERRING else []
    if actor.role in HEARING and latest is not None:
        actions.append(("What she told her IDVA", reverse("marac:idva-record", args=[case.pk])))
    return {"title": "MARAC", "rows": rows, "actions": actions}
