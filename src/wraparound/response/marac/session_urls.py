"""Addresses of sessions."""

from __future__ import annotations

from django.urls import path

from wraparound.response.marac.views import minutes, sessions

urlpatterns = [
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/plan", sessions.plan, name="session-plan"),
    path("sessions/<uuid:pk>", sessions.session, name="session"),
    path("sessions/<uuid:pk>/open", sessions.session_open, name="session-open"),
    path("sessions/<uuid:pk>/close", sessions.session_close, name="session-close"),
    path("sessions/<uuid:pk>/attendance", sessions.session_attend, name="session-attend"),
    path("sessions/<uuid:pk>/minutes", minutes.of_session, name="session-minutes"),
    path("sessions/<uuid:pk>/pack", minutes.pack, name="session-pack"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/minutes", minutes.minutes, name="minutes"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/minutes/draft", minutes.draft, name="minutes-draft"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/minutes/approve", minutes.approve, name="minutes-approve"),
    path("sessions/<uuid:pk>/<uuid:item_pk>", sessions.session_item, name="session-item"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/summary", sessions.item_summary, name="session-summary"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/share", sessions.item_share, name="session-share"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/commit", sessions.item_commit, name="session-commit"),
]
