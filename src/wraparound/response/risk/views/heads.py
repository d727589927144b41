"""What the pages share: who acts, numbers from forms, and what stands at the head of a page about someone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from wraparound.foundation.access.web import Request
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people import queries as people
from wraparound.foundation.people.models import SourceRecord
from wraparound.kit.registry import case_tabs
from wraparound.response.cases import queries as cases
from wraparound.response.cases.models import Case
from wraparound.response.risk import presenters, queries
from wraparound.response.risk.models import Assessment


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, in which role."""
    return cast(Request, request).actor


def whole_number(text: str | None) -> int:
    """A version or part as a form sent it; -1, which none ever is, for anything that is no number."""
    return int(text) if text and text.isascii() and text.isdecimal() else -1


def about(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What every page about one assessment shows at its head."""
    actor = actor_of(request)
    return {
        "assessment": assessment,
        "title": presenters.title_of(assessment),
        "facts": presenters.facts_of(assessment),
        "case": cases.case_of_matter(assessment.matter_id),
        "banner": people.guidance_for_person(actor, assessment.subject.person_id),
        "caution": presenters.caution_for(assessment.subject, today()),
        "is_assessor": assessment.assessor_id == actor.user_id,
    }


def about_case(request: HttpRequest, case: Case, victims: Sequence[SourceRecord] | None = None) -> dict[str, Any]:
    """What every page about a case shows at its head. `victims` where they are known already."""
    actor = actor_of(request)
    victims = queries.victims_of(actor, case) if victims is None else victims
    banner = people.guidance_for_person(actor, victims[0].person_id) if victims else None
    cautions = [caution for caution in (presenters.caution_for(record, today()) for record in victims) if caution]
    here = reverse("risk:history", args=[case.pk])
    tabs = [(*tab, tab[1] == here) for contribute in case_tabs if (tab := contribute(actor, case))]
    return {"case": case, "victims": victims, "banner": banner, "cautions": cautions, "tabs": tabs}
