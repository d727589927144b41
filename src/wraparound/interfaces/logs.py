"""One line in the log for each request: its address, and nothing that was searched for."""

from __future__ import annotations

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware as _RequestMiddleware


class RequestMiddleware(_RequestMiddleware):
    """Logs carry ids, never names: what stands behind the question mark of an address stays out of them."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """The method and the path."""
        return f"{request.method} {request.path}"
