"""The story of a whole MARAC day: fifteen cases, eight agencies, and everyone at work on them. Everyone is invented."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.browser.conftest import Walker, session_of
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.values import PersonValues
from wraparound.response.marac import services
from wraparound.response.marac.answers import ReferralAnswers
from wraparound.response.marac.models import Referral
from wraparound.response.marac.tests import coming_again, factories

LONG_AGO, DAY = "2026-06-01T08:40:00+00:00", "2026-11-02T08:40:00+00:00"  # Mondays
AGENCIES = ("police", "idva_service", "children", "adults", "housing", "health", "mental_health", "probation")
NAMES = (
    *("Amara Bello", "Bridget Clarke", "Celine Dubois", "Dina Elmi", "Edith Frost", "Farah Ghani", "Gemma Hughes"),
    *("Hana Ito", "Imogen Jones", "Jaspreet Kaur", "Katya Lem", "Leila Mansour"),
)
AGAIN = ("Maya Nash", "Nora O’Dell")
REVERSED = "Olive Price"


@dataclass
class Effort:
    """What running one case cost whoever did it: presses of a button or key, fields filled, and seconds of waiting."""

    clicks: int = 0
    fields: int = 0
    seconds: float = 0.0


@dataclass
class Day:
    """Who is at work, and what has come of it so far."""

    walk: Callable[..., Walker]
    work: Callable[[], None]
    clock: Any
    people: dict[str, Actor]
    session: Session
    efforts: list[Effort] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    walkers: dict[str, Walker] = field(default_factory=dict)

    def as_(self, who: str) -> Walker:
        """Someone signs in at their own browser; what a worker does meanwhile is done before."""
        self.work()
        if who not in self.walkers:
            self.walkers[who] = self.walk(self.people[who])
            self.walkers[who].context.set_default_timeout(40_000)
            self.walkers[who].looked_at = self.seen
        walker = self.walkers[who]
        key = session_of(self.people[who])  # hours pass on this day, and an idle session ends
        walker.context.add_cookies([{"name": "wraparound", "value": key, "url": walker.base}])
        return walker.go("/").sees_heading("Today")

    def at(self, hour: int, minute: int = 0) -> None:
        """It is so late on the day of the session."""
        self.clock.move_to(self.session.starts_at.replace(hour=hour, minute=minute))

    @property
    def address(self) -> str:
        """Where the session is."""
        return f"/marac/sessions/{self.session.pk}"

    def items(self) -> list[AgendaItem]:
        """The agenda, as it is in the database."""
        return list(self.session.items.order_by("position", "listed_at", "pk"))

    def item_of(self, name: str) -> AgendaItem:
        """The listed case of a victim-survivor, by name."""
        referral = Referral.objects.filter(victim__given_names=name.split()[0]).latest("received_at")
        return AgendaItem.objects.filter(matter_id=referral.matter_id).latest("listed_at")


def people(someone: Callable[..., Actor]) -> dict[str, Actor]:
    """A representative of each agency that the pack has, and those who run the day."""
    found = {}
    for kind in AGENCIES:
        organisation = Organisation.objects.filter(kind=kind).order_by("pk").first()
        if organisation is not None:
            found[kind] = someone(Role.MARAC_REPRESENTATIVE, organisation, f"{kind.replace('_', ' ').title()} Rep")
    at = {
        kind: Organisation.objects.filter(kind=kind).order_by("pk")[0] for kind in ("marac_team", "housing", "police")
    }
    idva_service = Organisation.objects.filter(kind="idva_service").order_by("pk")[0]
    return found | {
        "coordinator": someone(Role.MARAC_COORDINATOR, at["marac_team"], "Shabana Hussain"),
        "chair": someone(Role.MARAC_CHAIR, at["marac_team"], "Alison Marshall"),
        "idva": someone(Role.IDVA, idva_service, "Sadia Rahman"),
        "officer": someone(Role.PRACTITIONER, at["housing"], "Amina Yusuf"),
        "police lead": someone(Role.AGENCY_LEAD, at["police"], "Helen Price"),
        "reviewer": someone(Role.LINK_REVIEWER, at["marac_team"], "Yvonne Grant"),
    }


def answers_for(name: str, number: int) -> ReferralAnswers:
    """A referral of one of them, told apart from the others by name, birthday and telephone."""
    given, family = name.split()
    phone = f"07700 9{number:05d}"
    victim = replace(
        factories.VICTIM,
        given_names=given,
        family_name=family,
        aliases=(),
        dob=date(1980 + number, 1 + number % 12, 3 + number),
        phones=((phone, "safe"),),
        address_lines=f"{number} {family} Row",
    )
    perpetrator = PersonValues(
        given_names="Rhys", family_name=family, dob=date(1975 + number, 2, 4 + number), sex="male"
    )
    base = factories.ANSWERS
    return factories.answers(
        victim=replace(base.victim, values=victim, contact=replace(base.victim.contact, phone=phone)),
        perpetrators=(replace(base.perpetrators[0], values=perpetrator),),
        children=(),
        reasons=replace(base.reasons, incident_on=timezone.localdate() - timedelta(days=3), abuse_kinds=("physical",)),
    )


def heard_long_ago(cast: dict[str, Actor], deliver: Callable[[], int], clock: Any) -> None:
    """Three families were heard in June."""
    area = partnership_area()
    clock.move_to(LONG_AGO)
    session = factories.a_session(area)
    items = [
        factories.listed(cast["officer"], cast["coordinator"], session, answers_for(name, 20 + number))[1]
        for number, name in enumerate((*AGAIN, REVERSED))
    ]
    deliver()
    clock.move_to(session.starts_at + timedelta(minutes=5))
    with acting_as(cast["chair"]):
        meetings.open_session(session=session, by=cast["chair"])
        for item in items:
            item.refresh_from_db()
            meetings.hear_item(item=item, risk_summary="High.", version=item.version, by=cast["chair"])
        meetings.close_session(session=session, by=cast["chair"])
    deliver()


def the_morning(cast: dict[str, Actor], deliver: Callable[[], int], clock: Any) -> Session:
    """Twelve cases are listed for the next session; two families are referred again, and one the other way round."""
    clock.move_to(DAY)
    with acting_as(cast["coordinator"]):
        services.plan_sessions(by=cast["coordinator"])
    session = Session.objects.filter(starts_at__gt=timezone.now()).order_by("starts_at")[0]
    for number, name in enumerate(NAMES, start=1):
        factories.listed(cast["officer"], cast["coordinator"], session, answers_for(name, number))
    for number, name in enumerate(AGAIN):
        factories.refer(cast["officer"], answers_for(name, 20 + number))
    was = answers_for(REVERSED, 22)
    turned = replace(
        was,
        victim=replace(was.victim, values=was.perpetrators[0].values),
        perpetrators=(replace(was.perpetrators[0], values=replace(was.victim.values, phones=())),),
    )
    factories.refer(cast["officer"], turned)
    deliver()
    coming_again.link(cast["reviewer"], deliver)
    return session


def arrive(day: Day) -> datetime:
    """The session's hour has come."""
    day.clock.move_to(day.session.starts_at)
    return timezone.now()


def measured(effort: Effort, do: Callable[[], object]) -> None:
    """One press of a button: count it, and how long the next page took."""
    start = time.perf_counter()
    do()
    effort.clicks += 1
    effort.seconds += time.perf_counter() - start
