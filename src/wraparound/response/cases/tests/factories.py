"""Rows of the police's files, and files of them, for tests and for the benchmark."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from wraparound.response.cases.importing.columns import CHILD_COLUMNS, INCIDENT_COLUMNS

Row = dict[str, str]

GIVEN = ("Amina", "Beata", "Chloé", "Deepa", "Eve", "Farah", "Grace", "Hana", "Joy", "Lena", "O'Hara", "محمد", "小明")
FAMILY = (
    "Ahmed",
    "Brown",
    "Davies",
    "Evans",
    "Fox",
    "Grey",
    "Hussain",
    "Islam",
    "Jones",
    "Khan",
    "O'Brien",
    "العلي",
    "王",
)


def incident_row(number: int = 1, force: str = "fenmoor-invented", **cells: str) -> Row:
    """A row of `incidents.csv` that is accepted without a warning; `cells` replace or add."""
    return {
        "incident_ref": f"INC-{number:06d}",
        "crime_ref": f"CR-{number:06d}",
        "force": force,
        "occurred_from": "2026-02-03T21:15:00+00:00",
        "occurred_to": "2026-02-03T21:40:00+00:00",
        "reported_at": "2026-02-03T22:05:00+00:00",
        "abuse_kinds": "physical;controlling_coercive",
        "flags": "child_present",
        "offence_code": "8/06",
        "offence_title": "Common assault",
        "outcome_code": "16",
        "location_postcode": "ZZ1 1AA",
        "location_kind": "home",
        "dara_grade": "medium",
        "dash_ticks": "11",
        "relationship": "spouse",
        "relationship_ended": "no",
        "separated_on": "",
        "victim_ref": f"V-{number:06d}",
        "victim_family_name": "Green",
        "victim_given_names": "Amina",
        "victim_dob": "1990-05-17",
        "victim_sex": "female",
        "victim_gender_identity": "",
        "victim_ethnicity": "4",
        "victim_disability": "no",
        "victim_language": "ur",
        "victim_phone": "07700 900123",
        "victim_phone_safe": "yes",
        "victim_address": "12 Harbour Row, Fenmoor",
        "victim_postcode": "ZZ1 1AA",
        "perpetrator_ref": f"P-{number:06d}",
        "perpetrator_family_name": "Green",
        "perpetrator_given_names": "David",
        "perpetrator_dob": "1987-11-02",
        "perpetrator_sex": "male",
        "perpetrator_ethnicity": "unknown",
        "perpetrator_phone": "",
        "perpetrator_address": "",
        "perpetrator_postcode": "",
        "narrative": "Neighbour called. He had pushed her against the wall.",
    } | cells


def child_row(number: int = 1, incident: int = 1, **cells: str) -> Row:
    """A row of `incident_children.csv` that is accepted without a warning."""
    return {
        "incident_ref": f"INC-{incident:06d}",
        "child_ref": f"C-{number:06d}",
        "family_name": "Green",
        "given_names": "Sami",
        "dob": "2018-09-01",
        "sex": "male",
        "relationship_to_victim": "child",
        "relationship_to_perpetrator": "child",
        "exposure": "heard",
        "address_postcode": "ZZ1 1AA",
        "voice": "“I hid.” Asked alone, by the officer.",
    } | cells


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], columns: Iterable[str]) -> Path:
    """Write rows as a plain CSV file, unknown columns last."""
    held = list(rows)
    known = list(columns)
    extra = sorted({name for row in held for name in row} - set(known))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*known, *extra], restval="")
        writer.writeheader()
        writer.writerows(held)
    return path


def incidents_file(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write an `incidents.csv`."""
    return write_csv(path, rows, INCIDENT_COLUMNS)


def children_file(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write an `incident_children.csv`."""
    return write_csv(path, rows, CHILD_COLUMNS)


def many_incidents(count: int, seed: int = 1, force: str = "fenmoor-invented") -> Iterator[Row]:
    """Rows like those of a year: two in five are of a pair that came before, one in twenty is spoilt."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        pair = chance.randrange(1, max(2, int(number * 0.6)) + 1) if number > 5 and chance.random() < 0.4 else number
        occurred = datetime(2025, 1, 1) + timedelta(minutes=chance.randrange(500_000))
        row = incident_row(
            number,
            force,
            occurred_from=occurred.isoformat(),
            occurred_to="",
            reported_at=(occurred + timedelta(minutes=chance.randrange(600))).isoformat(),
            victim_ref=f"V-{pair:06d}",
            victim_given_names=GIVEN[pair % len(GIVEN)],
            victim_family_name=FAMILY[pair % len(FAMILY)],
            victim_dob=_birthday(pair),
            victim_phone=f"07700 {pair % 1_000_000:06d}",
            victim_address=f"{pair % 300 + 1} {FAMILY[pair % 7]} Street",
            victim_postcode=f"ZZ{pair % 90 + 1} {pair % 9 + 1}AB",
            perpetrator_ref=f"P-{pair:06d}" if pair % 11 else "",
            perpetrator_given_names=GIVEN[(pair + 5) % len(GIVEN)],
            perpetrator_dob=_birthday(pair + 999),
            narrative=f"Call {number}. " + "She said that he would not let her leave. " * chance.randrange(1, 9),
        )
        if chance.random() < 0.05:
            row |= chance.choice(SPOILT)
        yield row


SPOILT: list[Row] = [
    {"relationship": "boyfriend"},
    {"occurred_from": "yesterday"},
    {"victim_ref": ""},
    {"dash_ticks": "31"},
    {"victim_postcode": "somewhere"},
    {"occurred_from": "soon", "flags": "strangulation"},
    {"victim_dob": "2012-01-01"},
]


def many_children(count: int, incidents: int, seed: int = 1) -> Iterator[Row]:
    """Rows of children of those incidents, some of incidents that are nowhere."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        incident = chance.randrange(1, incidents + 1)
        missing = {"incident_ref": "INC-NONE"} if chance.random() < 0.02 else {}
        yield child_row(number, incident, dob=_childs_birthday(number)) | missing


def _childs_birthday(number: int) -> str:
    return (date(2011, 1, 1) + timedelta(days=number * 37 % 4_500)).isoformat()


def _birthday(number: int) -> str:
    return (date(1960, 1, 1) + timedelta(days=number * 37 % 14_000)).isoformat()
