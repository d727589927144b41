"""Addresses of sessions."""

from __future__ import annotations

from django.urls import path

from wraparound.response.marac.views import minutes, planning, putting_off, sessions, sitting

urlpatterns = [
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/calendar", planning.calendar, name="calendar"),
    path("sessions/to-sum-up", sessions.to_sum_up, name="to-sum-up"),
    path("sessions/rota", planning.rota, name="rota"),
    path("sessions/deferrals", putting_off.deferrals, name="deferrals"),
    path("sessions/deferrals/<uuid:pk>", putting_off.deferral, name="deferral"),
    path("sessions/emergency/<uuid:pk>", planning.emergency, name="emergency"),
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
    path("sessions/<uuid:pk>/arrange", planning.arrange, name="session-arrange"),
    path("sessions/<uuid:pk>/swap", planning.swap, name="session-swap"),
    path("sessions/<uuid:pk>/apologies", sitting.apologies, name="session-apologies"),
    path("sessions/<uuid:pk>/no-conflict", sitting.no_conflict, name="session-no-conflict"),
    path("sessions/<uuid:pk>/conflict", sitting.conflict, name="session-conflict"),
    path("sessions/<uuid:pk>/observers", sitting.observers, name="session-observers"),
    path("sessions/<uuid:pk>/observers/<uuid:observer_pk>", sitting.observer, name="session-observer"),
    path("sessions/<uuid:pk>/inquorate", sitting.inquorate, name="session-inquorate"),
    path("sessions/<uuid:pk>/order", sitting.order, name="session-order"),
    path("sessions/<uuid:pk>/review", sitting.review, name="session-review"),
    path("sessions/<uuid:pk>/reviewed", sitting.reviewed, name="session-reviewed"),
    path("sessions/<uuid:pk>/adjourn", sitting.adjourn, name="session-adjourn"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/put-off", putting_off.put_off, name="session-put-off"),
    path("sessions/<uuid:pk>/<uuid:item_pk>", sessions.session_item, name="session-item"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/summary", sessions.item_summary, name="session-summary"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/share", sessions.item_share, name="session-share"),
    path("sessions/<uuid:pk>/<uuid:item_pk>/commit", sessions.item_commit, name="session-commit"),
]
