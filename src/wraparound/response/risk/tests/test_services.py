"""An assessment from its first question to its signature, and what can't be done to it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from wraparound.foundation.access.models import AccessLogEntry
from wraparound.foundation.partners.actors import system
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused
from wraparound.kit.models import Event
from wraparound.response.risk import queries, services
from wraparound.response.risk.models import Assessment, InstrumentVersion, Item
from wraparound.response.risk.rules import Judgement
from wraparound.response.risk.services import BeforeAsking
from wraparound.response.risk.tests.conftest import yes_to

pytestmark = pytest.mark.django_db
FULL = {"judgement_reason": "What she says.", "children_safeguarding": "not_needed"}


def sign(assessment: Assessment, by: Any, grade: str, **more: Any) -> Assessment:
    version = more.pop("version", assessment.version)
    return services.sign(assessment=assessment, grade=grade, version=version, by=by, **(FULL | more))


# --- beginning ----------------------------------------------------------------------------------------------


def test_nothing_is_begun_where_it_is_not_safe_to_talk(case, victim, idva):
    before = BeforeAsking("no", "At home", "With her")
    with pytest.raises(BadInput, match="Don't ask now") as stop:
        services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=idva, before=before)
    assert stop.value.field == "safe_to_talk"
    assert not Assessment.objects.exists()


def test_what_was_found_before_asking_stands_in_the_answers(case, victim, idva):
    before = BeforeAsking("not_present", "At work until 6", "At school")
    draft = services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=idva, before=before)
    assert draft.safe_to_talk == "not_present"
    assert draft.answers["perpetrator_whereabouts"]["answer"] == "At work until 6"
    assert draft.answers["children_whereabouts"]["answer"] == "At school"


def test_beginning_again_goes_on_with_ones_own_draft(case, victim, idva, colleague):
    first, again = (
        services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=idva) for _ in range(2)
    )
    assert first.pk == again.pk
    other = services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=colleague)
    dara = services.begin(matter=case.matter, subject=victim, instrument_key="dara", by=idva)
    assert len({first.pk, other.pk, dara.pk}) == 3


@pytest.mark.parametrize(("instrument", "field"), [("no-such", "instrument"), ("", "instrument")])
def test_an_unknown_instrument_is_refused(case, victim, idva, instrument, field):
    with pytest.raises(BadInput) as stop:
        services.begin(matter=case.matter, subject=victim, instrument_key=instrument, by=idva)
    assert stop.value.field == field


def test_only_a_victim_of_the_case_is_assessed(case, idva, idva_service):
    from wraparound.foundation.people.services import PersonValues, record_person
    from wraparound.response.cases import services as cases

    he = record_person(
        organisation=idva_service, external_ref="P-1", values=PersonValues(family_name="N"), by=system("test")
    )
    cases.add_party(case=case, record=he, role="perpetrator", by=system("test"))
    with pytest.raises(BadInput) as stop:
        services.begin(matter=case.matter, subject=he, instrument_key="dash", by=idva)
    assert stop.value.field == "subject"


# --- answers ------------------------------------------------------------------------------------------------


def test_answers_are_kept_and_others_stay(draft, idva, answered):
    answered({"injury": {"answer": "yes", "source": "neighbour", "note": "A cut lip"}})
    saved = answered({"isolation": {"answer": "no"}})
    assert saved.answers["injury"] == {"answer": "yes", "source": "neighbour", "note": "A cut lip"}
    assert saved.answers["isolation"] == {"answer": "no"}
    assert saved.ticks == 1


def test_a_stale_answer_is_blanked_when_its_condition_no_longer_holds(answered):
    saved = answered({"weapons": {"answer": "yes"}, "weapons_which": {"answer": "A knife", "note": "kitchen"}})
    assert saved.answers["weapons_which"]["answer"] == "A knife"
    saved = answered({"weapons": {"answer": "no"}})
    assert "weapons_which" not in saved.answers


def test_saving_the_same_again_changes_nothing_whatever_the_version(draft, idva, answered):
    saved = answered({"injury": {"answer": "yes"}})
    again = services.save_answers(assessment=draft, answers={"injury": {"answer": "yes"}}, version=1, by=idva)
    assert again.version == saved.version


@pytest.mark.parametrize(
    "answers",
    [
        {"injury": {"answer": "perhaps"}},
        {"no_such_item": {"answer": "yes"}},
        {"injury": {"answer": "yes", "note": "x" * 4001}},
        {"injury": {"answer": "yes", "source": "x" * 201}},
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_nothing_kept(draft, answered, answers):
    with pytest.raises(BadInput):
        answered({"isolation": {"answer": "yes"}} | answers)
    draft.refresh_from_db()
    assert draft.answers == {}


def test_names_in_any_script_and_apostrophes_are_kept_and_controls_dropped(answered):
    saved = answered({"feared_what": {"answer": "yes", "note": "نور said: O'Brien\u202e 李 \x00knows"}})
    assert saved.answers["feared_what"]["note"] == "نور said: O'Brien 李 knows"


def test_two_people_editing_one_draft_see_both_versions_and_lose_nothing(draft, idva, colleague):
    services.save_answers(assessment=draft, answers={"injury": {"answer": "yes", "note": "first"}}, version=1, by=idva)
    mine = {"injury": {"answer": "no", "note": "second"}, "isolation": {"answer": "yes"}}
    with pytest.raises(ChangedMeanwhile) as stop:
        services.save_answers(assessment=draft, answers=mine, version=1, by=colleague)
    shown = {d.label: (d.mine, d.theirs) for d in stop.value.differences}
    assert shown["1. Injury in what happened this time"] == ("No", "Yes")
    assert shown["1. Injury in what happened this time: note"] == ("second", "first")
    assert len(shown) == 3
    draft.refresh_from_db()
    assert draft.answers == {"injury": {"answer": "yes", "note": "first"}}
    saved = services.save_answers(assessment=draft, answers=mine, version=draft.version, by=colleague)
    assert saved.answers["injury"]["note"] == "second"


def test_a_withheld_address_is_not_shown_in_the_other_version(draft, idva, officer, colleague):
    services.save_answers(
        assessment=draft, answers={"injury": {"note": "She is at 7 Larkspur Walk, FN3 4QX"}}, version=1, by=idva
    )
    with pytest.raises(ChangedMeanwhile) as stop:
        services.save_answers(assessment=draft, answers={"injury": {"note": "x"}}, version=1, by=colleague)
    assert "Larkspur" not in stop.value.differences[0].theirs
    assert "FN3" not in stop.value.differences[0].theirs


# --- judgement and signature --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticks", "grade", "is_open"),
    [
        (14, "high", True),
        (14, "medium", False),
        (14, "standard", False),
        (8, "high", True),
        (8, "medium", True),
        (8, "standard", False),
        (7, "standard", True),
        (0, "high", True),
    ],
)
def test_judgement_may_raise_the_grade_but_never_lower_it(answered, idva, ticks, grade, is_open):
    draft = answered(yes_to(ticks))
    if is_open:
        assert sign(draft, idva, grade).grade == grade
        return
    with pytest.raises(BadInput, match="not lower it") as stop:
        sign(draft, idva, grade)
    assert stop.value.field == "grade"
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_raising_needs_its_reason_and_is_told_in_the_explanation(answered, idva):
    draft = answered(yes_to(8))
    with pytest.raises(BadInput, match="Say why you raise"):
        sign(draft, idva, "high", judgement_reason="  ")
    signed = sign(draft, idva, "high")
    assert signed.indicated_grade == "medium"
    assert signed.explanation["raised"] is True


def test_a_later_assessment_may_be_lower_with_its_reason(signed, answered, idva, case):
    first = signed(14, "high")
    with pytest.raises(BadInput, match="lower than the assessment before, which was high") as stop:
        signed(2, "standard")
    assert stop.value.field == "lower_reason"
    draft = Assessment.objects.get(state="draft")
    later = sign(draft, idva, "standard", lower_reason="He has left the country.")
    assert later.lower_reason == "He has left the country."
    assert later.explanation["previous"] == {"assessment": str(first.pk), "grade": "high"}
    case.refresh_from_db()
    assert case.grade == "standard"


def test_a_reason_for_being_lower_is_blanked_where_it_is_not_lower(signed):
    assert signed(14, "high", lower_reason="not so").lower_reason == ""


def test_children_are_always_asked_about(answered, idva):
    draft = answered(yes_to(14))
    for answer, why, field in [("", "", "children_safeguarding"), ("not_made", "", "children_safeguarding_why")]:
        with pytest.raises(BadInput) as stop:
            sign(draft, idva, "high", children_safeguarding=answer, children_safeguarding_why=why)
        assert stop.value.field == field
    assert sign(draft, idva, "high", children_safeguarding="not_made", children_safeguarding_why="Asked CASS").state


def test_signing_freezes_the_questions_as_shown_and_the_rule_version(answered, idva, area):
    item = Item.objects.get(key="injury", version__instrument__key="dash")
    admin = system("test")
    services.load_licensed_wording(instrument_version=item.version, rows={"injury": "Worded so."}, by=admin)
    signed = sign(answered(yes_to(14)), idva, "high")
    services.load_licensed_wording(instrument_version=item.version, rows={"injury": "Worded otherwise."}, by=admin)
    Item.objects.filter(pk=item.pk).update(topic="Another topic")
    signed.refresh_from_db()
    assert signed.answers["injury"]["question"] == "Worded so."
    assert signed.answers["injury"]["topic"] == "Injury in what happened this time"
    assert signed.answers["injury"]["number"] == 1
    assert signed.answers["injury"]["label"] == "Yes"
    assert signed.answers["animals"]["answer"] == "no"
    assert signed.rule_version == queries.grading_rules(item.version, area, signed.signed_at.date()).label
    assert signed.explanation["sentences"][0] == "14 yes, 10 no, 0 don't know, 0 not asked."
    assert signed.ticks == 14


def test_what_was_not_asked_is_signed_as_not_asked(answered, idva):
    signed = sign(answered({"injury": {"answer": "yes"}}), idva, "medium")
    assert signed.answers["animals"]["answer"] == "not_asked"
    assert signed.answers["animals"]["label"] == "Not asked"
    assert "weapons_which" not in signed.answers


def test_a_signed_assessment_cannot_be_changed(signed, idva, colleague):
    done = signed(14, "high")
    for change in (
        lambda: services.save_answers(
            assessment=done, answers={"injury": {"answer": "no"}}, version=done.version, by=idva
        ),
        lambda: services.save_judgement(assessment=done, judgement=Judgement("high"), version=done.version, by=idva),
        lambda: services.take_over(assessment=done, version=done.version, by=colleague),
        lambda: services.abandon(assessment=done, version=done.version, by=idva),
        lambda: sign(done, idva, "high", judgement_reason="Another reason"),
    ):
        with pytest.raises(NotNow, match="signed"):
            change()
    before = done.answers
    done.refresh_from_db()
    assert (done.answers, done.state) == (before, "signed")


def test_signing_twice_is_signing_once(answered, idva, case):
    draft = answered(yes_to(14))
    first = sign(draft, idva, "high")
    again = sign(draft, idva, "high", version=draft.version)
    assert (again.pk, again.version, again.signed_at) == (first.pk, first.version, first.signed_at)
    assert Event.objects.filter(name="risk.assessment_signed").count() == 1
    assert AccessLogEntry.objects.filter(verb="sign").count() == 1


def test_a_draft_that_was_saved_since_is_not_signed_unseen(answered, idva):
    draft = answered(yes_to(14))
    answered({"injury": {"answer": "no"}})
    with pytest.raises(ChangedMeanwhile):
        sign(draft, idva, "high", version=draft.version)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_case_takes_the_grade_and_the_event_names_it(signed, case, deliver):
    done = signed(14, "high")
    case.refresh_from_db()
    assert case.grade == "high"
    event = Event.objects.get(name="risk.assessment_signed")
    assert event.payload == {"assessment": str(done.pk), "matter": str(case.matter_id)}
    assert deliver() >= 0


def test_the_prompts_that_fired_are_kept(answered, idva):
    signed = sign(answered(yes_to(15)), idva, "high")
    fired = {prompt["code"] for prompt in signed.explanation["prompts"] if prompt["fired"]}
    assert "strangulation" in fired


def test_the_dara_is_signed_without_any_total(case, victim, officer):
    draft = services.begin(matter=case.matter, subject=victim, instrument_key="dara", by=officer)
    answers = {"stalking": {"answer": "often"}, "separation": {"answer": "yes"}, "fear": {"answer": "all_the_time"}}
    draft = services.save_answers(assessment=draft, answers=answers, version=draft.version, by=officer)
    with pytest.raises(BadInput, match="Say why it is this grade"):
        sign(draft, officer, "high", judgement_reason="")
    signed = sign(draft, officer, "high")
    assert (signed.ticks, signed.indicated_grade, signed.grade) == (None, "", "high")
    assert signed.explanation["counts"] is None
    assert [p["code"] for p in signed.explanation["prompts"] if p["fired"]] == ["separation_with_stalking"]


def test_saving_a_judgement_and_signing_it(answered, idva):
    draft = answered(yes_to(14))
    judgement = Judgement("high", "Worse than it looks.", "", "Debts.", "made", "Today, to CASS.")
    saved = services.save_judgement(assessment=draft, judgement=judgement, version=draft.version, by=idva)
    assert services.judgement_of(saved) == judgement
    same = services.save_judgement(assessment=draft, judgement=judgement, version=1, by=idva)
    assert same.version == saved.version
    other = Judgement("high", "No.", "", "", "made", "")
    with pytest.raises(ChangedMeanwhile) as stop:
        services.save_judgement(assessment=draft, judgement=other, version=1, by=idva)
    assert {d.label for d in stop.value.differences} >= {"Professional judgement", "What the questions missed"}
    with pytest.raises(BadInput):
        services.save_judgement(
            assessment=draft, judgement=Judgement("standard", "x", "", "", "made"), version=saved.version, by=idva
        )


# --- taking over, abandoning --------------------------------------------------------------------------------


def test_a_colleague_takes_over_and_signs(answered, idva, colleague):
    draft = answered(yes_to(14))
    with pytest.raises(Refused, match="Take it over"):
        sign(draft, colleague, "high")
    taken = services.take_over(assessment=draft, version=draft.version, by=colleague)
    again = services.take_over(assessment=draft, version=draft.version, by=colleague)
    assert (taken.assessor_id, again.version) == (colleague.user_id, taken.version)
    assert sign(taken, colleague, "high").assessor_id == colleague.user_id
    entry = AccessLogEntry.objects.get(verb="hand_over")
    assert entry.detail["from_user"] == str(idva.user_id)


def test_an_abandoned_draft_stays_and_can_go_no_further(answered, idva):
    draft = answered(yes_to(3))
    done = services.abandon(assessment=draft, version=draft.version, by=idva)
    assert services.abandon(assessment=draft, version=draft.version, by=idva).version == done.version
    with pytest.raises(NotNow, match="abandoned"):
        sign(done, idva, "standard")
    assert queries.assessment_for(idva, draft.pk).answers


def test_no_task_of_the_system_assesses_anyone(case, victim, answered):
    with pytest.raises(Refused):
        services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=system("test"))
    draft = answered(yes_to(14))
    with pytest.raises(Refused):
        sign(draft, system("test"), "high")


# --- reads --------------------------------------------------------------------------------------------------


def test_the_latest_signed_is_the_one_signed_last(signed, case):
    assert queries.latest_signed(case.matter_id) is None
    with time_machine.travel("2031-11-02 10:00", tick=False):
        first = signed(9, "medium")
    assert queries.latest_signed(case.matter_id) == first
    with time_machine.travel("2031-11-03 10:00", tick=False):
        second = signed(14, "high")
    assert queries.latest_signed(case.matter_id) == second
    assert queries.previous_of(second) == first
    assert queries.previous_of(first) is None


def test_the_version_in_force_on_a_day_is_offered():
    from datetime import date

    names = [version.instrument.key for version in queries.instruments_offered(date(2020, 1, 1))]
    assert names == ["dash"]
    assert {v.instrument.key for v in queries.instruments_offered(date(2026, 1, 1))} == {"dash", "dara"}
    assert InstrumentVersion.objects.count() == 2
