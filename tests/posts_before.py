"""Forms of what is prepared before a session (`tests.posts`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.posts import Arrange, Send, Values, by, day, fixed
from tests.posts_marac import an_item
from tests.world import World
from tests.world_before import a_fact
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.response.cases.models import StandingFact
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import IdvaRecord, ResearchRequest

ENTRY = {"kind": "information", "text": "Known to us since May", "is_opinion": "fact", "share": "share"}


def a_request(world: World, by: Actor) -> ResearchRequest:
    """What an agency is asked of a case that was listed just now."""
    return ResearchRequest.objects.get(item=an_item(world), organisation_id=by.organisation_id)


def _asked(known: bool = False, role: Role = Role.MARAC_REPRESENTATIVE) -> Arrange:
    def arrange(world: World) -> tuple[Actor, dict[str, Any]]:
        representative = world.insider(Role.MARAC_REPRESENTATIVE)
        request = a_request(world, representative)
        if known:
            with acting_as(representative):
                marac.say_nothing_known(request=request, systems=["Case file"], by=representative)
        return world.insider(role), {"pk": request.pk}

    return arrange


def _entry(kind: str) -> Arrange:
    def arrange(world: World) -> tuple[Actor, dict[str, Any]]:
        representative = world.insider(Role.MARAC_REPRESENTATIVE)
        with acting_as(representative):
            entry = marac.add_entry(
                request=a_request(world, representative), kind=kind, text="A place at a group", by=representative
            )
        return representative, {"pk": entry.pk}

    return arrange


def _session_to_chase(world: World) -> tuple[Actor, dict[str, Any]]:
    an_item(world)
    return world.insider(Role.MARAC_COORDINATOR), {"pk": world.things["session"]}


def _her_words(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    versions = IdvaRecord.objects.filter(matter_id=world.things["matter"]).values_list("version", flat=True)
    return {
        "wants": f"To be safe, said {len(versions)} times",
        "agrees": "yes",
        "version": str(max(versions, default=0)),
    }


def _fact(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    words = {"text": f"Crown Court {StandingFact.objects.count()}", "source": str(actor.organisation_id)}
    return words | day("as_at", today()) | day("on", today() + timedelta(days=9))


def _changed(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return _fact(world, actor, thing) | {"answer": "yes"} | day("on", today())


def _a_court_date(world: World) -> tuple[Actor, dict[str, Any]]:
    officer = world.insider(Role.PRACTITIONER)
    fact = a_fact(world, officer, "court", f"Family Court {StandingFact.objects.count()}")
    return officer, {"pk": fact.pk}


BEFORE: dict[str, Send] = {
    "marac:research-request": Send(fixed(**ENTRY), _asked()),
    "marac:research-nothing": Send(fixed(), _asked()),
    "marac:research-undo": Send(fixed(), _asked(known=True)),
    "marac:research-chase": Send(fixed(), _asked(role=Role.MARAC_COORDINATOR)),
    "marac:session-chase": Send(fixed(), _session_to_chase),
    "marac:research-systems": Send(fixed(systems="Case file\nEarly help"), by(Role.MARAC_REPRESENTATIVE), repeats=True),
    "marac:research-take-back": Send(fixed(), _entry("information")),
    "marac:research-promise": Send(lambda *_: day("due_on", today() + timedelta(days=4)), _entry("offer")),
    "marac:idva-record": Send(_her_words, by(Role.IDVA, pk="case"), repeats=True),
    "cases:fact-new": Send(_fact, by(Role.PRACTITIONER, pk="case", kind="fact kind"), repeats=True),
    "cases:fact-change": Send(_changed, _a_court_date),
    "cases:fact-end": Send(fixed(because="The hearing was held"), _a_court_date),
}
