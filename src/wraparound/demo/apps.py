"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app `demo`."""

    name = "wraparound.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
