"""Who may see and do what with an assessment, as a table; and the contributions that follow from it."""

from __future__ import annotations

from typing import Any

import pytest

from wraparound.foundation.access import decisions
from wraparound.foundation.access import services as access
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.partners.services import end_membership
from wraparound.kit.errors import Refused, Stop, Unknown
from wraparound.response.risk import contributions, permissions, queries, services
from wraparound.response.risk.models import Assessment, InstrumentVersion, Item
from wraparound.response.risk.tests.conftest import yes_to

pytestmark = pytest.mark.django_db
WHO = ("idva", "colleague", "officer", "stranger", "his_worker")


@pytest.fixture
def people(idva, colleague, officer, stranger, his_worker) -> dict[str, Any]:
    return dict(zip(WHO, (idva, colleague, officer, stranger, his_worker), strict=True))


def answer_of(actor: Any, verb: str, assessment: Assessment) -> str:
    try:
        decisions.check(actor, verb, assessment)
    except Stop as stop:
        return type(stop).__name__
    return "yes"


@pytest.mark.parametrize(
    ("state", "verb", "expected"),
    [
        ("draft", "see", ("yes", "yes", "Unknown", "Unknown", "Unknown")),
        ("draft", "edit", ("yes", "yes", "Unknown", "Unknown", "Unknown")),
        ("draft", "sign", ("yes", "Refused", "Unknown", "Unknown", "Unknown")),
        ("draft", "abandon", ("yes", "Refused", "Unknown", "Unknown", "Unknown")),
        ("draft", "take_over", ("yes", "yes", "Unknown", "Unknown", "Unknown")),
        ("signed", "see", ("yes", "yes", "yes", "Unknown", "Unknown")),
        ("signed", "edit", ("NotNow", "NotNow", "NotNow", "Unknown", "Unknown")),
        ("signed", "sign", ("NotNow", "NotNow", "NotNow", "Unknown", "Unknown")),
        ("signed", "take_over", ("NotNow", "NotNow", "NotNow", "Unknown", "Unknown")),
        ("abandoned", "see", ("yes", "yes", "Unknown", "Unknown", "Unknown")),
        ("abandoned", "edit", ("NotNow", "NotNow", "Unknown", "Unknown", "Unknown")),
        ("draft", "delete", ("Refused", "Refused", "Unknown", "Unknown", "Unknown")),
    ],
)
def test_who_may_do_what(people, draft, signed, idva, state, verb, expected):
    if state == "signed":
        thing = signed(14, "high")
    elif state == "abandoned":
        thing = services.abandon(assessment=draft, version=draft.version, by=idva)
    else:
        thing = draft
    assert tuple(answer_of(people[who], verb, thing) for who in WHO) == expected


@pytest.mark.parametrize(
    ("who", "error"), [("idva", None), ("officer", None), ("stranger", Unknown), ("his_worker", Refused)]
)
def test_who_may_begin_and_read_the_history(people, case, victim, signed, who, error):
    signed(14, "high")
    actor = people[who]
    assert permissions.can_begin(actor, case.matter_id) is (error is None)
    if error is None:
        services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=actor)
        assert queries.history_of(actor, case.matter_id).count() == 2
        return
    with pytest.raises(error):
        services.begin(matter=case.matter, subject=victim, instrument_key="dash", by=actor)
    with pytest.raises(error):
        queries.history_of(actor, case.matter_id)


@pytest.mark.parametrize("role", [r for r in Role if not r.works_with_people])
def test_roles_that_work_with_no_people_see_nothing(someone, idva_service, case, signed, role):
    thing = signed(14, "high")
    assert answer_of(someone(role, idva_service), "see", thing) == "Unknown"


def test_whoever_knows_someone_loses_it_and_a_colleague_finds_the_draft(draft, case, idva, colleague):
    assert list(queries.left_drafts(colleague)) == []
    access.declare_knowing_someone(matter=case.matter, by=idva)
    assert list(queries.drafts_of(idva)) == []
    with pytest.raises(Unknown):
        queries.assessment_for(idva, draft.pk)
    assert list(queries.left_drafts(colleague)) == [draft]
    taken = services.take_over(assessment=draft, version=draft.version, by=colleague)
    assert list(queries.drafts_of(colleague)) == [taken]


def test_a_draft_whose_assessor_left_is_found_by_colleagues(draft, idva, colleague):
    from wraparound.foundation.partners.actors import system
    from wraparound.foundation.partners.models import Membership

    end_membership(
        membership=Membership.objects.get(pk=idva.membership_id), because="Left the service", by=system("test")
    )
    assert list(queries.left_drafts(colleague)) == [draft]


@pytest.mark.parametrize(("role", "may"), [(Role.ADMINISTRATOR, True), (Role.IDVA, False), (Role.AGENCY_LEAD, False)])
def test_only_an_administrator_loads_wording(someone, idva_service, role, may):
    version = InstrumentVersion.objects.get(instrument__key="dash")
    actor = someone(role, idva_service)
    if may:
        rows = {"injury": "Worded so.", "animals": ""}
        assert services.load_licensed_wording(instrument_version=version, rows=rows, by=actor) == 1
        assert services.load_licensed_wording(instrument_version=version, rows=rows, by=actor) == 0
        return
    with pytest.raises(Refused):
        services.load_licensed_wording(instrument_version=version, rows={"injury": "x"}, by=actor)


@pytest.mark.parametrize("rows", [{"injury": "ok", "no_such": "x"}, {"injury": "ok", "animals": "x" * 2001}])
def test_a_wrong_file_loads_nothing(someone, idva_service, rows):
    from wraparound.kit.errors import BadInput

    version = InstrumentVersion.objects.get(instrument__key="dash")
    with pytest.raises(BadInput, match="Nothing was loaded"):
        services.load_licensed_wording(
            instrument_version=version, rows=rows, by=someone(Role.ADMINISTRATOR, idva_service)
        )
    assert Item.objects.get(version=version, key="injury").licensed_wording == ""


# --- what others show of it ---------------------------------------------------------------------------------


def test_today_shows_ones_own_drafts_the_riskiest_marked(draft, answered, idva, colleague, officer):
    answered(yes_to(15))
    (row,) = contributions.drafts_to_finish(idva)
    assert (row.count, row.risk, row.oldest_at) == (1, 3, draft.started_at)
    assert "1 would be high" in row.sentence
    assert list(contributions.drafts_to_finish(colleague)) == []
    assert list(contributions.drafts_to_finish(officer)) == []


def test_the_chronology_has_what_is_signed_and_no_draft(people, draft, signed, case):
    signed(14, "high")
    entries = list(contributions.chronology(people["officer"], case.matter_id))
    assert [entry.title for entry in entries] == ["Risk assessed: high (Dash, 14 yes)"]
    assert list(contributions.chronology(people["his_worker"], case.matter_id)) == []
    assert list(contributions.chronology(people["stranger"], case.matter_id)) == []


def test_tab_and_panel_are_not_for_his_worker(people, case, signed):
    signed(14, "high")
    assert contributions.tab(people["his_worker"], case) is None
    assert contributions.panel(people["his_worker"], case) is None
    assert contributions.tab(people["officer"], case)[0] == "Risk"
    assert contributions.panel(people["officer"], case)["latest"].grade == "high"


def test_the_history_in_words_says_where_it_went(people, case, signed):
    for ticks, grade in ((2, "standard"), (9, "medium"), (14, "high")):
        signed(ticks, grade)
    trend = contributions.panel(people["officer"], case)["trend"]
    assert trend.bars == "▂▅█"
    assert "standard" in trend.words.lower()
    assert trend.words.endswith("It has risen.")
