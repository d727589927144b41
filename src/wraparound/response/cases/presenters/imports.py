"""How imports are shown: numbers, lines without values, speed and time left in words."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from wraparound.foundation.access.redaction import NOBODY, WITHHELD, HeldAddress, text_for
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.files import CsvWriter
from wraparound.kit.jinja import ago
from wraparound.kit.registry import TodayRow
from wraparound.response.cases.importing import queries
from wraparound.response.cases.importing.columns import CHILDREN, COLUMNS, INCIDENTS
from wraparound.response.cases.importing.effects import seconds_left
from wraparound.response.cases.importing.reports import names_of
from wraparound.response.cases.importing.tally import OUTCOMES
from wraparound.response.cases.models import ImportLine, ImportRun, UrgentRow
from wraparound.response.cases.states import ImportState

TONES = {
    ImportState.UPLOADED: "waiting",
    ImportState.PREVIEWING: "moving",
    ImportState.PREVIEWED: "waiting",
    ImportState.RUNNING: "moving",
    ImportState.DONE: "done",
    ImportState.REFUSED: "late",
    ImportState.CANCELLED: "stopped",
}
_OF_AN_ADDRESS = ("address", "postcode")
_TILES = (("New", "accepted", "good"), ("The same", "unchanged", "quiet"), ("Changed", "changed", ""))


@dataclass(frozen=True)
class Part:
    """What came, or would come, of one of the two files."""

    file: str
    name: str
    title: str
    tiles: list[tuple[str, int, str, str]]
    rejected: int
    unknown_columns: list[str]


def state_of(run: ImportRun) -> tuple[str, str]:
    """A run's state in words, and its tone."""
    state = ImportState(run.state)
    return state.label, TONES[state]


def numbers_of(run: ImportRun) -> dict[str, Any]:
    """The numbers that hold now: of the import, or of its check."""
    is_checked_only = run.state in (ImportState.PREVIEWED, ImportState.CANCELLED)
    found: dict[str, Any] = run.preview if is_checked_only else run.report
    return found


def parts(run: ImportRun) -> list[Part]:
    """Four tiles for each file: new, the same, changed, rejected."""
    numbers = numbers_of(run)
    found = []
    for file, name, title in (
        (INCIDENTS, run.file_name, "Incidents"),
        (CHILDREN, run.children_name, "Children"),
    ):
        if file == CHILDREN and not run.children_name:
            continue
        counts = numbers.get(file) or dict.fromkeys(("read", *OUTCOMES), 0)
        rejected = counts["rejected"]
        tiles = [(label, counts[key], "", tone) for label, key, tone in _TILES]
        tiles.append(("Rejected", rejected, f"of {counts['read']:,} read", "bad" if rejected else ""))
        unknown = list(numbers.get("unknown", {}).get(file, []))
        found.append(Part(file, name, title, tiles, rejected, unknown))
    return found


def rejection_rows(run: ImportRun, lines: Iterable[ImportLine]) -> list[list[Any]]:
    """Where each rejected row stands and why, without a value of it."""
    return [
        [
            names_of(run)[line.file],
            str(line.line),
            line.column or "Whole row",
            line.shape,
            format_html('<strong class="app-restricted">Urgent</strong> {}', line.reason)
            if line.is_urgent
            else line.reason,
        ]
        for line in lines
    ]


def warning_rows(run: ImportRun, found: Iterable[queries.ByReason]) -> list[list[Any]]:
    """What is warned of, and how often."""
    return [[names_of(run)[one.file], one.column or "Whole row", one.reason, f"{one.count:,}"] for one in found]


def warning_lines(run: ImportRun, lines: Iterable[ImportLine]) -> list[list[Any]]:
    """Each warning with its line."""
    return [
        [names_of(run)[line.file], str(line.line), line.column or "Whole row", line.shape, line.reason]
        for line in lines
    ]


@dataclass(frozen=True)
class ProgressShown:
    """How far a run is, as the bar shows it."""

    label: str
    done: int
    total: int
    note: str


def progress_of(run: ImportRun, now: datetime) -> ProgressShown:
    """Rows done of all, rows per second and the time left, as far as can be told."""
    done = run.rows_done + run.children_done
    if run.state in (ImportState.UPLOADED, ImportState.PREVIEWING):
        return ProgressShown(
            "Checking", done, max(run.rows_total or 0, done), f"{done:,} rows read. Nothing is imported yet."
        )
    speed, left = seconds_left(run, now)
    note = f"{speed:,.0f} rows a second" if speed else "About to begin"
    if left is not None:
        note += f", about {in_words(left)} left"
    return ProgressShown("Importing", done, run.rows_total or done, note)


