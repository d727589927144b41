"""The duty to tell, and the attempts, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.commitments.states import State
from wraparound.foundation.meetings.queries import commitments_from
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.queries import ContactGuidance
from wraparound.foundation.people.rules import channel_name
from wraparound.kit.jinja import ago, day, moment
from wraparound.response.marac.models import SurvivorContact, Telling
from wraparound.response.marac.presenters.words import TELLING_TONES, late_by, readers
from wraparound.response.marac.services.telling import OUTCOMES
from wraparound.response.marac.states import TellingState


@dataclass(frozen=True)
class TellingShown:
    """Where the telling of one case stands."""

    href: str
    state: str
    tone: str
    reference: str
    name: str
    worker: str
    due: str
    late: str
    pause: str
    how: str
    heard: str


def effective_due(telling: Telling) -> datetime:
    """When it is due: its clock stands still until an agreed next attempt (safety rule 10)."""
    return max(telling.due_at, telling.next_attempt_at or telling.due_at)


def telling_words(telling: Telling | None) -> TellingShown | None:
    """A telling in words, or None."""
    if telling is None:
        return None
    state = TellingState(telling.state)
    waits = state is TellingState.WAITING
    pause = telling.next_attempt_at
    return TellingShown(
        href=reverse("marac:telling", args=[telling.pk]),
        state=state.label,
        tone=TELLING_TONES[state],
        reference=telling.referral.matter.case.reference,
        name=telling.referral.victim.full_name,
        worker=telling.worker.name if telling.worker else "Nobody yet",
        due=moment(effective_due(telling)),
        late=late_by(effective_due(telling)) if waits else "",
        pause=moment(pause) if waits and pause is not None and pause > timezone.now() else "",
        how=telling.ended_how,
        heard=moment(telling.item.heard_at),
    )


@dataclass(frozen=True)
class Promise:
    """One thing agreed for the victim-survivor in the session."""

    id: str
    words: str
    agency: str
    due: str
    state: str
    is_promised: bool


def promises(actor: Actor, telling: Telling) -> list[Promise]:
    """What was agreed in the session: what stands, and what is only proposed and must not be promised yet.

    *Never to the perpetrator* is no reason not to tell her: it is for her that it is kept from him.
    """
    read = readers(actor, {telling.matter_id})
    found = []
    for commitment in commitments_from(actor, telling.item):
        state = State(commitment.state)
        if state in (State.DECLINED, State.NO_LONGER_POSSIBLE, State.NOT_DONE):
            continue
        what = read(commitment.matter_id, commitment.what)
        agency = commitment.organisation.short_name
        found.append(
            Promise(
                id=str(commitment.pk),
                words=f"{agency}: {what}, by {day(commitment.due_on)}",
                agency=agency,
                due=day(commitment.due_on),
                state=state.label,
                is_promised=state is not State.PROPOSED,
            )
        )
    return found


def channel_choices(guidance: ContactGuidance) -> list[tuple[str, str]]:
    """The ways that this reader may use or try, in the words of the contact rules."""
    return [
        (
            one.channel.rule_id,
            f"{channel_name(one.channel.kind).capitalize()} {one.channel.value}. {one.sentence}".strip(),
        )
        for one in guidance.channels
        if one.may_use or one.may_try_once
    ]


@dataclass(frozen=True)
class Way:
    """One way of reaching them, allowed or not, with the sentence that says so."""

    name: str
    sentence: str
    allowed: bool


def what_may_be_done(guidance: ContactGuidance) -> list[Way]:
    """Every way that is known, with what this reader may do. The number is shown only where it may be used."""
    return [
        Way(
            name=" ".join(
                part
                for part in (
                    channel_name(one.channel.kind).capitalize(),
                    one.channel.value if one.may_use or one.may_try_once else "",
                )
                if part
            ),
            sentence=one.sentence,
            allowed=one.may_use or one.may_try_once,
        )
        for one in guidance.channels
    ]


@dataclass(frozen=True)
class AttemptShown:
    """One attempt to reach the victim-survivor."""

    when: str
    how: str
    outcome: str
    note: str
    by: str
    ago: str


def attempts_shown(actor: Actor, attempts: Sequence[SurvivorContact]) -> list[AttemptShown]:
    """Attempts in the order given. The rows must have been read for the actor."""
    read = readers(actor, {attempt.matter_id for attempt in attempts})
    return [
        AttemptShown(
            when=moment(attempt.at),
            how=channel_name(attempt.channel).capitalize(),
            outcome=OUTCOMES.get(attempt.outcome, attempt.outcome),
            note=read(attempt.matter_id, attempt.note),
            by=f"{attempt.by.name}, {attempt.organisation.short_name}",
            ago=ago(attempt.at),
        )
        for attempt in attempts
    ]
