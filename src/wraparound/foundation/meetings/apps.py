"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """The app `meetings`."""

    name = "wraparound.foundation.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"
