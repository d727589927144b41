"""What the command line calls. Commands act as the system, or as the organisation that they name."""

from __future__ import annotations

import django
from django.apps import apps
from django.db import connection


def setup_django() -> None:
    """Make Django ready, once."""
    if not apps.ready:
        django.setup()


def is_initialised() -> bool:
    """Whether `wraparound init` has made the tables."""
    return "areas_area" in connection.introspection.table_names()
