"""Reads of notices, narrowed to what the reader may still know of."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from wraparound.foundation.access.decisions import get_visible, visible
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.partners.actors import Actor

MOST_COUNTED = 99


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """The reader's notices, the newest first. One about a matter that is closed to the reader isn't there."""
    return visible(actor, Notice.objects.all()).order_by("-created_at", "pk")


def unread_count(actor: Actor) -> int:
    """How many the reader hasn't read, counted up to 99. One query."""
    return notices_for(actor).filter(read_at__isnull=True).order_by()[:MOST_COUNTED].count()


def notice_for(actor: Actor, pk: uuid.UUID) -> Notice:
    """One of the reader's own notices. Raises Unknown."""
    return get_visible(actor, Notice.objects.all(), pk=pk)
