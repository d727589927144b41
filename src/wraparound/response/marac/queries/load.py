"""The load to come: what is listed, what waits, and what the weeks before let expect. As the reader may count it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from wraparound.foundation.areas.clocks import LONDON, today
from wraparound.foundation.meetings import queries as meetings
from wraparound.foundation.meetings.models import Panel, Session
from wraparound.foundation.meetings.states import SESSION_ENDED, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.response.marac.in_force import forecast_rules
from wraparound.response.marac.queries.referrals import referrals_visible_to
from wraparound.response.marac.queries.sessions import FORTNIGHT, MARAC, SessionLoad
from wraparound.response.marac.rules.load import Forecast, Sitting, forecast, rate_per_day
from wraparound.response.marac.states import TO_SCREEN, ReferralState

URGENT = 4  # a rank of urgency to which visible high risk alone leads (`rules.urgency`)


@dataclass(frozen=True)
class Load:
    """A forecast with what it was computed from."""

    forecast: Forecast
    sessions: tuple[SessionLoad, ...]  # those that are forecast
    coming: tuple[Session, ...]  # all of that time, emergencies too
    urgent: int  # waiting, and of a rank that visible high risk alone leads to
    others: int  # waiting, of a lower rank
    to_screen: int  # of all that wait: not screened yet
    arrivals: int
    weeks: int
    days: int
    rule: str
    is_provisional: bool


def sessions_between(actor: Actor, first: date, last: date) -> list[SessionLoad]:
    """The MARAC's sessions of the days from `first` to `last`, both included, in order, with their load."""
    rows = meetings.sessions_visible_to(actor).filter(
        panel__kind=MARAC, starts_at__gte=_beginning(first), starts_at__lt=_beginning(last + timedelta(days=1))
    )
    return loaded(actor, list(rows.order_by("starts_at", "pk")[:200]))


def loaded(actor: Actor, sessions: Sequence[Session]) -> list[SessionLoad]:
    """Sessions with their load."""
    loads = meetings.loads(actor, sessions)
    return [SessionLoad(session, loads[session.pk]) for session in sessions]


def load_ahead(actor: Actor) -> Load | None:
    """The forecast for the panel that the reader attends; None where there is no panel. Four queries."""
    panel: Panel | None = meetings.panels(actor, MARAC).first()
    if panel is None:
        return None
    start = today()
    rule = forecast_rules(panel.area, start)
    days = rule.params.look_ahead_days
    coming = sessions_between(actor, start, start + timedelta(days=days))
    ahead = [one for one in coming if one.session.state == SessionState.PLANNED and not one.session.is_emergency]
    begins = _beginning(start - timedelta(weeks=rule.params.look_back_weeks))
    found = _counted(actor, begins, _beginning(start))
    found_forecast = forecast(
        [Sitting(today(one.session.starts_at), one.session.capacity, one.number) for one in ahead],
        waiting=found["waiting"],
        rate=rate_per_day(found["arrivals"], rule.params.look_back_weeks),
        start=start,
        days=days,
    )
    return Load(
        forecast=found_forecast,
        sessions=tuple(ahead),
        coming=tuple(one.session for one in coming),
        urgent=found["urgent"],
        others=found["waiting"] - found["urgent"],
        to_screen=found["to_screen"],
        arrivals=found["arrivals"],
        weeks=rule.params.look_back_weeks,
        days=days,
        rule=rule.label,
        is_provisional=rule.is_provisional,
    )


def _counted(actor: Actor, begins: datetime, ends: datetime) -> dict[str, int]:
    """Who waits, and how many came between two moments that weren't refused."""
    waiting = Q(state__in=(*TO_SCREEN, ReferralState.ACCEPTED))
    came = Q(received_at__gte=begins, received_at__lt=ends) & ~Q(state=ReferralState.NOT_LISTED)
    rows = referrals_visible_to(actor).order_by().filter(waiting | came)
    return rows.aggregate(
        waiting=Count("matter", filter=waiting, distinct=True),
        urgent=Count("matter", filter=waiting & Q(urgency__gte=URGENT), distinct=True),
        to_screen=Count("matter", filter=Q(state__in=TO_SCREEN), distinct=True),
        arrivals=Count("pk", filter=came),
    )


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def upcoming_without_chair(actor: Actor) -> list[Session]:
    """Sessions of the next fortnight, emergencies too, that nobody is down to chair. One query."""
    now = timezone.now()
    coming = meetings.next_sessions(actor, now - timedelta(hours=3), kind=MARAC, limit=30)
    return _gaps(coming, now)


def gaps_of(load: Load) -> list[Session]:
    """The same, of the sessions of a forecast, without asking again."""
    return _gaps(load.coming, timezone.now())


def _gaps(sessions: Sequence[Session], now: datetime) -> list[Session]:
    return [
        one
        for one in sessions
        if one.chair_id is None and one.state not in SESSION_ENDED and one.starts_at <= now + FORTNIGHT
    ]
