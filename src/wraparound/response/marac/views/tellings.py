"""Reaching the victim-survivor before the session, and telling them after it, within the contact rules."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.decisions import can, check
from wraparound.foundation.access.web import for_roles
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.queries import ContactGuidance
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Refused
from wraparound.kit.forms import Form
from wraparound.kit.paging import page_of
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms.telling import AttemptForm, EndForm
from wraparound.response.marac.models import Referral, Telling
from wraparound.response.marac.permissions import REFERRING
from wraparound.response.marac.presenters import words
from wraparound.response.marac.presenters.referrals import fear_rows, referral_lines
from wraparound.response.marac.presenters.tellings import (
    attempts_shown,
    channel_choices,
    promises,
    telling_words,
    what_may_be_done,
)
from wraparound.response.marac.views.heads import actor_of, add_error, banner_of, uuid_or_none, whole_number

READING = (Role.IDVA, Role.MARAC_COORDINATOR, Role.MARAC_CHAIR)


@require_safe
@for_roles(*READING)
def tellings(request: HttpRequest) -> HttpResponse:
    """Who is still to be told, the soonest due first; for the co-ordinator those past their time, too."""
    actor = actor_of(request)
    late = request.GET.get("show") == "late"
    rows = queries.tellings_late(actor, timezone.now()) if late else queries.tellings_waiting(actor)
    page = page_of(request, rows, order=["due_at", "pk"])
    context = {"page": page, "lines": [telling_words(one) for one in page.rows], "late": late}
    return render(request, "marac/tellings.html", context)


@require_safe
@for_roles(Role.IDVA)
def contacts(request: HttpRequest) -> HttpResponse:
    """New referrals whose victim-survivor nobody of the service has tried to reach yet."""
    page = page_of(request, queries.contacts_due(actor_of(request)), order=["contact_by", "pk"])
    lines = [
        (line, words.late_by(one.contact_by), one)
        for line, one in zip(referral_lines(page.rows), page.rows, strict=True)
    ]
    return render(request, "marac/contacts.html", {"page": page, "lines": lines})


@for_roles(*READING)
def telling(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What they are to be told, by which ways, and what was tried; an attempt is logged here."""
    actor = actor_of(request)
    found = queries.telling_for(actor, pk)
    guidance = banner_of(request, found.referral)
    form = AttemptForm(request.POST if request.method == "POST" else None, channels=channel_choices(guidance))
    if request.method == "POST":
        check(actor, "tell", found)
        if form.is_valid() and _attempt(request, form, found.referral, found):
            messages.success(request, "The attempt is logged.")
            return redirect("marac:telling", found.pk)
    context = _about(request, found, guidance) | {"form": form}
    return render(request, "marac/telling.html", context, status=422 if form.errors else 200)


@for_roles(Role.IDVA)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Told, or an honest other ending."""
    actor = actor_of(request)
    found = queries.telling_for(actor, pk)
    check(actor, "tell", found)
    guidance = banner_of(request, found.referral)
    agreed = promises(actor, found)
    form = EndForm(
        request.POST if request.method == "POST" else None,
        channels=channel_choices(guidance),
        commitments=[(one.id, one.words) for one in agreed if one.is_promised],
        initial={"told": [one.id for one in agreed if one.is_promised]},
    )
    if request.method == "POST" and form.is_valid() and _end(request, form, found):
        messages.success(request, "Recorded. The referral is closed.")
        return redirect("marac:telling", found.pk)
    context = _about(request, found, guidance) | {"form": form}
    return render(request, "marac/telling_end.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.IDVA)
def take(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the telling on."""
    actor = actor_of(request)
    found = queries.telling_for(actor, pk)
    services.take(telling=found, by=actor)
    messages.success(request, "It is yours now.")
    return redirect("marac:telling", found.pk)


@for_roles(*REFERRING)
def contact(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An attempt to reach them before the session: by the IDVA, or the referrer where that was agreed."""
    actor = actor_of(request)
    found = queries.referral_for(actor, pk)
    check(actor, "contact", found)
    guidance = banner_of(request, found)
    form = AttemptForm(request.POST if request.method == "POST" else None, channels=channel_choices(guidance))
    if request.method == "POST" and form.is_valid() and _attempt(request, form, found, None):
        messages.success(request, "The attempt is logged.")
        return redirect("marac:referral", found.pk)
    read = words.reader(actor, found.matter_id)
    context = {
        "referral": found,
        "case": case_of_matter(found.matter_id),
        "banner": guidance,
        "ways": what_may_be_done(guidance),
        "wants": fear_rows(found, read),
        "attempts": attempts_shown(actor, queries.attempts_of(actor, found.matter_id)),
        "form": form,
    }
    return render(request, "marac/contact.html", context, status=422 if form.errors else 200)


def _attempt(request: HttpRequest, form: AttemptForm, referral: Referral, found: Telling | None) -> bool:
    """Log it; a channel that is not allowed is refused with its sentence, beside the question."""
    given = form.cleaned_data
    try:
        services.record_attempt(
            referral=referral,
            telling=found,
            rule_id=given["channel"],
            outcome=given["outcome"],
            note=given["note"],
            next_attempt_at=form.next_attempt_at(),
            by=actor_of(request),
        )
    except BadInput as stop:
        add_error(form, stop)
    except Refused as stop:
        form.add_error("channel", stop.sentence)
    return not form.errors


def _end(request: HttpRequest, form: EndForm, found: Telling) -> bool:
    given = form.cleaned_data
    try:
        services.end_telling(
            telling=found,
            ending=given["ending"],
            how=given["how"],
            version=whole_number(request.POST.get("version")),
            rule_id=given["channel"],
            told=[pk for pk in map(uuid_or_none, given["told"]) if pk is not None],
            by=actor_of(request),
        )
    except BadInput as stop:
        add_error(form, stop)
    except Refused as stop:
        _refuse_channel(form, stop)
    except ChangedMeanwhile as stop:
        stop.back = request.path
        raise
    return not form.errors


def _refuse_channel(form: Form, stop: Refused) -> None:
    form.add_error("channel", stop.sentence)


def _about(request: HttpRequest, found: Telling, guidance: ContactGuidance) -> dict[str, object]:
    actor = actor_of(request)
    read = words.reader(actor, found.matter_id)
    return {
        "telling": found,
        "shown": telling_words(found),
        "case": case_of_matter(found.matter_id),
        "banner": guidance,
        "ways": what_may_be_done(guidance),
        "promises": promises(actor, found),
        "wants": fear_rows(found.referral, read),
        "risk_summary": read(found.item.risk_summary),
        "attempts": attempts_shown(actor, queries.attempts_of(actor, found.matter_id)),
        "may_tell": can(actor, "tell", found),
        "is_mine": found.worker_id == actor.user_id,
    }
