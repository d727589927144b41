"""An exclusion follows the people: it holds in every other matter, present and future, in which they appear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from wraparound.foundation.access.models import Exclusion, Matter
from wraparound.foundation.access.services import carry_to, exclude
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import system
from wraparound.foundation.partners.models import User
from wraparound.foundation.people.models import Appearance


def carry(exclusion: Exclusion) -> None:
    """Carry a new exclusion to the other matters of everyone who appears in its matter."""
    if exclusion.follows_people:
        with lifted("carry_exclusion"):
            persons = set(
                Appearance.objects.filter(matter_id=exclusion.matter_id).values_list("record__person_id", flat=True)
            )
            _carry(_matters_of(persons), [exclusion])


def left_over(exclusion: Exclusion) -> list[Exclusion]:
    """What was carried to other matters and nothing would hold up once `exclusion` is lifted.

    A carried one stands while another exclusion of the same user or organisation, made for a matter itself, reaches
    its matter through someone who appears in both.
    """
    with lifted("carry_exclusion"):
        theirs = Exclusion.objects.filter(
            user_id=exclusion.user_id, organisation_id=exclusion.organisation_id, lifted_at__isnull=True
        ).exclude(pk=exclusion.pk)
        made = set(theirs.filter(follows_people=True).values_list("matter_id", flat=True))
        persons = set(Appearance.objects.filter(matter_id__in=made).values_list("record__person_id", flat=True))
        reached = made | {matter_id for ids in _matters_of(persons).values() for matter_id in ids}
        return list(theirs.filter(follows_people=False).exclude(matter_id__in=reached))


def carry_between_matters_of(person_ids: Collection[UUID]) -> None:
    """Let the exclusions of each of these persons' matters hold in all the others of the same person."""
    with lifted("carry_exclusion"):
        live = Exclusion.objects.filter(lifted_at__isnull=True, follows_people=True)
        if not live.exists():
            return
        matters = _matters_of(person_ids)
        every = {matter_id for ids in matters.values() for matter_id in ids}
        _carry(matters, live.filter(matter_id__in=every))


def exclude_reviewer(*, user_id: UUID, person_ids: Collection[UUID]) -> None:
    """Close the matters of these persons to a link reviewer, who declared knowing one of them."""
    user = User.objects.get(pk=user_id)
    by = system("link_review")
    for matter in Matter.objects.filter(appearances__record__person_id__in=person_ids).distinct():
        exclude(matter=matter, by=by, reason="Declared while reviewing links.", user=user)


def _matters_of(person_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Appearance.objects.filter(record__person_id__in=list(person_ids))
    for person_id, matter_id in rows.values_list("record__person_id", "matter_id"):
        found[person_id].add(matter_id)
    return found


def _carry(matters: Mapping[UUID, set[UUID]], exclusions: Iterable[Exclusion]) -> None:
    wanted: dict[UUID, list[Exclusion]] = defaultdict(list)
    for exclusion in exclusions:
        for theirs in matters.values():
            if exclusion.matter_id in theirs:
                for matter_id in theirs - {exclusion.matter_id}:
                    wanted[matter_id].append(exclusion)
    for matter in Matter.objects.filter(pk__in=list(wanted)):
        for exclusion in wanted[matter.pk]:
            carry_to(exclusion=exclusion, matter=matter)
