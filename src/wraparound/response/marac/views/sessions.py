"""Sessions: the list, the agenda with who is there, and one case at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import for_roles
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings import queries, services
from wraparound.foundation.meetings.models import AgendaItem, AttendanceStatus, Session
from wraparound.foundation.meetings.permissions import ATTENDING, RUNNING
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Unknown
from wraparound.kit.forms import Form
from wraparound.kit.jinja import clock
from wraparound.kit.paging import page_of
from wraparound.response.marac.forms.sessions import CommitForm, ShareForm, SummaryForm
from wraparound.response.marac.presenters import session_screen as present
from wraparound.response.marac.queries import sessions_to_list_on
from wraparound.response.marac.queries.reviewing import incomplete_counts
from wraparound.response.marac.services import hear, plan_sessions
from wraparound.response.marac.views.heads import actor_of, add_error, whole_number

attending = for_roles(*ATTENDING)
running = for_roles(*RUNNING)


@attending
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """The sessions to come with their load, and those that were."""
    actor = actor_of(request)
    past = queries.sessions_visible_to(actor).filter(panel__kind="marac", starts_at__lt=timezone.now())
    page = page_of(request, past, order=["-starts_at", "pk"], size=10)
    context = {
        "coming": sessions_to_list_on(actor),
        "page": page,
        "loads": queries.loads(actor, page.rows),
        "may_run": actor.role in RUNNING,
    }
    return TemplateResponse(request, "marac/session_list.html", context)


@attending
@require_safe
def session(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One session: its state, its quorum, who is there, and its agenda."""
    actor = actor_of(request)
    found = queries.session_for(actor, pk)
    page = present.session_page(actor, found)
    context = {
        "page": page,
        "statuses": [one for one in AttendanceStatus.choices if one[0] != AttendanceStatus.APOLOGIES],
        "own": actor.organisation_id,
        "agenda": present.agenda_lines(actor, found, page.strip),
        "incomplete": incomplete_counts(actor, found),
        "may_declare": actor.role is Role.MARAC_COORDINATOR,
    }
    return TemplateResponse(request, "marac/session.html", context)


