"""What is put on an agenda, taken off it, moved to a later one, and in which order it is heard."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open, visible
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.permissions import check_can_list, check_can_run
from wraparound.foundation.meetings.services.locking import check_not_ended, locked_item, locked_session, step_item
from wraparound.foundation.meetings.states import ITEM_GONE, ItemState
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import BadInput
from wraparound.kit.events import emit


def put_on_agenda(
    *, session: Session, matter: Matter, because: str, by: Actor, position: int | None = None
) -> AgendaItem:
    """List a matter on a session that isn't closed, at its end unless `position` says otherwise.

    Listing it again changes nothing; one that was taken off or put off is listed anew. A full session is no obstacle:
    whoever lists sees its load and decides. Raises NotNow for a closed session. Emits ``meetings.item_listed``.
    """
    check_open(by, matter.pk)
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_list(by, current)
        check_not_ended(current)
        item = AgendaItem.objects.select_for_update(of=("self",)).filter(session=current, matter=matter).first()
        if item is not None and item.state not in ITEM_GONE:
            return item
        if item is None:
            item = AgendaItem(session=current, matter=matter)
        _list(item, because, by, position)
        log.write(by, "put_on_agenda", item, session=str(current.pk))
        emit("meetings.item_listed", item=item.pk, matter=matter.pk, session=current.pk, by=by.user_id or "")
    return item


def take_off(*, item: AgendaItem, by: Actor) -> AgendaItem:
    """Take a matter off an agenda before it is heard. Again changes nothing. Emits ``meetings.item_taken_off``."""
    with transaction.atomic():
        current = locked_item(item, by)
        check_can_list(by)
        if current.state == ItemState.WITHDRAWN:
            return current
        step_item(current, "take_off")
        current.save(update_fields=["state", "version"])
        log.write(by, "take_off_agenda", current)
        emit("meetings.item_taken_off", item=current.pk, matter=current.matter_id, session=current.session_id)
    return current


def move_item(*, item: AgendaItem, to: Session, event: str, by: Actor) -> AgendaItem:
    """Put a case off to a later session: `event` is ``defer`` (before the session) or ``adjourn`` (in it).

    Returns the item on the later agenda. Raises BadInput unless `to` is later and not over, NotNow where the case was
    heard or is gone already. Emits ``meetings.item_moved`` and ``meetings.item_listed``.
    """
    with transaction.atomic():
        current = locked_item(item, by)
        check_can_run(by)
        if to.pk == current.session_id or to.starts_at <= current.session.starts_at:
            raise BadInput("Choose a later session.", "to_session")
        check_not_ended(to)
        step_item(current, event)
        current.save(update_fields=["state", "version"])
        following = AgendaItem.objects.filter(session=to, matter_id=current.matter_id).first()
        if following is None:
            following = AgendaItem(session=to, matter_id=current.matter_id, state=ItemState.WITHDRAWN)
        if following.state in ITEM_GONE:
            _list(following, current.listed_because, by, None)
        log.write(by, f"{event}_item", current, session=str(current.session_id), to=str(to.pk))
        ids = {"matter": current.matter_id, "session": to.pk}
        emit("meetings.item_moved", item=current.pk, to=following.pk, **ids)
        emit("meetings.item_taken_off", item=current.pk, matter=current.matter_id, session=current.session_id)
        emit("meetings.item_listed", item=following.pk, by=by.user_id or "", **ids)
    return following


def order_agenda(*, session: Session, items: Sequence[uuid.UUID], by: Actor) -> None:
    """Hear the given items in this order. Items that aren't named, or that the actor may not know of, keep their place.

    Raises NotNow for a session that is over.
    """
    with transaction.atomic():
        current = locked_session(session, by)
        check_can_run(by)
        check_not_ended(current)
        rows = visible(by, AgendaItem.objects.select_for_update(of=("self",)).filter(session=current, pk__in=items))
        held = {row.pk: row for row in rows}
        places = _rising(sorted(row.position for row in held.values()))
        moved = [(held[pk], place) for place, pk in zip(places, [pk for pk in items if pk in held], strict=True)]
        moved = [(item, place) for item, place in moved if item.position != place]
        for item, place in moved:
            item.position = place
            item.save(update_fields=["position"])
        if moved:
            log.write(by, "order_agenda", current)


def _rising(places: Sequence[int]) -> list[int]:
    """The same places, each above the one before: two items that shared one get their own."""
    rising: list[int] = []
    for place in places:
        rising.append(max(place, rising[-1] + 1) if rising else place)
    return rising


def _list(item: AgendaItem, because: str, by: Actor, position: int | None) -> None:
    item.state = ItemState.LISTED
    item.position = _last_position(item.session) + 1 if position is None else position
    item.listed_by_id = by.user_id
    item.listed_at = timezone.now()
    item.listed_because = because.strip()[:300]
    item.save()


def _last_position(session: Session) -> int:
    """Of all items, those too that the actor may not know of: a position is never shown."""
    with lifted("last_position"):
        return AgendaItem.objects.filter(session=session).aggregate(last=Max("position"))["last"] or 0
