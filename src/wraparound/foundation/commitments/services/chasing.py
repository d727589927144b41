"""Reminders before the day and escalation after it, by the rule set `commitments.chasing`; each once.

A commitment that is said to be no longer possible is not chased: the next move is the co-ordinator's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas import clocks
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.commitments import rules
from wraparound.foundation.commitments.models import Chase, ChaseKind, Commitment
from wraparound.foundation.commitments.params import ChasingRules
from wraparound.foundation.commitments.services.leaving import give_back_what_leavers_hold
from wraparound.foundation.commitments.services.writing import remember, tell
from wraparound.foundation.commitments.states import State
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.rulesets.queries import in_force

_CHASER = system("commitments.chase")


def chase(now: datetime) -> int:
    """Remind and escalate what is due at `now`. Returns how many were sent. Running it again sends nothing.

    What somebody was to do whose role has ended goes back to the agency first, so that its lead is reminded.
    Emits ``commitments.reminded`` and ``commitments.escalated``.
    """
    today = clocks.today(now)
    sent = 0
    with lifted("commitments.chase"):
        give_back_what_leavers_hold(_CHASER)
        for area in _areas_with_open_commitments():
            chasing = in_force("commitments.chasing", area, today, ChasingRules).params
            sent += sum(_remind(c, day) for c, day in _to_remind(area, chasing, today))
            sent += sum(_escalate_late(c, ChaseKind.UNANSWERED) for c in _unanswered(area, chasing, now))
            sent += sum(_escalate_late(c, ChaseKind.OVERDUE) for c in _overdue(area, chasing, now, today))
    return sent


def escalate(commitment: Commitment, kind: ChaseKind, on: date, by: Actor) -> bool:
    """Tell the agency's lead, once for each kind and day; whether it was told now.

    The commitment must be locked by the caller. Its version stays: nobody's form becomes stale by it.
    """
    _, is_new = Chase.objects.get_or_create(commitment=commitment, kind=kind, on=on)
    if is_new:
        commitment.escalated_at = timezone.now()
        commitment.save(update_fields=["escalated_at"])
        remember(commitment, "escalate", commitment.state, by, ChaseKind(kind).label)
        log.write(by, "escalate_commitment", commitment, kind=str(kind))
        tell("escalated", commitment, by, kind=kind.value)
    return is_new


def _areas_with_open_commitments() -> list[Area]:
    waiting = Commitment.objects.filter(closed_at__isnull=True, state__in=[State.PROPOSED, State.ACCEPTED])
    return list(Area.objects.filter(pk__in=waiting.values("matter__area_id")))


def _in(area: Area) -> Q:
    """What is open in an area; that it isn't closed is what the index of open commitments knows."""
    return Q(matter__area=area, closed_at__isnull=True)


def _to_remind(area: Area, chasing: ChasingRules, today: date) -> list[tuple[Commitment, date]]:
    horizon = today + timedelta(days=max(chasing.remind_days_before, default=0))
    near = Commitment.objects.filter(
        _in(area), state=State.ACCEPTED, due_on__gte=today, due_on__lte=horizon
    ).prefetch_related("chases")
    found = []
    for commitment in near:
        day = rules.reminder_to_send(
            due_on=commitment.due_on,
            days_before=chasing.remind_days_before,
            made_on=clocks.today(commitment.made_at),
            today=today,
            sent=[c.on for c in commitment.chases.all() if c.kind == ChaseKind.REMINDER],
        )
        if day is not None:
            found.append((commitment, day))
    return found


def _remind(commitment: Commitment, day: date) -> bool:
    with transaction.atomic():
        current = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
        if State(current.state) is not State.ACCEPTED:
            return False
        _, is_new = Chase.objects.get_or_create(commitment=current, kind=ChaseKind.REMINDER, on=day)
        if is_new:
            tell("reminded", current, _CHASER, on=day.isoformat())
    return is_new


def _not_yet(kind: ChaseKind, rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    return rows.filter(~Exists(Chase.objects.filter(commitment=OuterRef("pk"), kind=kind)))


def _unanswered(area: Area, chasing: ChasingRules, now: datetime) -> Iterator[Commitment]:
    """Proposals whose time to be answered has passed."""
    calendar = clocks.calendar_for(area)
    waiting = Commitment.objects.filter(_in(area), state=State.PROPOSED, made_at__lt=now)
    for commitment in _not_yet(ChaseKind.UNANSWERED, waiting):
        if deadline(chasing.answer_proposal, commitment.made_at, calendar) <= now:
            yield commitment


def _overdue(area: Area, chasing: ChasingRules, now: datetime, today: date) -> Iterator[Commitment]:
    """Commitments past their day for so long that the agency's lead is told."""
    calendar = clocks.calendar_for(area)
    late = Commitment.objects.filter(_in(area), state=State.ACCEPTED, due_on__lt=today)
    for commitment in _not_yet(ChaseKind.OVERDUE, late):
        if deadline(chasing.escalate_after, rules.end_of(commitment.due_on), calendar) <= now:
            yield commitment


_CHASED_IN = {ChaseKind.UNANSWERED: State.PROPOSED, ChaseKind.OVERDUE: State.ACCEPTED}


def _escalate_late(commitment: Commitment, kind: ChaseKind) -> bool:
    with transaction.atomic():
        current = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
        if State(current.state) is not _CHASED_IN[kind]:
            return False
        on = current.due_on if kind == ChaseKind.OVERDUE else clocks.today(current.made_at)
        return escalate(current, kind, on, _CHASER)
