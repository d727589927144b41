"""What is prepared before the session of the world: research, what she told her IDVA, standing facts."""

from __future__ import annotations

from datetime import timedelta

from tests.making import HIDDEN_IN, SECRET_LINE, SECRET_STREET
from tests.world import World
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.cases import fact_services
from wraparound.response.cases.fact_rules import ASKED
from wraparound.response.cases.fact_services import FactValues
from wraparound.response.cases.models import Case, StandingFact
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import EntryKind, ResearchEntry, ResearchRequest


def prepare(world: World) -> None:
    """Agencies answer what they were asked of the main case; the IDVA and the officer say what they know."""
    item = AgendaItem.objects.get(pk=world.things["item"])
    for role in (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD):
        actor = world.insider(role)
        request = ResearchRequest.objects.get(item=item, organisation_id=actor.organisation_id)
        add_entries(request, actor)
        world.own["research", role] = request.pk
        kept = ResearchEntry.objects.filter(request=request)
        world.own["research entry", role] = kept.filter(kind=EntryKind.CHILDREN).values_list("pk", flat=True)[0]
        offer = kept.filter(kind=EntryKind.OFFER).values_list("pk", flat=True)[0]
    world.things |= {
        "research": world.own["research", Role.MARAC_REPRESENTATIVE],
        "research entry": world.own["research entry", Role.MARAC_REPRESENTATIVE],
        "offer": offer,
    }
    idva = world.insider(Role.IDVA)
    with acting_as(idva):
        words = marac.HerWords(
            wants=HIDDEN_IN, fears=f"That he finds {SECRET_LINE}", safe_contact=HIDDEN_IN, not_to_be_said=HIDDEN_IN
        )
        marac.save_idva_record(matter=world.matter, words=words, version=0, by=idva)
    officer = world.insider(Role.PRACTITIONER)
    for kind in ASKED:
        world.things["fact"] = a_fact(world, officer, kind, f"Seen at {SECRET_LINE}").pk
    world.things["fact kind"] = "court"


def add_entries(request: ResearchRequest, by: Actor) -> None:
    """One of each kind, one that is kept in the agency, and one that must never reach the perpetrator."""
    with acting_as(by):
        for kind in EntryKind.values:
            marac.add_entry(request=request, kind=kind, text=HIDDEN_IN, by=by)
        marac.add_entry(
            request=request,
            kind=EntryKind.INFORMATION,
            text=f"Kept: {SECRET_LINE}",
            agency_only=True,
            why_not_shared=f"It tells of {SECRET_STREET}",
            by=by,
        )
        marac.add_entry(
            request=request, kind=EntryKind.INFORMATION, text="Moves on Friday", never_to_perpetrator=True, by=by
        )


def a_fact(world: World, by: Actor, kind: str, text: str) -> StandingFact:
    """A standing fact of the main case, whose day is near."""
    case = Case.objects.get(pk=world.things["case"])
    asked = ASKED[kind]
    values = FactValues(
        kind=kind,
        text=text,
        as_at=today(),
        on=(today() if asked.is_made else today() + timedelta(days=5)) if asked.on else None,
        order_kind="non_molestation" if kind == "order" else "",
        answer="yes" if asked.is_made else "",
    )
    with acting_as(by):
        return fact_services.enter_fact(case=case, values=values, by=by)
