"""The one place in which a `Stop` becomes a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wraparound.kit.errors import BadInput, ChangedMeanwhile, NotNow, Refused, Stop, Unknown

_PAGES: list[tuple[type[Stop], int, str]] = [
    (Unknown, 404, "errors/404.html"),
    (Refused, 403, "errors/403.html"),
    (ChangedMeanwhile, 409, "errors/409.html"),
    (NotNow, 409, "errors/not_now.html"),
    (BadInput, 422, "errors/400.html"),
]


def response_to(request: HttpRequest, stop: Stop) -> HttpResponse:
    """The page that tells the reader why it stopped, with the right status."""
    for kind, status, template in _PAGES:
        if isinstance(stop, kind):
            context: dict[str, object] = {"sentence": stop.sentence}
            if isinstance(stop, ChangedMeanwhile):
                context["differences"] = [(d.label, d.mine, d.theirs) for d in stop.differences]
                context["back"] = stop.back
            return TemplateResponse(request, template, context, status=status).render()
    raise stop


class StopMiddleware:
    """Maps a `Stop` that a view raises."""

    def __init__(self, get_response: object) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)  # type: ignore[operator]  # Django's own loose type
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a `Stop`; leave anything else alone."""
        return response_to(request, exception) if isinstance(exception, Stop) else None
