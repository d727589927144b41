"""Addresses of assessments, published figures and the store."""

from __future__ import annotations

from django.urls import path

from wraparound.evidence.assessments import views

app_name = "assessments"
urlpatterns = [
    path("", views.edition_list, name="list"),
    path("new", views.edition_new, name="new"),
    path("figures", views.figures, name="figures"),
    path("data", views.data, name="data"),
    path("editions/<uuid:pk>", views.edition, name="edition"),
    path("editions/<uuid:pk>/progress", views.progress, name="progress"),
    path("editions/<uuid:pk>/sections/<slug:key>", views.write, name="write"),
    path("editions/<uuid:pk>/refresh", views.refresh, name="refresh"),
    path("editions/<uuid:pk>/sign-off", views.sign_off, name="sign-off"),
    path("editions/<uuid:pk>/send-back", views.send_back, name="send-back"),
    path("editions/<uuid:pk>/freeze", views.freeze, name="freeze"),
    path("editions/<uuid:pk>/files/<slug:ending>", views.file, name="file"),
]
