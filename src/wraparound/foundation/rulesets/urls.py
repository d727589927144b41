"""Addresses of the rules."""

from __future__ import annotations

from django.urls import path

from wraparound.foundation.rulesets import views

app_name = "rulesets"
urlpatterns = [
    path("", views.rule_set_list, name="list"),
    path("<int:pk>/", views.rule_set, name="one"),
]
