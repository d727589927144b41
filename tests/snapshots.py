"""All that is stored, so that two ways of doing something can be compared by what they leave behind.

Ids, times and random references are made alike: a row is what it says, and each table is a bag of rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

# Reference data, and what the machine keeps for itself: nobody's act changes what these say.
QUIET = frozenset({"areas", "rulesets", "directory", "sessions", "contenttypes", "django_tasks_database", "mfa"})
_RANDOM = [
    (re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\b[A-Z]-[2-9A-Z]{3}-[2-9A-Z]{3}\b"), "REFERENCE"),
    (re.compile(r"\b[0-9a-f]{40,64}\b"), "HEX"),
    (re.compile(r"![0-9A-Za-z]{40}\b"), "NO PASSWORD"),
    (re.compile(r'"thing_id": "\d+"'), '"thing_id": "COUNTED"'),  # a sequence isn't taken back with what took from it
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:?\d\d|Z)?"), "TIME"),
]
# To look is no effect.
_NOT_COUNTED = {"access.AccessLogEntry": "verb NOT LIKE 'see%%'"}


@dataclass(frozen=True)
class Table:
    """The rows of one table as the database keeps them. They are made alike only where they are compared."""

    columns: tuple[str, ...]
    rows: Counter[tuple[Any, ...]]

    def alike(self, rows: Counter[tuple[Any, ...]]) -> Counter[str]:
        """Rows without what is random in them."""
        found: Counter[str] = Counter()
        for row, times in rows.items():
            found[_alike(dict(zip(self.columns, row, strict=True)))] += times
        return found


Snapshot = dict[str, Table]


def snapshot() -> Snapshot:
    """Every row of every table that tells of what people did."""
    return {
        model._meta.label: _table(model)
        for model in apps.get_models()
        if model._meta.app_label not in QUIET and not model._meta.proxy
    }


def _table(model: type[Model]) -> Table:
    columns = tuple(str(field.column) for field in model._meta.concrete_fields)
    quote = connection.ops.quote_name
    sql = f"SELECT {', '.join(map(quote, columns))} FROM {quote(model._meta.db_table)}"
    if condition := _NOT_COUNTED.get(model._meta.label):
        sql += f" WHERE {condition}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [])
        return Table(columns, Counter(cursor.fetchall()))


def effect(before: Snapshot, after: Snapshot) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """By table, the rows that came and the rows that went; tables in which nothing changed are left out."""
    found = {}
    for label, table in after.items():
        came = table.alike(table.rows - before[label].rows)
        went = table.alike(before[label].rows - table.rows)
        if came != went:
            found[label] = (came - went, went - came)
    return found


def _alike(row: dict[str, Any]) -> str:
    # A counted id says only how many came before; a random one nothing.
    values = {name: value for name, value in row.items() if name != "id"}
    text = json.dumps(values, default=str, sort_keys=True)
    for pattern, word in _RANDOM:
        text = pattern.sub(word, text)
    return text
