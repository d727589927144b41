"""A session as a whole: what stands at its head, who listens, what is gone through first, what was put off."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from wraparound.foundation.commitments.registry import labels_for
from wraparound.foundation.meetings.models import Observer, Session
from wraparound.foundation.meetings.rules import ASYNCHRONOUS
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import day, moment, shortday
from wraparound.response.marac.models import Deferral, DeferralKind
from wraparound.response.marac.presenters.words import readers
from wraparound.response.marac.states import DeferralState

DEFERRAL_TONES = {DeferralState.ASKED: "waiting", DeferralState.AGREED: "moving", DeferralState.REFUSED: "stopped"}


@dataclass(frozen=True)
class Standing:
    """What is out of the ordinary with a session, in sentences; "" where nothing is."""

    emergency: str
    inquorate: str
    adjourned: str
    adjourned_href: str
    closing: str
    reviewed: str


def standing_of(session: Session) -> Standing:
    """Emergency, going on without a quorum, adjournment, closing date, review."""
    inquorate = adjourned = closing = reviewed = ""
    if session.inquorate_because and session.inquorate_by is not None:
        inquorate = f"{session.inquorate_because} ({session.inquorate_by.name}, {moment(session.inquorate_at)})"
    if session.adjourned_because:
        where = f" Its cases are on {moment(session.adjourned_to.starts_at)}." if session.adjourned_to else ""
        adjourned = f"{session.adjourned_because}{where}"
    if session.mode == ASYNCHRONOUS and session.closes_at is not None:
        closing = f"Agencies file what they know until {moment(session.closes_at)}. Nobody meets; no quorum is needed."
    if session.reviewed_at is not None and session.reviewed_by is not None:
        reviewed = f"Gone through by {session.reviewed_by.name}, {moment(session.reviewed_at)}"
    to = session.adjourned_to_id
    return Standing(
        emergency=session.called_because if session.is_emergency else "",
        inquorate=inquorate,
        adjourned=adjourned,
        adjourned_href=reverse("marac:session", args=[to]) if to else "",
        closing=closing,
        reviewed=reviewed,
    )


@dataclass(frozen=True)
class ObserverLine:
    """Someone who listens."""

    pk: object
    name: str
    works_at: str
    signed: str
    may_come: bool


def observer_lines(observers: Sequence[Observer]) -> list[ObserverLine]:
    """Observers with their signature, or that it is missing."""
    return [
        ObserverLine(
            pk=one.pk,
            name=one.name,
            works_at=one.organisation_name,
            signed=f"Signed on {day(one.signed_on)}" if one.signed_on else "Hasn’t signed: not admitted",
            may_come=one.signed_on is not None,
        )
        for one in observers
    ]


@dataclass(frozen=True)
class DeferralShown:
    """One deferral, as its reader may have it."""

    href: str
    reference: str
    case_href: str
    kind: str
    number: str
    state: str
    tone: str
    came_from: str
    to: str
    reason: str
    interim_safety: str
    past_limits: str
    asked: str
    decided: str
    note: str
    rule: str
    line: str


def deferral_shown(actor: Actor, deferral: Deferral) -> DeferralShown:
    """Who put it off, why, until when, and what is done meanwhile."""
    return deferrals_shown(actor, [deferral])[0]


def deferrals_shown(actor: Actor, deferrals: Sequence[Deferral]) -> list[DeferralShown]:
    """The same for several, in the same few queries however many."""
    matter_ids = {one.matter_id for one in deferrals}
    read, labels = readers(actor, matter_ids), labels_for(actor, matter_ids)
    return [_shown(one, read, labels.get(one.matter_id, ("Case", ""))) for one in deferrals]


def _shown(deferral: Deferral, read: Callable[[uuid.UUID, str], str], label: tuple[str, str]) -> DeferralShown:
    state = DeferralState(deferral.state)
    kind = str(DeferralKind(deferral.kind).label)
    decided_by = deferral.decided_by.name if deferral.decided_by else ""
    reason = read(deferral.matter_id, deferral.reason)
    verb = kind if state is DeferralState.AGREED else f"{kind}? {state.label}"
    begins, goes = shortday(deferral.from_session.starts_at), shortday(deferral.to_session.starts_at)
    return DeferralShown(
        href=reverse("marac:deferral", args=[deferral.pk]),
        reference=label[0],
        case_href=label[1],
        kind=kind,
        number=_ordinal(deferral.number),
        state=state.label,
        tone=DEFERRAL_TONES[state],
        came_from=moment(deferral.from_session.starts_at),
        to=moment(deferral.to_session.starts_at),
        reason=reason,
        interim_safety=read(deferral.matter_id, deferral.interim_safety),
        past_limits=deferral.past_limits,
        asked=f"{deferral.asked_by.name if deferral.asked_by else 'Wraparound'}, {moment(deferral.asked_at)}",
        decided=f"{decided_by}, {moment(deferral.decided_at)}" if deferral.decided_at else "",
        note=read(deferral.matter_id, deferral.decision_note),
        rule=deferral.rule_version,
        line=f"{verb} from {begins} to {goes}: {reason}",
    )


def _ordinal(number: int) -> str:
    return {1: "The first time", 2: "The second time", 3: "The third time"}.get(number, f"The {number}th time")
