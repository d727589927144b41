"""How commitments are shown: days and ages in words, labels of matters, redaction already applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.urls import reverse

from wraparound.foundation.areas import clocks
from wraparound.foundation.commitments import permissions, queries, rules
from wraparound.foundation.commitments.evidence_files import CONTENT_TYPES
from wraparound.foundation.commitments.models import Commitment, Told
from wraparound.foundation.commitments.redacting import Redactor
from wraparound.foundation.commitments.registry import labels_for
from wraparound.foundation.commitments.states import OPEN_STATES, STEPS, State
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.jinja import day, moment, shortday

NEVER_TO_PERPETRATOR = "Never to the perpetrator"
_TONES = {
    State.PROPOSED: "waiting",
    State.ACCEPTED: "moving",
    State.DECLINED: "stopped",
    State.DONE: "done",
    State.CLAIMED_NOT_POSSIBLE: "waiting",
    State.NO_LONGER_POSSIBLE: "stopped",
    State.NOT_DONE: "late",
}


@dataclass(frozen=True)
class Action:
    """A step that the reader may take now: a page, or at once with a button."""

    text: str
    href: str
    is_post: bool = False
    is_main: bool = False


@dataclass(frozen=True)
class Row:
    """A commitment in a list."""

    href: str
    version: int
    what: str
    matter_text: str
    matter_href: str
    agency: str
    owner: str
    due: str
    late_by: str
    state: str
    tone: str
    outcome: str  # evidence in one line, or why it ended otherwise
    mark: str
    actions: Sequence[Action]


@dataclass(frozen=True)
class Step:
    """One line of a commitment's history."""

    when: str
    text: str
    who: str
    agency: str
    note: str


@dataclass(frozen=True)
class Detail:
    """A commitment on its own page."""

    row: Row
    facts: Sequence[tuple[str, Any]]
    ending: str  # what the evidence or the reason stands under
    evidence: Sequence[tuple[str, Any]]
    file_href: str
    history: Sequence[Step]


def rows(actor: Actor, commitments: Iterable[Commitment]) -> list[Row]:
    """A list's rows, in the same few queries however many they are."""
    shown = list(commitments)
    matter_ids = [commitment.matter_id for commitment in shown]
    labels = labels_for(actor, matter_ids)
    redactor = Redactor(actor, matter_ids)
    today = clocks.today()
    return [_row(actor, commitment, labels, redactor, today) for commitment in shown]


def detail(actor: Actor, commitment: Commitment) -> Detail:
    """One commitment with its history."""
    redactor = Redactor(actor, [commitment.matter_id])
    labels = labels_for(actor, [commitment.matter_id])
    row = _row(actor, commitment, labels, redactor, clocks.today())
    opens_file = bool(commitment.evidence_file) and queries.may_open_file(actor, commitment)
    return Detail(
        row=row,
        facts=[
            ("Agency", commitment.organisation.name),
            ("Who does it", row.owner or "Nobody named yet"),
            ("Due", f"{day(commitment.due_on)}{f', {row.late_by} late' if row.late_by else ''}"),
            ("Made", f"{moment(commitment.made_at)}{f' by {commitment.made_by.name}' if commitment.made_by else ''}"),
            ("Escalated", moment(commitment.escalated_at) if commitment.escalated_at else "No"),
        ],
        ending="What the agency says" if commitment.state == State.CLAIMED_NOT_POSSIBLE else "What became of it",
        evidence=_evidence(commitment, redactor),
        file_href=reverse("commitments:evidence", args=[commitment.pk]) if opens_file else "",
        history=_history(actor, commitment, redactor),
    )


def in_words(days: int) -> str:
    """So many days as they stand in a row: "1 day", "12 days"; "" for none."""
    if days == 0:
        return ""
    return "1 day" if days == 1 else f"{days} days"


def days_in_words(days: float | None) -> str:
    """A median of days: "4", "4.5", or a dash where nothing was done yet."""
    return "–" if days is None else f"{days:g}"


def file_name(commitment: Commitment) -> tuple[str, str]:
    """Under what name an evidence file is handed out, and as what: never the name that it came with."""
    ending = PurePosixPath(commitment.evidence_file.name or "").suffix
    return f"evidence{ending}", CONTENT_TYPES[ending]


def _row(
    actor: Actor,
    commitment: Commitment,
    labels: dict[Any, tuple[str, str]],
    redactor: Redactor,
    today: date,
) -> Row:
    state = State(commitment.state)
    late = rules.days_late(commitment.due_on, today) if state in OPEN_STATES else 0
    text, href = labels.get(commitment.matter_id, ("", ""))
    is_overdue = rules.is_overdue(state, commitment.due_on, today)
    return Row(
        href=reverse("commitments:commitment", args=[commitment.pk]),
        version=commitment.version,
        what=redactor.text(commitment.matter_id, commitment.what),
        matter_text=text,
        matter_href=href,
        agency=commitment.organisation.short_name,
        owner=commitment.owner.name if commitment.owner else "",
        due=shortday(commitment.due_on),
        late_by=in_words(late),
        state="Overdue" if is_overdue and state is State.ACCEPTED else state.label,
        tone="late" if is_overdue else _TONES[state],
        outcome=_outcome(commitment, redactor),
        mark=NEVER_TO_PERPETRATOR if commitment.never_to_perpetrator else "",
        actions=actions(actor, commitment),
    )


