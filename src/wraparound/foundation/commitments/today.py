"""What of commitments waits for someone, as Today shows it. Each section is at most two queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse

from wraparound.foundation.areas.clocks import LONDON
from wraparound.foundation.commitments import queries
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.kit.registry import TodayRow


def our_commitments(actor: Actor) -> Iterator[TodayRow]:
    """Of those who keep an agency's promises: proposals to answer; what is due within a week or overdue."""
    if not actor.has_role(Role.MARAC_REPRESENTATIVE, Role.PRACTITIONER, Role.IDVA):
        return
    waits = queries.waits_for_agency(actor)
    if waits.proposals:
        yield TodayRow(
            title="Commitments proposed to us",
            count=waits.proposals,
            sentence="Accept them, or decline with a reason so that someone else can be asked.",
            oldest_at=waits.oldest_proposal,
            href=_list(scope=queries.AGENCY, state="proposed"),
            button="Answer",
        )
    if waits.due:
        parts = [f"{waits.overdue} overdue"] if waits.overdue else []
        parts += [f"{waits.due - waits.overdue} due within 7 days"] if waits.due > waits.overdue else []
        yield TodayRow(
            title="Our commitments",
            count=waits.due,
            sentence=" · ".join(parts),
            oldest_at=_moment(waits.earliest) if waits.overdue else None,
            href=_list(scope=queries.AGENCY, state="due"),
            button="Open",
            is_late=waits.overdue > 0,
        )


def escalated(actor: Actor) -> Iterator[TodayRow]:
    """Of an agency's lead: what was escalated and still stands, and what lately ended as not done."""
    if not actor.has_role(Role.AGENCY_LEAD):
        return
    waits = queries.waits_for_agency(actor)
    if waits.escalated:
        yield TodayRow(
            title="Escalated to you",
            count=waits.escalated,
            sentence="Commitments of your agency that are past their day or were not answered.",
            oldest_at=waits.escalated_since,
            href=_list(scope=queries.AGENCY, state="escalated"),
            button="Open",
            is_late=True,
        )
    not_done, since = queries.not_done_lately(actor)
    if not_done:
        yield TodayRow(
            title="Not done in the last 7 days",
            count=not_done,
            sentence="Commitments of your agency that ended as not done, each with its reason.",
            oldest_at=since,
            href=_list(scope=queries.AGENCY, state="not_done_lately"),
            button="Read",
        )


def overdue(actor: Actor) -> Iterator[TodayRow]:
    """Of those who run the MARAC: overdue by agency; for the co-ordinator, claims to decide."""
    if not actor.has_role(Role.MARAC_COORDINATOR, Role.MARAC_CHAIR):
        return
    agencies = queries.overdue_by_agency(actor)
    if agencies:
        total = sum(number for _, number, _ in agencies)
        name, most, _ = agencies[0]
        spread = f"{total} in {len(agencies)} agencies · {name} {most}" if len(agencies) > 1 else f"{name} {most}"
        yield TodayRow(
            title="Commitments overdue",
            count=total,
            sentence=spread,
            oldest_at=_moment(min(earliest for _, _, earliest in agencies)),
            href=reverse("commitments:ledger"),
            button="See ledger",
            is_late=True,
        )
    if actor.has_role(Role.MARAC_COORDINATOR):
        yield from _claims(actor)


def _claims(actor: Actor) -> Iterator[TodayRow]:
    number, since = queries.claims_to_confirm(actor)
    if number:
        yield TodayRow(
            title="Said to be no longer possible",
            count=number,
            sentence="Decide whether circumstances changed or it is still to be done.",
            oldest_at=since,
            href=_list(state="claimed"),
            button="Decide",
        )


def _list(scope: str = queries.ALL, state: str = "open") -> str:
    return f"{reverse('commitments:list')}?scope={scope}&state={state}"


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=LONDON) if day else None
