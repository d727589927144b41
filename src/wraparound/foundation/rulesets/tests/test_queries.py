"""Which version of a rule set holds where and when, and what the code lists say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from wraparound.foundation.areas.loading import load_areas
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.areas.params import Calendar, DeadlineRule
from wraparound.foundation.areas.queries import area_of, wards_of
from wraparound.foundation.areas.remembered import forget
from wraparound.foundation.rulesets.loading import load_rulesets
from wraparound.foundation.rulesets.models import CodeList, RuleSet
from wraparound.foundation.rulesets.queries import (
    RuleMissing,
    code_choices,
    codes,
    grouped_choices,
    in_force,
    label_of,
    provisional_codes,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 2)
PARAMS = {"division": "england-and-wales", "working_weekdays": [0, 1, 2, 3, 4]}


def own_calendar(area: Area, version: str, start: str, end: str | None = None, **more: Any) -> RuleSet:
    values = {"title": "Own", "source": "Test", "status": "seen", "params": PARAMS} | more
    forget()  # as whatever writes rules does
    return RuleSet.objects.create(
        name="areas.calendar", area=area, version=version, effective_from=start, effective_to=end, **values
    )


def test_a_ward_has_the_rules_of_what_it_is_part_of_until_it_has_its_own(area: Area) -> None:
    ward = wards_of(area)[0]
    assert in_force("areas.calendar", ward, DAY).area_name == area.name
    own_calendar(ward, "own-1", "2026-01-01")
    assert in_force("areas.calendar", ward, DAY).version == "own-1"
    assert in_force("areas.calendar", ward, date(2025, 12, 31)).area_name == area.name
    assert in_force("areas.calendar", area, DAY).area_name == area.name  # a part's rules say nothing of the whole


def test_an_lsoa_of_birmingham_finds_the_rules_of_the_city_and_of_the_region(django_assert_num_queries: Any) -> None:
    pack = open_pack("birmingham")
    load_areas(pack)
    load_rulesets(pack)
    small = area_of("E01008881")
    with django_assert_num_queries(2):  # what it is part of, and the versions
        assert in_force("marac.sessions", small, DAY).area_name == "Birmingham"
    assert in_force("marac.criteria", small, DAY).area_name == "West Midlands"


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (date(2022, 12, 31), "2019-FEN.0"),
        (date(2023, 1, 1), "2023-FEN.1"),
        (date(2015, 1, 1), "2019-FEN.0"),
        (DAY, "2023-FEN.1"),
    ],
)
def test_the_date_decides_the_version(area: Area, on: date, version: str) -> None:
    rule = in_force("marac.criteria", area_of("X06000001"), on)
    assert (rule.version, rule.label) == (version, f"marac.criteria {version}")


def test_the_last_day_is_included_and_the_day_after_is_not(area: Area) -> None:
    lonely = Area.objects.create(code="X9", name="Lonely", kind="partnership", vintage="2025")
    own_calendar(lonely, "1", "2026-01-01", "2026-03-31")
    assert in_force("areas.calendar", lonely, date(2026, 3, 31)).version == "1"
    for outside in (date(2025, 12, 31), date(2026, 4, 1)):
        with pytest.raises(RuleMissing, match=r"No rule set areas\.calendar is in force for Lonely on \d+ \w+ 20"):
            in_force("areas.calendar", lonely, outside)


def test_the_birmingham_criteria_changed_their_definition_of_a_repeat() -> None:
    pack = open_pack("birmingham")
    load_areas(pack)
    load_rulesets(pack)
    region = area_of("E23000014")
    older, now = in_force("marac.criteria", region, date(2018, 6, 1)), in_force("marac.criteria", region, DAY)
    assert (older.params.repeat_anchor, older.params.repeat_scope) == ("referral_date", "criminal_type")
    assert (now.params.repeat_anchor, now.params.repeat_scope) == ("meeting_date", "any_abuse")
    assert now.label == "marac.criteria 2021-WM.1"


def test_parameters_come_typed(area: Area) -> None:
    assert in_force("areas.calendar", area, DAY, Calendar).params.division == "england-and-wales"
    with pytest.raises(TypeError, match=r"areas\.calendar has parameters of Calendar, not DeadlineRule"):
        in_force("areas.calendar", area, DAY, DeadlineRule)


def test_a_parameter_is_provisional_by_itself_or_with_its_set(area: Area) -> None:
    own_calendar(area, "new", "2026-10-01", provisional_params=["working_weekdays.5"])
    rule = in_force("areas.calendar", area, DAY)
    assert not rule.is_provisional
    assert rule.is_provisional_in("working_weekdays")
    assert not rule.is_provisional_in("division")
    own_calendar(area, "newer", "2026-10-02", status="provisional")
    assert in_force("areas.calendar", area, DAY).is_provisional_in("division")


def test_the_census_has_nineteen_groups_under_five_headings() -> None:
    ethnicity = codes("ethnicity")
    assert list(ethnicity) == [str(number) for number in range(1, 20)]
    assert [heading for heading, _ in grouped_choices("ethnicity")] == list(codes("ethnicity_group").values())
    assert [len(group) for _, group in grouped_choices("ethnicity")] == [5, 3, 4, 5, 2]
    assert all(
        label.startswith(f"{heading}: ") for heading, group in grouped_choices("ethnicity") for _, label in group
    )


def test_code_lists_keep_their_order_and_answer_with_the_code_where_they_have_no_label() -> None:
    assert code_choices("dara_grade") == [("standard", "Standard"), ("medium", "Medium"), ("high", "High")]
    assert label_of("exposure", "heard") == "Heard it"
    assert label_of("exposure", "long gone") == "long gone"
    assert codes("no such list") == {}
    assert "home" in provisional_codes("location_kind")
    assert not provisional_codes("ethnicity")


@pytest.mark.django_db(transaction=True)
def test_a_rule_is_kept_for_a_minute_outside_a_transaction(area: Area, django_assert_num_queries: Any) -> None:
    forget()
    in_force("areas.calendar", area, DAY)
    codes("sex")
    with django_assert_num_queries(0):
        in_force("areas.calendar", area, DAY)
        codes("sex")
    CodeList.objects.filter(list_name="sex").delete()
    forget()
    assert codes("sex") == {}
    forget()
