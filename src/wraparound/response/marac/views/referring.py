"""Writing a referral: start, the list of steps, one thing per page, check your answers, send."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.queries import partnership_area
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Unknown
from wraparound.kit.forms import Form
from wraparound.kit.jinja import clock
from wraparound.response.marac import queries, services
from wraparound.response.marac.forms import FORMS, ROW_FORMS, filled, typed, without_stale
from wraparound.response.marac.forms.reading import StepReading, answers_of, form_of, missing_steps, read_draft
from wraparound.response.marac.forms.starting import StartForm
from wraparound.response.marac.in_force import sharing_rules
from wraparound.response.marac.models import ReferralDraft
from wraparound.response.marac.permissions import REFERRING
from wraparound.response.marac.presenters import drafts as shown
from wraparound.response.marac.queries.starting import case_to_refer, known_people
from wraparound.response.marac.steps import BY_KEY, STEPS, Step, after
from wraparound.response.marac.views.heads import actor_of, uuid_or_none, whole_number

NEW = "new"


@for_roles(*REFERRING)
def start(request: HttpRequest) -> HttpResponse:
    """Before the first question: drafts to resume, and whether this person is known already."""
    actor = actor_of(request)
    if request.method == "POST":
        return _begin(request)
    looked = "q" in request.GET
    form = StartForm(request.GET if looked else None)
    words = form.cleaned_data["q"] if looked and form.is_valid() else ""
    context = {
        "form": form,
        "words": words,
        "known": known_people(actor, words) if words else [],
        "drafts": list(queries.drafts_of(actor)[:10]),
    }
    return render(request, "marac/refer_start.html", context, status=422 if form.errors else 200)


def _begin(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    matter_id = uuid_or_none(request.POST.get("matter"))
    if matter_id is None:
        draft = services.start_draft(by=actor, answers=services.blank_answers(by=actor))
    else:
        case = case_to_refer(actor, matter_id)
        filled = services.prefilled_answers(by=actor, case=case)
        draft = services.start_draft(by=actor, matter=case.matter, answers=filled)
    return redirect("marac:refer-draft", draft.pk)


@require_safe
@for_roles(*REFERRING)
def draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The list of steps, each with how far it has come."""
    found = _draft(request, pk)
    readings = read_draft(found, _bases(found))
    missing = missing_steps(readings)
    context = {
        "draft": found,
        "sections": shown.task_list(found, readings),
        "done": len(STEPS) - len(missing),
        "total": len(STEPS),
        "next": missing[0] if missing else None,
        "first_href": shown.step_url(found, missing[0]) if missing else "",
    }
    return render(request, "marac/refer_draft.html", context)


