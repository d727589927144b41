"""What workers do around a referral in its first days, through the services: reach her, assess, write a note."""

from __future__ import annotations

from datetime import datetime

from wraparound.demo.city.chance import Chance
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import Loading
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import queries as people
from wraparound.kit.ids import new_id
from wraparound.response.cases import services as cases
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import Referral
from wraparound.response.marac.services.prefilling import prefilled_answers
from wraparound.response.risk import queries as risk_queries
from wraparound.response.risk import services as risk
from wraparound.response.risk.rules import DONT_KNOW, NO, YES

_GRADES = ("standard", "medium", "high")
_COUNTED = 24
_REACHED = {"spoke": 62, "no_answer": 24, "not_safe_now": 14}
_ATTEMPTS = {
    "spoke": "Reached and safe to talk. Wants to be there in spirit: asked what should be said for her.",
    "no_answer": "",
    "not_safe_now": "He was in the room. Agreed on a word for next time.",
}


def idva_for(loading: Loading, journey: Journey) -> Actor:
    """The IDVA whose turn it is."""
    return loading.staff.one("idva_service", Role.IDVA, turn=int(journey.key[1:]))


def reach_her(loading: Loading, journey: Journey, referral: Referral) -> None:
    """An IDVA tries once, by a way that the contact rules allow; where none does, nobody tries."""
    idva = idva_for(loading, journey)
    guidance = people.contact_guidance(idva, referral.victim)
    allowed = [advice for advice in guidance.channels if advice.may_use or advice.may_try_once]
    if allowed:
        outcome = loading.chance("reach", journey.key).pick(_REACHED)
        marac.record_attempt(
            referral=referral, rule_id=allowed[0].channel.rule_id, outcome=outcome, note=_ATTEMPTS[outcome], by=idva
        )


def assess(loading: Loading, journey: Journey, referral: Referral, *, sign: bool = True) -> None:
    """A Dash, completed and signed by an IDVA (or left half done)."""
    idva, chance = idva_for(loading, journey), loading.chance("dash", journey.key)
    before = risk.BeforeAsking("yes", "At a friend's, back after work", "At school, then with her sister")
    draft = risk.begin(matter=referral.matter, subject=referral.victim, instrument_key="dash", by=idva, before=before)
    answers = _dash(chance, draft.instrument_version, _ticks(chance, journey), all_of_them=sign)
    draft = risk.save_answers(assessment=draft, answers=answers, version=draft.version, by=idva)
    if not sign:
        return
    grade = _grade(chance, draft.indicated_grade)
    risk.sign(
        assessment=draft,
        grade=grade,
        judgement_reason=journey.texts["judgement"] or "The pattern as told; nothing speaks for less.",
        missed="" if chance.yes(0.6) else "His family's part in it isn't asked about.",
        children_safeguarding="made" if journey.family.children else "not_needed",
        children_safeguarding_why="" if journey.family.children else "No children.",
        version=draft.version,
        by=idva,
    )


def write_note(loading: Loading, journey: Journey, referral: Referral, at: datetime) -> None:
    """The referrer writes what happened into the chronology."""
    case = case_of_matter(referral.matter_id)
    if case is not None:
        cases.add_note(case=case, text=journey.texts["note"], happened_at=at, by=loading.referrer(journey))


def begin_a_referral(loading: Loading, officer: Actor) -> None:
    """A referral that an officer has begun and not sent: filled in from a case that the force holds."""
    for journey in loading.city.journeys:
        matter_id = loading.matters.get(journey.key)
        case = case_of_matter(matter_id) if matter_id and journey.kind == "police" else None
        if case is not None and journey.stage == "closed":
            marac.start_draft(by=officer, matter=case.matter, answers=prefilled_answers(by=officer, case=case))
            return


def begin_a_new_referral(officer: Actor) -> None:
    """A referral of someone new that has been begun and not sent."""
    victim = {"given_names": "Bernadette", "family_name": "O'Donoghue", "sex": "female", "dob-year": "1979"}
    rows = [{"id": str(new_id()), "values": {"given_names": "Declan", "family_name": "O'Donoghue"}, "version": 1}]
    answers = {"victim": {"values": victim, "version": 1}, "perpetrators": {"rows": rows}}
    marac.start_draft(by=officer, answers=answers)


def _ticks(chance: Chance, journey: Journey) -> int:
    return journey.ticks or (chance.randint(14, 19) if "dara_high" in journey.reasons else chance.randint(8, 13))


def _dash(chance: Chance, version: object, ticks: int, *, all_of_them: bool) -> dict[str, dict[str, str]]:
    questions = [q for q in risk_queries.questions_of(version) if q.is_counted]  # type: ignore[arg-type]  # a version
    yes = set(chance.sample([q.key for q in questions], min(ticks, len(questions))))
    asked = questions if all_of_them else questions[:9]
    return {
        q.key: {
            "answer": YES if q.key in yes else DONT_KNOW if chance.yes(0.12) else NO,
            "source": "Victim-survivor" if chance.yes(0.85) else "Police",
            "note": "",
        }
        for q in asked
    }


def _grade(chance: Chance, indicated: str) -> str:
    """The grade that the ticks indicate, or one higher by judgement."""
    at = _GRADES.index(indicated) if indicated in _GRADES else 1
    return _GRADES[min(at + (1 if chance.yes(0.35) else 0), 2)]
