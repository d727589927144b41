"""The emergency MARAC: called by the chair or the co-ordinator for one case that can't wait for the next session."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.meetings.states import SESSION_ENDED
from wraparound.foundation.partners.actors import Actor, system
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow
from wraparound.kit.events import emit
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.models import Referral
from wraparound.response.marac.organisations import marac_panel
from wraparound.response.marac.services.listing import involve_agencies, listed_item
from wraparound.response.marac.services.screening import accept_at_once
from wraparound.response.marac.states import ReferralState, referral_after

CALLED_FOR = "Called for one case that can’t wait for the next session."
_TO_ACCEPT = (ReferralState.RECEIVED, ReferralState.CHALLENGED)
_CALLABLE = (*_TO_ACCEPT, ReferralState.ACCEPTED, ReferralState.LISTED)


def call_emergency(*, referral: Referral, starts_at: datetime, reason: str, version: int, by: Actor) -> AgendaItem:
    """Call an emergency MARAC for a referral: a session of its own at `starts_at` (aware), with the agencies told.

    One that waits to be screened is accepted with it, one that is listed leaves its later session. `reason` stands
    with the case; the session itself says nothing of it. Called again while that session stands, it is the first.
    Raises BadInput without a reason or for a time that has passed, NotNow once it was heard, ChangedMeanwhile.
    Emits ``marac.listed`` and ``marac.emergency_called``.
    """
    words = " ".join(reason.split())
    if not words or len(words) > 300:
        raise BadInput("Say in up to 300 characters why it can’t wait for the next session.", "reason")
    with transaction.atomic():
        rows = Referral.objects.select_for_update(of=("self",)).select_related("matter__area")
        current = get_visible(by, rows, pk=referral.pk)
        check(by, "call_emergency", current)
        before = listed_item(current.matter)
        if before is not None and before.session.is_emergency and before.session.state not in SESSION_ENDED:
            return before
        if current.state not in _CALLABLE:
            raise NotNow(f"This referral: {ReferralState(current.state).label.lower()}. A new one is needed first.")
        if current.version != version:
            state = ReferralState(current.state).label
            raise ChangedMeanwhile([Difference("State", "Emergency called", state)])
        item = _listed_at_once(current, _session(current, starts_at, by), words, by)
        log.write(by, "call_emergency_marac", current, session=str(item.session_id))
        ids = {"referral": current.pk, "matter": current.matter_id, "item": item.pk, "session": item.session_id}
        emit("marac.listed", **ids)
        emit("marac.emergency_called", **ids)
    return item


def _session(referral: Referral, starts_at: datetime, by: Actor) -> Session:
    rule = session_rules(referral.matter.area, today(starts_at))
    mode = "daily_call" if rule.params.mode == ASYNCHRONOUS else rule.params.mode
    return meetings.call_emergency(
        panel=marac_panel(referral.matter.area),
        starts_at=starts_at,
        mode=mode,
        because=CALLED_FOR,
        rule_version=rule.label,
        by=by,
    )


def _listed_at_once(referral: Referral, session: Session, because: str, by: Actor) -> AgendaItem:
    if referral.state in _TO_ACCEPT:
        accepted = accept_at_once(referral=referral, reason=because, version=referral.version, by=by)
        referral.state, referral.version = accepted.state, accepted.version
    before = listed_item(referral.matter)
    if before is not None:
        with lifted("marac.emergency"):
            meetings.take_off(item=before, by=system("marac.emergency"))
    item = meetings.put_on_agenda(session=session, matter=referral.matter, because=because, by=by)
    referral.state = referral_after(referral.state, "list") or ReferralState.LISTED
    referral.version += 1
    referral.save(update_fields=["state", "version"])
    involve_agencies(referral.matter, session, by)
    return item
