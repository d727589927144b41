"""Drafts and referrals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import Referral, ReferralDraft, Screening
from wraparound.response.marac.states import TO_SCREEN, ReferralState

_WITH = ("matter__case", "matter__area", "organisation", "referrer", "victim")


# --- drafts -------------------------------------------------------------------------------------------------


def drafts_of(actor: Actor) -> QuerySet[ReferralDraft]:
    """The author's own that were not sent, the one last worked on first."""
    rows = ReferralDraft.objects.filter(submitted_at__isnull=True).select_related("matter__case", "matter__area")
    return visible(actor, rows).order_by("-updated_at", "pk")


def draft_for(actor: Actor, pk: uuid.UUID) -> ReferralDraft:
    """One draft of the author's own. Raises Unknown for anyone else's."""
    rows = ReferralDraft.objects.select_related("matter__case", "matter__area", "prompt", "organisation")
    return get_visible(actor, rows, pk=pk)


# --- referrals ----------------------------------------------------------------------------------------------


def referrals_visible_to(actor: Actor) -> QuerySet[Referral]:
    """Every referral that the actor may know of."""
    return visible(actor, Referral.objects.select_related(*_WITH))


def referral_for(actor: Actor, pk: uuid.UUID) -> Referral:
    """One referral, and the look at it in the log. Raises Unknown."""
    referral = get_visible(actor, Referral.objects.select_related(*_WITH), pk=pk)
    log.write(actor, "see", referral)
    return referral


def my_referrals(actor: Actor) -> QuerySet[Referral]:
    """What this person has referred; what colleagues of theirs referred opens to their representative and lead."""
    return referrals_visible_to(actor).filter(organisation_id=actor.organisation_id)


def to_screen(actor: Actor) -> QuerySet[Referral]:
    """What waits to be screened, challenged ones too, and whether the reader decided on it before.

    Order by ``-urgency``, ``received_at``.
    """
    decided = Screening.objects.filter(referral=OuterRef("pk"), by_id=actor.user_id)
    return referrals_visible_to(actor).filter(state__in=TO_SCREEN).annotate(decided_by_reader=Exists(decided))


def to_list(actor: Actor) -> QuerySet[Referral]:
    """What was accepted and waits for a session."""
    return referrals_visible_to(actor).filter(state=ReferralState.ACCEPTED)


def referrals_of_matter(actor: Actor, matter_id: uuid.UUID) -> QuerySet[Referral]:
    """Every referral of a case, the newest first."""
    return referrals_visible_to(actor).filter(matter_id=matter_id).order_by("-received_at", "pk")


def referrals_of_matters(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Referral]]:
    """The same for the items of an agenda, in one query."""
    found: dict[uuid.UUID, list[Referral]] = {}
    rows = referrals_visible_to(actor).filter(matter_id__in=list(matter_ids)).order_by("-received_at", "pk")
    for referral in rows:
        found.setdefault(referral.matter_id, []).append(referral)
    return found


def referral_of_item(actor: Actor, item: AgendaItem) -> Referral | None:
    """The referral because of which a case is on an agenda: the latest that was on its way by then."""
    rows = referrals_visible_to(actor).filter(matter_id=item.matter_id, received_at__lte=item.listed_at)
    return rows.order_by("-received_at", "pk").first()


def until_the_next(actor: Actor, referral: Referral) -> datetime | None:
    """When the same case was referred again, from when on what happens belongs to that referral; None if it wasn't."""
    rows = referrals_visible_to(actor).filter(matter_id=referral.matter_id, received_at__gt=referral.received_at)
    return rows.order_by("received_at").values_list("received_at", flat=True).first()


def earlier_of(actor: Actor, referral: Referral) -> list[Referral]:
    """Earlier referrals of the same person as victim, in whatever case, that the actor may know of."""
    rows = referrals_visible_to(actor).filter(
        victim__person_id=referral.victim.person_id, received_at__lt=referral.received_at
    )
    return list(rows.exclude(pk=referral.pk).prefetch_related("screenings").order_by("-received_at", "pk")[:20])