def _item(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> tuple[Session, AgendaItem]:
    item = queries.item_for(actor_of(request), item_pk)
    if item.session_id != pk:
        raise Unknown
    return queries.session_for(actor_of(request), pk), item


def _agencies(request: HttpRequest, page: present.SessionPage) -> list[tuple[str, str]]:
    """Whom the reader may speak for: chair and co-ordinator for all at the table, others for their own."""
    actor = actor_of(request)
    seats = page.seats if page.may_run else [s for s in page.seats if s.organisation.pk == actor.organisation_id]
    return [(str(s.organisation.pk), s.organisation.short_name) for s in seats]


def _proposable(page: present.SessionPage) -> list[tuple[str, str]]:
    """Every agency at the table: what one that is absent should do is proposed to it."""
    return [
        (str(s.organisation.pk), f"{s.organisation.short_name}{'' if s.is_present else ' (absent: proposed)'}")
        for s in page.seats
    ]


def _show(
    request: HttpRequest, found: Session, item: AgendaItem, *, share: Form | None = None, commit: Form | None = None
) -> HttpResponse:
    page = present.session_page(actor_of(request), found, item)
    shown = present.item_page(actor_of(request), found, item, page.strip)
    agencies = _agencies(request, page)
    context = {
        "page": page,
        "shown": shown,
        "share": share or (ShareForm(agencies=agencies, prefix="share") if agencies else None),
        "commit": commit or CommitForm(agencies=_proposable(page), prefix="commit"),
        "summary": SummaryForm(initial={"risk_summary": shown.risk_summary}),
        "form": commit if commit is not None and commit.errors else share,
    }
    return TemplateResponse(request, "marac/session_item.html", context)


@attending
@require_safe
def session_item(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """One case of the agenda."""
    found, item = _item(request, pk, item_pk)
    return _show(request, found, item)


@running
@require_POST
def session_open(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin the session; its first case opens."""
    found = services.open_session(session=queries.session_for(actor_of(request), pk), by=actor_of(request))
    messages.success(request, "The session has begun.")
    return redirect("marac:session", pk=found.pk)


@running
@require_POST
def session_close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End the session. What wasn't heard waits to be listed again."""
    found = services.close_session(session=queries.session_for(actor_of(request), pk), by=actor_of(request))
    messages.success(request, "The session is closed. What wasn’t heard waits to be listed again.")
    return redirect("marac:session", pk=found.pk)


@attending
@require_POST
def session_attend(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Note who is there for an agency."""
    actor = actor_of(request)
    found = queries.session_for(actor, pk)
    seats = present.session_page(actor, found).seats
    organisation = next(
        (s.organisation for s in seats if str(s.organisation.pk) == request.POST.get("organisation")), None
    )
    if organisation is None:
        raise BadInput("Choose an agency of this session.", "organisation")
    services.record_attendance(
        session=found, organisation=organisation, status=request.POST.get("status", ""), by=actor
    )
    return redirect("marac:session", pk=found.pk)


@running
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Make the sessions of the next four weeks, as the rule set says, where they aren't there yet."""
    made = plan_sessions(by=actor_of(request))
    messages.success(request, f"{made} session{'s were' if made != 1 else ' was'} added." if made else "All are there.")
    return redirect("marac:sessions")


@for_roles(Role.MARAC_CHAIR)
@require_safe
def to_sum_up(request: HttpRequest) -> HttpResponse:
    """The cases that were heard by a closing date and wait for the chair's summary, the oldest first."""
    actor = actor_of(request)
    page = page_of(request, queries.to_sum_up(actor, "marac"), order=["heard_at", "pk"])
    return TemplateResponse(
        request, "marac/to_sum_up.html", {"page": page, "lines": present.summary_lines(actor, page.rows)}
    )


_STEPS: dict[str, Callable[..., AgendaItem]] = {"hear": hear, "sum_up": services.sum_up}


@running
@require_POST
def item_summary(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Keep the risk summary: by itself while it is written, or by the button; the button may also hear the case."""
    found, item = _item(request, pk, item_pk)
    text, version = request.POST.get("risk_summary", ""), whole_number(request.POST.get("version"))
    if request.headers.get("HX-Request") == "true":
        return _autosave(request, item, text, version)
    step = _STEPS.get(next((name for name in _STEPS if name in request.POST), ""), services.save_risk_summary)
    kept = step(item=item, risk_summary=text, version=version, by=actor_of(request))
    if "sum_up" in request.POST:
        messages.success(request, "Summed up.")
        following = queries.to_sum_up(actor_of(request), "marac").order_by("heard_at", "pk").first()
        if following is None:
            return redirect("marac:session", pk=found.pk)
        return redirect("marac:session-item", pk=following.session_id, item_pk=following.pk)
    if "hear" not in request.POST:
        return redirect("marac:session-item", pk=found.pk, item_pk=kept.pk)
    strip = present.session_page(actor_of(request), found, kept).strip
    left = [one for one in strip if not (one.is_heard or one.is_current or one.is_adjourned)]
    waiting = left[0].href if left else ""
    messages.success(request, "Heard. The duty to tell the survivor has begun.")
    return redirect(waiting) if waiting else redirect("marac:session", pk=found.pk)


def _autosave(request: HttpRequest, item: AgendaItem, text: str, version: int) -> HttpResponse:
    try:
        kept = services.save_risk_summary(item=item, risk_summary=text, version=version, by=actor_of(request))
    except ChangedMeanwhile:
        sentence = "Not saved: someone else wrote here. Press Save to see both versions."
        return TemplateResponse(request, "marac/_not_saved.html", {"sentence": sentence}, status=409)
    except (BadInput, NotNow) as stop:
        return TemplateResponse(request, "marac/_not_saved.html", {"sentence": stop.sentence}, status=409)
    saved = f"Saved {clock(timezone.now())}"
    return TemplateResponse(request, "marac/_saved.html", {"saved": saved, "version": kept.version})


@attending
@require_POST
def item_share(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Share what an agency knows."""
    found, item = _item(request, pk, item_pk)
    page = present.session_page(actor_of(request), found, item)
    form = ShareForm(request.POST, agencies=_agencies(request, page), prefix="share")
    if form.is_valid():
        try:
            services.share_information(
                item=item,
                text=form.cleaned_data["text"],
                is_opinion=form.cleaned_data["is_opinion"] == "opinion",
                never_to_perpetrator=form.cleaned_data["never_to_perpetrator"],
                organisation=_chosen(page, form.cleaned_data["organisation"]),
                by=actor_of(request),
            )
        except BadInput as stop:
            add_error(form, stop)
        else:
            return redirect("marac:session-item", pk=found.pk, item_pk=item.pk)
    return _show(request, found, item, share=form)


@attending
@require_POST
def item_commit(request: HttpRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """A commitment: it stands at once for an agency that is there, and is proposed to one that is absent."""
    found, item = _item(request, pk, item_pk)
    page = present.session_page(actor_of(request), found, item)
    form = CommitForm(request.POST, agencies=_proposable(page), prefix="commit")
    if form.is_valid():
        organisation = _chosen(page, form.cleaned_data["organisation"])
        try:
            _commits(request, page, organisation)(
                matter=item.matter,
                organisation=organisation,
                what=form.cleaned_data["what"],
                due_on=form.cleaned_data["due_on"],
                never_to_perpetrator=form.cleaned_data["never_to_perpetrator"],
                agreed_in=found.pk,
                by=actor_of(request),
            )
        except BadInput as stop:
            add_error(form, stop)
        else:
            return redirect("marac:session-item", pk=found.pk, item_pk=item.pk)
    return _show(request, found, item, commit=form)


def _chosen(page: present.SessionPage, key: str) -> Organisation:
    return next(seat.organisation for seat in page.seats if str(seat.organisation.pk) == key)


def _commits(request: HttpRequest, page: present.SessionPage, organisation: Organisation) -> Callable[..., Commitment]:
    """Make it at once for one's own agency, or in an open session for one that is there; else propose it."""
    own = organisation.pk == actor_of(request).organisation_id
    there = any(seat.is_present and seat.organisation.pk == organisation.pk for seat in page.seats)
    return commitments.make if own or (page.may_run and there) else commitments.propose
