"""Addresses of repeats, of reversed roles, and of transfers."""

from __future__ import annotations

from django.urls import path

from wraparound.response.marac.views import repeats

urlpatterns = [
    path("repeats", repeats.repeat_list, name="repeats"),
    path("repeats/<uuid:pk>", repeats.repeat, name="repeat"),
    path("roles/<uuid:pk>", repeats.role_review, name="role-review"),
]
