"""Every address of the site. A view is for everyone with a role unless it is marked (`access.web`)."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from wraparound.interfaces import views
from wraparound.interfaces.account_urls import urlpatterns as account_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.today, name="today"),
    path("search", views.search, name="search"),
    path("about", views.about, name="about"),
    path("health", views.health, name="health"),
    *account_urls,
]
APPS = {
    "rules": "foundation.rulesets",
    "people": "foundation.people",
    "directory": "foundation.directory",
    "commitments": "foundation.commitments",
    "meetings": "foundation.meetings",
    "notices": "foundation.notices",
    "cases": "response.cases",
    "risk": "response.risk",
    "marac": "response.marac",
    "evidence": "evidence.assessments",
    "demo": "demo",
}
for prefix, app in APPS.items():
    if find_spec(f"wraparound.{app}.urls"):
        urlpatterns.append(path(f"{prefix}/", include(f"wraparound.{app}.urls")))

handler404 = views.not_found
handler500 = views.server_error
