"""What commitments do when something happened."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from wraparound.foundation.access.models import Exclusion, Involvement
from wraparound.foundation.access.services import end_involvement
from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.params import ChasingRules
from wraparound.foundation.commitments.services.leaving import give_back, give_back_what_leavers_hold
from wraparound.foundation.commitments.services.making import GROUND
from wraparound.foundation.commitments.states import OPEN_STATES
from wraparound.foundation.partners.actors import system
from wraparound.foundation.rulesets.queries import in_force
from wraparound.kit.events import handles
from wraparound.kit.models import Event

_TASK = system("commitments")


@handles("commitments.done")
def let_involvement_end_after_done(event: Event) -> None:
    """The agency's ground for being involved has gone."""
    _let_involvement_end(event)


@handles("commitments.declined")
def let_involvement_end_after_declined(event: Event) -> None:
    """The agency's ground for being involved has gone."""
    _let_involvement_end(event)


@handles("commitments.not_possible")
def let_involvement_end_after_not_possible(event: Event) -> None:
    """The agency's ground for being involved has gone."""
    _let_involvement_end(event)


@handles("commitments.not_done")
def let_involvement_end_after_not_done(event: Event) -> None:
    """The agency's ground for being involved has gone; its lead still has the rule set's days to read why."""
    _let_involvement_end(event)


def _let_involvement_end(event: Event) -> None:
    """End what was given for commitments, once the agency holds no open one in the matter, so many days from now."""
    commitment = Commitment.objects.select_related("matter__area").get(pk=event.payload["commitment"])
    others = Commitment.objects.filter(
        matter_id=commitment.matter_id, organisation_id=commitment.organisation_id, state__in=OPEN_STATES
    )
    if others.exists():
        return
    chasing = in_force("commitments.chasing", commitment.matter.area, clocks.today(), ChasingRules).params
    end = timezone.now() + timedelta(days=chasing.involvement_days_after)
    given = Involvement.objects.filter(
        matter_id=commitment.matter_id,
        organisation_id=commitment.organisation_id,
        given_for=GROUND,
        ends_at__isnull=True,
    )
    for involvement in given:
        end_involvement(involvement=involvement, at=end, by=_TASK)


@handles("access.excluded")
def give_back_to_the_agency(event: Event) -> None:
    """Whoever must not know of a matter owns no commitment in it: the agency does, until it names someone else."""
    exclusion = Exclusion.objects.filter(pk=event.payload["exclusion"], user__isnull=False).first()
    if exclusion is None:
        return
    closed = Exclusion.objects.filter(user_id=exclusion.user_id, lifted_at__isnull=True)
    owned = Commitment.objects.filter(owner_id=exclusion.user_id, matter_id__in=closed.values("matter_id"))
    give_back(owned, _TASK)


@handles("partners.membership_ended")
def give_back_after_leaving(event: Event) -> None:
    """At once where a role is ended by hand; a role that ends by its date is found by the next chase."""
    give_back_what_leavers_hold(_TASK)
