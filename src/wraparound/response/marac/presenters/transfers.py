"""Moves between areas: the pack that goes with a case, lists, and one move on its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import presenters as commitments
from wraparound.foundation.commitments.queries import for_matter
from wraparound.foundation.meetings.queries import items_of_matter
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.queries import guidance_for_person
from wraparound.kit.jinja import day, moment
from wraparound.response.cases.queries import case_of_matter, parties
from wraparound.response.marac.answers import REASONS
from wraparound.response.marac.in_force import sharing_rules, transfer_rules
from wraparound.response.marac.models import Direction, Move, Transfer
from wraparound.response.marac.presenters.minutes import minutes_shown
from wraparound.response.marac.presenters.referrals import fear_rows, people_rows
from wraparound.response.marac.presenters.words import late_by, met, reader
from wraparound.response.marac.queries.minutes import minutes_of_items
from wraparound.response.marac.repeat_states import TransferState
from wraparound.response.risk.queries import signed_of

Rows = list[tuple[str, str]]
TONES = {
    TransferState.PREPARED: "waiting",
    TransferState.SENT: "moving",
    TransferState.RECEIVED: "done",
    TransferState.CALLED_OFF: "stopped",
}
THROUGH_THE_IDVAS = "The IDVAs hand it over to one another. Contact goes through the IDVA."


# --- the pack -----------------------------------------------------------------------------------------------


def pack_of(actor: Actor, transfer: Transfer) -> list[dict[str, object]]:
    """What goes: the chosen sections as `actor` may read them, without a protected address and without agency-only
    words.
    """
    labels = transfer_rules(transfer.matter.area, today()).params.contents
    return [
        {"title": labels[code], "rows": [list(row) for row in _SECTIONS[code](actor, transfer)]}
        for code in transfer.contents
        if code in labels and code in _SECTIONS
    ]


def _people(actor: Actor, transfer: Transfer) -> Rows:
    case = case_of_matter(transfer.matter_id)
    shown = parties(actor, case) if case is not None else []
    born = {one.record.person_id: day(one.record.dob) for one in shown if one.record.dob}
    rows = people_rows(shown)
    first = {one.record.full_name: one.record.person_id for one in reversed(shown)}
    return [(role, _with_birth(name, first, born)) for role, name in rows]


def _with_birth(name: str, first: Mapping[str, UUID], born: Mapping[UUID, str]) -> str:
    person = next((pk for full_name, pk in first.items() if name.startswith(full_name)), None)
    return f"{name}, born {born[person]}" if person is not None and person in born else name


def _referral(actor: Actor, transfer: Transfer) -> Rows:
    referral, read = transfer.referral, reader(actor, transfer.matter_id)
    rows = [
        ("Referred", f"{day(referral.received_at)}, by {referral.organisation.name}"),
        ("Reasons given", "; ".join(REASONS.get(code, code) for code in referral.reasons)),
        ("Criteria met", "; ".join(met(referral.criteria)) or "None by itself: judgement"),
        ("In words", read(referral.reason_narrative)),
        ("Professional judgement", read(referral.judgement_reason)),
        *fear_rows(referral, read),
        ("Knows about the referral", referral.victim_aware.capitalize()),
        ("Agrees to sharing", referral.consent.replace("_", " ").capitalize()),
    ]
    return [(key, value) for key, value in rows if value]


def _risk(actor: Actor, transfer: Transfer) -> Rows:
    read = reader(actor, transfer.matter_id)
    rows: Rows = []
    for signed in signed_of(actor, transfer.matter_id):
        ticks = f", {signed.ticks} ticks" if signed.ticks is not None else ""
        title = f"{signed.instrument_version.instrument.name}, {day(signed.signed_at)}"
        rows.append((title, f"{signed.get_grade_display()}{ticks}. {read(signed.judgement_reason)}".strip()))
    for item in items_of_matter(actor, transfer.matter_id)[:3]:
        if item.risk_summary:
            rows.append((f"Risk summary, {day(item.session.starts_at)}", read(item.risk_summary)))
    return rows or [("Risk", "No assessment is signed, and no risk summary was made.")]


def _minutes(actor: Actor, transfer: Transfer) -> Rows:
    items = list(items_of_matter(actor, transfer.matter_id)[:3])
    held = minutes_of_items(actor, [item.pk for item in items])
    rows: Rows = []
    for item in items:
        minutes = held.get(item.pk)
        if minutes is not None and minutes.approved_at is not None:
            shown = minutes_shown(actor, minutes, [minutes])
            rows += [
                (f"{day(item.session.starts_at)}: {section.heading}", _lines(section.lines))
                for section in shown.sections
            ]
    return rows or [("Minutes", "No minutes of this case are approved.")]


def _lines(lines: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{agency}: {text}" if agency else text for agency, text in lines)


def _plan(actor: Actor, transfer: Transfer) -> Rows:
    shown = commitments.rows(actor, for_matter(actor, transfer.matter_id)[:30])
    return [(f"{row.agency}, by {row.due}", f"{row.what} ({row.state})") for row in shown] or [
        ("Plan", "Nothing is promised.")
    ]


def _contact(actor: Actor, transfer: Transfer) -> Rows:
    referral, read = transfer.referral, reader(actor, transfer.matter_id)
    guidance = guidance_for_person(actor, referral.victim.person_id)
    rows = [
        ("Numbers and times", THROUGH_THE_IDVAS),
        ("Rule now", guidance.sentence),
        ("Safe to talk to", read(referral.safe_to_talk_to)),
        ("NOT safe to talk to", read(referral.not_safe_to_talk_to)),
    ]
    return [(key, value) for key, value in rows if value]


_SECTIONS: dict[str, Callable[[Actor, Transfer], Rows]] = {
    "people": _people,
    "referral": _referral,
    "risk": _risk,
    "minutes": _minutes,
    "plan": _plan,
    "contact": _contact,
}


# --- lists and one of them ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TransferLine:
    """One move in a list."""

    href: str
    reference: str
    name: str
    where: str
    begun: str
    state: str
    tone: str
    late: str
    handed_over: str


def transfer_lines(rows: Iterable[Transfer]) -> list[TransferLine]:
    """Moves in the order given. The rows must have been read for the actor."""
    return [_line(row) for row in rows]


def _line(row: Transfer) -> TransferLine:
    state = TransferState(row.state)
    waits = state is TransferState.SENT
    return TransferLine(
        href=reverse("marac:transfer", args=[row.pk]),
        reference=row.matter.case.reference,
        name=row.referral.victim.full_name,
        where=f"{'To' if row.direction == Direction.OUT else 'From'} {_place(row)}",
        begun=day(row.made_at),
        state=state.label,
        tone="late" if waits and late_by(row.confirm_by) else TONES[state],
        late=late_by(row.confirm_by) if waits else "",
        handed_over=f"With {row.idva_there}, {day(row.handed_over_at)}" if row.handed_over_at else "Not yet",
    )


def _place(row: Transfer) -> str:
    return f"{row.other_area} ({row.other_marac})" if row.other_marac else row.other_area


@dataclass(frozen=True)
class TransferShown:
    """One move on its page."""

    line: TransferLine
    is_out: bool
    facts: Rows
    sections: list[tuple[str, list[tuple[str, str]]]]
    is_frozen: bool
    handover: Rows
    redo_dash: str


def transfer_shown(actor: Actor, row: Transfer) -> TransferShown:
    """Everything of one that `actor` may read; the pack as it went, or as it would go now."""
    read = reader(actor, row.matter_id)
    is_out = row.direction == Direction.OUT
    pack = row.pack or (pack_of(actor, row) if is_out else [])
    return TransferShown(
        line=_line(row),
        is_out=is_out,
        facts=_facts(row, read),
        sections=[(str(part["title"]), _as_rows(part["rows"], read)) for part in pack],
        is_frozen=bool(row.pack),
        handover=[
            ("With", row.idva_there),
            ("When", f"{moment(row.handed_over_at)}, by {row.handed_over_by}"),
            ("What was handed over", read(row.handover_note)),
        ]
        if row.handed_over_at
        else [],
        redo_dash=_redo_dash(actor, row),
    )


def _as_rows(rows: Any, read: Callable[[str], str]) -> Rows:
    return [(str(question), read(str(answer))) for question, answer in rows]


def _facts(row: Transfer, read: Callable[[str], str]) -> Rows:
    bases = sharing_rules(row.matter.area, today()).params.lawful_bases
    labels = transfer_rules(row.matter.area, today()).params.contents
    facts = [
        ("Area", _place(row)),
        ("Co-ordinator there", row.other_contact),
        ("For how long", Move(row.move).label),
        ("Why", read(row.reason)),
        ("Heard there", day(row.heard_there_on)),
        ("What goes with it", "; ".join(labels.get(code, code) for code in row.contents)),
        ("Why so much", read(row.why_contents)),
        ("Lawful basis", bases.get(row.lawful_basis, row.lawful_basis)),
        ("Sent", f"{moment(row.sent_at)}, by {row.sent_by}" if row.sent_at else ""),
        ("Arrived", f"{moment(row.received_at)}, says {row.received_by}" if row.received_at else ""),
        ("Called off", read(row.ended_reason)),
    ]
    return [(key, value) for key, value in facts if value]


def _redo_dash(actor: Actor, row: Transfer) -> str:
    """A move changes what keeps someone safe: whether the Dash was done again since."""
    if row.direction == Direction.OUT or row.state == TransferState.CALLED_OFF:
        return ""
    since = [one for one in signed_of(actor, row.matter_id) if one.signed_at and one.signed_at >= row.made_at]
    return "" if since else "The move changes the risk: no Dash has been signed here since. Do it again with them."


def origin_words(origin: Transfer | None) -> str:
    """Where a case came from, for the agenda and the session screen."""
    if origin is None:
        return ""
    heard = f", heard there {day(origin.heard_there_on)}" if origin.heard_there_on else ""
    return f"From {_place(origin)}{heard}"


def moves_of(rows: Iterable[Transfer]) -> list[tuple[str, str]]:
    """(what, its page) of the moves of a referral's case, for its page."""
    return [(f"{line.where}: {line.state.lower()}", line.href) for line in transfer_lines(rows)]
