"""What someone was to do who may not, or can't any more, is their agency's until it names someone else."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.commitments.permissions import KEEPERS
from wraparound.foundation.commitments.services.making import let_owners_involvement_end
from wraparound.foundation.commitments.services.writing import remember
from wraparound.foundation.commitments.states import OPEN_STATES
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership


def give_back(owned: QuerySet[Commitment], by: Actor) -> int:
    """Take the owner off each of `owned` that is open, and what was opened to them for it. Returns how many."""
    with transaction.atomic():
        rows = owned.filter(owner__isnull=False, state__in=OPEN_STATES)
        held = list(rows.select_related("matter", "organisation", "owner").select_for_update(of=("self",)))
        for commitment in held:
            owner, commitment.owner = commitment.owner, None
            commitment.save(update_fields=["owner"])
            remember(commitment, "give_back", commitment.state, by)
            if owner is not None:
                let_owners_involvement_end(commitment.matter, commitment.organisation, owner, by)
    return len(held)


def give_back_what_leavers_hold(by: Actor) -> int:
    """The open commitments of whoever holds no role any more in which they could be kept, however the role ended."""
    roles = [role.value for role in KEEPERS]
    live = Membership.objects.live().filter(
        user_id=OuterRef("owner_id"), organisation_id=OuterRef("organisation_id"), role__in=roles
    )
    return give_back(Commitment.objects.filter(~Exists(live)), by)
