"""Minutes: kept as drafted from what is recorded, approved by the chair, and never written over."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.meetings.models import AgendaItem, Minutes
from wraparound.foundation.meetings.permissions import check_can_run
from wraparound.foundation.meetings.services.locking import locked_item
from wraparound.foundation.meetings.states import ItemState, MinutesState
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput, NotNow
from wraparound.kit.events import emit

Body = list[dict[str, Any]]


def keep_minutes(*, item: AgendaItem, body: Body, by: Actor, why: str = "") -> Minutes:
    """A draft of the minutes of a case that was heard: `[{heading, lines: [{text, agency, never}]}]`.

    The same body as in the latest version is that version. After an approval it takes a word `why`; what was approved
    stands until the new draft is approved too. Raises NotNow before the hearing. Emits ``meetings.minutes_drafted``.
    """
    words = " ".join(why.split())[:300]
    with transaction.atomic():
        current = locked_item(item, by)
        check_can_run(by)
        if current.state != ItemState.HEARD:
            raise NotNow("Minutes are drafted when the case was heard.")
        latest = current.minutes.order_by("-number").first()
        if latest is not None and latest.body == body:
            return latest
        if latest is not None and latest.state == MinutesState.APPROVED and not words and not by.is_system:
            raise BadInput("These minutes were approved. Say why they are drafted again.", "why")
        if latest is not None and latest.state == MinutesState.DRAFT:
            latest.state = MinutesState.REPLACED
            latest.save(update_fields=["state"])
        minutes = Minutes.objects.create(
            item=current,
            matter_id=current.matter_id,
            number=latest.number + 1 if latest is not None else 1,
            body=body,
            why=words,
            drafted_by_id=by.user_id,
        )
        log.write(by, "draft_minutes", minutes, number=minutes.number)
        emit("meetings.minutes_drafted", minutes=minutes.pk, item=current.pk, matter=current.matter_id)
    return minutes


def approve_minutes(*, minutes: Minutes, by: Actor) -> Minutes:
    """The chair approves a draft; it takes the place of what was approved before. Again changes nothing.

    Raises NotNow for a version that was replaced meanwhile. Emits ``meetings.minutes_approved``.
    """
    with transaction.atomic():
        current = get_visible(by, Minutes.objects.select_for_update(of=("self",)), pk=minutes.pk)
        check(by, "approve", current)
        if current.state == MinutesState.APPROVED:
            return current
        if current.state == MinutesState.REPLACED:
            raise NotNow("A later version was drafted meanwhile. Read that one.")
        Minutes.objects.filter(item_id=current.item_id, state=MinutesState.APPROVED).update(state=MinutesState.REPLACED)
        current.state = MinutesState.APPROVED
        current.approved_at, current.approved_by_id = timezone.now(), by.user_id
        current.save(update_fields=["state", "approved_at", "approved_by"])
        log.write(by, "approve_minutes", current, number=current.number)
        emit("meetings.minutes_approved", minutes=current.pk, item=current.item_id, matter=current.matter_id)
    return current
