"""What is sent to the addresses of assessments (`tests.posts`)."""

from __future__ import annotations

from typing import Any

from tests.posts import Send, Values, by, fixed
from tests.world import World
from tests.world_evidence import a_signed_edition, an_edition
from wraparound.evidence.assessments import services
from wraparound.evidence.assessments.models import Edition, SectionNarrative
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role


def _version(**values: str) -> Any:
    def data(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
        found = Edition.objects.filter(pk=thing["pk"]).first()
        return values | {"version": str(found.version if found else 0)}

    return data


def _words(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    found = SectionNarrative.objects.filter(edition=thing["pk"], section=thing["key"]).first()
    return {"text": "It fell, and reporting fell with it.", "version": str(found.version if found else 0)}


def _draft(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.ANALYST), {"pk": an_edition().pk}


def _section(world: World) -> tuple[Actor, dict[str, Any]]:
    analyst, edition = world.insider(Role.ANALYST), an_edition()
    with acting_as(analyst):
        services.write_narrative(edition=edition, section="volume", text="It fell.", version=0, by=analyst)
    return analyst, {"pk": edition.pk, "key": "volume"}


def _signed(world: World) -> tuple[Actor, dict[str, Any]]:
    return world.insider(Role.MARAC_CHAIR), {"pk": a_signed_edition(world).pk}


EVIDENCE: dict[str, Send] = {
    "assessments:new": Send(
        fixed(kind="needs", area="fenmoor", first="2014-01", last="2014-03"), by(Role.ANALYST), repeats=True
    ),
    "assessments:write": Send(_words, _section),
    "assessments:refresh": Send(_version(), _draft),
    "assessments:sign-off": Send(_version(), _draft),
    "assessments:send-back": Send(_version(because="Say what the hub saw"), _signed),
    "assessments:freeze": Send(_version(), _signed),
}
