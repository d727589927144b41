"""A draft as its author has it: the list of steps, a list of people, the check of all answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from wraparound.foundation.people.models import AddressKind
from wraparound.response.marac.forms.reading import Row, StepReading, lines_of
from wraparound.response.marac.models import ReferralDraft
from wraparound.response.marac.steps import Step, sections

Task = tuple[str, str, str, str]  # title, address, status, hint


@dataclass(frozen=True)
class Section:
    """A heading of the list of steps."""

    title: str
    tasks: list[Task]


def task_list(draft: ReferralDraft, readings: Mapping[str, StepReading]) -> list[Section]:
    """The steps under their headings, each with how far it has come."""
    return [Section(title, [_task(draft, step, readings[step.key]) for step in steps]) for title, steps in sections()]


def _task(draft: ReferralDraft, step: Step, reading: StepReading) -> Task:
    names = ", ".join(row.name for row in reading.rows)
    return step.title, step_url(draft, step), reading.status, names


def step_url(draft: ReferralDraft, step: Step) -> str:
    """Where a step is answered."""
    return reverse("marac:refer-step", args=[draft.pk, step.key])


@dataclass(frozen=True)
class RowShown:
    """One person of a list of people."""

    id: str
    name: str
    note: str
    href: str


def rows_shown(draft: ReferralDraft, step: Step, rows: tuple[Row, ...]) -> list[RowShown]:
    """The people of a list, each with what is missing."""
    return [
        RowShown(
            id=row.id,
            name=row.name,
            note="" if row.is_complete else "Something is still missing",
            href=reverse("marac:refer-row", args=[draft.pk, step.key, row.id]),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class CheckCard:
    """The answers of one page, with where to change them."""

    title: str
    rows: list[tuple[str, str]]
    href: str
    is_complete: bool


def check_cards(draft: ReferralDraft, readings: Mapping[str, StepReading]) -> list[CheckCard]:
    """Every answer before it is sent."""
    cards = []
    for reading in readings.values():
        step = reading.step
        href = step_url(draft, step)
        form = reading.form
        if form is not None or not reading.rows:
            # Without a form (perpetrators) and without rows there is nothing but that it is missing.
            complete = form is not None and form.is_valid() and bool(form.data)
            lines = (
                [(question, answer) for _, question, answer in lines_of(form)] if form is not None and complete else []
            )
            cards.append(CheckCard(step.title, lines, href, complete))
        for row in reading.rows:
            lines = [(question, answer) for _, question, answer in lines_of(row.form)] if row.is_complete else []
            title = f"{step.one.capitalize()}: {row.name}"
            cards.append(
                CheckCard(title, lines, reverse("marac:refer-row", args=[draft.pk, step.key, row.id]), row.is_complete)
            )
    return cards


def cautions(readings: Mapping[str, StepReading]) -> list[str]:
    """Answers that do not fit together and could put someone at risk: said before sending, decided by the author."""
    found = []
    address = readings["address"].form
    kind = address.cleaned_data.get("kind") if address is not None and address.is_valid() else ""
    lives_there = [
        row.name
        for row in readings["perpetrators"].rows
        if row.is_complete and row.form.cleaned_data["same_address"] == "yes"
    ]
    if lives_there and kind in (AddressKind.SAFE, AddressKind.CONFIDENTIAL):
        found.append(f"You say that the perpetrator does not know the address, and that {lives_there[0]} lives there.")
    contact = readings["contact"].form
    if (
        contact is not None
        and contact.is_valid()
        and contact.cleaned_data["safe"] == "yes"
        and not contact.cleaned_data["phone"]
    ):
        found.append("You say that it is safe to call, but gave no number.")
    return found
