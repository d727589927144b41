"""What is open by an emergency, and the looks that somebody checks afterwards: in words, and redacted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from wraparound.foundation.access.decisions import facings_of
from wraparound.foundation.access.models import EmergencyLook
from wraparound.foundation.access.permissions import REVIEWING, can_review, reviews_here
from wraparound.foundation.access.queries import live_looks, looks_into_own_cases
from wraparound.foundation.access.redaction import Audience, text_for
from wraparound.foundation.access.states import LookState
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.queries import OpenNow, held_addresses_of_matters
from wraparound.kit.jinja import ago, clock, moment
from wraparound.kit.registry import TodayRow

NOT_SHOWN = "Not shown in your work"


@dataclass(frozen=True)
class LookRow:
    """One look as those who answer for the case read it. It names nobody whom the case is about."""

    href: str
    when: str
    who: str
    agency: str
    role: str
    reason: str
    until: str
    waiting: str
    late_by: str
    state: str
    tone: str
    reviewed: str
    note: str


def until_words(at: datetime) -> str:
    """ "14:20", or with its day where that isn't today."""
    return clock(at) if today(at) == today() else moment(at)


def banner_of(actor: Actor, matter_id: UUID) -> str:
    """What stands on a case's pages while it is open to the reader by an emergency; "" otherwise."""
    return banner_until(live_looks(actor).get(matter_id))


def banner_until(ends_at: datetime | None) -> str:
    """The same of a moment."""
    return f"Open to you until {until_words(ends_at)} for this emergency." if ends_at else ""


def open_now(found: Iterable[OpenNow]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is open by an emergency: until when, and the names with the addresses of their pages."""
    return [
        (
            until_words(case.until),
            [(record.full_name, reverse("people:person", args=[record.person_id])) for record in case.records],
        )
        for case in found
    ]


def look_rows(actor: Actor, looks: Sequence[EmergencyLook]) -> list[LookRow]:
    """Each look in words. The reason is redacted, and isn't there for whoever works with the perpetrator."""
    matters = [look.matter_id for look in looks]
    held, facings = held_addresses_of_matters(matters), facings_of(actor, matters)

    def redacted(look: EmergencyLook, text: str) -> str:
        if actor.has_role(Role.AGENCY_LEAD) and _works_with_perpetrators(actor, look):
            return NOT_SHOWN if text else ""
        return text_for(text, held[look.matter_id], Audience(str(actor.user_id or ""), facings[look.matter_id]))

    return [_row(look, redacted(look, look.reason), redacted(look, look.review_note)) for look in looks]


def _works_with_perpetrators(actor: Actor, look: EmergencyLook) -> bool:
    return actor.works_with_perpetrators or look.owner.works_with_perpetrators


def _row(look: EmergencyLook, reason: str, note: str) -> LookRow:
    is_late = look.state == LookState.WAITING and look.review_due_at <= timezone.now()
    tones = {LookState.JUSTIFIED: "done", LookState.NOT_JUSTIFIED: "stopped"}
    return LookRow(
        href=reverse("people:emergency-look", args=[look.pk]),
        when=moment(look.opened_at),
        who=look.user.name,
        agency=look.organisation.short_name,
        role=Role(look.membership.role).label,
        reason=reason,
        until=moment(look.ends_at),
        waiting=ago(look.opened_at),
        late_by=ago(look.review_due_at) if is_late else "",
        state=LookState(look.state).label,
        tone="late" if is_late else tones.get(LookState(look.state), "waiting"),
        reviewed=f"{look.reviewed_by.name}, {moment(look.reviewed_at)}" if look.reviewed_by else "",
        note=note,
    )


def look_page(actor: Actor, look: EmergencyLook) -> tuple[LookRow, bool]:
    """One look, and whether the reader may say now whether it was right."""
    [row] = look_rows(actor, [look])
    return row, look.state == LookState.WAITING and can_review(actor, look)


def emergencies_today(actor: Actor) -> Iterable[TodayRow]:
    """The row of Today for whoever reviews looks into their organisation's cases."""
    if actor.role not in REVIEWING or not reviews_here(actor):
        return
    opened = list(looks_into_own_cases(actor).order_by("opened_at").values_list("opened_at", "review_due_at")[:100])
    if opened:
        yield TodayRow(
            title="Emergency looks to review",
            count=len(opened),
            sentence="A case of yours was opened to someone in an emergency. Read why, and say whether it was right.",
            oldest_at=opened[0][0],
            href=reverse("people:emergency-looks"),
            button="Review",
            is_late=any(due <= timezone.now() for _, due in opened),
        )
