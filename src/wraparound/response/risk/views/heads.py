"""What the pages share: who acts, numbers from forms, and what stands at the head of a page about someone."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from wraparound.foundation.access.web import Request
from wraparound.foundation.partners.actors import Actor
from wraparound.response.cases import queries as cases
from wraparound.response.risk import presenters
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
        "banner": presenters.banner_for(actor, assessment.subject),
        "caution": presenters.caution_for(assessment.subject),
        "is_assessor": assessment.assessor_id == actor.user_id,
    }
