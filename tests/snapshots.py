"""All that is stored, so that two ways of doing something can be compared by what they leave behind.

Ids, times and random references are made alike: a row is what it says, and each table is a bag of rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from uuid import UUID

from django.apps import apps

Snapshot = dict[str, Counter[str]]

# Reference data, and what the machine keeps for itself: nobody's act changes what these say.
QUIET = frozenset({"areas", "rulesets", "directory", "sessions", "contenttypes", "django_tasks_database", "mfa"})
_RANDOM = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\b[A-Z]-[2-9A-Z]{3}-[2-9A-Z]{3}\b"), "REFERENCE"),
    (re.compile(r"\b[0-9a-f]{40,64}\b"), "HEX"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:?\d\d|Z)?"), "TIME"),
]


def snapshot() -> Snapshot:
    """Every row of every table that tells of what people did."""
    found: Snapshot = {}
    for model in apps.get_models():
        if model._meta.app_label in QUIET or model._meta.proxy:
            continue
        rows = model._default_manager.values()
        if model._meta.label == "access.AccessLogEntry":
            rows = rows.exclude(verb__startswith="see")  # to look is no effect
        found[model._meta.label] = Counter(_alike(row) for row in rows)
    return found


def effect(before: Snapshot, after: Snapshot) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """By table, the rows that came and the rows that went; tables in which nothing changed are left out."""
    both = {label: (after[label] - before[label], before[label] - after[label]) for label in after}
    return {label: change for label, change in both.items() if change[0] or change[1]}


def _alike(row: dict[str, object]) -> str:
    # A counted id says only how many came before; a random one nothing.
    values = {name: _plain(value) for name, value in row.items() if name != "id"}
    text = json.dumps(values, default=str, sort_keys=True)
    for pattern, word in _RANDOM:
        text = pattern.sub(word, text)
    return text


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return "ID"
    return "TIME" if isinstance(value, datetime) else value
