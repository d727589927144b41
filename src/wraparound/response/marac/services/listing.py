"""Listing: a person puts an accepted referral on a session, and the agencies of the MARAC are involved for a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.models import Involvement, Matter
from wraparound.foundation.access.services import end_involvement, facing_towards, involve
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import LONDON, calendar_for, deadline_for, today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Panel, Session
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.states import ItemState
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference
from wraparound.kit.events import emit
from wraparound.response.marac.in_force import asynchronous_rules, session_rules
from wraparound.response.marac.models import Referral
from wraparound.response.marac.organisations import chairing_organisations, core_organisations
from wraparound.response.marac.permissions import check_can_plan_sessions
from wraparound.response.marac.rules import session_days
from wraparound.response.marac.services.grounds import basis_of_referral
from wraparound.response.marac.states import ReferralState, referral_after

FOR_SESSION, FOR_CHAIRING = "session", "chairing"
PURPOSE = "MARAC"
HORIZON = timedelta(days=28)
_AT_TABLE = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)


def list_on_session(*, referral: Referral, session: Session, version: int, by: Actor, because: str = "") -> AgendaItem:
    """Put an accepted referral on a session. Listing it again on the same session changes nothing.

    A full session is no obstacle: whoever lists sees its load and decides. Raises NotNow for a closed session or in
    another state, ChangedMeanwhile for a stale `version`. Emits ``marac.listed``.
    """
    with transaction.atomic():
        current = _locked(referral, by)
        if current.state == ReferralState.LISTED:
            held = listed_item(current.matter)
            if held is not None and held.session_id == session.pk:
                return held
        check(by, "list", current)
        _check_version(current, version, "Listed")
        item = meetings.put_on_agenda(
            session=session, matter=current.matter, because=because or _because(current), by=by
        )
        current.state = referral_after(current.state, "list") or ReferralState.LISTED
        current.version += 1
        current.save(update_fields=["state", "version"])
        involve_agencies(current.matter, session, by)
        log.write(by, "list_referral", current, session=str(session.pk))
        emit("marac.listed", referral=current.pk, matter=current.matter_id, item=item.pk, session=session.pk)
    return item


def take_off(*, referral: Referral, reason: str, version: int, by: Actor) -> Referral:
    """Take a listed referral off its session: it waits to be listed again, and the agencies' involvement ends.

    Raises BadInput without a reason. Emits ``marac.taken_off``.
    """
    if not reason.strip():
        raise BadInput("Say why it is taken off, for the colleague who lists it again.", "reason")
    with transaction.atomic():
        current = _locked(referral, by)
        check(by, "take_off", current)
        _check_version(current, version, "Taken off")
        _off(current, by)
        log.write(by, "take_off_referral", current)
    return current


def put_back_unheard(*, session: Session) -> int:
    """A session closed before all was heard: what is left waits to be listed again. Idempotent. Returns how many."""
    by = system("marac.unheard")
    with transaction.atomic(), lifted("marac.unheard"):
        left = AgendaItem.objects.filter(session=session, state=ItemState.LISTED).values("matter_id")
        waiting = Referral.objects.select_for_update(of=("self",)).filter(
            matter_id__in=left, state=ReferralState.LISTED
        )
        rows = list(waiting.select_related("matter__area"))
        for referral in rows:
            _off(referral, by)
    return len(rows)


def plan_sessions(*, by: Actor, now: datetime | None = None) -> int:
    """Create the sessions of the rule sets for the next four weeks that aren't there yet. Returns how many."""
    check_can_plan_sessions(by)
    moment = now or timezone.now()
    made = 0
    for panel in Panel.objects.filter(kind="marac").select_related("area").order_by("pk"):
        with transaction.atomic():
            made += _plan(panel, moment, by)
    return made


def listed_item(matter: Matter) -> AgendaItem | None:
    """The item under which a matter waits on an agenda now. Unnarrowed: for services."""
    with lifted("marac.listed_item"):
        rows = AgendaItem.objects.filter(matter=matter, state=ItemState.LISTED).select_related("session")
        return rows.order_by("-session__starts_at", "pk").first()


def _plan(panel: Panel, now: datetime, by: Actor) -> int:
    first = today(now)
    rule = session_rules(panel.area, first)
    before = set(panel.sessions.filter(starts_at__gte=now - timedelta(days=1)).values_list("starts_at", flat=True))
    made = 0
    for day in session_days(rule.params, first, first + HORIZON, calendar_for(panel.area).holidays):
        starts_at = datetime.combine(day, rule.params.starts_at, LONDON)
        if starts_at <= now or starts_at in before:
            continue
        meetings.plan_session(
            panel=panel,
            starts_at=starts_at,
            mode=rule.params.mode,
            capacity=rule.params.capacity,
            by=by,
            rule_version=rule.label,
            closes_at=closing_date(panel.area, starts_at) if rule.params.mode == ASYNCHRONOUS else None,
        )
        made += 1
    return made


def closing_date(area: Area, starts_at: datetime) -> datetime:
    """Until when agencies file what they know for a session without a meeting."""
    return deadline_for(area, asynchronous_rules(area, today(starts_at)).params.information_by, starts_at)


def _because(referral: Referral) -> str:
    met = [o["title"] for o in referral.criteria.get("outcomes", []) if o["fired"]]
    return "; ".join(met) or "Professional judgement at screening"


def involve_agencies(matter: Matter, session: Session, by: Actor) -> None:
    """The core agencies of the rule set, for their research; and whoever may chair. Until so many days after it.

    What was given for research ends earlier, when the session closes, unless the agency took a commitment.
    """
    rule = session_rules(matter.area, today(session.starts_at)).params
    ends_at = session.starts_at + timedelta(days=rule.involvement_days_after)
    common: dict[str, Any] = {
        "matter": matter,
        "purpose": PURPOSE,
        "by": by,
        "ends_at": ends_at,
        "lawful_basis": basis_of_referral(matter),
    }
    for organisation in core_organisations(matter.area, rule.core_kinds):
        facing = facing_towards(organisation)
        involve(organisation=organisation, roles=_AT_TABLE, facing=facing, given_for=FOR_SESSION, **common)
    for organisation in chairing_organisations(matter.area):
        involve(organisation=organisation, roles=(Role.MARAC_CHAIR,), given_for=FOR_CHAIRING, **common)


def _off(referral: Referral, by: Actor) -> None:
    item = listed_item(referral.matter)
    referral.state = referral_after(referral.state, "take_off") or referral.state
    referral.version += 1
    referral.save(update_fields=["state", "version"])
    still_listed = Referral.objects.filter(matter_id=referral.matter_id, state=ReferralState.LISTED).exists()
    if item is not None and not still_listed:
        meetings.take_off(item=item, by=by)
        with lifted("marac.take_off"):
            given = Involvement.objects.filter(
                matter_id=referral.matter_id,
                given_for__in=(FOR_SESSION, FOR_CHAIRING),
                ends_at__gt=timezone.now(),
            )
            for involvement in given:
                end_involvement(involvement=involvement, at=timezone.now(), by=by)
    emit("marac.taken_off", referral=referral.pk, matter=referral.matter_id)


def _locked(referral: Referral, by: Actor) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("matter__area")
    return get_visible(by, rows, pk=referral.pk)


def _check_version(referral: Referral, version: int, mine: str) -> None:
    if referral.version != version:
        raise ChangedMeanwhile([Difference("State", mine, ReferralState(referral.state).label)])
