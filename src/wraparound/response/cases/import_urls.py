"""Addresses of the pages of imports."""

from __future__ import annotations

from django.urls import path

from wraparound.response.cases.views import imports

urlpatterns = [
    path("imports", imports.import_list, name="import-list"),
    path("imports/new", imports.import_new, name="import-new"),
    path("imports/<uuid:pk>", imports.import_, name="import"),
    path("imports/<uuid:pk>/progress", imports.import_progress, name="import-progress"),
    path("imports/<uuid:pk>/lines/<slug:severity>", imports.import_lines, name="import-lines"),
    path("imports/<uuid:pk>/<slug:file>-rejected.csv", imports.import_rejected, name="import-rejected"),
    path("imports/<uuid:pk>/confirm", imports.import_confirm, name="import-confirm"),
    path("imports/<uuid:pk>/cancel", imports.import_cancel, name="import-cancel"),
    path("urgent", imports.urgent_list, name="urgent-list"),
    path("urgent/<uuid:pk>", imports.urgent, name="urgent"),
]
