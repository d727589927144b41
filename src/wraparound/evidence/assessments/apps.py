"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """The app `assessments`."""

    name = "wraparound.evidence.assessments"
    label = "assessments"
    default_auto_field = "django.db.models.BigAutoField"
