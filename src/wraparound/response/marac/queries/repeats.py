"""Proposed repeats and reversed roles, as a co-ordinator or chair may know of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import RepeatProposal, RoleReview
from wraparound.response.marac.repeat_states import RepeatState, RoleReviewState

_WITH = (
    "matter__area",
    "matter__case",
    "earlier__victim",
    "earlier__organisation",
    "earlier__telling__item",
    "perpetrator",
    "referral__matter__case",
    "referral__organisation",
    "decided_by",
)


def repeats_visible_to(actor: Actor) -> QuerySet[RepeatProposal]:
    """Every proposed repeat that the actor may know of."""
    return visible(actor, RepeatProposal.objects.select_related(*_WITH))


def repeats_waiting(actor: Actor) -> QuerySet[RepeatProposal]:
    """Those that wait for a person; order by ``found_at``."""
    return repeats_visible_to(actor).filter(state=RepeatState.PROPOSED)


def repeat_for(actor: Actor, pk: uuid.UUID) -> RepeatProposal:
    """One of them, and the look at it in the log. Raises Unknown."""
    found = get_visible(actor, RepeatProposal.objects.select_related(*_WITH), pk=pk)
    log.write(actor, "see", found)
    return found


def role_reviews_visible_to(actor: Actor) -> QuerySet[RoleReview]:
    """Every review of who does what to whom that the actor may know of."""
    return visible(actor, RoleReview.objects.select_related(*_WITH))


def role_reviews_waiting(actor: Actor) -> QuerySet[RoleReview]:
    """Those that wait for a person; order by ``found_at``."""
    return role_reviews_visible_to(actor).filter(state=RoleReviewState.OPEN)


def role_review_for(actor: Actor, pk: uuid.UUID) -> RoleReview:
    """One of them, and the look at it in the log. Raises Unknown."""
    found = get_visible(actor, RoleReview.objects.select_related(*_WITH), pk=pk)
    log.write(actor, "see", found)
    return found


def open_questions_of(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> list[RepeatProposal | RoleReview]:
    """What waits for a person about cases that were heard in these matters, or that come again in them."""
    wanted = list(matter_ids)
    repeats = repeats_waiting(actor)
    reviews = role_reviews_waiting(actor)
    found: list[RepeatProposal | RoleReview] = []
    found += (repeats.filter(matter__in=wanted) | repeats.filter(referral__matter__in=wanted)).order_by("found_at")
    found += (reviews.filter(matter__in=wanted) | reviews.filter(referral__matter__in=wanted)).order_by("found_at")
    return found


def confirmed_repeats(referral_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these referrals a person confirmed as repeats. Unnarrowed: for counting; one definition for all."""
    rows = RepeatProposal.objects.filter(state=RepeatState.CONFIRMED, referral__in=list(referral_ids))
    return {pk for pk in rows.values_list("referral_id", flat=True) if pk is not None}
