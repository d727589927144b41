"""Many rows of one table at once, without an object for each: for importers, where Django's own way is the bottleneck.

Rows are given as mappings of column attributes (``matter_id``, not ``matter``) to values, all of them with the same
names. A field that is left out takes its default. No `save` and no signal is run: the caller writes whole rows.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, AutoField, DateField, DateTimeField, Field, JSONField, Model, UUIDField

Prepare = Callable[[Any], Any]


def insert(model: type[Model], rows: Sequence[Mapping[str, Any]], *, ignore_conflicts: bool = False) -> None:
    """Insert rows in as few statements as the database allows.

    With `ignore_conflicts` a row that a unique constraint refuses is left out, without a word.
    """
    if not rows:
        return
    given = rows[0].keys()
    fields = [
        field for field in model._meta.concrete_fields if field.attname in given or not isinstance(field, AutoField)
    ]
    columns = [_column(field, rows, is_given=field.attname in given) for field in fields]
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    if connection.vendor == "postgresql":
        _insert_arrays(model, fields, columns, tail)
    else:
        _insert_rows(model, fields, columns, tail)


def _column(field: Field[Any, Any], rows: Sequence[Mapping[str, Any]], *, is_given: bool) -> list[Any]:
    """The values of one field, as the database takes them."""
    prepare = _preparation(field)
    name = field.attname
    if is_given:
        values = [row[name] for row in rows]
        return values if prepare is None else [None if value is None else prepare(value) for value in values]
    if field.default is NOT_PROVIDED or not callable(field.default):
        value = field.get_default()
        return [value if value is None or prepare is None else prepare(value)] * len(rows)
    defaults = [field.get_default() for _ in rows]
    return defaults if prepare is None else [prepare(value) for value in defaults]


def _preparation(field: Field[Any, Any]) -> Prepare | None:
    """How a value of a field becomes what the database takes; None where it is taken as it is."""
    target = field
    while target.is_relation and target.remote_field is not None:
        target = target.remote_field.model._meta.pk  # a foreign key holds what its target's key holds
    is_postgresql = connection.vendor == "postgresql"
    if isinstance(target, JSONField):
        return lambda value: json.dumps(value, cls=target.encoder)
    if is_postgresql:
        return None
    if isinstance(target, UUIDField):
        return lambda value: value.hex
    if isinstance(target, DateTimeField):
        return _moment
    if isinstance(target, DateField):
        return datetime.date.isoformat
    return None


def _moment(value: datetime.datetime) -> str:
    """As Django's SQLite backend writes it: in UTC, without a zone."""
    return str(value.astimezone(datetime.UTC).replace(tzinfo=None))


def _insert_rows(model: type[Model], fields: Sequence[Field[Any, Any]], columns: list[list[Any]], tail: str) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES ({places}){tail}"  # noqa: S608  names come from the model
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*columns, strict=True)))


def _insert_arrays(model: type[Model], fields: Sequence[Field[Any, Any]], columns: list[list[Any]], tail: str) -> None:
    """One statement: each column goes as an array, which PostgreSQL takes apart into rows."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    arrays, taken = [], []
    for position, field in enumerate(fields):
        kind = str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection))
        is_json = isinstance(field, JSONField)
        kind = "varchar" if kind.startswith("varchar") else kind  # a cast to a length would cut what is too long
        arrays.append(f"%s::{'text' if is_json else kind}[]")
        taken.append(f"c{position}::jsonb" if is_json else f"c{position}")
    table, aliases = quote(model._meta.db_table), ", ".join(f"c{n}" for n in range(len(fields)))
    source = f"SELECT {', '.join(taken)} FROM UNNEST({', '.join(arrays)}) AS u({aliases})"  # noqa: S608  see below
    with connection.cursor() as cursor:
        # Names and types come from the model; the values go as parameters.
        cursor.execute(f"INSERT INTO {table} ({names}) {source}{tail}", columns)
