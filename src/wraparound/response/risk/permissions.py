"""Who may see and do what with an assessment. Each rule raises with a sentence; its `can_` twin is a bool of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from django.db.models import Exists, Model, Q, QuerySet

from wraparound.foundation.access import decisions
from wraparound.foundation.access.models import Facing
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import NotNow, Refused, Stop, Unknown
from wraparound.response.risk.models import Assessment, Instrument, InstrumentVersion, Item
from wraparound.response.risk.states import TRANSITIONS, AssessmentState

M = TypeVar("M", bound=Model)


def visible_assessments(actor: Actor, rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Signed ones of open matters; drafts and abandoned ones only to the organisation whose work they are.

    Never to whoever works with the perpetrator there: what a victim-survivor said stays on that side (safety rule 4).
    """
    return decisions.in_open_matters(actor, rows).filter(
        decisions.facing_otherwise(actor),
        Q(state=AssessmentState.SIGNED) | Q(organisation_id=actor.organisation_id),
    )


def visible_to_all(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """Instruments are no secret: whoever works here may read what is asked."""
    return rows


def check_can_see_history(actor: Actor, matter_id: uuid.UUID) -> None:
    """Raise Unknown for a matter that is closed to the actor, Refused for the perpetrator's worker in it. One query."""
    if actor.is_system:
        return
    opening = decisions.open_involvements(actor).filter(matter_id=matter_id)
    closed = decisions.live_exclusions(actor).filter(matter_id=matter_id)
    given = opening.filter(~Exists(closed)).values_list("facing", flat=True)
    facings = asked_once(("risk history", actor, matter_id), lambda: set(given))
    if not facings:
        raise Unknown
    if facings == {Facing.PERPETRATOR}:
        raise Refused("You work with the perpetrator in this case. Risk assessments are the victim-survivor's.")


def can_see_history(actor: Actor, matter_id: uuid.UUID) -> bool:
    """Whether `check_can_see_history` would let it through."""
    return _passes(lambda: check_can_see_history(actor, matter_id))


def check_can_begin(actor: Actor, matter_id: uuid.UUID) -> None:
    """Whoever may read the history may add to it: anyone at work with people here, but for his own worker."""
    check_can_see_history(actor, matter_id)
    if actor.user_id is None:
        raise Refused("An assessment is a person's: no task of the system can begin one.")


def can_begin(actor: Actor, matter_id: uuid.UUID) -> bool:
    """Whether `check_can_begin` would let it through."""
    return _passes(lambda: check_can_begin(actor, matter_id))


def check_state(assessment: Assessment, event: str) -> None:
    """Raise NotNow where the assessment's state does not allow `event` ("edit", "sign" or "abandon")."""
    state = AssessmentState(assessment.state)
    if event == "edit" and state == AssessmentState.DRAFT:
        return
    if (state, event) in TRANSITIONS:
        return
    raise NotNow(
        {
            AssessmentState.SIGNED: "This assessment is signed and can't be changed. Begin a new one instead.",
            AssessmentState.ABANDONED: "This assessment was abandoned. Begin a new one instead.",
            AssessmentState.DRAFT: "That can't be done with a draft.",
        }[state]
    )


def check_can_edit(actor: Actor, assessment: Assessment) -> None:
    """Its assessor, and colleagues of the same organisation who are in the case."""
    check_state(assessment, "edit")
    if actor.organisation_id != assessment.organisation_id:
        raise Refused("Only the organisation that began this assessment can work on it.")


def check_can_sign(actor: Actor, assessment: Assessment) -> None:
    """Only the assessor: whoever signs answers for it."""
    check_can_edit(actor, assessment)
    if actor.user_id != assessment.assessor_id:
        raise Refused("Only its assessor can sign or abandon this. Take it over first if you are to finish it.")


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except Stop:
        return False
    return True


def check_can_load_wording(actor: Actor, version: InstrumentVersion) -> None:
    """An administrator, for the authority that holds the permission to use the wording."""
    if not actor.is_system and not actor.has_role(Role.ADMINISTRATOR):
        raise Refused("Only an administrator may load licensed wording.")


def register_policies() -> None:
    """Say what the models open; called once, when the app is ready."""
    decisions.register(
        Assessment,
        visible=visible_assessments,
        verbs={
            "see": decisions.allow,
            "edit": check_can_edit,
            "sign": check_can_sign,
            "abandon": check_can_sign,
            "take_over": check_can_edit,  # a colleague, where the first can't finish
        },
    )
    decisions.register(
        InstrumentVersion,
        visible=visible_to_all,
        verbs={"see": decisions.allow, "load_wording": check_can_load_wording},
    )
    for model in (Instrument, Item):
        decisions.register(model, visible=visible_to_all, verbs={"see": decisions.allow})
