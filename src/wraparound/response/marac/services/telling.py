"""Reaching the victim-survivor and telling them what was agreed, within the contact rules; or another honest ending."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import deadline_for, today
from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.people import queries as people
from wraparound.foundation.people import services as people_services
from wraparound.foundation.people.rules.contact import ChannelAdvice
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow, Refused
from wraparound.kit.events import emit
from wraparound.response.marac.in_force import clocks
from wraparound.response.marac.models import Referral, SurvivorContact, Telling
from wraparound.response.marac.organisations import idva_services
from wraparound.response.marac.states import (
    TELLING_TRANSITIONS,
    ReferralState,
    TellingState,
    referral_after,
)

# What came of an attempt. The first alone means that something could be said.
OUTCOMES = {
    "spoke": "Reached them, and it was safe to talk",
    "not_safe_now": "Answered, but it was not safe to talk",
    "someone_else": "Someone else answered: nothing was said",
    "no_answer": "No answer, and no message left",
    "not_in_use": "The number or address is not in use",
}
# Endings that a person may choose, and the event of each (safety rule 10: all of them are honest).
ENDINGS = {
    TellingState.TOLD: "tell",
    TellingState.UNSAFE: "end_unsafe",
    TellingState.UNREACHABLE: "end_unreachable",
    TellingState.DOES_NOT_WANT: "end_does_not_want",
}


def begin_telling(*, item: AgendaItem) -> Telling | None:
    """A case was heard: its referrals are heard, and the IDVA service has the duty to tell. Idempotent.

    Two agencies' referrals of one case are told once, under the first. Emits ``marac.telling_began``.
    """
    by = system("marac.heard")
    with transaction.atomic(), lifted("marac.heard"):
        waiting = Referral.objects.select_for_update(of=("self",)).filter(
            matter_id=item.matter_id, state=ReferralState.LISTED
        )
        heard = list(waiting.select_related("matter__area").order_by("received_at", "pk"))
        for referral in heard:
            referral.state = referral_after(referral.state, "hear") or referral.state
            referral.version += 1
            referral.save(update_fields=["state", "version"])
            log.write(by, "referral_heard", referral)
        if not heard:
            return None
        return _telling_of(heard[0], item)


def _telling_of(referral: Referral, item: AgendaItem) -> Telling:
    area, heard_at = referral.matter.area, item.heard_at or timezone.now()
    closed = Exclusion.objects.filter(matter_id=referral.matter_id, lifted_at__isnull=True, organisation__isnull=False)
    shut_out = set(closed.values_list("organisation_id", flat=True))
    services = [service for service in idva_services(area) if service.pk not in shut_out]
    if not services:
        raise NotNow("No IDVA service is there to tell the victim-survivor. Ask the co-ordinator to involve one.")
    telling, is_new = Telling.objects.get_or_create(
        referral=referral,
        defaults={
            "matter_id": referral.matter_id,
            "item": item,
            "organisation": services[0],
            "due_at": deadline_for(area, clocks(area, today(heard_at)).tell_survivor, heard_at),
        },
    )
    if is_new:
        emit("marac.telling_began", telling=telling.pk, matter=telling.matter_id)
    return telling


def take(*, telling: Telling, by: Actor) -> Telling:
    """An IDVA takes the telling on. Taking what a colleague had is allowed, and logged: nobody is left untold."""
    with transaction.atomic():
        current = _locked(telling, by)
        check(by, "tell", current)
        if current.worker_id != by.user_id:
            current.worker_id = by.user_id
            current.version += 1
            current.save(update_fields=["worker", "version"])
            log.write(by, "take_telling", current)
    return current


def record_attempt(
    *,
    referral: Referral,
    rule_id: str,
    outcome: str,
    by: Actor,
    note: str = "",
    next_attempt_at: datetime | None = None,
    telling: Telling | None = None,
) -> SurvivorContact:
    """Log one attempt to reach the victim-survivor, before the session or after it.

    `rule_id` names the contact rule that was used. Refuses a channel that the contact rules do not allow this reader
    (safety rule 3), with a sentence. `next_attempt_at` (aware) is agreed: the telling's clock stands still until then.
    """
    if outcome not in OUTCOMES:
        raise BadInput("Choose what came of it.", "outcome")
    if next_attempt_at is not None and next_attempt_at <= timezone.now():
        raise BadInput("The next attempt must lie in the future.", "next_attempt_at")
    with transaction.atomic():
        current = get_visible(by, Referral.objects.all(), pk=referral.pk)
        check(by, "contact", current)
        held = _locked(telling, by) if telling is not None else None
        if held is not None:
            check(by, "tell", held)
        advice = _allowed(current, rule_id, by)
        contact = _write(current, held, advice.channel.kind, outcome, note, by)
        _mark_tried(advice, current, by)
        if held is not None:
            held.next_attempt_at = next_attempt_at
            held.worker_id = by.user_id
            held.version += 1
            held.save(update_fields=["next_attempt_at", "worker", "version"])
        emit("marac.contact_attempted", contact=contact.pk, matter=contact.matter_id)
    return contact


def end_telling(
    *,
    telling: Telling,
    ending: str,
    how: str,
    version: int,
    by: Actor,
    rule_id: str = "",
    told: Collection[uuid.UUID] = (),
) -> Telling:
    """End the duty: told (by which allowed channel, of which commitments), or unsafe, unreachable, does not want.

    Every ending needs a word of how. The referral closes with it. Raises BadInput, Refused for an unsafe channel,
    ChangedMeanwhile for a stale `version`. Emits ``marac.telling_ended``.
    """
    words = " ".join(how.split())
    if ending not in ENDINGS:
        raise BadInput("Choose how it ended.", "ending")
    if not words or len(words) > 300:
        raise BadInput("Say in up to 300 characters how you know, or how they were told.", "how")
    with transaction.atomic():
        current = _locked(telling, by)
        if (current.state, current.ended_how, current.worker_id) == (ending, words, by.user_id):
            return current
        check(by, "tell", current)
        if current.version != version:
            raise ChangedMeanwhile(
                [Difference("Ending", TellingState(ending).label, TellingState(current.state).label)]
            )
        if ending == TellingState.TOLD:
            advice = _allowed(current.referral, rule_id, by)
            _write(current.referral, current, advice.channel.kind, "spoke", words, by)
            _mark_tried(advice, current.referral, by)
            current.told = [str(pk) for pk in told]
        current.state = TELLING_TRANSITIONS[(TellingState(current.state), ENDINGS[TellingState(ending)])]
        current.ended_at, current.ended_how, current.worker_id = timezone.now(), words, by.user_id
        current.next_attempt_at = None
        current.version += 1
        current.save()
        log.write(by, "end_telling", current, ending=current.state)
        _close_referrals(current, by)
        emit("marac.telling_ended", telling=current.pk, matter=current.matter_id)
    return current


def give_back(*, user_id: uuid.UUID, matter_id: uuid.UUID) -> list[Telling]:
    """A worker is excluded from a matter: what waited for them goes back to their team. Idempotent."""
    by = system("marac.exclusion")
    with transaction.atomic(), lifted("marac.exclusion"):
        rows = Telling.objects.select_for_update(of=("self",)).filter(
            matter_id=matter_id, worker_id=user_id, state=TellingState.WAITING
        )
        given_back = list(rows)
        for telling in given_back:
            telling.worker = None
            telling.version += 1
            telling.save(update_fields=["worker", "version"])
            log.write(by, "give_back_telling", telling)
            emit("marac.telling_given_back", telling=telling.pk, matter=matter_id)
    return given_back


def _locked(telling: Telling, by: Actor) -> Telling:
    rows = Telling.objects.select_for_update(of=("self",)).select_related("referral__matter")
    return get_visible(by, rows, pk=telling.pk)


def _allowed(referral: Referral, rule_id: str, by: Actor) -> ChannelAdvice:
    """What the contact rules say of the channel. Raises Refused with their sentence where the reader may not use it."""
    agreed = referral.referrer_id if referral.contact_agreed_with_idva else None
    guidance = people.contact_guidance(by, referral.victim, agreed_referrer=agreed)
    advice = next((one for one in guidance.channels if one.channel.rule_id == rule_id), None)
    if advice is None:
        raise BadInput("Choose how you reached them, from the ways that are recorded.", "channel")
    if not (advice.may_use or advice.may_try_once):
        raise Refused(f"This way may not be used. {advice.sentence}")
    return advice


def _mark_tried(advice: ChannelAdvice, referral: Referral, by: Actor) -> None:
    """The one call where safety isn't known is used up."""
    if advice.may_try_once and not advice.may_use:
        agreed = referral.referrer_id if referral.contact_agreed_with_idva else None
        rule = people.contact_rule_for(by, uuid.UUID(advice.channel.rule_id))
        people_services.record_try(rule=rule, by=by, agreed_referrer=agreed)


def _write(
    referral: Referral, telling: Telling | None, channel: str, outcome: str, note: str, by: Actor
) -> SurvivorContact:
    contact = SurvivorContact.objects.create(
        matter_id=referral.matter_id,
        telling=telling,
        channel=channel,
        outcome=outcome,
        note=note.strip(),
        organisation_id=by.organisation_id,
        by_id=by.user_id,
    )
    log.write(by, "contact_survivor", contact, channel=channel, outcome=outcome)
    return contact


def _close_referrals(telling: Telling, by: Actor) -> None:
    """The referral ends with its telling, and so does another agency's of the same case that was heard with it."""
    with lifted("marac.close"):
        others = Telling.objects.filter(matter_id=telling.matter_id, state=TellingState.WAITING).values("referral_id")
        rows = Referral.objects.select_for_update(of=("self",)).filter(
            matter_id=telling.matter_id, state=ReferralState.HEARD
        )
        for referral in rows.exclude(pk__in=others):
            following = referral_after(referral.state, "end_telling")
            assert following is not None  # every heard referral may close
            referral.state = following
            referral.version += 1
            referral.save(update_fields=["state", "version"])
            log.write(by, "close_referral", referral)
            emit("marac.closed", referral=referral.pk, matter=referral.matter_id)
