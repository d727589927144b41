"""A form has one effect, however often it is sent.

Each form carries a token (`once`, a hidden field that the form macros write). A POST that carries one runs in
one transaction with the row that remembers it; the same token again leads to where the first one led.
Two at the same moment: the database lets one row in, the other waits and is led on.

By convention a form that was taken answers with a redirect; any other answer shows it again, and undoes what the
view wrote. An autosave (an htmx request) carries the token of the form that it is part of, several times over: it is
left alone, and the record's version keeps it right. So is a view that is marked ``runs_outside_a_transaction``: long
work with transactions of its own, whose service finds by itself what was sent before.
"""

from __future__ import annotations

import re
import uuid

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from wraparound.kit.errors import NotNow, Stop
from wraparound.kit.models import SentForm
from wraparound.kit.stops import response_to

FIELD = "once"
_TOKEN = re.compile(r"^[0-9a-fA-F-]{32,64}$")


def new_token() -> str:
    """A token for a form about to be shown."""
    return str(uuid.uuid4())


class _NotRedirected(Exception):
    """Undoes the token of a form that was not taken (shown again with errors)."""


class OnceMiddleware:
    """Gives every POST with a token one effect."""

    def __init__(self, get_response: object) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)  # type: ignore[operator]  # Django's own loose type
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Run the view of a POST with a token inside one transaction with its token."""
        token = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not _TOKEN.match(token) or request.headers.get("HX-Request") == "true":
            return None
        if getattr(view, "runs_outside_a_transaction", False):
            return None
        return _first_or_led_on(request, view, args, kwargs, token)


def _first_or_led_on(
    request: HttpRequest, view: object, args: tuple[object, ...], kwargs: dict[str, object], token: str
) -> HttpResponse:
    user_id = getattr(request.user, "pk", None)
    response: HttpResponse | None = None
    try:
        with transaction.atomic():
            sent = SentForm.objects.create(token=token, user_id=user_id, path=request.path[:400])
            response = view(request, *args, **kwargs)  # type: ignore[operator]  # Django's own loose type
            if response.status_code not in (301, 302, 303):
                raise _NotRedirected
            sent.led_to = response["Location"][:400]
            sent.save(update_fields=["led_to"])
    except _NotRedirected:
        assert response is not None
        return response
    except Stop as stop:
        # Middleware that maps errors isn't asked about a view that was run here, so it is done here.
        return response_to(request, stop)
    except IntegrityError:
        first = SentForm.objects.filter(token=token).first()
        if first is None:
            raise  # the view's own: no form with this token was taken
        if (first.user_id, first.path) != (user_id, request.path[:400]):
            return response_to(request, NotNow("This form was sent before. Open the page again to see how it is."))
        return HttpResponseRedirect(first.led_to or request.path)
    return response
