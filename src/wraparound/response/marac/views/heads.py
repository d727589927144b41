"""What the pages share: who acts, numbers from forms, and what stands first on a page about someone."""

from __future__ import annotations

import uuid
from typing import cast

from django.http import HttpRequest

from wraparound.foundation.access.web import Request
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people import queries as people
from wraparound.foundation.people.queries import ContactGuidance
from wraparound.kit.errors import BadInput
from wraparound.kit.forms import Form
from wraparound.response.marac.models import Referral


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, in which role."""
    return cast(Request, request).actor


def whole_number(text: str | None) -> int:
    """A version as a form sent it; -1, which none ever is, for anything that is no number."""
    return int(text) if text and text.isascii() and text.isdecimal() else -1


def banner_of(request: HttpRequest, referral: Referral) -> ContactGuidance:
    """How this reader may reach the victim-survivor: first on every page about them."""
    agreed = referral.referrer_id if referral.contact_agreed_with_idva else None
    return people.guidance_for_person(actor_of(request), referral.victim.person_id, agreed_referrer=agreed)


def add_error(form: Form, stop: BadInput) -> None:
    """Show a service's sentence at the field that it is about, where the form has it."""
    form.add_error(stop.field if stop.field in form.fields else None, stop.sentence)


def uuid_or_none(text: str | None) -> uuid.UUID | None:
    """An id as a page sent it, or None."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
