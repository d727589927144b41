"""The reader's own notices."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from wraparound.foundation.access.web import Request
from wraparound.foundation.commitments.registry import labels_for
from wraparound.foundation.notices import queries, services
from wraparound.kit.errors import BadInput
from wraparound.kit.paging import page_of


@require_safe
def notice_list(request: Request) -> HttpResponse:
    """What one was told, the newest first."""
    page = page_of(request, queries.notices_for(request.actor), order=["-created_at", "pk"])
    context = {
        "page": page,
        "about": labels_for(request.actor, [row.matter_id for row in page.rows if row.matter_id]),
        "has_unread": any(row.read_at is None for row in page.rows),
        "until": timezone.now(),
    }
    return render(request, "notices/list.html", context)


@require_POST
def open_notice(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    notice = services.mark_read(notice=queries.notice_for(request.actor, pk), by=request.actor)
    return HttpResponseRedirect(notice.link or reverse("notices:list"))


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark as read all that stood on the page; what came since stays unread."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise BadInput("This page is no longer complete. Open your notices again.")
    services.mark_all_read(by=request.actor, until=until)
    messages.success(request, "All marked as read.")
    return HttpResponseRedirect(reverse("notices:list"))
