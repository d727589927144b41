"""What the command line calls. Commands act as the system, or as the organisation that they name."""

from __future__ import annotations

import django
from django.apps import apps


def setup_django() -> None:
    """Make Django ready, once."""
    if not apps.ready:
        django.setup()
