"""What came after the past year's hearings: proposed by the product itself, and decided on by what was made up."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from wraparound.demo.city.chance import LONDON
from wraparound.demo.loading.context import Loading, in_batches
from wraparound.foundation.partners.roles import Role
from wraparound.response.marac.facts import Pair, hearings_of
from wraparound.response.marac.models import Referral, RepeatProposal, RoleReview
from wraparound.response.marac.repeat_states import RepeatState, RoleOutcome, RoleReviewState
from wraparound.response.marac.services import repeats
from wraparound.response.marac.services.prompts import ask_holders

MATTERS_AT_ONCE = 200
STILL_NEW = timedelta(days=9)  # what came so lately waits for whoever tries the demo
_NOT_ONE = "Reported in error: the force took it back."
_REVIEWED = "Spoke with each alone. By what is known it can't be told; both were offered support of their own."
_REASONS = ("Same two people, seen with the force.", "", "Confirmed with the referrer.", "")


class ComingAgain:
    """Proposes, for every case that was heard, and lets co-ordinators have decided; the latest are left for them."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        planted = [entry for entry in loading.city.truth.again if entry.what == "repeat"]
        self._incidents = {entry.incident for entry in planted if entry.incident}
        told = {entry.referral for entry in planted if entry.referral}
        self._matters = {matter_id for key, matter_id in loading.matters.items() if key in told}

    def propose_and_decide(self) -> int:
        """Returns how many were decided on."""
        rows = Referral.objects.filter(state__in=("heard", "closed")).order_by("matter")
        matters = rows.values_list("matter_id", flat=True).distinct()
        for batch in in_batches((str(pk) for pk in matters), MATTERS_AT_ONCE):
            repeats.propose_after(matter_ids=[uuid.UUID(pk) for pk in batch])
        decided = sum(self._decide(proposal) for proposal in self._waiting())
        for review in RoleReview.objects.filter(state=RoleReviewState.OPEN):
            decided += self._review(review)
        return decided

    def _waiting(self) -> list[RepeatProposal]:
        rows = RepeatProposal.objects.filter(state=RepeatState.PROPOSED).select_related(
            "earlier__victim", "perpetrator"
        )
        return sorted(rows, key=lambda proposal: (proposal.anchor_on, str(proposal.evidence[0]["on"]), proposal.why))

    def _decide(self, proposal: RepeatProposal) -> bool:
        found_at = self._found_at(proposal.evidence)
        proposal.found_at = found_at
        brings = self._referral(proposal)
        if brings is None and found_at > self.loading.now - STILL_NEW:
            proposal.save(update_fields=["found_at"])
            return False
        chance = self.loading.chance("repeat", *(item["on"] for item in proposal.evidence), proposal.why)
        by_incident = any(item["reference"] in self._incidents for item in proposal.evidence)
        is_one = by_incident or (brings is not None and brings.matter_id in self._matters)
        proposal.state = RepeatState.CONFIRMED if is_one else RepeatState.NOT_A_REPEAT
        proposal.referral = brings
        proposal.reason = chance.choice(_REASONS) if is_one else _NOT_ONE
        proposal.decided_at = min(found_at + timedelta(hours=chance.randint(1, 30)), self.loading.now)
        proposal.decided_by_id = self.loading.staff.one(
            "marac_team", Role.MARAC_COORDINATOR, turn=chance.randint(0, 9)
        ).user_id
        proposal.version += 1
        proposal.save()
        if is_one and brings is None:
            self._ask(proposal)
        return True

    def _ask(self, proposal: RepeatProposal) -> None:
        """Who held the incident was asked to refer, as confirming it does."""
        pair = Pair(proposal.earlier.victim.person_id, proposal.perpetrator.person_id)
        hearing = next(one for one in hearings_of([pair]) if one.id == str(proposal.earlier_id))
        ids = [uuid.UUID(item["id"]) for item in proposal.evidence if item["kind"] == "incident"]
        ask_holders(incident_ids=ids, hearing=hearing)

    def _review(self, review: RoleReview) -> bool:
        review.found_at = self._found_at(review.evidence)
        if review.found_at > self.loading.now - STILL_NEW * 4:
            review.save(update_fields=["found_at"])
            return False
        review.state, review.outcome = RoleReviewState.DECIDED, RoleOutcome.CANNOT_TELL
        review.weighed, review.reason = ["history", "spoken_alone", "injuries"], _REVIEWED
        review.decided_at = min(review.found_at + timedelta(days=2), self.loading.now)
        review.decided_by_id = self.loading.staff.one("marac_team", Role.MARAC_COORDINATOR).user_id
        review.version += 1
        review.save()
        return True

    def _referral(self, proposal: RepeatProposal) -> Referral | None:
        ids = [uuid.UUID(item["id"]) for item in proposal.evidence if item["kind"] == "referral"]
        return Referral.objects.filter(pk__in=ids).order_by("received_at", "pk").first()

    def _found_at(self, evidence: list[dict[str, Any]]) -> datetime:
        """The morning after the first of it was told."""
        first = min(date.fromisoformat(item["told_on"]) for item in evidence)
        at = datetime.combine(first + timedelta(days=1), time(8, 10), LONDON)
        return min(at, self.loading.now - timedelta(minutes=40))


def bring_up_to_date() -> None:
    """What was proposed of the referrals of the last days, once these lie at the time at which they belong."""
    waiting = RepeatProposal.objects.filter(state=RepeatState.PROPOSED).values_list("matter_id", flat=True)
    turned = RoleReview.objects.filter(state=RoleReviewState.OPEN).values_list("matter_id", flat=True)
    repeats.propose_after(matter_ids={*waiting, *turned})
