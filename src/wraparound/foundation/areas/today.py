"""What an administrator must see on Today: a calendar that is about to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from wraparound.foundation.areas.clocks import calendar_warning
from wraparound.foundation.areas.queries import partnership_area
from wraparound.kit.registry import TodayRow


def calendar_ends(actor: Any) -> Iterator[TodayRow]:
    """A row for administrators while the loaded bank holidays end within half a year."""
    if actor.role != "administrator":
        return
    area = partnership_area(settings.PACK)
    warning = calendar_warning(area) if area else ""
    if warning:
        yield TodayRow(
            title="Bank holidays", count=1, sentence=warning, href=reverse("rulesets:list"), button="See rules"
        )
