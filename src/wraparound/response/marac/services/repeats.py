"""Repeats and reversed roles: the system proposes, a person confirms or reviews, and only then anything opens."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.queries import matters_of_persons
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference
from wraparound.kit.events import emit
from wraparound.response.marac.aftermath import (
    REFERRAL,
    Aftermath,
    Evidence,
    aftermath_of,
    by_hearing,
    evidence_of,
    pairs_in,
    perpetrator_records,
)
from wraparound.response.marac.facts import Pair, hearings_of
from wraparound.response.marac.in_force import criteria_rules
from wraparound.response.marac.models import Referral, RepeatProposal, RoleReview
from wraparound.response.marac.repeat_states import (
    REPEAT_TRANSITIONS,
    ROLE_REVIEW_TRANSITIONS,
    RepeatState,
    RoleOutcome,
    RoleReviewState,
)
from wraparound.response.marac.services.prompts import ask_holders

BY = system("marac.repeats")
WEIGHED = {
    "fear": "Who is afraid of whom",
    "control": "Who controls whom: money, movements, contact, the home",
    "injuries": "Injuries on each side, and whether they fit defending oneself",
    "history": "The whole history between the two, and not this incident alone",
    "counter_allegation": "Whether a counter-allegation was made, when and by whom",
    "spoken_alone": "Each of the two was spoken to alone",
}
"""What a review of who does what to whom looks at. Ours, after what the field weighs; no score comes of it."""

PairKey = tuple[uuid.UUID, uuid.UUID]  # the referral that was heard, its record of the perpetrator


@dataclass
class Proposed:
    """How many were proposed anew, brought up to date, or withdrawn."""

    repeats: int = 0
    reviews: int = 0
    renewed: int = 0
    withdrawn: int = 0
    ids: list[uuid.UUID] = field(default_factory=list)


def propose_after(*, matter_ids: Collection[uuid.UUID]) -> Proposed:
    """Look at what is in these matters: is it a repeat of a case that was heard, or are the roles reversed?

    Idempotent. What an open proposal rests on is brought up to date, and withdrawn where nothing is left. What
    a person said is never asked again, unless something came that they had not seen. Emits
    ``marac.repeat_proposed`` and ``marac.roles_reversed``.
    """
    with transaction.atomic(), lifted("marac.repeats"):
        return _propose(pairs_in(matter_ids))


def propose_for_persons(*, person_ids: Iterable[uuid.UUID]) -> Proposed:
    """The same for everything in which these persons appear: a link was made or undone."""
    matters = set[uuid.UUID]().union(*matters_of_persons(person_ids).values())
    return propose_after(matter_ids=matters)


def confirm_repeat(*, proposal: RepeatProposal, version: int, reason: str = "", by: Actor) -> RepeatProposal:
    """It is a repeat. Confirming it again changes nothing.

    The new referral is marked as one; where there is none yet, whoever holds what came since is asked to refer. Nobody
    is listed by it. Raises ChangedMeanwhile for a stale `version`. Emits ``marac.repeat_confirmed``.
    """
    with transaction.atomic():
        current = _locked_proposal(proposal, by)
        if (current.state, current.decided_by_id) == (RepeatState.CONFIRMED, by.user_id):
            return current
        check(by, "decide", current)
        _check_version(current.version, version, "A repeat")
        current.referral = _new_referral(current)
        _decide(current, "confirm", " ".join(reason.split())[:500], by)
        if current.referral is None:
            _ask(current)
        emit("marac.repeat_confirmed", proposal=current.pk, matter=current.matter_id)
    return current


def refuse_repeat(*, proposal: RepeatProposal, reason: str, version: int, by: Actor) -> RepeatProposal:
    """It is not a repeat, and why: something that comes later asks anew. Refusing it again changes nothing.

    Raises BadInput without a reason, ChangedMeanwhile for a stale `version`. Emits ``marac.repeat_refused``.
    """
    words = " ".join(reason.split())[:500]
    if not words:
        raise BadInput("Say why it is not a repeat, so that a colleague can follow it later.", "reason")
    with transaction.atomic():
        current = _locked_proposal(proposal, by)
        if (current.state, current.reason, current.decided_by_id) == (RepeatState.NOT_A_REPEAT, words, by.user_id):
            return current
        check(by, "decide", current)
        _check_version(current.version, version, "Not a repeat")
        _decide(current, "refuse", words, by)
        emit("marac.repeat_refused", proposal=current.pk, matter=current.matter_id)
    return current


def decide_roles(
    *, review: RoleReview, outcome: str, weighed: Collection[str], reason: str, version: int, by: Actor
) -> RoleReview:
    """Say who does what to whom, what was weighed for it and why. Nobody is listed by any outcome.

    Where it is as before, what came since is put forward as a repeat, which a person confirms. Raises BadInput for an
    outcome that there isn't, without a reason, or with nothing weighed. Emits ``marac.roles_reviewed``.
    """
    if outcome not in set(RoleOutcome):
        raise BadInput("Choose what the review found.", "outcome")
    codes = [code for code in WEIGHED if code in set(weighed)]
    if not codes:
        raise BadInput("Say what you looked at.", "weighed")
    if not reason.strip():
        raise BadInput("Say in words who does what to whom, and how you know.", "reason")
    with transaction.atomic():
        rows = RoleReview.objects.select_for_update(of=("self",)).select_related("matter__area", "earlier__victim")
        current = get_visible(by, rows, pk=review.pk)
        if (current.state, current.outcome, current.reason) == (RoleReviewState.DECIDED, outcome, reason.strip()):
            return current
        check(by, "decide", current)
        _check_version(current.version, version, RoleOutcome(outcome).label)
        current.state = ROLE_REVIEW_TRANSITIONS[(RoleReviewState(current.state), "decide")]
        current.outcome, current.weighed, current.reason = outcome, codes, reason.strip()
        current.decided_at, current.decided_by_id = timezone.now(), by.user_id
        current.version += 1
        current.save()
        if outcome == RoleOutcome.AS_BEFORE:
            _put_forward(current)
        log.write(by, "review_roles", current, outcome=outcome)
        emit("marac.roles_reviewed", review=current.pk, matter=current.matter_id)
    return current


# --- proposing ----------------------------------------------------------------------------------------------


def _propose(pairs: Collection[Pair]) -> Proposed:
    done = Proposed()
    area = partnership_area()
    if area is None or not pairs:
        return done
    rule = criteria_rules(area, today())
    grouped = by_hearing(aftermath_of(pairs, rule.params))
    earlier_of = Referral.objects.select_related("matter").in_bulk(list(grouped))
    seen: set[PairKey] = set()
    for earlier_id, found in grouped.items():
        earlier = earlier_of[earlier_id]
        records = perpetrator_records(earlier)
        for one in found:
            record_id = records[one.pair.perpetrator]
            if one.is_reversed:
                _review(earlier, record_id, one, done)
            else:
                seen.add((earlier_id, record_id))
                _upsert(earlier, record_id, one, rule.label, done)
    _withdraw_unfounded(pairs, seen, grouped, done)
    return done


def _upsert(earlier: Referral, record_id: uuid.UUID, one: Aftermath, label: str, done: Proposed) -> None:
    evidence = evidence_of(one.since)
    before = list(
        RepeatProposal.objects.select_for_update(of=("self",))
        .filter(earlier=earlier, perpetrator_id=record_id)
        .order_by("found_at", "pk")
    )
    standing = next((row for row in before if row.state in (RepeatState.PROPOSED, RepeatState.CONFIRMED)), None)
    judged = {item["id"] for row in before if row.state == RepeatState.NOT_A_REPEAT for item in row.evidence}
    new = [item for item in evidence if item["id"] not in judged]
    if standing is not None:
        _renew(standing, new, one, label, done)
        return
    if not new:
        return
    withdrawn = next((row for row in before if row.state == RepeatState.WITHDRAWN), None)
    proposal = withdrawn or RepeatProposal(matter_id=earlier.matter_id, earlier=earlier, perpetrator_id=record_id)
    if withdrawn is not None:
        proposal.state = REPEAT_TRANSITIONS[(RepeatState.WITHDRAWN, "reopen")]
        proposal.version += 1
        proposal.found_at = timezone.now()
    _write(proposal, new, one, label)
    done.repeats += 1
    done.ids.append(proposal.pk)
    log.write(BY, "propose_repeat", proposal, rule=label)
    emit("marac.repeat_proposed", proposal=proposal.pk, matter=proposal.matter_id)


def _renew(proposal: RepeatProposal, evidence: Evidence, one: Aftermath, label: str, done: Proposed) -> None:
    """Bring a standing one up to date. To a confirmed repeat more is added, and nobody is asked again."""
    if proposal.state == RepeatState.CONFIRMED:
        known = {item["id"] for item in proposal.evidence}
        added = [item for item in evidence if item["id"] not in known]
        evidence = [*proposal.evidence, *added]
        brings = next((item["id"] for item in added if item["kind"] == REFERRAL), "")
        if not added:
            return
        if brings and proposal.referral_id is None:
            proposal.referral_id = uuid.UUID(brings)
    else:
        evidence = [*evidence, *(item for item in proposal.evidence if item.get("is_reversed"))]
        if evidence == proposal.evidence:
            return
    proposal.version += 1
    _write(proposal, evidence, one, label)
    done.renewed += 1


def _write(proposal: RepeatProposal, evidence: Evidence, one: Aftermath, label: str) -> None:
    proposal.evidence, proposal.why, proposal.rule_version = evidence, one.since.why, label
    proposal.anchor_on, proposal.last_day = one.since.anchor_on, one.since.last_day
    proposal.save()


def _review(earlier: Referral, record_id: uuid.UUID, one: Aftermath, done: Proposed) -> None:
    evidence = evidence_of(one.since)
    rows = RoleReview.objects.select_for_update(of=("self",)).filter(earlier=earlier, perpetrator_id=record_id)
    before = list(rows.order_by("found_at", "pk"))
    standing = next((row for row in before if row.state == RoleReviewState.OPEN), None)
    judged = {item["id"] for row in before if row.state == RoleReviewState.DECIDED for item in row.evidence}
    new = [item for item in evidence if item["id"] not in judged]
    if not new or (standing is not None and standing.evidence == new):
        return
    withdrawn = next((row for row in before if row.state == RoleReviewState.WITHDRAWN), None)
    review = standing or withdrawn
    if review is None:
        review = RoleReview(matter_id=earlier.matter_id, earlier=earlier, perpetrator_id=record_id)
    else:
        review.version += 1
    if withdrawn is not None and standing is None:
        review.state = ROLE_REVIEW_TRANSITIONS[(RoleReviewState.WITHDRAWN, "reopen")]
        review.found_at = timezone.now()
    review.evidence = new
    brings = next((item["id"] for item in new if item["kind"] == REFERRAL), "")
    review.referral_id = uuid.UUID(brings) if brings else None
    review.save()
    if standing is None:
        done.reviews += 1
        done.ids.append(review.pk)
        log.write(BY, "propose_role_review", review)
        emit("marac.roles_reversed", review=review.pk, matter=review.matter_id)
    else:
        done.renewed += 1


def _withdraw_unfounded(
    pairs: Collection[Pair], seen: set[PairKey], grouped: dict[uuid.UUID, list[Aftermath]], done: Proposed
) -> None:
    """What nobody has decided on and rests on nothing any more: a link was undone, or an incident was corrected."""
    either_way = {(pair.victim, pair.perpetrator) for one in pairs for pair in (one, one.reversed)}
    persons = {person for pair in pairs for person in (pair.victim, pair.perpetrator)}
    turned = {
        (earlier_id, one.pair.perpetrator) for earlier_id, found in grouped.items() for one in found if one.is_reversed
    }
    proposals = RepeatProposal.objects.select_for_update(of=("self",)).filter(
        state=RepeatState.PROPOSED, earlier__victim__person_id__in=persons
    )
    for proposal in proposals.select_related("earlier__victim", "perpetrator"):
        founded = (proposal.earlier_id, proposal.perpetrator_id) in seen or _from_a_review(proposal)
        if _persons_of(proposal) in either_way and not founded:
            proposal.state = REPEAT_TRANSITIONS[(RepeatState.PROPOSED, "withdraw")]
            _withdraw(proposal, "withdraw_repeat", done)
    reviews = RoleReview.objects.select_for_update(of=("self",)).filter(
        state=RoleReviewState.OPEN, earlier__victim__person_id__in=persons
    )
    for review in reviews.select_related("earlier__victim", "perpetrator"):
        founded = (review.earlier_id, review.perpetrator.person_id) in turned
        if _persons_of(review) in either_way and not founded:
            review.state = ROLE_REVIEW_TRANSITIONS[(RoleReviewState.OPEN, "withdraw")]
            _withdraw(review, "withdraw_role_review", done)


def _persons_of(row: RepeatProposal | RoleReview) -> tuple[uuid.UUID, uuid.UUID]:
    return row.earlier.victim.person_id, row.perpetrator.person_id


def _withdraw(row: RepeatProposal | RoleReview, verb: str, done: Proposed) -> None:
    row.version += 1
    row.save(update_fields=["state", "version"])
    log.write(BY, verb, row)
    done.withdrawn += 1


# --- deciding -----------------------------------------------------------------------------------------------


def _decide(proposal: RepeatProposal, event: str, reason: str, by: Actor) -> None:
    proposal.state = REPEAT_TRANSITIONS[(RepeatState(proposal.state), event)]
    proposal.decided_at, proposal.decided_by_id, proposal.reason = timezone.now(), by.user_id, reason
    proposal.version += 1
    proposal.save()
    log.write(by, f"{event}_repeat", proposal, rule=proposal.rule_version)


def _locked_proposal(proposal: RepeatProposal, by: Actor) -> RepeatProposal:
    rows = RepeatProposal.objects.select_for_update(of=("self",)).select_related(
        "matter__area", "earlier__victim", "perpetrator"
    )
    return get_visible(by, rows, pk=proposal.pk)


def _new_referral(proposal: RepeatProposal) -> Referral | None:
    """The first referral among what came since."""
    ids = [uuid.UUID(item["id"]) for item in proposal.evidence if item["kind"] == REFERRAL]
    with lifted("marac.repeats"):
        return Referral.objects.filter(pk__in=ids).order_by("received_at", "pk").first()


def _ask(proposal: RepeatProposal) -> None:
    """Whoever holds what came since is asked to refer it."""
    ids = [uuid.UUID(item["id"]) for item in proposal.evidence if item["kind"] != REFERRAL]
    with lifted("marac.repeats"):
        victim, perpetrator = proposal.earlier.victim.person_id, proposal.perpetrator.person_id
        hearings = hearings_of([Pair(victim, perpetrator)])
        hearing = next(one for one in hearings if one.id == str(proposal.earlier_id))
        ask_holders(incident_ids=ids, hearing=hearing)


def _check_version(held: int, shown: int, decision: str) -> None:
    if held != shown:
        raise ChangedMeanwhile(
            [
                Difference("What came since", "As it stood when you opened the page", "More is known now"),
                Difference("Your decision", decision, "Not taken yet"),
            ],
            back="",
        )


def _put_forward(review: RoleReview) -> None:
    """The roles are as before: what came since is put to a person as a repeat."""
    rule = criteria_rules(review.matter.area, today())
    with lifted("marac.repeats"):
        standing = RepeatProposal.objects.filter(
            earlier=review.earlier,
            perpetrator_id=review.perpetrator_id,
            state__in=(RepeatState.PROPOSED, RepeatState.CONFIRMED),
        ).first()
        if standing is not None:
            known = {item["id"] for item in standing.evidence}
            standing.evidence = [*standing.evidence, *(i for i in review.evidence if i["id"] not in known)]
            standing.version += 1
            standing.save(update_fields=["evidence", "version"])
            return
        perpetrator = SourceRecord.objects.get(pk=review.perpetrator_id).person_id
        pair = Pair(review.earlier.victim.person_id, perpetrator)
        one = next(
            found
            for found in aftermath_of([pair], rule.params)
            if found.is_reversed and found.earlier_id == review.earlier_id
        )
        proposal = RepeatProposal(
            matter_id=review.matter_id, earlier=review.earlier, perpetrator_id=review.perpetrator_id
        )
        _write(proposal, [{**item, "is_reversed": True} for item in review.evidence], one, rule.label)
        emit("marac.repeat_proposed", proposal=proposal.pk, matter=proposal.matter_id)


def _from_a_review(proposal: RepeatProposal) -> bool:
    return any(item.get("is_reversed") for item in proposal.evidence)
