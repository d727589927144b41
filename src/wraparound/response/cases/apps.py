"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app `cases`."""

    name = "wraparound.response.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
