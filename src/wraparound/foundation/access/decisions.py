"""The one decision point.

    check(actor, "see", thing)      raises Unknown (404) or Refused (403) with a sentence
    can(actor, "see", thing)        the same as a bool, by calling it
    visible(actor, queryset)        the rows of a list that the actor may know of

An app registers what its things allow:

    register(Commitment, visible=..., verbs={"see": check_can_see, "accept": check_can_accept})

A model that nobody registered opens to nobody, and a test fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from wraparound.foundation.access.conditions import InvolvedIn, NotKeptFrom
from wraparound.foundation.access.models import Exclusion, Facing, Involvement, Matter
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.areas.remembered import remembered
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.kit.errors import Refused, Stop, Unknown

M = TypeVar("M", bound=Model)
Check = Callable[[Actor, Any], None]
Narrow = Callable[[Actor, QuerySet[Any]], QuerySet[Any]]

# Up to so many live involvements an organisation's matters are looked up as a list, beyond it row by row: the
# first is quick for an organisation that sees little of much, the second for one that sees most (docs/adr).
FEW_MATTERS = 2_000


@dataclass(frozen=True)
class Policy:
    """What one model opens to whom."""

    visible: Narrow
    verbs: Mapping[str, Check] = field(default_factory=dict)


_policies: dict[type[Model], Policy] = {}


def register(model: type[Model], *, visible: Narrow, verbs: Mapping[str, Check]) -> None:
    """Say what `model` opens. Raises ValueError when it was said before."""
    if model in _policies:
        raise ValueError(f"{model.__name__} has a policy already")
    _policies[model] = Policy(visible=visible, verbs=dict(verbs))


def policies() -> dict[type[Model], Policy]:
    """Every registered policy, for the permission matrix and the tests."""
    return dict(_policies)


def check(actor: Actor, verb: str, thing: Model) -> None:
    """Raise unless `actor` may do `verb` to `thing`. To see comes first: who may not see gets Unknown."""
    policy = _policies.get(type(thing))
    if policy is None:
        raise Unknown
    if actor.is_system:
        return
    itself = policy.visible(actor, type(thing)._default_manager.filter(pk=thing.pk))
    if not asked_once(("visible", actor, type(thing), thing.pk), itself.exists):
        raise Unknown
    rule = policy.verbs.get(verb)
    if rule is None:
        raise Refused("That can't be done with this.")
    rule(actor, thing)


def can(actor: Actor, verb: str, thing: Model) -> bool:
    """Whether `check` would let it through."""
    try:
        check(actor, verb, thing)
    except Stop:
        return False
    return True


def visible(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """The rows that `actor` may know of. Nothing, for a model that nobody registered."""
    policy = _policies.get(rows.model)
    if policy is None:
        return rows.none()
    if actor.is_system:
        return rows
    return policy.visible(actor, rows)


def get_visible(actor: Actor, rows: QuerySet[M], **lookup: object) -> M:
    """The one row of `rows` that fits `lookup` and that `actor` may know of; raises Unknown otherwise."""
    found = visible(actor, rows).filter(**lookup).first()
    if found is None:
        raise Unknown
    asked_once(("visible", actor, type(found), found.pk), lambda: True)
    return found


def allow(actor: Actor, thing: object) -> None:
    """A verb that everyone who can see the thing may do."""


# --- things of a matter -------------------------------------------------------------------------------------


def open_involvements(actor: Actor) -> QuerySet[Involvement]:
    """The involvements that open matters to `actor` now."""
    if actor.role not in WORKING_WITH_PEOPLE:
        return Involvement.objects.none()
    now = timezone.now()
    return Involvement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        Q(user__isnull=True) | Q(user_id=actor.user_id),
        Q(team__isnull=True) | Q(team_id=actor.team_id),
        Q(roles="") | Q(roles__contains=f",{actor.role},"),
        organisation_id=actor.organisation_id,
        starts_at__lte=now,
    )


def live_exclusions(actor: Actor) -> QuerySet[Exclusion]:
    """The exclusions that close matters to `actor`, whatever their involvement."""
    return Exclusion.objects.filter(
        Q(user_id=actor.user_id) | Q(organisation_id=actor.organisation_id), lifted_at__isnull=True
    )


def in_open_matters(actor: Actor, rows: QuerySet[M], path: str = "matter_id") -> QuerySet[M]:
    """Narrow `rows`, whose matter's id is at `path`, to the matters that are open to `actor`."""
    return rows.filter(is_of_open_matter(actor, path))


def is_of_open_matter(actor: Actor, path: str = "matter_id") -> Q:
    """The same as a condition, where a row may also be there for another reason."""
    return Q(InvolvedIn(actor, path, as_list=_few_matters(actor)), NotKeptFrom(actor, path))


def facing_otherwise(actor: Actor, path: str = "matter_id") -> InvolvedIn:
    """Whether some involvement opens a row's matter to `actor` otherwise than as a perpetrator's worker.

    What finds or speaks for a victim-survivor isn't there for work with the perpetrator (safety rule 4).
    """
    return InvolvedIn(actor, path, but_as=Facing.PERPETRATOR)


def _few_matters(actor: Actor) -> bool:
    """Which way is quicker; both give the same rows, so that a minute-old answer does."""
    key = ("few matters", actor.organisation_id, actor.team_id, actor.user_id, actor.role)
    return remembered(key, lambda: open_involvements(actor)[:FEW_MATTERS].count() < FEW_MATTERS)


def is_open(actor: Actor, matter_id: uuid.UUID) -> bool:
    """Whether the matter is open to `actor`."""
    if actor.is_system:
        return True
    return asked_once(
        ("is open", actor, matter_id), in_open_matters(actor, Matter.objects.filter(pk=matter_id), "pk").exists
    )


def check_open(actor: Actor, matter_id: uuid.UUID) -> None:
    """Raise Unknown unless the matter is open to `actor`."""
    if not is_open(actor, matter_id):
        raise Unknown


def facing_of(actor: Actor, matter_id: uuid.UUID) -> str:
    """Whose worker `actor` is in the matter: the least that any of their involvements allows to all.

    A perpetrator's worker stays one although another part of the organisation is involved for all parties,
    unless an involvement of their own role opens the matter for all; one whose team works with perpetrators, always.
    """
    return facings_of(actor, [matter_id])[matter_id]


def facings_of(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The same for many matters, in one query; on one page none for a matter that was asked before."""
    wanted = set(matter_ids)
    known: dict[uuid.UUID, str] = asked_once(("facings", actor), dict)
    if new := wanted - known.keys():
        known |= _facings_of(actor, new)
    return {matter_id: known[matter_id] for matter_id in wanted}


def _facings_of(actor: Actor, matter_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    if actor.works_with_perpetrators:
        return dict.fromkeys(matter_ids, Facing.PERPETRATOR.value)
    held: dict[uuid.UUID, set[str]] = {matter_id: set() for matter_id in matter_ids}
    given = open_involvements(actor).filter(matter_id__in=matter_ids).values_list("matter_id", "facing")
    for matter_id, facing in given:
        held[matter_id].add(facing)
    widest_first = (Facing.ALL, Facing.VICTIM, Facing.CHILD)
    return {
        matter_id: next((facing.value for facing in widest_first if facing in facings), Facing.PERPETRATOR.value)
        for matter_id, facings in held.items()
    }
