"""Each number of the return, on hearings made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from wraparound.foundation.meetings.models import Panel
from wraparound.foundation.meetings.states import ItemState
from wraparound.response.cases.models import PartyRole
from wraparound.response.marac.models import RepeatProposal
from wraparound.response.marac.returns.counting import Counted, Number
from wraparound.response.marac.returns.quarters import Quarter
from wraparound.response.marac.returns.tables import CHILDREN, HEARINGS, PERPETRATORS
from wraparound.response.marac.returns.tests.making import IN_Q3, Q3, Maker, numbers

LATER = IN_Q3 + timedelta(days=28)


@pytest.mark.parametrize(
    ("at", "quarter"),
    [
        (datetime(2025, 6, 30, 22, 59, tzinfo=UTC), Quarter(2025, 2)),  # 23:59 of 30 June in London
        (datetime(2025, 6, 30, 23, 0, tzinfo=UTC), Q3),  # midnight of 1 July in London, an hour ahead of UTC
        (datetime(2025, 9, 30, 22, 59, tzinfo=UTC), Q3),
        (datetime(2025, 9, 30, 23, 0, tzinfo=UTC), Quarter(2025, 4)),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), Quarter(2025, 4)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), Quarter(2026, 1)),
    ],
)
def test_a_case_belongs_to_the_quarter_of_its_meetings_day_in_london(
    at: datetime, quarter: Quarter, maker: Maker
) -> None:
    maker.hear(at)
    found = {one for one in (Quarter(2025, 2), Q3, Quarter(2025, 4), Quarter(2026, 1)) if _cases(maker.count(one))}
    assert found == {quarter}
    assert maker.count(quarter).sessions == 1


def test_two_hearings_of_one_person_are_two_cases_and_one_person(maker: Maker) -> None:
    record = maker.record("police", dob=date(1990, 1, 1))
    elsewhere = maker.record("housing", dob=date(1990, 1, 1), same_as=record)
    maker.hear(victim=record)
    maker.hear(LATER, victim=elsewhere, agency="housing")
    maker.hear(LATER)
    counted = maker.count()
    assert counted.totals[HEARINGS] == Number(3, 2)
    assert counted.sessions == 2
    # As at the last hearing: people add up to people, as cases do to cases.
    assert numbers(counted, "referring_agency") == {"police": (2, 1), "council": (1, 1)}


def test_only_what_was_heard_by_this_marac_counts(maker: Maker) -> None:
    other = Panel.objects.create(
        slug="other", name="Other", kind="marac", organisation=maker.panel.organisation, area=maker.area
    )
    maker.hear(panel=other)
    for state in (ItemState.LISTED, ItemState.WITHDRAWN, ItemState.DEFERRED):
        maker.hear(state=state)
    assert _cases(maker.count()) == 0
    maker.hear()
    assert _cases(maker.count()) == 1


def test_agencies_that_the_definitions_dont_name_are_counted_as_other(maker: Maker) -> None:
    for kind in ("police", "housing", "children", "by_and_for", "education", "commissioning"):
        maker.hear(agency=kind)
    found = numbers(maker.count(), "referring_agency")
    assert found == {"police": (1, 1), "council": (2, 2), "specialists": (1, 1), "other": (2, 2)}


@pytest.mark.parametrize(
    ("reasons", "shown", "by_record", "by_either"),
    [
        (["professional_judgement"], False, "no", "no"),
        (["repeat", "professional_judgement"], False, "no", "yes"),
        (["professional_judgement"], True, "yes", "yes"),
        (["repeat"], True, "yes", "yes"),
    ],
)
def test_what_makes_a_repeat_is_the_definitions_to_say(
    reasons: list[str], shown: bool, by_record: str, by_either: str, maker: Maker
) -> None:
    maker.hear(reasons=reasons, repeat_shown=shown)
    assert numbers(maker.count(), "repeats") == {by_record: (1, 1)}
    either = maker.count(repeat_from=["criteria", "referrer"])
    assert numbers(either, "repeats") == {by_either: (1, 1)}


@pytest.mark.parametrize(
    ("state", "shown", "row"),
    [
        ("confirmed", False, "yes"),
        ("proposed", False, "no"),  # nobody has decided yet
        ("not_a_repeat", False, "no"),
        ("not_a_repeat", True, "no"),  # the record showed it, a person said that it is none
    ],
)
def test_what_a_co_ordinator_decides_of_a_repeat_counts(state: str, shown: bool, row: str, maker: Maker) -> None:
    telling = maker.hear(repeat_shown=shown)
    RepeatProposal.objects.create(
        matter=telling.matter,
        earlier=telling.referral,
        perpetrator=maker.record(),
        state=state,
        referral=telling.referral,
        anchor_on=IN_Q3.date(),
        last_day=IN_Q3.date(),
        why="Further abuse",
        rule_version="marac.criteria 1",
        decided_at=None if state == "proposed" else IN_Q3,
        reason="" if state == "proposed" else "Looked at",
    )
    assert numbers(maker.count(), "repeats") == {row: (1, 1)}


def test_a_referral_counts_under_each_of_its_reasons(maker: Maker) -> None:
    maker.hear(reasons=["repeat", "professional_judgement"])
    maker.hear(reasons=["professional_judgement"])
    assert numbers(maker.count(), "reasons") == {"repeat": (1, 1), "professional_judgement": (2, 2)}


@pytest.mark.parametrize(
    ("dob", "row"),
    [
        (date(2009, 8, 15), "younger"),  # sixteen tomorrow
        (date(2009, 8, 14), "16-17"),
        (date(2007, 8, 15), "16-17"),
        (date(2007, 8, 14), "18-29"),
        (date(1965, 8, 15), "30-59"),
        (date(1965, 8, 14), "60+"),
        (None, "?not_known"),
    ],
)
def test_a_victims_age_is_that_on_the_day_of_the_meeting(dob: date | None, row: str, maker: Maker) -> None:
    maker.hear(victim=maker.record(dob=dob))
    assert numbers(maker.count(), "victim_age") == {row: (1, 1)}


@pytest.mark.parametrize(("day", "row"), [(28, "16-17"), (1, "18-29")])
def test_whoever_was_born_on_29_february_is_older_on_1_march(day: int, row: str, maker: Maker) -> None:
    at = datetime(2026, 2 if day == 28 else 3, day, 10, tzinfo=UTC)
    maker.hear(at, victim=maker.record(dob=date(2008, 2, 29)))
    assert numbers(maker.count(Quarter(2026, 1)), "victim_age") == {row: (1, 1)}


def test_an_age_is_counted_by_the_day_in_london(maker: Maker) -> None:
    at = datetime(2025, 8, 14, 23, 30, tzinfo=UTC)  # half past midnight of the 15th
    maker.hear(at, victim=maker.record(dob=date(2007, 8, 15)))
    assert numbers(maker.count(), "victim_age") == {"18-29": (1, 1)}


@pytest.mark.parametrize(
    ("own", "others", "row"),
    [
        (None, None, "?not_asked"),
        (("not_asked", ""), None, "?not_asked"),
        (("declined", ""), None, "?declined"),
        (("not_known", ""), None, "?not_known"),
        (("known", "4"), None, "4"),
        (("known", "4"), ("known", "13"), "4"),  # what the referrer has comes first
        (("declined", ""), ("known", "13"), "13"),  # what another agency was told is known
        (None, ("known", "17"), "17"),
        (("declined", ""), ("not_known", ""), "?declined"),
    ],
)
def test_what_is_known_and_why_not_are_four_different_things(
    own: tuple[str, str] | None, others: tuple[str, str] | None, row: str, maker: Maker
) -> None:
    record = maker.record("housing", answers={"ethnicity": own} if own else None)
    if others:
        maker.record("police", same_as=record, answers={"ethnicity": others})
    maker.hear(agency="housing", victim=record)
    counted = maker.count(combined_ethnicity={"label": "As the form asks", "codes": ["4", "6"]})
    assert numbers(counted, "victim_ethnicity") == {row: (1, 1)}
    in_form = {"4": "yes", "13": "no", "17": "no"}.get(row, row)
    assert numbers(counted, "victim_ethnicity_form") == {in_form: (1, 1)}


def test_groups_are_put_together_only_where_the_form_asks(maker: Maker) -> None:
    maker.hear()
    assert maker.count(combined_ethnicity=None).table("victim_ethnicity_form") is None


def test_an_answer_that_was_replaced_doesnt_count(maker: Maker) -> None:
    record = maker.record(answers={"disability": ("known", "yes")})
    record.equality_answers.update(replaced_at=IN_Q3)
    maker.hear(victim=record)
    assert numbers(maker.count(), "victim_disability") == {"?not_asked": (1, 1)}


@pytest.mark.parametrize(
    ("orientation", "identity", "row"),
    [
        (("known", "gay_or_lesbian"), None, "yes"),
        (("known", "straight"), ("known", "trans_woman"), "yes"),
        (None, ("known", "trans_man"), "yes"),
        (("known", "straight"), None, "no"),
        (("known", "straight"), ("known", "same_as_registered"), "no"),
        (("declined", ""), ("known", "same_as_registered"), "?declined"),
        (None, None, "?not_asked"),
    ],
)
def test_lgbt_is_told_by_either_answer(
    orientation: tuple[str, str] | None, identity: tuple[str, str] | None, row: str, maker: Maker
) -> None:
    given = {"sexual_orientation": orientation, "gender_identity": identity}
    answers = {name: answer for name, answer in given.items() if answer}
    maker.hear(victim=maker.record(answers=answers))
    assert numbers(maker.count(), "victim_lgbt") == {row: (1, 1)}


@pytest.mark.parametrize(
    ("sex", "row"),
    [("female", "female"), ("male", "male"), ("unknown", "?not_known"), ("declined", "?declined"), ("", "?not_asked")],
)
def test_sex(sex: str, row: str, maker: Maker) -> None:
    maker.hear(victim=maker.record(sex=sex))
    assert numbers(maker.count(), "victim_sex") == {row: (1, 1)}


class TestChildren:
    def test_who_stood_in_the_case_when_it_was_heard_and_was_under_age(self, maker: Maker) -> None:
        young = maker.record(dob=date(2020, 8, 14))
        unknown = maker.record(dob=None)
        grown = maker.record(dob=date(2007, 8, 14))  # eighteen on the day
        telling = maker.hear(children=[young, unknown, grown])
        late = maker.record(dob=date(2021, 1, 1))
        maker.join(telling.matter.case, PartyRole.CHILD, [late], IN_Q3 + timedelta(hours=1))
        counted = maker.count()
        assert counted.totals[CHILDREN] == Number(2, 2)
        assert numbers(counted, "child_age") == {"0-10": (1, 1), "?not_known": (1, 1)}

    def test_one_child_that_two_agencies_hold_is_one(self, maker: Maker) -> None:
        child = maker.record("police", dob=None)
        again = maker.record("children", dob=date(2015, 1, 1), same_as=child)
        maker.hear(children=[child, again])
        assert numbers(maker.count(), "child_age") == {"0-10": (1, 1)}

    def test_a_child_of_two_hearings_is_in_two_cases_and_one_child(self, maker: Maker) -> None:
        child = maker.record("police", dob=date(2014, 9, 1))
        first = maker.hear(children=[child])
        maker.hear(LATER, matter=first.matter, victim=first.referral.victim)
        counted = maker.count()
        assert counted.totals[CHILDREN] == Number(2, 1)
        assert numbers(counted, "child_age") == {"0-10": (1, 0), "11-17": (1, 1)}  # eleven between the two


def test_each_perpetrator_of_a_case_counts(maker: Maker) -> None:
    one, other = maker.record(dob=date(2007, 9, 1), sex="male"), maker.record(dob=date(1980, 1, 1), sex="female")
    maker.hear(perpetrators=[one, other])
    maker.hear(LATER, perpetrators=[one])
    counted = maker.count()
    assert counted.totals[PERPETRATORS] == Number(3, 2)
    assert numbers(counted, "perpetrator_sex") == {"male": (2, 1), "female": (1, 1)}
    assert numbers(counted, "perpetrator_age") == {"16-17": (1, 0), "18+": (2, 2)}


def test_every_table_adds_up_to_its_total(maker: Maker) -> None:
    child = maker.record(dob=date(2018, 3, 3))
    victim = maker.record(dob=date(2007, 8, 20), answers={"ethnicity": ("known", "6")})
    maker.hear(victim=victim, children=[child])
    maker.hear(LATER, victim=victim, children=[child], agency="housing", repeat_shown=True)
    maker.hear(agency="idva_service", victim=maker.record(sex="male", answers={"disability": ("declined", "")}))
    counted = maker.count()
    for table in counted.tables:
        if table.spec.adds_up:
            whole = table.number(table.numbers)
            assert whole == counted.totals[table.spec.population], table.spec.code


def _cases(counted: Counted) -> int:
    return counted.totals[HEARINGS].cases
