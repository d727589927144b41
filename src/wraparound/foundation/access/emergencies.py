"""Looking in an emergency: a case opens to one person for a few hours, and what they did waits for a review.

What is walled stays walled: whoever is excluded is let into nothing, and whoever works with perpetrators sees as such.
Whom to look for is found by `people`, which knows people.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, in_open_matters, live_exclusions
from wraparound.foundation.access.models import EmergencyLook, Facing, Matter, MatterKind
from wraparound.foundation.access.params import EmergencyRules
from wraparound.foundation.access.permissions import check_can_look_in_emergency
from wraparound.foundation.access.services import facing_towards, involve
from wraparound.foundation.access.states import LOOK_TRANSITIONS, LookState
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.queries import organisation_of
from wraparound.foundation.rulesets.queries import RuleInForce
from wraparound.kit.errors import BadInput, NotNow
from wraparound.kit.events import emit

GROUND = "emergency"
PURPOSE = "an emergency: someone is in danger"
LAWFUL_BASIS = "Vital interests (UK GDPR Article 6(1)(d))"
MOST_WORDS = 1000


def facing_in_emergency(by: Actor, organisation: Organisation) -> Facing:
    """As whose worker someone sees what opens to them in an emergency: a perpetrator's worker stays one."""
    return Facing.PERPETRATOR if by.works_with_perpetrators else facing_towards(organisation)


def check_reason(reason: str, rules: EmergencyRules) -> str:
    """The reason without blanks around it. Raises BadInput where it says too little or too much."""
    said = " ".join(reason.split())
    if len(said) < rules.least_reason or len(set(said.casefold())) < 5:
        raise BadInput(
            f"Say why you must look now, in at least {rules.least_reason} characters. It will be read afterwards.",
            "reason",
        )
    if len(said) > MOST_WORDS:
        raise BadInput(f"Say it in at most {MOST_WORDS} characters.", "reason")
    return reason.strip()


def open_in_emergency(
    *, matter_ids: Collection[uuid.UUID], reason: str, rules: RuleInForce[EmergencyRules], by: Actor
) -> list[EmergencyLook]:
    """Open the cases among these matters that are closed to the actor, to them alone and for some hours.

    Those from which they or their organisation are excluded are passed over without a word, those that are open
    stay as they are: asking again extends nothing. Returns the looks that are live in these matters, old and new.
    Raises Refused for whoever doesn't work with people, BadInput for a reason that says too little. Emits
    ``access.emergency_opened`` for each new one.
    """
    check_can_look_in_emergency(by)
    said = check_reason(reason, rules.params)
    with transaction.atomic(), lifted("open_in_emergency"):
        matters = Matter.objects.filter(pk__in=list(matter_ids), kind=MatterKind.CASE)
        matters = matters.exclude(pk__in=live_exclusions(by).values("matter_id")).select_related("organisation")
        # Held until the end, so that two who ask at once in one name find the first one's look.
        locked = list(matters.select_for_update(of=("self",)).order_by("pk"))
        is_open = set(in_open_matters(by, matters, "pk").values_list("pk", flat=True))
        new = [_look(matter, said, rules, by) for matter in locked if matter.pk not in is_open]
        live = EmergencyLook.objects.filter(matter__in=[matter.pk for matter in locked], user=by.user_id)
        found = list(live.filter(organisation=by.organisation_id, ends_at__gt=timezone.now()).order_by("pk"))
        for look in found:
            if look not in new:
                log.write(by, "see", look, asked_again=True)
    return found


def _look(matter: Matter, reason: str, rules: RuleInForce[EmergencyRules], by: Actor) -> EmergencyLook:
    now, organisation = timezone.now(), organisation_of(by)
    ends_at = now + timedelta(hours=rules.params.hours)
    involvement = involve(
        matter=matter,
        organisation=organisation,
        purpose=PURPOSE,
        given_for=GROUND,
        user=User.objects.get(pk=by.user_id),
        facing=facing_in_emergency(by, organisation),
        lawful_basis=LAWFUL_BASIS,
        ends_at=ends_at,
        by=by,
    )
    look = EmergencyLook.objects.create(
        matter=matter,
        involvement=involvement,
        owner=matter.organisation,
        user_id=by.user_id,
        organisation=organisation,
        membership_id=by.membership_id,
        reason=reason,
        rule_version=rules.label,
        opened_at=now,
        ends_at=ends_at,
        review_due_at=now + timedelta(days=rules.params.review_days),
    )
    log.write(by, "open_in_emergency", look, involvement=str(involvement.pk), rule=rules.label)
    emit("access.emergency_opened", look=look.pk, matter=matter.pk)
    return look


def review_look(*, look: EmergencyLook, finding: str, note: str, by: Actor) -> EmergencyLook:
    """Say whether a look was right, with a note. Decided once: it isn't decided again.

    `finding` is the state that it leads to (`LookState`). Raises Unknown, Refused (`check_can_review`), BadInput
    for another finding or no note, NotNow where it was reviewed already. Emits ``access.emergency_reviewed``.
    """
    check(by, "review", look)
    findings: Sequence[LookState] = list(LOOK_TRANSITIONS.values())
    if finding not in findings:
        raise BadInput("Say whether it was justified.", "finding")
    if not note.strip():
        raise BadInput("Write what you found, in a sentence or two.", "note")
    with transaction.atomic():
        current = EmergencyLook.objects.select_for_update(of=("self",)).get(pk=look.pk)
        if finding not in [target for (source, _), target in LOOK_TRANSITIONS.items() if source == current.state]:
            raise NotNow(f"This was reviewed already: {LookState(current.state).label.lower()}.")
        current.state = finding
        current.review_note = note.strip()
        current.reviewed_at = timezone.now()
        current.reviewed_by_id = by.user_id
        current.version += 1
        current.save(update_fields=["state", "review_note", "reviewed_at", "reviewed_by", "version"])
        log.write(by, "review_emergency_look", current, finding=finding)
        emit("access.emergency_reviewed", look=current.pk)
    return current
