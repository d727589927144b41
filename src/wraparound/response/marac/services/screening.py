"""Screening: a person accepts or does not list, with a reason; the referrer is told, and may challenge it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.access.services import end_involvement, involve
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import deadline_for, today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow
from wraparound.kit.events import emit
from wraparound.response.marac.in_force import clocks, screening_rules
from wraparound.response.marac.models import Challenge, Referral, Screening
from wraparound.response.marac.organisations import chairing_organisations
from wraparound.response.marac.services.grounds import basis_of_referral
from wraparound.response.marac.states import ReferralState, referral_after

PURPOSE = "MARAC"
FOR_CHALLENGE = "challenge"
ACCEPT = "accept"
DO_NOT_LIST = "do_not_list"


def screen_accept(*, referral: Referral, reason: str, version: int, by: Actor) -> Referral:
    """Accept a referral for listing. `version` is the referral's as the page showed it.

    Raises ChangedMeanwhile where the criteria or the state changed since, NotNow where it isn't waiting to be screened.
    Emits ``marac.screened``.
    """
    return _screen(referral, ACCEPT, "", reason, version, by)


def accept_at_once(*, referral: Referral, reason: str, version: int, by: Actor) -> Referral:
    """Accept a referral because an emergency MARAC is called for it, by the co-ordinator or the chair."""
    return _screen(referral, ACCEPT, "", reason, version, by, verb="call_emergency")


def screen_do_not_list(*, referral: Referral, reason_code: str, reason: str, version: int, by: Actor) -> Referral:
    """Do not list a referral, saying why and where the referrer may challenge it, until when.

    Raises BadInput for a code that the rule set has not, or without words. Emits ``marac.screened``.
    """
    rules = screening_rules(referral.matter.area, today()).params
    if reason_code not in rules.not_listed_reasons:
        raise BadInput("Choose the reason for not listing.", "reason_code")
    return _screen(referral, DO_NOT_LIST, reason_code, reason, version, by)


def challenge(*, referral: Referral, reason: str, by: Actor) -> Challenge:
    """The referrer asks for another look, within the rule set's clock. The same words again are the first challenge.

    Raises BadInput without a reason, NotNow after the clock has run out. Emits ``marac.challenged``.
    """
    words = reason.strip()
    if not words:
        raise BadInput("Say what should be looked at again.", "reason")
    with transaction.atomic():
        current = _locked(referral, by)
        before = current.challenges.filter(by_id=by.user_id, reason=words).first()
        if before is not None and current.state == ReferralState.CHALLENGED:
            return before
        check(by, "challenge", current)
        last = current.screenings.last()
        now = timezone.now()
        if last is not None and last.challenge_by is not None and now > last.challenge_by:
            raise NotNow("The time for a challenge has passed. If there is new information, make a new referral of it.")
        made = Challenge.objects.create(referral=current, matter_id=current.matter_id, reason=words, by_id=by.user_id)
        current.state = _after(current, "challenge")
        current.screen_by = deadline_for(current.matter.area, clocks(current.matter.area, today()).screen, now)
        current.version += 1
        current.save(update_fields=["state", "screen_by", "version"])
        lawful_basis = basis_of_referral(current.matter)
        for organisation in chairing_organisations(current.matter.area):
            involve(
                matter=current.matter,
                organisation=organisation,
                roles=(Role.MARAC_CHAIR,),
                purpose=PURPOSE,
                given_for=FOR_CHALLENGE,
                lawful_basis=lawful_basis,
                by=by,
            )
        log.write(by, "challenge_screening", made, referral=str(current.pk))
        emit("marac.challenged", referral=current.pk, matter=current.matter_id)
    return made


def _screen(
    referral: Referral, outcome: str, code: str, reason: str, version: int, by: Actor, verb: str = "screen"
) -> Referral:
    words = reason.strip()
    if not words:
        raise BadInput("Give the reason in words: the referrer reads it.", "reason")
    with transaction.atomic():
        current = _locked(referral, by)
        check(by, verb, current)
        _check_version(current, version, outcome)
        area, now = current.matter.area, timezone.now()
        rule = screening_rules(area, today(now))
        refused = outcome == DO_NOT_LIST
        screening = Screening.objects.create(
            referral=current,
            matter_id=current.matter_id,
            outcome=outcome,
            reason_code=code,
            reason=words,
            challenge_route=rule.params.challenge_route if refused else "",
            challenge_by=deadline_for(area, clocks(area, today(now)).challenge, now) if refused else None,
            criteria=current.criteria,
            rule_version=f"{current.rule_version}; {rule.label}"[:60],
            by_id=by.user_id,
        )
        current.state = _after(current, outcome)
        current.version += 1
        current.save(update_fields=["state", "version"])
        _let_chairs_go(current, now, by)
        log.write(by, "screen_referral", screening, referral=str(current.pk), outcome=outcome)
        emit("marac.screened", referral=current.pk, matter=current.matter_id, screening=screening.pk)
    return current


def _let_chairs_go(referral: Referral, now: datetime, by: Actor) -> None:
    """The challenge is decided: whoever was let in to look at it has no need to any more."""
    with lifted("marac.screen"):
        for involvement in Involvement.objects.filter(
            matter_id=referral.matter_id, given_for=FOR_CHALLENGE, ends_at__isnull=True
        ):
            end_involvement(involvement=involvement, at=now, by=by)


def _locked(referral: Referral, by: Actor) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("matter__area")
    return get_visible(by, rows, pk=referral.pk)


def _after(referral: Referral, event: str) -> ReferralState:
    following = referral_after(referral.state, event)
    if following is None:
        raise NotNow(f"That can't be done now. This referral: {ReferralState(referral.state).label.lower()}.")
    return following


def _check_version(referral: Referral, version: int, outcome: str) -> None:
    """Who screens decides on what is true now: the criteria may have been computed anew since the page was opened."""
    if referral.version == version:
        return
    met = ", ".join(o["title"] for o in referral.criteria.get("outcomes", []) if o["fired"]) or "None"
    raise ChangedMeanwhile(
        [
            Difference("Criteria met", "As they stood when you opened the page", met),
            Difference("Your decision", "Accept" if outcome == ACCEPT else "Do not list", "Not taken yet"),
        ],
        back="",
    )
