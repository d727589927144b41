"""Addresses of the MARAC's return, its quality view, and the sessions of several areas."""

from __future__ import annotations

from django.urls import path

from wraparound.response.marac.views import region, returns

urlpatterns = [
    path("return", returns.marac_return, name="return"),
    path("return/cases", returns.return_cases, name="return-cases"),
    path("return/file", returns.return_file, name="return-file"),
    path("return/quality", returns.quality, name="return-quality"),
    path("region", region.sessions, name="region"),
]
