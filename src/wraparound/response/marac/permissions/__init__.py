"""Who may prompt, refer, screen, list, and tell. Each rule raises a sentence; `can` asks the same rule."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wraparound.foundation.access.decisions import allow, facing_otherwise, in_open_matters, is_of_open_matter, register
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.kit.errors import NotNow, Refused
from wraparound.response.marac.models import (
    Challenge,
    CriteriaPrompt,
    Referral,
    ReferralDraft,
    Screening,
    SurvivorContact,
    Telling,
)
from wraparound.response.marac.permissions.repeats import check_can_begin_transfer
from wraparound.response.marac.permissions.sessions import check_can_call_emergency
from wraparound.response.marac.reversed import is_to_be_reviewed
from wraparound.response.marac.states import (
    PROMPT_TRANSITIONS,
    REFERRAL_TRANSITIONS,
    PromptState,
    ReferralState,
    TellingState,
)

M = TypeVar("M", bound=Model)
REFERRING = frozenset(WORKING_WITH_PEOPLE - {Role.MARAC_CHAIR})
ANSWERING = frozenset({Role.POLICE_CLERK, Role.PRACTITIONER, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD})
SCREENING = frozenset({Role.MARAC_COORDINATOR})
JUDGING_CHALLENGES = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR})
TELLING = frozenset({Role.IDVA})
AT_SESSIONS = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR, Role.MARAC_REPRESENTATIVE, Role.IDVA})
LEADING_SESSIONS = frozenset({Role.MARAC_COORDINATOR, Role.MARAC_CHAIR})


def check_can_refer(actor: Actor) -> None:
    """Any agency may refer; some roles do not work with people."""
    if actor.is_system:
        return
    if actor.role not in REFERRING:
        raise Refused("Referrals are made by people who work with victim-survivors, perpetrators or children.")


def check_can_answer_prompt(actor: Actor, prompt: CriteriaPrompt) -> None:
    """The agency that holds the incidents answers, and only while the prompt is open."""
    if actor.organisation_id != prompt.organisation_id or actor.role not in ANSWERING:
        raise Refused("The agency that holds the incidents answers this prompt.")
    if (PromptState(prompt.state), "answer") not in PROMPT_TRANSITIONS:
        raise NotNow("This prompt has been answered already.")


def check_can_screen(actor: Actor, referral: Referral) -> None:
    """A co-ordinator screens; after a challenge a co-ordinator or chair who did not decide before."""
    state = ReferralState(referral.state)
    allowed = JUDGING_CHALLENGES if state is ReferralState.CHALLENGED else SCREENING
    if actor.role not in allowed:
        raise Refused("A MARAC co-ordinator screens referrals.")
    if (state, "accept") not in REFERRAL_TRANSITIONS:
        raise NotNow(f"This referral isn't waiting to be screened: {state.label.lower()}.")
    if state is ReferralState.CHALLENGED and referral.screenings.filter(by_id=actor.user_id).exists():
        raise Refused("You decided on this referral before. Someone else looks at the challenge: a chair or colleague.")


def check_can_challenge(actor: Actor, referral: Referral) -> None:
    """The referrer, or their agency, challenges a screening that ended in not listing."""
    if actor.organisation_id != referral.organisation_id:
        raise Refused("The agency that referred may challenge the outcome.")
    if (ReferralState(referral.state), "challenge") not in REFERRAL_TRANSITIONS:
        raise NotNow("There is no outcome to challenge now.")


def check_can_list(actor: Actor, referral: Referral) -> None:
    """A co-ordinator lists; nothing lists itself (safety rule 9)."""
    if actor.role not in SCREENING:
        raise Refused("A MARAC co-ordinator lists referrals on a session.")
    if (ReferralState(referral.state), "list") not in REFERRAL_TRANSITIONS:
        raise NotNow(f"Only an accepted referral is listed. This one: {ReferralState(referral.state).label.lower()}.")
    if is_to_be_reviewed(referral):
        raise NotNow(
            "The two are named the other way round here than when they were heard. Review who does what to"
            " whom first: until then this isn't listed."
        )


def check_can_take_off(actor: Actor, referral: Referral) -> None:
    """A co-ordinator takes a listed referral off, back to the accepted ones."""
    if actor.role not in SCREENING:
        raise Refused("A MARAC co-ordinator takes referrals off a session.")
    if (ReferralState(referral.state), "take_off") not in REFERRAL_TRANSITIONS:
        raise NotNow("This referral isn't on a session now.")


def check_can_contact(actor: Actor, referral: Referral) -> None:
    """Contact goes through the IDVA, or the referrer where that was agreed with them (domain rules 3.3)."""
    if actor.role in TELLING:
        return
    if referral.contact_agreed_with_idva and actor.user_id == referral.referrer_id:
        return
    raise Refused("Contact goes through the IDVA.")


def check_can_tell(actor: Actor, telling: Telling) -> None:
    """The IDVA service that has the duty tells her, once."""
    if actor.role not in TELLING or actor.organisation_id != telling.organisation_id:
        raise Refused("Telling the victim-survivor is the IDVA's work.")
    if telling.state != TellingState.WAITING:
        raise NotNow(f"This has ended: {TellingState(telling.state).label.lower()}.")


def check_can_plan_sessions(actor: Actor) -> None:
    """A co-ordinator (or the system's own clock) plans the sessions of the rule set."""
    if not actor.is_system and actor.role not in SCREENING:
        raise Refused("A MARAC co-ordinator plans sessions.")


def _open_prompts(actor: Actor, rows: QuerySet[CriteriaPrompt]) -> QuerySet[CriteriaPrompt]:
    if actor.role not in ANSWERING:
        return rows.none()
    return in_open_matters(actor, rows.filter(organisation_id=actor.organisation_id))


def _own_drafts(actor: Actor, rows: QuerySet[ReferralDraft]) -> QuerySet[ReferralDraft]:
    """One's own, begun for the organisation that one acts for, and of no matter that has closed to one since."""
    if actor.role not in REFERRING:
        return rows.none()
    own = rows.filter(author_id=actor.user_id, organisation_id=actor.organisation_id)
    return own.filter(Q(matter__isnull=True) | is_of_open_matter(actor))


def _facing_the_victim(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """What finds or speaks for the victim-survivor isn't there for work with the perpetrator (safety rule 4)."""
    return in_open_matters(actor, rows).filter(facing_otherwise(actor))


def _attempts(actor: Actor, rows: QuerySet[SurvivorContact]) -> QuerySet[SurvivorContact]:
    """What was said to them is for the service that spoke with them, and for who co-ordinates."""
    mine = rows if actor.role in LEADING_SESSIONS else rows.filter(organisation_id=actor.organisation_id)
    return _facing_the_victim(actor, mine)


register(CriteriaPrompt, visible=_open_prompts, verbs={"see": allow, "answer": check_can_answer_prompt})
register(ReferralDraft, visible=_own_drafts, verbs={"see": allow, "write": allow})
register(
    Referral,
    visible=_facing_the_victim,
    verbs={
        "see": allow,
        "screen": check_can_screen,
        "challenge": check_can_challenge,
        "list": check_can_list,
        "take_off": check_can_take_off,
        "contact": check_can_contact,
        "call_emergency": check_can_call_emergency,
        "transfer": check_can_begin_transfer,
    },
)
register(Screening, visible=_facing_the_victim, verbs={"see": allow})
register(Challenge, visible=_facing_the_victim, verbs={"see": allow})
register(Telling, visible=_facing_the_victim, verbs={"see": allow, "tell": check_can_tell})
register(SurvivorContact, visible=_attempts, verbs={"see": allow})