@for_roles(*REFERRING)
def step(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One thing: a page of questions, or a list of people."""
    found, one = _draft(request, pk), _step(key)
    if request.method != "POST":
        return _step_page(request, found, one)
    if one.key not in FORMS:
        return _onward(request, found, one)
    form = form_of(one.key, request.POST, _bases(found))
    values = typed(form, request.POST)
    if request.POST.get("then") != "later":
        if not form.is_valid():
            return _step_page(request, found, one, form=form, status=422)
        values = without_stale(form, values)
    try:
        found = services.save_step(
            draft=found,
            step=one.key,
            values=values,
            version=whole_number(request.POST.get("version")),
            by=actor_of(request),
            window=request.POST.get("once", ""),
        )
    except ChangedMeanwhile as stop:
        stop.back = request.path
        raise
    return _onward(request, found, one)


@require_POST
@for_roles(*REFERRING)
def autosave(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """The same as one types, complete or not: answers with the line that says what is saved."""
    found, one = _draft(request, pk), _step(key)
    row = request.POST.get("row", "")
    is_row = "row" in request.POST
    if is_row and row == NEW:
        # A person who was begun and not saved is no person yet: the first save is a press of the button.
        return render(request, "marac/_not_saved.html", {"sentence": "Not saved yet: press Save to add them."})
    form = ROW_FORMS[one.key]() if is_row and one.is_list else form_of(one.key, None, _bases(found))
    version, window = whole_number(request.POST.get("version")), request.POST.get("once", "")
    values = typed(form, request.POST)
    try:
        if is_row:
            found, row = services.save_row(
                draft=found, step=one.key, row=row, values=values, version=version, by=actor_of(request), window=window
            )
        else:
            found = services.save_step(
                draft=found, step=one.key, values=values, version=version, by=actor_of(request), window=window
            )
    except ChangedMeanwhile:
        sentence = (
            "Not saved: this step was changed in another window. Choose Save to see both; your words are still here."
        )
        return render(request, "marac/_not_saved.html", {"sentence": sentence}, status=409)
    except (NotNow, BadInput) as stop:
        return render(request, "marac/_not_saved.html", {"sentence": f"Not saved. {stop.sentence}"}, status=409)
    context = {"saved": f"Saved {clock(timezone.now())}", "version": services.step_version(found, one.key, row)}
    return render(request, "marac/_saved.html", context)


# It saves answers that are safe to save twice; the token of the form around it stays unused until it is sent.
autosave.runs_outside_a_transaction = True  # type: ignore[attr-defined]  # the mark that `kit.once` reads


@for_roles(*REFERRING)
def row(request: HttpRequest, pk: uuid.UUID, key: str, row: str) -> HttpResponse:
    """One person of a list of people: added, or changed."""
    found, one = _draft(request, pk), _step(key)
    if not one.is_list:
        raise Unknown
    held_id = "" if row == NEW else row
    held = next((r for r in found.answers.get(one.key, {}).get("rows", []) if r["id"] == held_id), None)
    if held_id and held is None:
        raise Unknown
    form_class = ROW_FORMS[one.key]
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid() or request.POST.get("then") == "later":
            values = typed(form, request.POST)
            values = without_stale(form, values) if form.is_valid() else values
            version = whole_number(request.POST.get("version"))
            try:
                services.save_row(
                    draft=found,
                    step=one.key,
                    row=held_id,
                    values=values,
                    version=version,
                    by=actor_of(request),
                    window=request.POST.get("once", ""),
                )
            except ChangedMeanwhile as stop:
                stop.back = request.path
                raise
            return redirect("marac:refer-step", found.pk, one.key)
        status = 422
    else:
        form, status = filled(form_class(), held["values"] if held else {}), 200
    context = {
        "draft": found,
        "step": one,
        "row": row,
        "is_new": not held_id,
        "form": form,
        "version": services.step_version(found, one.key, held_id) if held_id else 0,
    }
    return render(request, "marac/refer_row.html", context, status=status)


@require_POST
@for_roles(*REFERRING)
def remove_row(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Take one person off a list of people."""
    found, one = _draft(request, pk), _step(key)
    services.remove_row(draft=found, step=one.key, row=request.POST.get("row", ""), by=actor_of(request))
    return redirect("marac:refer-step", found.pk, one.key)


@for_roles(*REFERRING)
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every answer before it is sent; and sending it."""
    actor = actor_of(request)
    found = _draft(request, pk)
    if found.submitted_at is not None:
        return redirect("marac:referral", found.referral.pk)
    readings = read_draft(found, _bases(found))
    if request.method == "POST":
        if whole_number(request.POST.get("version")) == found.version:
            referral = services.submit_referral(answers=answers_of(readings), by=actor, draft=found)
            messages.success(request, "Referral sent. The IDVA service and the MARAC team have been told.")
            return redirect("marac:referral", referral.pk)
        messages.warning(request, "Something was changed since you checked. Check again, then send.")
    return _check_page(request, found, readings)


@for_roles(*REFERRING)
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask first, then delete a draft."""
    found = _draft(request, pk)
    if request.method == "POST":
        services.discard_draft(draft=found, by=actor_of(request))
        messages.success(request, "The draft was deleted.")
        return redirect("marac:refer-start")
    return render(request, "marac/refer_discard.html", {"draft": found})


# --- pieces -------------------------------------------------------------------------------------------------


def _draft(request: HttpRequest, pk: uuid.UUID) -> ReferralDraft:
    return queries.draft_for(actor_of(request), pk)


def _step(key: str) -> Step:
    if key not in BY_KEY:
        raise Unknown
    return BY_KEY[key]


def _bases(found: ReferralDraft) -> dict[str, str]:
    area = found.matter.area if found.matter is not None else partnership_area()
    if area is None:
        raise NotNow("No reference pack is loaded yet, so it isn't known which MARAC this is for.")
    return sharing_rules(area, today()).params.lawful_bases


def _onward(request: HttpRequest, found: ReferralDraft, one: Step) -> HttpResponse:
    """Back to the list, or to the next step; after the last, to the check. Who is still to be named, comes first."""
    if request.POST.get("then") == "later":
        return redirect("marac:refer-draft", found.pk)
    held = found.answers.get(one.key, {})
    if one.is_list and not held.get("rows") and held.get("values", {}).get("any", "yes") == "yes":
        return redirect("marac:refer-row", found.pk, one.key, NEW)
    following = after(one.key)
    if following is None:
        return redirect("marac:refer-check", found.pk)
    return redirect("marac:refer-step", found.pk, following.key)


def _step_page(
    request: HttpRequest, found: ReferralDraft, one: Step, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    reading = read_draft(found, _bases(found))[one.key]
    if form is None and one.key in FORMS:
        form = filled(form_of(one.key, None, _bases(found)), found.answers.get(one.key, {}).get("values", {}))
    context = {
        "draft": found,
        "step": one,
        "form": form,
        "rows": shown.rows_shown(found, one, reading.rows),
        "version": services.step_version(found, one.key),
        "number": STEPS.index(one) + 1,
        "total": len(STEPS),
        "add_href": reverse("marac:refer-row", args=[found.pk, one.key, NEW]) if one.is_list else "",
    }
    return render(request, f"marac/refer_{'list' if one.is_list else 'step'}.html", context, status=status)


def _check_page(request: HttpRequest, found: ReferralDraft, readings: dict[str, StepReading]) -> HttpResponse:
    context = {
        "draft": found,
        "cards": shown.check_cards(found, readings),
        "missing": [(one.title, shown.step_url(found, one)) for one in missing_steps(readings)],
        "cautions": shown.cautions(readings),
    }
    return render(request, "marac/refer_check.html", context)
