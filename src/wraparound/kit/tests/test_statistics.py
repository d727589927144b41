"""SQLite is told of large tables, and left to guess at small ones."""

from __future__ import annotations

import pytest
from django.db import connection

from wraparound.kit import statistics
from wraparound.kit.bulk import insert
from wraparound.kit.models import Event, SentForm


@pytest.mark.django_db
def test_sqlite_knows_how_full_large_tables_are() -> None:
    insert(Event, [{"name": f"n{number}"} for number in range(statistics.WORTH_TELLING + 10)])
    insert(SentForm, [{"token": "t", "path": "/"}])
    if connection.vendor != "sqlite":
        assert statistics.gather() == 0
        return
    assert statistics.gather() == statistics.gather() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        tables = {row[0] for row in cursor.fetchall()}
    assert Event._meta.db_table in tables
    assert SentForm._meta.db_table not in tables