def in_words(seconds: float) -> str:
    """A stretch of time, roughly: "40 seconds", "3 minutes"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
    return f"{round(seconds / 60)} minutes"


def list_rows(runs: Iterable[ImportRun]) -> list[dict[str, Any]]:
    """Imports as rows of their list."""
    rows = []
    for run in runs:
        counts = numbers_of(run).get(INCIDENTS) or {}
        text, tone = state_of(run)
        rows.append(
            {
                "href": reverse("cases:import", args=[run.pk]),
                "name": run.file_name,
                "children": run.children_name,
                "at": run.created_at,
                "by": run.started_by.name if run.started_by else "Command line",
                "state": text,
                "tone": tone,
                "read": counts.get("read", ""),
                "rejected": counts.get("rejected", ""),
            }
        )
    return rows


def urgent_rows_shown(rows: Iterable[UrgentRow]) -> list[list[Any]]:
    """Urgent tasks as rows of a table."""
    return [
        [
            format_html(
                '<a class="govuk-link" href="{}">{}, line {}</a>',
                reverse("cases:urgent", args=[row.pk]),
                names_of(row.run)[row.file],
                row.line,
            ),
            row.incident_ref or "No reference",
            row.why,
            ago(row.created_at),
            "Dealt with" if row.dealt_with_at else "Open",
        ]
        for row in rows
    ]


def cells_of(line: ImportLine | None) -> list[tuple[str, str]]:
    """The cells of a rejected row as they came, for the clerk whose file it was: without its addresses.

    Nobody has said what they are, so they are protected (safety rule 2); they stand in the file that was sent.
    """
    if line is None:
        return []
    values = _without_addresses(line.row.get("values", {}))
    order = {column: position for position, column in enumerate(COLUMNS[line.file])}
    known = sorted(values, key=lambda column: (order.get(column, len(order)), column))
    cells = [(column, values[column]) for column in known if values[column]]
    return cells + [("beyond the last column", text) for text in line.row.get("more", []) if text]


def _without_addresses(values: Mapping[str, str]) -> dict[str, str]:
    held = [
        HeldAddress(values.get(column.replace("postcode", "address"), ""), values[column], "unconfirmed")
        for column in values
        if column.endswith(_OF_AN_ADDRESS)
    ]
    return {
        column: WITHHELD if column.endswith(_OF_AN_ADDRESS) else text_for(text, held, NOBODY)
        for column, text in values.items()
        if text
    }


class _Echo:
    """Gives back what is written, so that a table can be sent while it is made."""

    def __init__(self) -> None:
        self.text = io.StringIO(newline="")

    def write(self, text: str) -> int:
        return self.text.write(text)

    def taken(self) -> str:
        found = self.text.getvalue()
        self.text = io.StringIO(newline="")
        return found


def rejected_file(actor: Actor, columns: Sequence[str], lines: Iterable[ImportLine]) -> Iterator[str]:
    """The rejected rows of one file as CSV, with the columns of its header and nothing else changed.

    It begins with the mark by which Excel knows UTF-8, so that names in every script come back as they are. It is read
    while it is sent, after the request has let go of its actor: so it acts as that one itself.
    """
    echo = _Echo()
    writer = CsvWriter(echo, columns)
    yield "\ufeff" + echo.taken()
    with acting_as(actor):
        for line in lines:
            writer.write(line.row.get("values", {}), line.row.get("more", []))
            yield echo.taken()


def today(actor: Actor) -> Iterator[TodayRow]:
    """What waits for a police clerk: urgent rows, imports to confirm, and the last import."""
    if not actor.has_role(Role.POLICE_CLERK):
        return
    waiting = queries.waiting_for(actor)
    if waiting.urgent:
        yield TodayRow(
            title="Rejected rows that can't wait",
            count=waiting.urgent,
            sentence="They speak of high risk, and are in no case until they are corrected and sent again.",
            oldest_at=waiting.urgent_since,
            href=reverse("cases:urgent-list"),
            button="Deal with them",
            is_late=True,
            risk=3,
        )
    if waiting.to_confirm:
        yield TodayRow(
            title="Imports to confirm",
            count=waiting.to_confirm,
            sentence="They were checked. Nothing of them is imported until you confirm.",
            oldest_at=waiting.to_confirm_since,
            href=reverse("cases:import-list"),
            button="Confirm",
        )
    if waiting.last is not None:
        counts = waiting.last.report.get(INCIDENTS) or {}
        yield TodayRow(
            title="Last import",
            count=counts.get("read", 0),
            sentence=f"{counts.get('accepted', 0):,} new, {counts.get('changed', 0):,} changed, "
            f"{counts.get('rejected', 0):,} rejected.",
            oldest_at=waiting.last.finished_at,
            href=reverse("cases:import", args=[waiting.last.pk]),
            button="See the report",
        )
