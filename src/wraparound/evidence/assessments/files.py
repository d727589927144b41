"""An assessment as files: HTML, PDF, Excel, CSV and JSON, all from the one document, none computing anything."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from wraparound.evidence.assessments.documents import Cell, Report, Table
from wraparound.kit.files.formulas import protected

STYLES = Path(__file__).parent / "static" / "assessments"
MEASURE_COLUMNS = (
    "id",
    "breakdown",
    "value",
    "unit",
    "numerator",
    "denominator",
    "denominator_source",
    "low",
    "high",
    "method",
    "status",
    "reason",
    "area_code",
    "area_name",
    "area_vintage",
    "start",
    "end",
    "source",
    "definition",
    "caveats",
)
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@cache
def _css(*names: str) -> str:
    return "\n".join((STYLES / name).read_text(encoding="utf-8") for name in names)


def html_of(report: Report) -> bytes:
    """One file that opens in any browser, without a script and without fetching anything."""
    context = {"report": report, "css": _css("report.css", "screen.css"), "open": False}
    return render_to_string("assessments/standalone.html", context).encode()


def pdf_of(report: Report) -> bytes:
    """The same on paper: contents with pages, every table open, page numbers."""
    from weasyprint import HTML

    context = {"report": report, "css": _css("report.css", "paper.css"), "open": True}
    text = render_to_string("assessments/standalone.html", context)
    made: bytes = HTML(string=text, url_fetcher=_fetch_nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _fetch_nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise ValueError(f"a report fetches nothing, and this asked for {url[:60]}")


def json_of(report: Report) -> bytes:
    """Everything, for programs: the document with its measures, without the pictures."""
    found = report.document.as_json()
    for name in ("published", "unprotected", "given_away"):  # for disclosure control, and not for readers
        del found[name]
    for section in found["sections"]:
        for chart in section["charts"]:
            del chart["svg"]
    found["unavailable"] = report.document.unavailable
    found["edition"] = report.edition
    found["state"] = report.state
    found["sha256"] = report.digest
    found["narratives"] = {
        key: {"text": one.text, "by": one.by, "on": one.on} for key, one in report.narratives.items()
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def csv_of(report: Report) -> bytes:
    """One row a result, in the columns of MEASURE_COLUMNS; formulas disarmed."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(MEASURE_COLUMNS)
    for row in measure_rows(report):
        writer.writerow([protected(value) if isinstance(value, str) else value for value in row])
    return stream.getvalue().encode("utf-8-sig")


def measure_rows(report: Report) -> list[list[str | float | None]]:
    """Each result as the values of MEASURE_COLUMNS."""
    rows: list[list[str | float | None]] = []
    for one in report.document.measures:
        interval = one["interval"] or {}
        parts = "; ".join(f"{key}: {value}" for key, value in one["breakdown"].items())
        rows.append(
            [
                one["id"],
                parts,
                one["value"],
                one["unit"],
                one["numerator"],
                one["denominator"],
                one["denominator_source"] or "",
                interval.get("low"),
                interval.get("high"),
                interval.get("method", ""),
                one["status"],
                one["reason"] or "",
                one["area"]["code"],
                one["area"]["name"],
                one["area"]["vintage"],
                one["period"]["start"],
                one["period"]["end"],
                one["source"],
                one["definition"],
                " ".join(one["caveats"]),
            ]
        )
    return rows


# --- Excel --------------------------------------------------------------------------------------------------


def xlsx_of(report: Report) -> bytes:
    """A workbook: what it is, one sheet a table, and every measure. Numbers are numbers, texts can't be formulas."""
    book = Workbook(write_only=True)
    _cover(book.create_sheet("Report"), report)
    taken = {"report", "measures"}
    for section in report.document.sections:
        for place, table in enumerate(section.tables, start=1):
            suffix = f" {place}" if len(section.tables) > 1 else ""
            name = _sheet_name(f"{section.number} {section.title}", suffix, taken)
            _sheet(book.create_sheet(name), table, f"{section.number}. {section.title}", section.source)
    sheet = book.create_sheet("Measures")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGHIJKLMNOPQRST", (28, 34, 12, 24, 12, 12, 40), strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.append([_bold(sheet, name) for name in MEASURE_COLUMNS])
    for row in measure_rows(report):
        sheet.append([_text(value) if isinstance(value, str) else value for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cover(sheet: Any, report: Report) -> None:
    document = report.document
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 90
    sheet.append([_bold(sheet, document.title)])
    for label, value in (
        ("Place", f"{document.area['name']} ({document.area['code']})"),
        ("Period", document.period_text),
        ("Drawn", document.drawn_text),
        ("Edition", report.edition),
        ("State", report.state),
        ("SHA-256", report.digest),
        ("Contains", "Synthetic data: some records are invented" if document.is_synthetic else ""),
    ):
        if value:
            sheet.append([label, _text(value)])
    sheet.append([])
    sheet.append([_bold(sheet, "Section"), _bold(sheet, "What it says")])
    for one in document.sections:
        says = f"{one.lacking_word} {'; '.join(one.lacking)}" if one.lacking else " ".join(one.claims)
        sheet.append([_text(f"{one.number}. {one.title}"), _text(says)])
    sheet.append([])
    for text in document.attribution:
        sheet.append([_text(text)])


def _sheet(sheet: Any, table: Table, title: str, source: str) -> None:
    for place in range(len(table.columns)):
        sheet.column_dimensions["ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place]].width = 34 if place == 0 else 20
    sheet.append([_bold(sheet, f"{title}: {table.title}")])
    sheet.append([_bold(sheet, column) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(cell) for cell in row])
    sheet.append([])
    for text in filter(None, (table.note, source)):
        cell = WriteOnlyCell(sheet, _text(text))
        cell.alignment = Alignment(vertical="top")
        sheet.append([cell])


def _cell(cell: Cell) -> str | float:
    return cell.value if cell.value is not None else _text(cell.text)


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, _text(text))
    cell.font = Font(bold=True)
    return cell


def _text(text: str) -> str:
    return protected(ILLEGAL_CHARACTERS_RE.sub("", text))[:32_000]


def _sheet_name(text: str, suffix: str, taken: set[str]) -> str:
    name = text.translate(_NOT_IN_SHEET_NAMES)[: 31 - len(suffix)].strip() + suffix
    while name.lower() in taken:
        name = f"{name[:28]} {len(taken)}"
    taken.add(name.lower())
    return name


# --- all of them --------------------------------------------------------------------------------------------

FORMATS: dict[str, tuple[Callable[[Report], bytes], str]] = {
    "html": (html_of, "text/html; charset=utf-8"),
    "pdf": (pdf_of, "application/pdf"),
    "xlsx": (xlsx_of, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv_of, "text/csv; charset=utf-8"),
    "json": (json_of, "application/json"),
}


def write_all(report: Report, folder: Path) -> list[Path]:
    """Write every file into a folder, which is made where it isn't there. Raises OSError where it can't be."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for ending, (make, _) in FORMATS.items():
        path = folder / f"{report.document.reference}.{ending}"
        path.write_bytes(make(report))
        written.append(path)
    return written
