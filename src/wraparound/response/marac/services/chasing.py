"""Chasing what is outstanding before a session: one request, an agency's, or all; and the agency's lead if need be."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible, visible
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings.models import Session
from wraparound.foundation.meetings.states import SESSION_ENDED
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.errors import NotNow
from wraparound.kit.events import emit
from wraparound.kit.ids import new_id
from wraparound.response.marac.in_force import research_rules
from wraparound.response.marac.models import ResearchRequest
from wraparound.response.marac.permissions.preparing import check_can_chase
from wraparound.response.marac.states import ResearchState


def chase(*, request: ResearchRequest, by: Actor) -> ResearchRequest:
    """Ask one agency again. Sooner than the rule set's gap it changes nothing; nor where it was answered meanwhile."""
    with transaction.atomic():
        current = get_visible(by, _lockable(), pk=request.pk)
        check(by, "chase", current)
        if current.item.session.state in SESSION_ENDED:
            raise NotNow("The session has ended: there is nothing to chase any more.")
        _chase([current], by)
    return current


def chase_session(*, session: Session, by: Actor, organisation_id: int | None = None) -> int:
    """Ask all agencies again that haven't answered for a session, or one of them. Returns how many requests."""
    with transaction.atomic():
        waiting = visible(by, _lockable()).filter(item__session=session, state=ResearchState.WAITING)
        if organisation_id is not None:
            waiting = waiting.filter(organisation_id=organisation_id)
        if session.state in SESSION_ENDED:
            raise NotNow("The session has ended: there is nothing to chase any more.")
        rows = list(waiting.order_by("pk"))
        for request in rows:
            check_can_chase(by, request)
        return _chase(rows, by)


def _lockable() -> QuerySet[ResearchRequest]:
    return ResearchRequest.objects.select_for_update(of=("self",)).select_related("item__session", "matter__area")


def _chase(requests: list[ResearchRequest], by: Actor) -> int:
    now, round_id, done = timezone.now(), new_id(), 0
    for request in requests:
        rule = research_rules(request.matter.area, today(now)).params
        too_soon = request.chased_at is not None and now - request.chased_at < timedelta(minutes=rule.chase_gap_minutes)
        if request.state != ResearchState.WAITING or too_soon:
            continue
        request.chased += 1
        request.chased_at = now
        if request.chased >= rule.escalate_after_chases and request.escalated_at is None:
            request.escalated_at = now
        request.save(update_fields=["chased", "chased_at", "escalated_at"])
        log.write(by, "chase_research", request, times=request.chased)
        emit("marac.research_chased", request=request.pk, matter=request.matter_id, round=round_id)
        done += 1
    return done
