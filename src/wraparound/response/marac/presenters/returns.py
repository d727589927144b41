"""How the return, the cases behind a number and the quality view are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlencode

from django.urls import reverse

from wraparound.foundation.meetings.models import AgendaItem
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.files.writing import XlsxWriter
from wraparound.response.cases.queries import cases_of_matters
from wraparound.response.marac.returns.drawing import Quality
from wraparound.response.marac.returns.params import Benchmark, BenchmarkOf
from wraparound.response.marac.states import TellingState

WITHHELD = "withheld"
MEASURES = {
    BenchmarkOf.CASES_PER_10000: "Cases in a year for 10,000 adult women",
    BenchmarkOf.REPEATS: "Repeats",
    BenchmarkOf.PARTNER_REFERRALS: "Referred by agencies other than the police",
    BenchmarkOf.MINORITISED: "Victims from the ethnic groups that the national form puts together",
    BenchmarkOf.LGBT: "LGBT+ victims",
    BenchmarkOf.DISABLED: "Disabled victims",
    BenchmarkOf.MALE: "Male victims",
}
VERDICTS = {
    "below": ("Below the benchmark", "late"),
    "above": ("Above the benchmark", "late"),
    "within": ("Within the benchmark", "done"),
    "": ("No benchmark", "waiting"),
}


@dataclass(frozen=True)
class Cell:
    """One number: its text, and where the cases behind it are listed, if they are."""

    text: str
    href: str = ""
    is_withheld: bool = False


@dataclass(frozen=True)
class ShownTable:
    """A table of the return with its definition."""

    code: str
    title: str
    definition: str
    columns: list[Any]
    rows: list[tuple[str, Cell, Cell]]
    note: str


def number(value: int | None, href: str = "") -> Cell:
    """A number of the return; None is withheld, nought leads nowhere."""
    if value is None:
        return Cell(WITHHELD, is_withheld=True)
    return Cell(f"{value:,}", href if value else "")


def form_rows(found: Mapping[str, Any]) -> list[tuple[str, Cell, Cell]]:
    """What the national form asks for."""
    return [
        (cell["label"], number(cell["cases"], _behind(found, cell["table"], cell["rows"])), number(cell["people"]))
        for cell in found["form"]
    ]


def tables(found: Mapping[str, Any]) -> list[ShownTable]:
    """Every table of the return."""
    shown = []
    for table in found["tables"]:
        first, second = table["columns"]
        rows = [
            (row["label"], number(row["cases"], _behind(found, table["code"], [row["code"]])), number(row["people"]))
            for row in table["rows"]
        ]
        columns = ["", {"text": first, "numeric": True}, {"text": second, "numeric": True}]
        note = "" if table["adds_up"] else "Rows overlap, so they don’t add up."
        shown.append(ShownTable(table["code"], table["title"], table["definition"], columns, rows, note))
    return shown


def _behind(found: Mapping[str, Any], table: str, rows: Sequence[str]) -> str:
    """The address of the cases behind one row: inside the partnership only."""
    if found["published"] or len(rows) != 1:
        return ""
    query = {"quarter": found["quarter"], "area": found["area"]["code"], "table": table, "row": rows[0]}
    return f"{reverse('marac:return-cases')}?{urlencode(query)}"


@dataclass(frozen=True)
class CaseBehind:
    """One of the cases behind a number, as this reader may open it."""

    reference: str
    href: str
    session: Any
    session_href: str


def cases(actor: Actor, items: Iterable[AgendaItem]) -> list[CaseBehind]:
    """The rows of the list of cases behind a number."""
    found = list(items)
    by_matter = cases_of_matters(actor, [item.matter_id for item in found])
    return [
        CaseBehind(
            reference=by_matter[item.matter_id].reference,
            href=reverse("cases:case", args=[by_matter[item.matter_id].pk]),
            session=item.session.starts_at,
            session_href=reverse("marac:session-item", args=[item.session_id, item.pk]),
        )
        for item in found
        if item.matter_id in by_matter
    ]


def write_workbook(found: Mapping[str, Any], stream: BinaryIO) -> None:
    """The return as an Excel file of one sheet: a row for each number, formulas disarmed."""
    columns = ["Table", "Row", "In cases", "People", "Definition"]
    writer = XlsxWriter(columns, f"MARAC {found['quarter']}")

    def line(*cells: str) -> None:
        writer.write(dict(zip(columns, cells, strict=False)))

    line("About", "MARAC", found["marac"])
    line("About", "Quarter", found["quarter"], "", f"{found['from']} to {found['to']}")
    line("About", "Definitions", found["definitions"]["rule_set"], "", found["definitions"]["source"])
    line("About", "For", "publication: small numbers withheld" if found["published"] else "the partnership only: whole")
    line("About", "Sessions held", str(found["sessions"]))
    for cell in found["form"]:
        line("National form", cell["label"], number(cell["cases"]).text, number(cell["people"]).text)
    for table in found["tables"]:
        for row in table["rows"]:
            cells = (number(row["cases"]).text, number(row["people"]).text)
            line(table["title"], row["label"], *cells, table["definition"])
    writer.save(stream)


# --- the quality view ---------------------------------------------------------------------------------------


def percent(share: float | None) -> str:
    """A share of one in percent, or a dash of nothing."""
    return "–" if share is None else f"{share * 100:.1f}%"


@dataclass(frozen=True)
class ShownMeasure:
    """One number with its benchmark."""

    label: str
    value: str
    of_known: str
    benchmark: str
    verdict: str
    tone: str
    source: str
    is_provisional: bool


def measures(quality: Quality) -> list[ShownMeasure]:
    """Numbers and benchmarks, each with its status."""
    shown = []
    for one in quality.measured:
        is_rate = one.of is BenchmarkOf.CASES_PER_10000
        verdict, tone = VERDICTS[one.verdict]
        shown.append(
            ShownMeasure(
                label=MEASURES[one.of],
                value=f"{one.value:.1f}" if is_rate and one.value is not None else percent(one.value),
                of_known=percent(one.of_known) if one.of_known is not None else "",
                benchmark=_range(one.benchmark, is_rate) if one.benchmark else "",
                verdict=verdict,
                tone=tone,
                source=one.benchmark.source if one.benchmark else "",
                is_provisional=one.benchmark is not None and one.benchmark.status == "provisional",
            )
        )
    return shown


def _range(benchmark: Benchmark, is_rate: bool) -> str:
    ends = [
        None if end is None else (f"{end:g}" if is_rate else f"{end * 100:g}%")
        for end in (benchmark.at_least, benchmark.at_most)
    ]
    if None not in ends:
        return f"{ends[0]} to {ends[1]}"
    return f"at least {ends[0]}" if ends[0] is not None else f"at most {ends[1]}"


def told_rows(quality: Quality) -> list[tuple[str, str, str]]:
    """How the telling ended, with its share."""
    told = quality.told
    return [
        (state.label, f"{told.by_state.get(state, 0):,}", percent(told.by_state.get(state, 0) / told.total))
        for state in TellingState
        if told.total
    ]


def posts_rows(quality: Quality) -> list[tuple[str, str, str, str]]:
    """Posts by each formula: at the cases of the year, and at the recommended number."""
    return [
        (one.formula.label, f"{one.now:.1f}", f"{one.at_recommended:.1f}", one.formula.source) for one in quality.posts
    ]
