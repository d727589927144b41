"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """The app `commitments`."""

    name = "wraparound.foundation.commitments"
    label = "commitments"
    default_auto_field = "django.db.models.BigAutoField"
