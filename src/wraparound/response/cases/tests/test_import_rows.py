"""What a row of the police's files is rejected for and warned of: a table of every rule of the format."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from wraparound.kit.files import Problem, Row
from wraparound.response.cases.importing.child_rows import KnownIncident, judge_child
from wraparound.response.cases.importing.facts import Facts
from wraparound.response.cases.importing.incident_rows import judge_incident
from wraparound.response.cases.importing.urgency import why_urgent
from wraparound.response.cases.params import ActTests, IncidentImportRules
from wraparound.response.cases.tests.factories import child_row, incident_row

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LISTS = {
    "abuse_kinds": "physical sexual violent_threatening controlling_coercive economic psychological",
    "dara_grade": "standard medium high",
    "disability": "yes no declined unknown",
    "ethnicity": "1 4 19 declined unknown",
    "exposure": "saw heard elsewhere injured unknown",
    "force": "fenmoor-invented metropolitan northfield",
    "incident_flags": "strangulation weapon stalking child_present",
    "languages": "en ur pnb declined unknown",
    "location_kind": "home street",
    "relationship": "spouse parent_of_same_child none unknown",
    "sex": "female male unknown declined",
    "yes_no_unknown": "yes no unknown",
}
RULES = IncidentImportRules(
    urgent_ticks=14,
    urgent_words=("high", "strangulation", "weapon", "choked"),
    grade_bands={"standard": 0, "medium": 10, "high": 14},
)
ACT = ActTests(minimum_age=16, child_under=18, prompt_children_under=18)
FACTS = Facts(
    now=NOW,
    codes={name: {code: code for code in codes.split()} for name, codes in LISTS.items()},
    owners={"fenmoor-invented": 1},
    fallback_owner=1,
    closed_forces=frozenset({"northfield"}),
    import_rules=RULES,
    import_rules_label="cases.incident_import test",
    act_rules=lambda day: (ACT, "cases.act test"),
    schools=frozenset({"103456"}),
)


def judged(**cells):
    return judge_incident(Row(2, incident_row(1, **cells)), FACTS)


IN_FILE = KnownIncident(day=date(2026, 2, 3))


def judged_child(known=IN_FILE, **cells):
    return judge_child(Row(2, child_row(1, 1, **cells)), FACTS, known)


def about(findings):
    return [(finding.column, finding.reason) for finding in findings]


def test_a_whole_row_is_taken_without_a_word():
    found = judged()
    assert found.rejection is None
    assert found.warnings == ()
    assert found.parsed.fields["occurred_from"] == datetime(2026, 2, 3, 21, 15, tzinfo=UTC)
    assert found.parsed.victim.phones == (("07700 900123", "safe"),)
    assert found.parsed.victim.equality == {"ethnicity": ("known", "4"), "disability": ("known", "no")}
    assert found.parsed.perpetrator.equality == {"ethnicity": ("not_known", "")}
    assert found.parsed.victim.address_kind == "unconfirmed"
    assert found.parsed.fields["act"]["codes"] == ["domestic_abuse"]
    assert found.parsed.fields["act"]["limb"] == "a"
    assert found.parsed.fields["act"]["rule"] == "cases.act test"


REJECTED = [
    ({"incident_ref": ""}, "incident_ref", "missing"),
    ({"incident_ref": "x" * 101}, "incident_ref", "Longer than 100"),
    ({"force": ""}, "force", "missing"),
    ({"force": "atlantis"}, "force", "Not a code"),
    ({"force": "northfield"}, "force", "imported by that force itself"),
    ({"occurred_from": ""}, "occurred_from", "missing"),
    ({"occurred_from": "3 Feb"}, "occurred_from", "Not a date and time"),
    ({"occurred_from": "03/02/2026 10:00"}, "occurred_from", "Not a date and time"),
    ({"occurred_from": "2026-02-30T10:00"}, "occurred_from", "no such day or time"),
    ({"occurred_from": "2026-02-03T25:00"}, "occurred_from", "no such day or time"),
    ({"occurred_from": "0026-02-03T10:00"}, "occurred_from", "before 1900"),
    ({"occurred_from": "2026-03-01T12:01Z", "reported_at": "2026-03-01T12:02Z"}, "occurred_from", "in the future"),
    ({"reported_at": "2026-03-01T12:01Z"}, "reported_at", "in the future"),
    ({"reported_at": ""}, "reported_at", "missing"),
    ({"reported_at": "soon"}, "reported_at", "Not a date and time"),
    ({"reported_at": "2026-02-03T21:14Z"}, "reported_at", "before it occurred"),
    ({"relationship": ""}, "relationship", "missing"),
    ({"relationship": "boyfriend"}, "relationship", "Not a code"),
    ({"relationship": "spouse;unknown"}, "relationship", "Not a code"),
    ({"victim_ref": "  "}, "victim_ref", "missing"),
    ({"victim_ref": "x" * 101}, "victim_ref", "Longer than 100"),
    ({"victim_ref": "S1", "perpetrator_ref": " S1 "}, "perpetrator_ref", "same reference"),
]


@pytest.mark.parametrize(("cells", "column", "words"), REJECTED)
def test_what_a_row_is_rejected_for(cells, column, words):
    found = judged(**cells)
    assert found.parsed is None
    assert found.rejection.column == column
    assert words in found.rejection.reason
    for value in cells.values():
        assert len(value) < 5 or value not in f"{found.rejection.reason}{found.rejection.shape}"


def test_a_rejection_says_everything_that_is_wrong():
    found = judged(relationship="friend", victim_ref="")
    assert found.rejection.column == "relationship"
    assert "victim_ref" in found.rejection.reason


WARNED = [
    ({"abuse_kinds": "physical;psychic"}, "abuse_kinds", "not in the list"),
    ({"flags": "gun;knife"}, "flags", "2 of these are not in the list"),
    ({"location_kind": "moon"}, "location_kind", "left blank"),
    ({"dara_grade": "extreme"}, "dara_grade", "left blank"),
    ({"relationship_ended": "maybe"}, "relationship_ended", "left blank"),
    ({"victim_sex": "F"}, "victim_sex", "left blank"),
    ({"victim_ethnicity": "20"}, "victim_ethnicity", "left blank"),
    ({"victim_disability": "some"}, "victim_disability", "left blank"),
    ({"victim_language": "klingon"}, "victim_language", "left blank"),
    ({"victim_phone_safe": "sometimes"}, "victim_phone_safe", "left blank"),
    ({"perpetrator_ethnicity": "white"}, "perpetrator_ethnicity", "left blank"),
    ({"occurred_to": "later"}, "occurred_to", "left blank"),
    ({"occurred_to": "2026-02-03T21:14Z"}, "occurred_to", "Before occurred_from"),
    ({"separated_on": "12/10/2025"}, "separated_on", "left blank"),
    ({"victim_dob": "1990-13-01"}, "victim_dob", "left blank"),
    ({"victim_dob": "2027-01-01"}, "victim_dob", "in the future"),
    ({"perpetrator_dob": "abc"}, "perpetrator_dob", "left blank"),
    ({"dash_ticks": "25"}, "dash_ticks", "Not between 0 and 24"),
    ({"dash_ticks": "-1"}, "dash_ticks", "Not a whole number"),
    ({"dash_ticks": "many"}, "dash_ticks", "Not a whole number"),
    ({"victim_dob": "2010-02-04"}, "victim_dob", "under 16"),
    ({"victim_dob": "2010-02-03"}, "victim_dob", "was 16"),
    ({"perpetrator_dob": "2008-02-04"}, "perpetrator_dob", "was 17"),
    ({"relationship": "none"}, "relationship", "not personally connected"),
    ({"relationship": "unknown"}, "relationship", "isn't known"),
    ({"victim_postcode": "Fenmoor"}, "victim_postcode", "Not a full postcode"),
    ({"location_postcode": "ZZ1"}, "location_postcode", "Not a full postcode"),
    ({"victim_phone": "ask Sue"}, "victim_phone", "Not a telephone number"),
    ({"victim_phone": "999"}, "victim_phone", "Not a telephone number"),
    ({"dara_grade": "high", "dash_ticks": "3"}, "dara_grade", "would be standard"),
    ({"dara_grade": "standard", "dash_ticks": "14"}, "dara_grade", "would be high"),
    ({"victim_given_names": "A" * 201}, "victim_given_names", "Longer than 200"),
    ({"narrative": "one\x00two"}, "narrative", "Control signs"),
    ({"occurred_from": "2026-02-03"}, "occurred_from", "midnight is taken"),
]


@pytest.mark.parametrize(("cells", "column", "words"), WARNED)
def test_what_a_row_is_warned_of(cells, column, words):
    found = judged(**cells)
    assert found.rejection is None
    assert [finding.column for finding in found.warnings] == [column]
    assert words in found.warnings[0].reason


@pytest.mark.parametrize(("cells", "column"), [(cells, column) for cells, column, words in WARNED if "blank" in words])
def test_the_raw_text_of_what_is_left_blank_is_kept(cells, column):
    parsed = judged(**cells).parsed
    assert parsed.fields["raw_values"] == {column: cells[column]}
    assert parsed.row[column] == cells[column]


def test_codes_that_are_known_stay_beside_one_that_is_not():
    parsed = judged(abuse_kinds="physical; PHYSICAL;psychic;sexual;").parsed
    assert parsed.fields["abuse_kinds"] == ["physical", "sexual"]
    assert parsed.fields["raw_values"] == {"abuse_kinds": "physical; PHYSICAL;psychic;sexual;"}


def test_codes_are_known_in_any_case():
    found = judged(relationship=" Spouse ", dara_grade="HIGH", dash_ticks="15", force="Fenmoor-Invented")
    assert found.warnings == ()
    assert found.parsed.fields["dara_grade"] == "high"
    assert found.parsed.force == "fenmoor-invented"
    assert found.parsed.digest == judged(dara_grade="high", dash_ticks="15").parsed.digest


def test_no_perpetrator_is_taken_with_a_warning():
    nobody = {name: "" for name in incident_row() if name.startswith("perpetrator_")}
    found = judged(**nobody)
    assert about(found.warnings) == [("perpetrator_ref", "No perpetrator is known.")]
    assert found.parsed.perpetrator is None
    assert "connection_unknown" in found.parsed.fields["act"]["codes"]


def test_a_perpetrator_without_a_reference_makes_no_person_but_is_kept():
    found = judged(perpetrator_ref="")
    assert "a reference is missing" in found.warnings[0].reason
    assert found.parsed.perpetrator is None
    assert found.parsed.fields["people_as_sent"]["perpetrator_family_name"] == "Green"


def test_unknown_columns_are_kept():
    found = judged(officer="PC 7", beat="")
    assert found.warnings == ()
    assert found.parsed.fields["extra"] == {"officer": "PC 7"}


@pytest.mark.parametrize(
    ("victim", "perpetrator", "kind"),
    [
        (("12 Harbour Row, Fenmoor", "ZZ1 1AA"), ("12 harbour row  fenmoor", "zz11aa"), "shared"),
        (("12 Harbour Row", "ZZ1 1AA"), ("12 Harbour Row ZZ1 1AA", ""), "shared"),
        (("12 Harbour Row", ""), ("12 Harbour Row", "ZZ1 1AA"), "shared"),
        (("12 Harbour Row", "ZZ1 1AA"), ("14 Harbour Row", "ZZ1 1AA"), "unconfirmed"),
        (("12 Harbour Row", "ZZ1 1AA"), ("12 Harbour Row", "ZZ2 2BB"), "unconfirmed"),
        (("", "ZZ1 1AA"), ("", "ZZ1 1AA"), "unconfirmed"),
        (("", ""), ("", ""), "unconfirmed"),
    ],
)
def test_the_same_address_is_shared_any_other_unconfirmed(victim, perpetrator, kind):
    parsed = judged(
        victim_address=victim[0],
        victim_postcode=victim[1],
        perpetrator_address=perpetrator[0],
        perpetrator_postcode=perpetrator[1],
    ).parsed
    assert parsed.victim.address_kind == kind
    assert parsed.perpetrator.address_kind == kind


@pytest.mark.parametrize(
    ("text", "read", "note"),
    [
        ("2026-02-03T21:15:00+00:00", "2026-02-03T21:15:00+00:00", ""),
        ("2026-02-03 21:15", "2026-02-03T21:15:00+00:00", ""),
        ("2025-07-01T10:00", "2025-07-01T09:00:00+00:00", ""),
        ("2025-07-01T10:00Z", "2025-07-01T10:00:00+00:00", ""),
        ("2025-07-01T10:00:00.250+01:00", "2025-07-01T09:00:00.250000+00:00", ""),
        ("2025-07-01T10:00+0530", "2025-07-01T04:30:00+00:00", ""),
        ("2025-10-26T01:30", "2025-10-26T00:30:00+00:00", "twice"),
        ("2025-10-26T01:30+00:00", "2025-10-26T01:30:00+00:00", ""),
        ("2025-03-30T01:30", "2025-03-30T01:30:00+00:00", "went forward"),
        ("2024-02-29T23:59:59", "2024-02-29T23:59:59+00:00", ""),
    ],
)
def test_moments_without_an_offset_are_londons(text, read, note):
    found = judged(occurred_from=text, occurred_to="", reported_at="2026-02-20T10:00Z")
    assert found.parsed.fields["occurred_from"].isoformat() == read
    assert [note in warning.reason for warning in found.warnings] == ([True] if note else [])


def test_the_same_moment_written_otherwise_is_the_same_row():
    one = judged(occurred_from="2025-07-01T10:00", occurred_to="")
    other = judged(occurred_from="2025-07-01T09:00:00Z", occurred_to="")
    assert one.parsed.digest == other.parsed.digest
    assert one.parsed.digest != judged(occurred_from="2025-07-01T09:00:01Z", occurred_to="").parsed.digest


@pytest.mark.parametrize(
    "phone", ["07700 900123", "+44 (0)7700 900123", "0044 7700 900123", "7700900123", "0121 496 0000 ext 12"]
)
def test_telephone_numbers_in_use(phone):
    found = judged(victim_phone=phone)
    assert found.warnings == ()
    assert found.parsed.victim.phones == ((phone, "safe"),)


def test_names_in_every_script_are_kept_as_they_are():
    parsed = judged(victim_given_names="محمد علي", victim_family_name="O'Brien-李").parsed
    assert (parsed.victim.given_names, parsed.victim.family_name) == ("محمد علي", "O'Brien-李")


def test_another_forces_people_are_told_apart_by_its_code():
    parsed = judged(force="metropolitan").parsed
    assert parsed.owner == 1
    assert FACTS.person_ref(parsed.force, parsed.victim_ref) == "metropolitan:V-000001"


# --- children -----------------------------------------------------------------------------------------------


def test_a_whole_childs_row_is_taken_without_a_word():
    found = judged_child()
    assert (found.rejection, found.warnings) == (None, ())
    assert found.parsed.fields["act"]["codes"] == ["child_victim"]
    assert found.parsed.child.postcode == "ZZ1 1AA"


@pytest.mark.parametrize(
    ("known", "cells", "column", "words"),
    [
        (None, {}, "incident_ref", "neither in the incidents' file nor held"),
        (KnownIncident(rejected_line=17), {}, "incident_ref", "line 17"),
        (KnownIncident(day=date(2026, 2, 3)), {"incident_ref": ""}, "incident_ref", "missing"),
        (KnownIncident(day=date(2026, 2, 3)), {"child_ref": ""}, "child_ref", "missing"),
        (KnownIncident(day=date(2026, 2, 3)), {"dob": "2008-02-03"}, "dob", "18 or over"),
    ],
)
def test_what_a_childs_row_is_rejected_for(known, cells, column, words):
    found = judged_child(known, **cells)
    assert found.parsed is None
    assert found.rejection.column == column
    assert words in found.rejection.reason


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"exposure": "asleep"}, "exposure", "left blank"),
        ({"dob": "2030-01-01"}, "dob", "in the future"),
        ({"dob": "May"}, "dob", "left blank"),
        ({"sex": "boy"}, "sex", "left blank"),
        ({"address_postcode": "nowhere"}, "address_postcode", "Not a full postcode"),
        ({"school_urn": "999999"}, "school_urn", "isn't known"),
        ({"school_name": "Larks"}, "school_name", "without its number"),
    ],
)
def test_what_a_childs_row_is_warned_of(cells, column, words):
    found = judged_child(**cells)
    assert found.rejection is None
    assert [finding.column for finding in found.warnings] == [column]
    assert words in found.warnings[0].reason


def test_a_known_school_and_the_day_before_eighteen():
    found = judged_child(school_urn="103456", school_name="Larks", dob="2008-02-04")
    assert (found.rejection, found.warnings) == (None, ())


# --- urgency ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"dara_grade": "HIGH"}, "high"),
        ({"dash_ticks": "14"}, "14 or more ticks"),
        ({"dash_ticks": "31"}, "14 or more ticks"),
        ({"flags": "strangulation"}, "strangulation"),
        ({"flags": "stalking;weapon"}, "weapon"),
        ({"narrative": "He choked her."}, "choked"),
        ({"narrative": "Dash of 17 ticks."}, "14 or more ticks"),
        ({"remarks": "high risk"}, "high"),
    ],
)
def test_a_rejected_row_that_speaks_of_danger_is_urgent(cells, why):
    assert why in why_urgent(Row(2, incident_row(1, **cells)), RULES)


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"victim_address": "5 High Street"},
        {"victim_family_name": "Weapon"},
        {"dash_ticks": "13"},
        {"narrative": "Highgate."},
    ],
)
def test_other_rows_can_wait(cells):
    assert why_urgent(Row(2, incident_row(1, **cells)), RULES) == ""


def test_in_a_broken_row_danger_is_looked_for_in_every_cell():
    row = Row(2, incident_row(1, victim_address="strangulation"), Problem("", "torn"), (), ("17",))
    assert "strangulation" in why_urgent(row, RULES)
    moved = Row(2, incident_row(1, dash_ticks="high", relationship="16"), Problem("", "torn"), (), ("x",))
    assert "14 or more ticks" in why_urgent(moved, RULES)
