"""What other pages show of assessments: on Today, what waits for this reader, and what was not begun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from wraparound.evidence.assessments.models import AssessmentKind
from wraparound.evidence.assessments.permissions import AGREEING, WRITING
from wraparound.evidence.assessments.queries import editions_to_read
from wraparound.evidence.assessments.states import EditionState
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.kit.registry import TodayRow

MOST = 100


def editions(actor: Actor) -> Iterable[TodayRow]:
    """Drafts and what was not begun for the analyst; signed-off ones for whoever may agree to them."""
    if actor.role not in WRITING | AGREEING:
        return
    rows = editions_to_read(actor).filter(state__in=[EditionState.DRAFT, EditionState.SIGNED_OFF])
    found = list(rows.values_list("state", "asked_at", "signed_off_by_id").order_by("asked_at")[:MOST])
    drafts = [at for state, at, _ in found if state == EditionState.DRAFT]
    to_agree = [at for state, at, signer in found if state == EditionState.SIGNED_OFF and signer != actor.user_id]
    href = reverse("assessments:list")
    if actor.role in WRITING and drafts:
        words = "Assessments in draft: to be written on and signed off"
        yield TodayRow(words, len(drafts), oldest_at=drafts[0], href=href)
    if actor.role in WRITING:
        yield from _not_begun(actor)
    if to_agree:
        yield TodayRow("Assessments signed off: to be agreed", len(to_agree), oldest_at=to_agree[0], href=href)


def _not_begun(actor: Actor) -> Iterable[TodayRow]:
    """The assessments that the law asks for each year, of the year before this one."""
    last_year = today().year - 1
    of_last_year = editions_to_read(actor).filter(last_month__gte=date(last_year, 1, 1))
    begun = set(of_last_year.values_list("assessment__kind", flat=True))
    if wanting := [kind for kind in AssessmentKind if kind not in begun]:
        yield TodayRow(
            f"Assessments of {last_year} that the law asks for",
            len(wanting),
            sentence=f"Not begun: {' and '.join(kind.label.lower() for kind in wanting)}.",
            href=reverse("assessments:new"),
            button="Begin",
        )
