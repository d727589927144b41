"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """The app `areas`."""

    name = "wraparound.foundation.areas"
    label = "areas"
    default_auto_field = "django.db.models.BigAutoField"
