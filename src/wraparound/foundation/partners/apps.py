"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The app `partners`."""

    name = "wraparound.foundation.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"
