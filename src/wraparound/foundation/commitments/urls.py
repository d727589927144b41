"""The addresses of commitments."""

from __future__ import annotations

from django.urls import path

from wraparound.foundation.commitments import views

app_name = "commitments"
urlpatterns = [
    path("", views.commitment_list, name="list"),
    path("ledger", views.ledger, name="ledger"),
    path("of/<uuid:matter_id>", views.of_matter, name="matter"),
    path("of/<uuid:matter_id>/new", views.new, name="new"),
    path("<uuid:pk>", views.commitment, name="commitment"),
    path("<uuid:pk>/accept", views.accept, name="accept"),
    path("<uuid:pk>/decline", views.decline, name="decline"),
    path("<uuid:pk>/done", views.do, name="do"),
    path("<uuid:pk>/not-possible", views.not_possible, name="not-possible"),
    path("<uuid:pk>/not-possible/confirm", views.confirm, name="confirm"),
    path("<uuid:pk>/not-possible/refuse", views.refuse, name="refuse"),
    path("<uuid:pk>/not-done", views.not_done, name="not-done"),
    path("<uuid:pk>/who", views.assign, name="assign"),
    path("<uuid:pk>/evidence", views.evidence, name="evidence"),
]
