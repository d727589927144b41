"""Addresses of what is prepared before a session."""

from __future__ import annotations

from django.urls import path

from wraparound.response.marac.views import idva_record, research

urlpatterns = [
    path("research/", research.inbox, name="research"),
    path("research/systems", research.systems, name="research-systems"),
    path("research/outstanding", research.outstanding, name="research-outstanding"),
    path("research/<uuid:pk>", research.one, name="research-request"),
    path("research/<uuid:pk>/nothing-known", research.nothing_known, name="research-nothing"),
    path("research/<uuid:pk>/undo", research.undo, name="research-undo"),
    path("research/<uuid:pk>/chase", research.chase, name="research-chase"),
    path("research/entries/<uuid:pk>/take-back", research.take_back, name="research-take-back"),
    path("research/entries/<uuid:pk>/promise", research.promise, name="research-promise"),
    path("sessions/<uuid:pk>/chase", research.chase_session, name="session-chase"),
    path("her-words", idva_record.to_hear, name="to-hear"),
    path("case/<uuid:pk>/her-words", idva_record.record, name="idva-record"),
]
