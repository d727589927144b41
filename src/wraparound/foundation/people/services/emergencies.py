"""Someone is in danger now: whom it is about is found by the very same name and birthday, and their cases open."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import visible
from wraparound.foundation.access.emergencies import check_reason, facing_in_emergency, open_in_emergency
from wraparound.foundation.access.models import Facing
from wraparound.foundation.access.params import EmergencyRules
from wraparound.foundation.access.permissions import check_can_look_in_emergency
from wraparound.foundation.access.queries import emergency_rules
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.queries import organisation_of
from wraparound.foundation.people.models import Appearance, Person
from wraparound.foundation.people.params import MatchingRules
from wraparound.foundation.people.permissions import hidden_persons
from wraparound.foundation.people.queries.candidates import Candidate, candidates_for, matching_rules
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.errors import BadInput

MOST_RECORDS = 100  # of one name and birthday: all that agencies hold on someone, and on whoever shares both
NOTHING_AFTER = 0.4  # seconds


@dataclass(frozen=True)
class Opened:
    """Whom the actor may see now, and until when; None where all of it was open to them already."""

    person_ids: tuple[UUID, ...]
    until: datetime.datetime | None


def look_in_emergency(
    *, family_name: str, given_names: str, dob: datetime.date, reason: str, by: Actor
) -> Opened | None:
    """Open to the actor the cases of everyone of this very name and birthday; None where nothing can be opened.

    None says the same, after the same time, whether nothing is held, or only what the actor is excluded from, or
    what is shielded from a perpetrator's worker. Both are logged without the name. Raises Refused for whoever
    doesn't work with people, BadInput for a name that isn't whole or a reason that says too little.
    """
    check_can_look_in_emergency(by)
    began = time.perf_counter()
    rules = emergency_rules()
    check_reason(reason, rules.params)
    for field, value in (("family_name", family_name), ("given_names", given_names)):
        if not any(sign.isalpha() for sign in value):
            raise BadInput("Enter the whole name: only someone of the very same name and birthday is found.", field)
    wanted = PersonValues(family_name=family_name, given_names=given_names, dob=dob)
    with transaction.atomic():
        persons = _persons_of(wanted, rules.params, by)
        matters = _matters_of(persons, by)
        looks = open_in_emergency(matter_ids=matters, reason=reason, rules=rules, by=by)
        seen = visible(by, Person.objects.filter(pk__in=persons)).order_by("pk").values_list("pk", flat=True)
        found = tuple(seen)
        if not found:
            _not_before(began + NOTHING_AFTER)
            log.write(by, "look_in_emergency_in_vain")
            return None
    return Opened(found, min((look.ends_at for look in looks), default=None))


def _persons_of(wanted: PersonValues, rules: EmergencyRules, by: Actor) -> set[UUID]:
    """Those of the very same name and birthday of whom the actor may know at all."""
    matching = matching_rules()
    if matching is None:
        return set()
    candidates = candidates_for(wanted, MOST_RECORDS, least=rules.least_points)
    same = {found.record.person_id for found in candidates if _is_the_same(found, matching.params)}
    with lifted("emergency"):
        return same - set(hidden_persons(by).filter(person_id__in=same).values_list("person_id", flat=True))


def _is_the_same(found: Candidate, rules: MatchingRules) -> bool:
    """By name and by birthday both, whatever else speaks for it: alike is not enough."""
    points = {reason.field: reason.points for reason in found.reasons}
    return points.get("name") == rules.name_same and points.get("birthday") == rules.dob_same


def _matters_of(persons: Iterable[UUID], by: Actor) -> set[UUID]:
    """Where they appear; for a perpetrator's worker, where they aren't shielded from such."""
    facing = facing_in_emergency(by, organisation_of(by))
    with lifted("emergency"):
        rows = Appearance.objects.filter(record__person_id__in=list(persons))
        if facing == Facing.PERPETRATOR:
            rows = rows.filter(shielded=False)
        return set(rows.values_list("matter_id", flat=True))


def _not_before(moment: float) -> None:
    """Wait, so that how long an answer took says nothing of what was looked at on the way to it."""
    time.sleep(max(0.0, moment - time.perf_counter()))
