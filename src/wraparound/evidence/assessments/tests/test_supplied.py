"""Sections that others fill: to be supplied without a file, told and drawn with one, and whole as a page and a PDF."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from wraparound.evidence.assessments.documents import Document, DrawnSection, Report
from wraparound.evidence.assessments.files import html_of, pdf_of
from wraparound.evidence.assessments.kinds import CODES, kind_of
from wraparound.evidence.assessments.making import make, wanted
from wraparound.evidence.assessments.tests.making import NOW
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.places import ROOT
from wraparound.evidence.store.supplied import SECTIONS
from wraparound.evidence.store.writing import write_rows

SAMPLE = ROOT / "samples" / "supplied"
FENMOOR = "X06000001"
FILLED = {
    "needs": ("hub", "accommodation", "programmes", "cross-border", "surveys"),
    "strategic": ("exploitation", "substances", "reoffending", "residents", "last-plan"),
}
PARTLY = {"accommodation"}  # Fenmoor's pack lists services with their units


def draw(folder: Path, kind: str, area: str = "birmingham", last: str = "2025-12") -> Document:
    return make(wanted(kind=kind, area=area, first="2025-01", last=last), now=NOW, store=folder)


def sections(document: Document) -> dict[str, DrawnSection]:
    return {one.key: one for one in document.sections}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """Birmingham's assessments of 2025 with the sample and nothing else but what its pack carries."""
    folder = tmp_path_factory.mktemp("filled")
    load_paths([SAMPLE], folder)
    return {code: draw(folder, code) for code in CODES}


@pytest.fixture(params=CODES)
def filled(request: pytest.FixtureRequest, both: dict[str, Document]) -> Document:
    return both[request.param]


@pytest.fixture
def needs(both: dict[str, Document]) -> dict[str, DrawnSection]:
    return sections(both["needs"])


def test_every_section_of_the_file_is_one_of_an_assessment() -> None:
    by_files = [one.filed.section for code in CODES for one in kind_of(code).sections if one.filed]
    assert sorted(by_files) == sorted(SECTIONS)
    assert sorted(key for keys in FILLED.values() for key in keys) == sorted(SECTIONS)


@pytest.mark.parametrize("code", CODES)
def test_without_a_file_they_are_to_be_supplied_as_before(code: str, tmp_path: Path) -> None:
    found = sections(draw(tmp_path, code, "fenmoor"))
    asked = {one.key: one for one in kind_of(code).sections}
    for key in FILLED[code]:
        if key in PARTLY:
            assert found[key].notes[0].startswith(f"To be supplied besides: {asked[key].supplied}")
            continue
        assert found[key].lacking_word == "To be supplied:"
        assert found[key].needs[0] == asked[key].supplied
        assert not [*found[key].claims, *found[key].tables, *found[key].charts]
        if not asked[key].ids:
            assert found[key].needs == (asked[key].supplied,)


def test_with_a_file_they_are_told_drawn_and_tabled(filled: Document) -> None:
    found = sections(filled)
    for key in FILLED[filled.kind]:
        section = found[key]
        assert not section.lacking, key
        assert section.claims, key
        assert section.is_synthetic, key
        assert section.tables, key
        assert all(table.rows for table in section.tables)
        assert "Invented" in section.source
        assert not [note for note in section.notes if note.startswith("To be supplied")]
        assert "rows read = kept + set aside" in section.source
        for chart in section.charts:
            assert section.tables[chart.table].title == chart.title


def test_sentences_are_made_of_the_numbers(needs: dict[str, DrawnSection]) -> None:
    assert needs["hub"].claims[0] == "Calls received: 4,935 in January to December 2025."
    assert needs["hub"].claims[1] == "Calls answered: 3,859 of 4,935 (78.2 %) in January to December 2025."
    assert needs["programmes"].claims == (
        "Referred: 244; Began: 109 (44.7 % of the first step); Completed: 42 (17.2 % of the first step and 38.5 % of the"
        " step before), in January to December 2025.",
    )
    assert needs["cross-border"].claims == ("133 came from elsewhere and 108 went there: 25 more came than went.",)
    assert needs["surveys"].claims[0] == "Survivors: are there gaps in support? Most often “Yes”: 63 of 92 (68.5 %)."
    assert any("How it was collected: Invented: open on the web" in note for note in needs["surveys"].notes)


