"""Addresses of the directory."""

from __future__ import annotations

from django.urls import path

from wraparound.foundation.directory import views

app_name = "directory"
urlpatterns = [
    path("", views.service_list, name="list"),
    path("<slug:slug>/", views.service, name="service"),
]
