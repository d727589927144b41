"""Who may read the directory: everyone who works here."""

from __future__ import annotations

from django.db.models import QuerySet

from wraparound.foundation.access import decisions
from wraparound.foundation.directory.models import Service
from wraparound.foundation.partners.actors import Actor


def visible_services(actor: Actor, services: QuerySet[Service]) -> QuerySet[Service]:
    """All of them, the ones not meant for the public too."""
    return services


def register_policies() -> None:
    """Say what the directory opens; called once, when the app is ready."""
    decisions.register(Service, visible=visible_services, verbs={"see": decisions.allow})