def test_what_is_small_is_withheld_in_the_tables_too(needs: dict[str, DrawnSection]) -> None:
    (refused,) = [table for table in needs["accommodation"].tables if table.title == "Refused"]
    cells = {row[0].text: row[1].text for row in refused.rows}
    assert (cells["Not eligible"], cells["Client declined"], cells["All"]) == ("withheld", "withheld", "381")
    assert "Withheld: the number is small" in refused.note


def test_what_can_be_computed_stays_beside_it(needs: dict[str, DrawnSection]) -> None:
    section = needs["accommodation"]
    assert section.tables[0].title == "Units of safe accommodation"
    assert section.claims[0].startswith("10 services are listed")
    assert "services.csv of the pack" in section.source


def test_what_cannot_be_computed_is_named_beside_it(both: dict[str, Document]) -> None:
    section = sections(both["strategic"])["substances"]
    assert section.notes[0] == "Not available besides: needs an offence-level extract of this place and period."
    assert section.claims[0].startswith("Adults in treatment: 2,210")


def supply(folder: Path, rows: list[dict[str, Any]]) -> Path:
    given = {"section": "hub", "series": "Calls", "area": FENMOOR, "category": "", "source": "A return", "value": 40}
    whole = [{**given, "starts": date(2025, 1, 1), "ends": date(2025, 1, 31), "line": 1, **row} for row in rows]
    write_rows(folder, "supplied", [{**row, "month": row["starts"]} for row in whole], source="A return")
    return folder


def test_numbers_of_another_period_leave_it_to_be_supplied_and_say_of_when_they_are(tmp_path: Path) -> None:
    supply(tmp_path, [{"starts": date(2024, 4, 1), "ends": date(2025, 3, 31)}])
    section = sections(draw(tmp_path, "needs", "fenmoor"))["hub"]
    assert section.to_be_supplied
    assert section.needs == (
        "the hub's monthly return of calls, callers and what was offered",
        "numbers of January 2025 to December 2025 for “Calls”: what is loaded is of April 2024 to March 2025",
    )


def test_own_transfers_stand_in_the_section_before_anybody_supplies_it(tmp_path: Path) -> None:
    rows = [
        {"pseudonym": f"t{i}", "month": date(2025, 3, 1), "direction": "in" if i % 2 else "out", "state": "received"}
        for i in range(20)
    ]
    write_rows(tmp_path, "own_transfers", rows, source="An extract")
    section = sections(draw(tmp_path, "needs", "fenmoor"))["cross-border"]
    assert not section.lacking
    assert section.claims == (
        "By the platform's own records cases moved between MARACs: 10 from another area and 10 to another area.",
    )
    assert section.notes[0].startswith("To be supplied besides: the origin and destination")
    supply(tmp_path, [{"section": "cross-border", "series": "From elsewhere", "category": "Larchshire"}])
    section = sections(draw(tmp_path, "needs", "fenmoor"))["cross-border"]
    assert [table.title for table in section.tables] == ["From elsewhere", "Cases moved between MARACs"]
    assert "own_transfers" not in section.claims


def test_the_page_and_the_pdf_hold_together(filled: Document) -> None:
    report = Report(filled, "Edition 1", "Draft")
    text = html_of(report).decode()
    assert text.count("<caption>") == text.count("<table")
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for key in FILLED[filled.kind]:
        part = text[text.index(f'<section class="report-section" id="{key}"') :].split("</section>")[0]
        assert "To be supplied:" not in part
        assert '<th scope="row"' in part
    assert pdf_of(report).startswith(b"%PDF")


def test_words_that_were_supplied_are_text_on_the_page(tmp_path: Path) -> None:
    supply(tmp_path, [{"series": "<b>Calls</b>", "source": "<i>=1+1</i>"}])
    text = html_of(Report(draw(tmp_path, "needs", "fenmoor"), "Edition 1", "Draft")).decode()
    assert "&lt;b&gt;Calls&lt;/b&gt;" in text
    assert "<b>Calls" not in text
    assert "<i>=1" not in text


def test_every_table_is_a_region_with_a_name_of_its_own(filled: Document) -> None:
    text = html_of(Report(filled, "Edition 1", "Draft")).decode()
    names = re.findall(r'role="region" aria-label="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert any(name.endswith(": In numbers") for name in names)