def _outcome(commitment: Commitment, redactor: Redactor) -> str:
    if commitment.evidence_on:
        what = redactor.text(commitment.matter_id, commitment.evidence_what)
        return f"{what}, {shortday(commitment.evidence_on)}"
    return redactor.text(commitment.matter_id, commitment.reason)


def _evidence(commitment: Commitment, redactor: Redactor) -> list[tuple[str, Any]]:
    def clean(text: str) -> str:
        return redactor.text(commitment.matter_id, text)

    if commitment.reason:
        return [("Why", clean(commitment.reason))]
    if not commitment.evidence_on:
        return []
    late = in_words(rules.days_late(commitment.due_on, commitment.evidence_on))
    return [
        ("What was done", clean(commitment.evidence_what)),
        ("When", f"{day(commitment.evidence_on)}{f', {late} late' if late else ''}"),
        ("Who did it", clean(commitment.evidence_who)),
        ("Reference", clean(commitment.evidence_reference)),
        ("Victim-survivor told", Told(commitment.survivor_told).label if commitment.survivor_told else "Not asked"),
    ]


def _history(actor: Actor, commitment: Commitment, redactor: Redactor) -> list[Step]:
    steps = [
        (
            change.at,
            Step(
                when=moment(change.at),
                text=STEPS[change.event].capitalize(),
                who=change.by.name if change.by else "Wraparound",
                agency=change.by_organisation.short_name if change.by_organisation else "",
                note=redactor.text(commitment.matter_id, change.note),
            ),
        )
        for change in queries.history(actor, commitment)
    ]
    steps += [
        (chase.sent_at, Step(moment(chase.sent_at), "Reminded", "Wraparound", "", ""))
        for chase in queries.reminders(actor, commitment)
    ]
    return [step for _, step in sorted(steps, key=lambda pair: pair[0])]


def actions(actor: Actor, commitment: Commitment) -> list[Action]:
    """What the reader may do now: what the state allows, by whom the permissions say. Asks no database."""
    state = State(commitment.state)

    def to(name: str) -> str:
        return reverse(f"commitments:{name}", args=[commitment.pk])

    found: list[Action] = []
    if state is State.PROPOSED and permissions.can_answer(actor, commitment):
        found = [Action("Accept", to("accept"), is_post=True, is_main=True), Action("Decline", to("decline"))]
    if state is State.ACCEPTED:
        if permissions.can_do(actor, commitment):
            found.append(Action("Record as done", to("do"), is_main=True))
        if permissions.can_claim_not_possible(actor, commitment):
            found.append(Action("No longer possible", to("not-possible")))
        if permissions.can_set_not_done(actor, commitment):
            found.append(Action("Not done", to("not-done")))
    if state is State.CLAIMED_NOT_POSSIBLE:
        if permissions.can_confirm_not_possible(actor, commitment):
            found.append(Action("Confirm: no longer possible", to("confirm"), is_post=True, is_main=True))
        if permissions.can_refuse_not_possible(actor, commitment):
            found.append(Action("Still to be done", to("refuse")))
    if state in OPEN_STATES and permissions.can_assign(actor, commitment):
        found.append(Action("Change who does it" if commitment.owner_id else "Name who does it", to("assign")))
    return found


# --- the ledger ---------------------------------------------------------------------------------------------

LEDGER = (  # part of the ledger, what it is called, tone of its stretch of the bar, filter of the list behind it
    ("done_on_time", "done on time", "done", "done_on_time"),
    ("done_late", "done late", "late-done", "done_late"),
    ("open_in_time", "open, in time", "open", "in_time"),
    ("open_overdue", "open, overdue", "overdue", "overdue"),
    ("no_longer_possible", "no longer possible", "stopped", "no_longer_possible"),
    ("not_done", "not done", "not-done", "not_done"),
    ("declined", "declined", "declined", "declined"),
    ("proposed", "not answered", "unanswered", "proposed"),
)

LEDGER_COLUMNS = [
    "Agency",
    *(
        {"text": text, "numeric": True}
        for text in ("Accepted", *(label.capitalize() for _, label, _, _ in LEDGER), "Median days to done")
    ),
]


@dataclass(frozen=True)
class LedgerRow:
    """One agency of the ledger: its bar and its numbers, each with the address of the list behind it."""

    agency: str
    bar: Sequence[tuple[str, int, str]]
    accepted: tuple[int, str]
    numbers: Sequence[tuple[str, int, str]]  # label, number, address
    median: str
    total: int


def ledger_rows(lines: Iterable[queries.LedgerLine], period: str) -> list[LedgerRow]:
    """The ledger as it is drawn."""
    shown = []
    for entry in lines:
        base = f"{reverse('commitments:list')}?scope=all&agency={entry.organisation.pk}&period={period}&state="
        numbers = [(label, getattr(entry.line, part), base + state) for part, label, _, state in LEDGER]
        shown.append(
            LedgerRow(
                agency=entry.organisation.short_name,
                bar=[(label, getattr(entry.line, part), tone) for part, label, tone, _ in LEDGER],
                accepted=(entry.line.accepted, base + "accepted"),
                numbers=numbers,
                median=days_in_words(entry.line.median_days),
                total=entry.line.total,
            )
        )
    return shown
