"""Pages of people, as tests ask for them and read them."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from wraparound.foundation.people.models import SourceRecord


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(record: SourceRecord) -> str:
    record.refresh_from_db()
    return reverse("people:person", args=[record.person_id])


def url(name: str, *args: Any) -> str:
    return reverse(f"people:{name}", args=args)
