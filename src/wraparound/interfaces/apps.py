"""Registers the app, and what it contributes to others."""

from __future__ import annotations

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """The app `interfaces`."""

    name = "wraparound.interfaces"
    label = "interfaces"
    default_auto_field = "django.db.models.BigAutoField"
