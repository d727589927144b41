"""The files: whole, safe to open, and saying the same."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from wraparound.evidence.assessments import charts
from wraparound.evidence.assessments.files import csv_of, html_of, json_of, pdf_of, write_all, xlsx_of
from wraparound.evidence.assessments.tests.making import report, with_rows


@pytest.fixture
def whole(tmp_path):
    return report(with_rows(tmp_path))


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"] or ""] if tag == "a" else []
        self.sources += [str(found[name]) for name in ("src", "srcset", "data") if found.get(name)]


def test_the_page_stands_alone_and_holds_together(whole):
    text = html_of(whole).decode()
    outline = _Outline()
    outline.feed(text)
    assert not {"script", "iframe", "link", "img", "object"} & set(outline.tags)
    assert not outline.sources
    assert "url(" not in text
    assert "@import" not in text
    assert len(outline.ids) == len(set(outline.ids))
    assert all(link[1:] in outline.ids for link in outline.links)
    assert outline.tags.count("h1") == outline.tags.count("main") == 1
    assert 'lang="en"' in text
    assert outline.tags.count("caption") == outline.tags.count("table")


def test_every_picture_is_one_image_with_a_name_and_a_description(whole):
    text = html_of(whole).decode()
    pictures = re.findall(r"<svg[^>]*>.*?</svg>", text, re.DOTALL)
    assert pictures
    for picture in pictures:
        opening = picture.split(">", 1)[0]
        assert 'role="img"' in opening
        title, words = re.search(r'aria-labelledby="(\S+) (\S+)"', opening).groups()  # type: ignore[union-attr]
        assert f'<title id="{title}">' in picture
        assert f'<desc id="{words}">' in picture
        assert "style=" not in picture
    assert all(section.tables for section in whole.document.sections if section.charts)


def test_what_people_write_is_text_wherever_it_goes(whole):
    assert "<b>Fewer</b>" not in html_of(whole).decode()
    assert "&lt;b&gt;Fewer" in html_of(whole).decode()


def test_the_workbook_opens_and_no_cell_is_a_formula(whole):
    book = load_workbook(io.BytesIO(xlsx_of(whole)))
    tables = sum(len(section.tables) for section in whole.document.sections)
    assert len(book.sheetnames) == tables + 2
    for sheet in book:
        assert len(sheet.title) <= 31
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    rows = list(book["Measures"].iter_rows(values_only=True))
    values = {row[0]: row[2] for row in rows}
    assert values["recorded.crimes"] == 7
    assert len(rows) == len(whole.document.measures) + 1


def test_csv_and_json_say_the_same_as_the_measures(whole):
    rows = list(csv.DictReader(io.StringIO(csv_of(whole).decode("utf-8-sig"))))
    data = json.loads(json_of(whole))
    assert data["measures"] == json.loads(json.dumps(list(whole.document.measures)))
    assert [row["id"] for row in rows] == [one["id"] for one in data["measures"]]
    assert data["unavailable"] == whole.document.unavailable
    assert data["narratives"]["volume"]["by"] == "An Analyst"
    assert "<svg" not in json.dumps(data)
    assert not [row for row in rows if any(cell[:1] in "=+@" and cell for cell in row.values())]


def test_the_pdf_has_pages_and_is_tagged(whole):
    made = pdf_of(whole)
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) > 1 or b"/ObjStm" in made
    assert len(made) > 20_000


def test_all_files_are_written_where_they_are_asked_for(whole, tmp_path):
    paths = write_all(whole, tmp_path / "new" / "folder")
    assert [path.suffix for path in paths] == [".html", ".pdf", ".xlsx", ".csv", ".json"]
    assert all(path.stat().st_size for path in paths)


def test_signs_that_no_picture_can_hold_are_left_out_of_it():
    odd = "a\x01b\x0b\ud800c\ufffe<&>é"
    svg = charts.bars([{"label": odd, "value": 3, "text": odd}], unit=odd)
    whole = charts.titled(svg, key="k", title=odd, description=odd)
    assert "abc&lt;&amp;&gt;é" in whole
    assert not re.search("[\x00-\x08\x0b\ud800\ufffe]", whole)


def test_pictures_of_every_kind_can_be_drawn():
    square = {"type": "Polygon", "coordinates": [[[0, 52], [0.1, 52], [0.1, 52.1], [0, 52.1], [0, 52]]]}
    made = [
        charts.bars([{"label": "A & <b>", "value": 3, "text": "3", "low": 1, "high": 5}], unit="rows"),
        charts.lines([{"series": "s", "x": f"2014-0{m}-01", "value": m} for m in (1, 2, 3)], unit="rows"),
        charts.heat([{"day": 1, "hour": 23, "value": 4}], unit="offences"),
        charts.bubbles(
            [{"label": "a", "x": 1, "y": 2, "size": 3}, {"label": "b", "x": 2, "y": 1, "size": 9}],
            x_title="x",
            y_title="y",
            size_title="s",
        ),
        charts.areas([{"geometry": square, "band": "0-1"}], bands=["0-1"], legend="Index"),
    ]
    for svg in made:
        whole = charts.titled(svg, key="k", title="A & B", description="<words>")
        assert whole.startswith("<svg")
        assert "A &amp; B" in whole
        assert "<b>" not in whole
        assert "style=" not in whole
