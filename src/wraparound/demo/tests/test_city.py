"""The invented city: the same for the same seed, in proportion, possible, and true to what it says was planted."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from wraparound.demo.city.chance import LONDON, age_on, chance_for, years_before
from wraparound.demo.city.figures import Figures
from wraparound.demo.city.files import CHILD_COLUMNS, INCIDENT_COLUMNS, PoliceFiles, children_of, write_rows
from wraparound.demo.city.making import City, Setting, make_city
from wraparound.demo.city.names import Name, in_own_script, misspelt, other_spelling
from wraparound.demo.city.places import DRAMA_RANGES, POSTCODE_AREA, Ward
from wraparound.demo.city.stories import Calendar
from wraparound.foundation.areas.rules import add_months

UNTIL = date(2025, 11, 21)
WARDS = [Ward(f"W{number}", f"Ward {number}", number, 1 + number % 3) for number in range(1, 8)]
CORE = ["police", "idva_service", "children", "adults", "housing", "health", "mental_health", "probation"]


def setting(scale: float, seed: str = "1", figures: Figures | None = None) -> Setting:
    days = [UNTIL + timedelta(days=number) for number in range(-430, 40)]
    calendar = Calendar(UNTIL, [day for day in days if day.weekday() < 5], 15, CORE)
    return Setting(figures or Figures(), WARDS, calendar, scale, f"test|{scale}|{seed}", UNTIL)


def files_of(city: City) -> tuple[str, str]:
    files = PoliceFiles("force", city.seed, 0.37)
    incidents, children = io.StringIO(), io.StringIO()
    write_rows(incidents, INCIDENT_COLUMNS, (files.incident(incident) for incident in city.incidents))
    write_rows(children, CHILD_COLUMNS, children_of(files, city.incidents))
    return incidents.getvalue(), children.getvalue()


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(setting(0.1))


def test_the_same_seed_gives_the_same_files_and_truth_and_another_gives_others() -> None:
    one, again, other = (make_city(setting(0.02, seed)) for seed in ("1", "1", "2"))
    assert files_of(one) == files_of(again)
    assert one.truth.as_dict() == again.truth.as_dict()
    assert [repr(journey) for journey in one.journeys] == [repr(journey) for journey in again.journeys]
    assert files_of(one) != files_of(other)


@pytest.mark.parametrize("scale", [0.001, 0.01, 0.02, 0.05])
def test_counts_are_in_proportion_to_the_scale(scale: float) -> None:
    made = make_city(setting(scale))
    assert len(made.incidents) == round(35_500 * scale)
    assert len(made.journeys) == round(2_900 * scale)


def test_incidents_are_possible(city: City) -> None:
    refs = [incident.ref for incident in city.incidents]
    assert len(set(refs)) == len(refs)
    last = UNTIL - timedelta(days=2)
    for incident in city.incidents:
        assert incident.occurred_from <= incident.reported_at
        assert incident.reported_at.astimezone(LONDON).date() <= last
        assert incident.ref.startswith(f"{incident.reported_at.astimezone(LONDON):%Y%m%d}-")
        assert incident.perpetrator is None or incident.perpetrator.ref != incident.victim.ref
        for exposed in incident.children:
            assert 0 <= age_on(exposed.child.human.dob, incident.occurred_from.date()) < 18
        assert bool(incident.crime_ref) == incident.is_crime
    assert [i.reported_at for i in city.incidents] == sorted(i.reported_at for i in city.incidents)


def test_nobody_can_be_rung_or_visited(city: City) -> None:
    for incident in city.incidents:
        for human in filter(None, (incident.victim, incident.perpetrator)):
            assert re.fullmatch(rf"{POSTCODE_AREA}[1-9]\d? [1-9][A-Z]{{2}}", human.home.postcode)
            assert not human.phone or human.phone.startswith(DRAMA_RANGES)


def test_people_have_ages_that_fit_together(city: City) -> None:
    for incident in city.incidents:
        family = incident.family
        if family.relationship == "child":
            assert family.perpetrator.dob > family.victim.dob
        if family.relationship in ("parent", "grandparent"):
            assert family.perpetrator.dob < family.victim.dob
        for child in family.children:
            assert child.human.dob > years_before(family.victim.dob, -15)


def test_proportions_are_near_the_figures() -> None:
    made = make_city(setting(0.3))
    number = len(made.incidents)
    female = sum(incident.victim.sex == "female" for incident in made.incidents) / number
    crimes = sum(incident.is_crime for incident in made.incidents) / number
    high = sum(incident.grade == "high" for incident in made.incidents) / number
    assert abs(female - 0.76) < 0.04  # 74% of all, and nearly all of those who come to MARAC
    assert abs(crimes - 0.66) < 0.04
    assert abs(high - 0.10) < 0.03
    journeys = made.journeys
    police = sum(journey.kind == "police" for journey in journeys) / len(journeys)
    male = sum(journey.victim.sex == "male" for journey in journeys) / len(journeys)
    repeats = sum(bool(journey.repeat_of) for journey in journeys) / len(journeys)
    assert abs(police - 0.62) < 0.06
    assert male < 0.09
    assert abs(repeats - 0.31) < 0.07


def test_the_police_know_what_they_say_they_know(city: City) -> None:
    rows = list(csv.DictReader(io.StringIO(files_of(city)[0])))
    by_ref = {row["victim_ref"]: row["victim_ethnicity"] for row in rows}
    known = sum(value.isdigit() for value in by_ref.values()) / len(by_ref)
    assert abs(known - 0.37) < 0.05
    assert {"", "unknown", "declined"} <= set(by_ref.values())


def test_someones_values_are_the_same_in_every_row(city: City) -> None:
    seen: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(files_of(city)[0])):
        for who in ("victim", "perpetrator"):
            held = {name.partition("_")[2]: value for name, value in row.items() if name.startswith(f"{who}_")}
            held.pop("phone_safe", None)
            if held["ref"]:
                assert seen.setdefault(held["ref"], held) == held


def test_names_come_in_the_citys_scripts_and_spellings() -> None:
    made = make_city(setting(0.3, figures=Figures(ethnic_groups={"13": 40, "18": 20, "2": 20, "14": 10, "3": 10})))
    names = [human.name.full for j in made.journeys for human in (j.victim, j.perpetrator)]
    assert any("'" in name for name in names)
    assert any(re.search("[\u0600-\u06ff]", name) for name in names)
    assert any(re.search("[\u4e00-\u9fff]", name) for name in names)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        (Name("Al-Masri", "Fatima"), Name("المصري", "فاطمة")),
        (Name("Chen", "Mei Ling"), Name("陈", "美玲")),
        (Name("Kaur Gill", "Harpreet"), Name("ਕੌਰ ਗਿੱਲ", "ਹਰਪ੍ਰੀਤ")),
        (Name("Khan", "Nasreen"), Name("خان", "نسرین")),
        (Name("O'Brien", "Siobhán"), None),
    ],
)
def test_a_name_in_its_own_letters(name: Name, letters: Name | None) -> None:
    assert in_own_script(name) == letters


def test_spelling_otherwise_changes_something_and_not_everything() -> None:
    chance = chance_for("spelling")
    for _ in range(300):
        name = Name("Chaudhry", "Ayesha")
        for other in (misspelt(chance, name), other_spelling(chance, name)):
            assert other is not None
            assert other != name
            assert other.family == name.family or other.given == name.given


# --- the truth ----------------------------------------------------------------------------------------------


def test_every_repeat_is_of_the_same_two_within_twelve_months_and_after_the_hearing(city: City) -> None:
    by_ref = {incident.ref: incident for incident in city.incidents}
    journeys = {journey.key: journey for journey in city.journeys}
    repeats = [entry for entry in city.truth.again if entry.what == "repeat"]
    assert repeats
    for entry in repeats:
        case = journeys[entry.case]
        assert entry.heard_on == case.session_on
        assert case.session_on < entry.on <= add_months(case.session_on, 12)
        if entry.incident:
            incident = by_ref[entry.incident]
            assert (incident.victim.ref, incident.perpetrator.ref) == case.family.pair  # type: ignore[union-attr]
        if entry.referral:
            assert journeys[entry.referral].family is case.family
            assert journeys[entry.referral].repeat_of == case.key
        assert entry.incident or entry.referral


def test_what_only_looks_like_a_repeat_is_none(city: City) -> None:
    by_ref = {incident.ref: incident for incident in city.incidents}
    journeys = {journey.key: journey for journey in city.journeys}
    kinds = Counter(entry.what for entry in city.truth.again)
    assert {"reversed", "other_perpetrator", "lapsed"} <= set(kinds)
    for entry in city.truth.again:
        case = journeys[entry.case]
        incident = by_ref.get(entry.incident)
        pair = (incident.victim.ref, incident.perpetrator.ref) if incident and incident.perpetrator else None
        if entry.what == "lapsed":
            assert entry.on > add_months(entry.heard_on, 12)
        if entry.what == "reversed":
            assert pair == case.family.pair[::-1]
        if entry.what == "joined":
            assert case.received_at.astimezone(LONDON).date() <= entry.on < entry.heard_on
        if entry.what in ("other_perpetrator", "other_victim"):
            assert pair is not None
            assert len({*pair, *case.family.pair}) == 3


def test_nothing_happens_between_the_two_of_a_heard_case_that_the_truth_leaves_out(city: City) -> None:
    told = {entry.incident for entry in city.truth.again if entry.incident}
    heard = [j for j in city.journeys if j.session_on and j.stage in ("heard", "closed") and j.known_to_police]
    first = {}
    for journey in sorted(heard, key=lambda one: one.session_on or UNTIL):
        first.setdefault(frozenset(journey.family.pair), journey)
    for incident in city.incidents:
        if incident.perpetrator is None:
            continue
        case = first.get(frozenset((incident.victim.ref, incident.perpetrator.ref)))
        if case is not None and incident.reported_at > case.received_at:
            assert incident.ref in told


def test_records_of_one_person_differ_as_the_truth_says(city: City) -> None:
    pairs = list(city.truth.same_person())
    assert {pair.what for pair in pairs} >= {"as_it_is", "misspelt"}
    refs = {human.ref for incident in city.incidents for human in incident.everyone}
    own = {ref for journey in city.journeys for ref in (journey.victim_ref, journey.perpetrator_ref)}
    own |= {j.child_ref(number) for j in city.journeys for number, _ in enumerate(j.named_children, start=1)}
    for pair in pairs:
        for side in (pair.a, pair.b):
            assert side.ref in (own if side.ref.startswith("marac:") else refs)
            assert side.organisation == "police" or side.ref in own
    assert not {(p.a, p.b) for p in pairs} & {(p.a, p.b) for p in city.truth.not_same_person}


def test_stages_and_sessions_agree(city: City) -> None:
    for journey in city.journeys:
        received = journey.received_at.astimezone(LONDON).date()
        assert received < UNTIL
        if journey.stage in ("heard", "closed"):
            assert journey.session_on is not None
            assert received < journey.session_on < UNTIL
            assert journey.promises
        if journey.stage == "listed":
            assert journey.session_on is not None
            assert journey.session_on >= UNTIL
        for promise in journey.promises:
            assert promise.due_on >= promise.made_on
            assert promise.ended_on is None or promise.made_on <= promise.ended_on < UNTIL
