"""One person known once: when records are linked, the MARAC sees the person's other matters, and its criteria anew."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.models import Involvement, Matter
from wraparound.foundation.access.services import end_involvement, involve
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.people.queries import matters_of_persons, persons_of_matters
from wraparound.kit.events import emit
from wraparound.response.marac.facts import children_of
from wraparound.response.marac.models import Referral
from wraparound.response.marac.organisations import marac_team
from wraparound.response.marac.services.evaluating import evaluate
from wraparound.response.marac.services.grounds import basis_of_referral
from wraparound.response.marac.states import WAITING

FOR_LINK = "link"
PURPOSE = "MARAC: a person of a referral appears here too"
BY = system("marac.linking")


def involve_team_in_linked_matters(*, referral: Referral) -> list[Matter]:
    """Let the MARAC team see the other matters of the people in a referral. Returns those that are new to it."""
    with lifted("marac.linking"):
        team = marac_team(referral.matter.area)
        persons = persons_of_matters([referral.matter_id])[referral.matter_id]
        others = set[uuid.UUID]().union(*matters_of_persons(persons).values()) - {referral.matter_id}
        known = Involvement.objects.filter(matter_id__in=others, organisation=team, ends_at__isnull=True)
        fresh = others - set(known.values_list("matter_id", flat=True))
        matters = list(Matter.objects.filter(pk__in=fresh, kind="case").order_by("pk"))
        lawful_basis = basis_of_referral(referral.matter) if matters else ""
        for matter in matters:
            involve(
                matter=matter,
                organisation=team,
                purpose=PURPOSE,
                given_for=FOR_LINK,
                lawful_basis=lawful_basis,
                by=BY,
            )
    return matters


def persons_were_linked(*, person_id: uuid.UUID) -> list[Referral]:
    """Two records are one person now: every referral of theirs that waits is looked at anew.

    Idempotent. Returns the referrals whose criteria changed or that brought another matter. Emits
    ``marac.referral_linked`` for each, on which the co-ordinators are told.
    """
    with transaction.atomic(), lifted("marac.linking"):
        matter_ids = matters_of_persons([person_id])[person_id]
        waiting = Referral.objects.select_for_update(of=("self",)).filter(matter_id__in=matter_ids, state__in=WAITING)
        touched = []
        for referral in waiting.select_related("matter__area").order_by("received_at", "pk"):
            brought = involve_team_in_linked_matters(referral=referral)
            changed = recompute(referral=referral, by=BY)
            if brought or changed:
                touched.append(referral)
                emit("marac.referral_linked", referral=referral.pk, matter=referral.matter_id, person=person_id)
    return touched


def persons_were_split(*, person_ids: Collection[uuid.UUID]) -> int:
    """A link was undone: what the MARAC saw because of it closes to it again, and criteria are computed anew.

    Idempotent. Returns how many involvements ended.
    """
    ended = 0
    with transaction.atomic(), lifted("marac.linking"):
        matters = set[uuid.UUID]().union(*matters_of_persons(person_ids).values())
        given = Involvement.objects.filter(matter_id__in=matters, given_for=FOR_LINK, ends_at__isnull=True)
        for involvement in given:
            if not _shares_a_person_with_a_referral(involvement.matter_id):
                end_involvement(involvement=involvement, at=timezone.now(), by=BY)
                ended += 1
    recompute_for_matters(matter_ids=matters)
    return ended


def _shares_a_person_with_a_referral(matter_id: uuid.UUID) -> bool:
    persons = persons_of_matters([matter_id])[matter_id]
    others = set[uuid.UUID]().union(*matters_of_persons(persons).values()) - {matter_id}
    return Referral.objects.filter(matter_id__in=others).exists()


def recompute(*, referral: Referral, by: Actor) -> bool:
    """Compute a waiting referral's criteria anew. A change makes a new version: who screens sees what is true now."""
    with transaction.atomic(), lifted("marac.evaluate"):
        if not evaluate(referral, children=children_of(referral.matter_id)):
            return False
        referral.version += 1
        referral.save(update_fields=["criteria", "rule_version", "urgency", "version"])
        log.write(by, "evaluate_referral", referral, rule=referral.rule_version, version=referral.version)
    return True


def recompute_for_matters(*, matter_ids: Iterable[uuid.UUID]) -> int:
    """New incidents or a signed assessment: look again at what waits for their people. Returns how many changed."""
    with lifted("marac.evaluate"):
        persons = set[uuid.UUID]().union(*persons_of_matters(matter_ids).values())
        matters = set[uuid.UUID]().union(*matters_of_persons(persons).values())
        waiting = list(Referral.objects.filter(matter_id__in=matters, state__in=WAITING).values_list("pk", flat=True))
    changed = 0
    for pk in waiting:
        with transaction.atomic(), lifted("marac.evaluate"):
            referral = Referral.objects.select_for_update(of=("self",)).select_related("matter__area").get(pk=pk)
            changed += recompute(referral=referral, by=BY)
    return changed
