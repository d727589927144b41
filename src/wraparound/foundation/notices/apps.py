"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The app `notices`."""

    name = "wraparound.foundation.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
