"""Cases that move between areas, as the few who arrange it may know of them; where one came from, for the table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.models import Direction, Transfer
from wraparound.response.marac.repeat_states import TransferState

_WITH = ("matter__area", "matter__case", "referral__victim", "made_by", "sent_by", "handed_over_by")


def transfers_visible_to(actor: Actor) -> QuerySet[Transfer]:
    """Every transfer that the actor may know of."""
    return visible(actor, Transfer.objects.select_related(*_WITH))


def transfers_on_their_way(actor: Actor) -> QuerySet[Transfer]:
    """Those being prepared or not confirmed, and those that no IDVA has handed over."""
    waiting = Q(state__in=(TransferState.PREPARED, TransferState.SENT))
    unspoken = Q(state=TransferState.RECEIVED, handed_over_at__isnull=True)
    return transfers_visible_to(actor).filter(waiting | unspoken)


def transfers_late(actor: Actor, now: datetime) -> QuerySet[Transfer]:
    """Those of which nobody has said yet that they have arrived, although it was time."""
    return transfers_visible_to(actor).filter(state=TransferState.SENT, confirm_by__lt=now)


def transfer_for(actor: Actor, pk: uuid.UUID) -> Transfer:
    """One transfer, and the look at it in the log. Raises Unknown."""
    found = get_visible(actor, Transfer.objects.select_related(*_WITH), pk=pk)
    log.write(actor, "see", found)
    return found


def origins_of(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Transfer]:
    """From which area the cases of these matters came, for the agenda. One query."""
    rows = visible(actor, Transfer.objects.filter(matter__in=list(matter_ids), direction=Direction.IN))
    return {one.matter_id: one for one in rows.exclude(state=TransferState.CALLED_OFF).order_by("made_at")}


def transfers_of_matter(actor: Actor, matter_id: uuid.UUID) -> list[Transfer]:
    """Every move of a case that the actor may know of, the newest first."""
    return list(transfers_visible_to(actor).filter(matter_id=matter_id).order_by("-made_at", "pk"))
