"""What is sent to the addresses of cases and imports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import making
from tests.cast import person, user_of
from tests.posts import Send, Values, by, day, fixed
from tests.world import OTHER_FAMILY, World
from wraparound.foundation.access.services import exclude
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.response.cases.importing import runs
from wraparound.response.cases.models import Case, ImportRun, UrgentRow
from wraparound.response.cases.queries import lawful_bases


def _note(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"text": "She rang", **day("happened_on", today() - timedelta(days=1))}


def _disclosure(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    basis = lawful_bases(Case.objects.get(pk=world.things["case"]))[0][0]
    words = {"what": "Where he works", "why": "He drives near her", "how": "by telephone", "consent": "not_sought"}
    other = {"to_organisation": str(world.cast.elsewhere.pk), "lawful_basis": basis}
    return {**words, **other, **day("on", today() - timedelta(days=1))}


def _colleague(world: World) -> Actor:
    """A new officer: what is declared about them closes nothing to the others of the tests."""
    return person(Role.PRACTITIONER, world.cast.police, f"Colleague {Membership.objects.count()}")


def _i_know_someone(world: World) -> tuple[Actor, dict[str, Any]]:
    return _colleague(world), {"pk": world.things["case"]}


def _someone_else(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    newest = Membership.objects.filter(organisation=world.cast.police, role=Role.PRACTITIONER).order_by("-starts_at")[0]
    return {"who": "user", "user": str(newest.user_id), "reason": "Related to him"}


def _to_exclude(world: World) -> tuple[Actor, dict[str, Any]]:
    assert user_of(_colleague(world)).is_active
    return world.insider(Role.MARAC_COORDINATOR), {"pk": world.things["case"]}


def _to_lift(world: World) -> tuple[Actor, dict[str, Any]]:
    coordinator, colleague = world.insider(Role.MARAC_COORDINATOR), user_of(_colleague(world))
    with acting_as(coordinator):
        made = exclude(matter=world.matter, user=colleague, reason="By mistake", by=coordinator)
    return coordinator, {"pk": world.things["case"], "exclusion": made.pk}


# --- imports ------------------------------------------------------------------------------------------------


def _rows(world: World) -> bytes:
    """A file of one incident that nobody has sent before; the second one is rejected and can't wait."""
    number = ImportRun.objects.count() + 1
    family = {**OTHER_FAMILY, "victim_ref": f"VU-{number}", "perpetrator_ref": f"PU-{number}"}
    rows = [making.incident(f"UP-{number}", **family), making.incident(f"BAD-{number}", **family, relationship="")]
    return making.as_csv([{**row, "force": world.cast.police.force_code} for row in rows]).encode()


def _upload(world: World, actor: Actor, thing: Values) -> dict[str, Any]:
    return {"incidents": SimpleUploadedFile("incidents.csv", _rows(world), content_type="text/csv")}


def _checked(world: World) -> tuple[Actor, dict[str, Any]]:
    clerk = world.insider(Role.POLICE_CLERK)
    with acting_as(clerk):
        run = runs.upload(by=clerk, name="incidents.csv", chunks=[_rows(world)])
    runs.work_on(run.pk)
    return clerk, {"pk": run.pk}


def _urgent(world: World) -> tuple[Actor, dict[str, Any]]:
    clerk, thing = _checked(world)
    with acting_as(clerk):
        runs.confirm(run=ImportRun.objects.get(pk=thing["pk"]), by=clerk)
    runs.work_on(thing["pk"])
    return clerk, {"pk": UrgentRow.objects.get(run_id=thing["pk"]).pk}


CASES = {
    "cases:note-new": Send(_note, by(Role.PRACTITIONER, pk="case"), repeats=True),
    "cases:disclosure-new": Send(_disclosure, by(Role.PRACTITIONER, pk="case"), repeats=True),
    "cases:exclude-me": Send(fixed(), _i_know_someone),
    "cases:exclude": Send(_someone_else, _to_exclude),
    "cases:exclusion-lift": Send(fixed(), _to_lift),
    "cases:import-new": Send(_upload, by(Role.POLICE_CLERK)),
    "cases:import-confirm": Send(fixed(), _checked),
    "cases:import-cancel": Send(fixed(), _checked),
    "cases:urgent": Send(fixed(how="Corrected and sent again"), _urgent),
}
