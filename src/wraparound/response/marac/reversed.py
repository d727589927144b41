"""Whether a referral names two people the other way round than they were heard: asked before anything is listed."""

from __future__ import annotations

from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.response.marac.aftermath import aftermath_of, perpetrator_records
from wraparound.response.marac.facts import pairs_of
from wraparound.response.marac.in_force import criteria_rules
from wraparound.response.marac.models import Referral, RoleReview
from wraparound.response.marac.repeat_states import RoleReviewState


def is_to_be_reviewed(referral: Referral) -> bool:
    """Whether the roles in this referral are reversed, and nobody has reviewed who does what to whom since it came.

    Computed and not only looked up: a referral may be listed before the review of it has been proposed.
    """
    pk = str(referral.pk)
    with lifted("marac.reversed"):
        rule = criteria_rules(referral.matter.area, today())
        found = [one for one in aftermath_of(pairs_of(referral), rule.params) if one.is_reversed]
        telling = [one for one in found if pk in {fact.id for fact in one.since.further}]
        for one in telling:
            earlier = Referral.objects.get(pk=one.earlier_id)
            record = perpetrator_records(earlier)[one.pair.perpetrator]
            reviews = RoleReview.objects.filter(earlier=earlier, perpetrator_id=record, state=RoleReviewState.DECIDED)
            if not any(pk in {item["id"] for item in review.evidence} for review in reviews):
                return True
    return False
