"""A notice is its reader's own; one about a matter is there only while the matter is open to them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wraparound.foundation.access.conditions import NotKeptFrom
from wraparound.foundation.access.decisions import allow, is_of_open_matter, register
from wraparound.foundation.notices.models import OF_A_LOOK, Notice, OutgoingEmail
from wraparound.foundation.partners.actors import Actor


def narrow(actor: Actor, rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """The reader's own, in the role acted in or for any, without those of matters that are closed to them.

    One of a look in an emergency is for whoever reviews it: the case opens to none of them, or needn't.
    """
    own = rows.filter(Q(membership_role="") | Q(membership_role=actor.role), user_id=actor.user_id)
    return own.filter(Q(matter__isnull=True) | is_of_open_matter(actor) | Q(NotKeptFrom(actor), kind=OF_A_LOOK))


def nobody(actor: Actor, rows: QuerySet[OutgoingEmail]) -> QuerySet[OutgoingEmail]:
    """What waits to be sent is the system's alone."""
    return rows.none()


register(Notice, visible=narrow, verbs={"see": allow})
register(OutgoingEmail, visible=nobody, verbs={})
