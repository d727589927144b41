"""Registers the wall's tables with the databases, and the system actor with background work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import AppConfig
from django.db.models.signals import post_migrate

# A look in an emergency is its own user's, and the agency's that holds the case: its reviewers open no case.
LOOKS = """NOT wraparound_excluded(matter_id) AND (
  user_id::text = wraparound_setting('user')
  OR wraparound_setting('role') IN ('information_governance', 'agency_lead')
     AND owner_id::text = wraparound_setting('organisation'))"""


class AccessConfig(AppConfig):
    """The app `access`."""

    name = "wraparound.foundation.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the wall."""
        from datetime import datetime

        from wraparound.foundation.access import database, handlers, log, params, permissions  # noqa: F401  they register
        from wraparound.foundation.access.wall import acting_as
        from wraparound.foundation.partners.actors import system
        from wraparound.kit.registry import tick_jobs
        from wraparound.kit.worker import surround

        @contextmanager
        def as_system(task: str) -> Iterator[None]:
            with acting_as(system(task)):
                yield

        def seal(now: datetime) -> int:
            return log.seal(now)

        surround(as_system)
        permissions.register()
        database.walled("access_matter", "wraparound_open(id)")
        database.walled("access_emergencylook", LOOKS)
        tick_jobs.add("access.seal", seal)
        post_migrate.connect(_install, dispatch_uid="access.database")


def _install(*, using: str, **_: object) -> None:
    from wraparound.foundation.access import database

    database.install(using)
