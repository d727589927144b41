"""Many rows of one table at once: for importers, where Django's own way is the bottleneck.

No `save` and no signal is run: the caller writes whole rows. To read many rows, ``filter(pk__among=ids)`` (`Among`).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import (
    NOT_PROVIDED,
    AutoField,
    DateField,
    DateTimeField,
    Field,
    ForeignObject,
    JSONField,
    Lookup,
    Model,
    UUIDField,
)

M = TypeVar("M", bound=Model)
Fields = Sequence[Field[Any, Any]]
Prepare = Callable[[Any], Any]


def insert(model: type[Model], rows: Sequence[Mapping[str, Any]], *, ignore_conflicts: bool = False) -> None:
    """Insert rows in as few statements as the database allows.

    A row maps attributes of columns (``matter_id``, not ``matter``) to values; all rows have the same names. A field
    that is left out takes its default. With `ignore_conflicts` a row that a unique constraint refuses is left out.
    """
    if not rows:
        return
    given = rows[0].keys()
    fields = [f for f in model._meta.concrete_fields if f.attname in given or not isinstance(f, AutoField)]
    columns = [
        _prepared(field, [row[field.attname] for row in rows]) if field.attname in given else _default(field, len(rows))
        for field in fields
    ]
    _insert(model, fields, columns, ignore_conflicts=ignore_conflicts)


def insert_objects(objects: Sequence[Model], *, ignore_conflicts: bool = False) -> None:
    """The same for objects of one model that aren't saved yet: their values as they stand.

    Unlike `bulk_create` it asks nothing back, so a key that the database gives is not known afterwards.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
    columns = [_prepared(field, [getattr(one, field.attname) for one in objects]) for field in fields]
    _insert(model, fields, columns, ignore_conflicts=ignore_conflicts)


def rewrite(rows: Iterable[M], fields: Collection[str]) -> None:
    """Write `fields` of rows that exist already, each with values of its own.

    Far faster than `bulk_update`, whose statement names every value of every row in a CASE of its own.
    """
    found = list(rows)
    if found:
        options = type(found[0])._meta
        names = [options.get_field(name).attname for name in fields]  # type: ignore[union-attr]  # columns only
        update(type(found[0]), [{name: getattr(row, name) for name in ("pk", *names)} for row in found])


def update(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write some columns of rows that exist already, in as few statements as the database allows.

    A row maps ``pk`` and attributes of columns to values; all rows have the same names. A row that isn't there is
    left out.
    """
    if not rows:
        return
    options = model._meta
    fields = [field for field in options.concrete_fields if field.attname in rows[0] and field is not options.pk]
    columns = [_prepared(field, [row[field.attname] for row in rows]) for field in fields]
    keys = _prepared(options.pk, [row["pk"] for row in rows])
    quote = connection.ops.quote_name
    table, key = quote(options.db_table), quote(str(options.pk.column))
    names = [quote(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        # Names and types come from the model; the values go as parameters.
        if connection.vendor == "postgresql":
            taken = _taken_apart([*fields, options.pk])
            set_to = ", ".join(f"{name} = v.n{position}" for position, name in enumerate(names))
            aliases = ", ".join(f"n{position}" for position in range(len(fields) + 1))
            sql = f"UPDATE {table} SET {set_to} FROM ({taken}) AS v({aliases}) WHERE {table}.{key} = v.n{len(fields)}"  # noqa: S608  see above
            cursor.execute(sql, [*columns, keys])
        else:
            set_to = ", ".join(f"{name} = %s" for name in names)
            sql = f"UPDATE {table} SET {set_to} WHERE {key} = %s"  # noqa: S608  see above
            cursor.executemany(sql, list(zip(*columns, keys, strict=True)))


def _default(field: Field[Any, Any], count: int) -> list[Any]:
    """A field's default for so many rows: made anew for each where it is a function, as an id is.

    A moment or an empty list is the same for all of them.
    """
    if field.default is NOT_PROVIDED or not callable(field.default) or isinstance(field, JSONField | DateField):
        return _prepared(field, [field.get_default()]) * count
    return _prepared(field, [field.default() for _ in range(count)])


def _prepared(field: Field[Any, Any], values: list[Any]) -> list[Any]:
    """Values of one field, as the database takes them."""
    prepare = _preparation(field)
    return values if prepare is None else [None if value is None else prepare(value) for value in values]


def _preparation(field: Field[Any, Any]) -> Prepare | None:
    """How a value of a field becomes what the database takes; None where it is taken as it is."""
    target = _target_of(field)
    if isinstance(target, JSONField):
        return _as_json(target.encoder)
    if connection.vendor == "postgresql":
        return None
    if isinstance(target, UUIDField):
        return lambda value: value.hex
    if isinstance(target, DateTimeField):
        return _moment
    if isinstance(target, DateField):
        return datetime.date.isoformat
    return None


def _target_of(field: Field[Any, Any]) -> Field[Any, Any]:
    """The field whose values a field holds: a foreign key holds what its target's key holds."""
    while field.is_relation and field.remote_field is not None:
        field = field.remote_field.model._meta.pk
    return field


def _kind_of(field: Field[Any, Any]) -> str:
    """The type of a field's column, as a cast names it: without a length, which would cut what is too long."""
    kind = str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection))
    return "varchar" if kind.startswith("varchar") else kind


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    """``filter(pk__among=ids)``: like ``in``, for thousands of ids or texts, which go as one parameter.

    An id may be a UUID or a text. Django's ``in`` makes an expression of each value, which costs more than its row.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[Any]:
        """The values, read once; none is equal to null."""
        return [value for value in self.rhs if value is not None]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The values as one JSON text."""
        left, params = self.process_lhs(compiler, connection)
        values = json.dumps([self._on_sqlite(value) for value in self.rhs])
        return f"{left} IN (SELECT value FROM json_each(%s))", [*params, values]  # noqa: S608  `left` is a column's

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The values as one array."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::{_kind_of(self.lhs.output_field)}[])", [*params, list(map(str, self.rhs))]

    def _on_sqlite(self, value: Any) -> str:
        is_id = isinstance(_target_of(self.lhs.output_field), UUIDField)
        return str(value).replace("-", "") if is_id else str(value)


_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}


def _as_json(encoder: type[json.JSONEncoder] | None) -> Prepare:
    """Like `json.dumps`, but with one encoder for all, and none for the many that are empty."""
    encode = (encoder or json.JSONEncoder)().encode
    return lambda value: encode(value) if value else _EMPTY.get(type(value)) or encode(value)


def _moment(value: datetime.datetime) -> str:
    """As Django's SQLite backend writes it: in UTC, without a zone."""
    return value.astimezone(datetime.UTC).isoformat(" ")[:-6]  # without "+00:00"


def _insert(model: type[Model], fields: Fields, columns: list[list[Any]], *, ignore_conflicts: bool) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    with connection.cursor() as cursor:
        # Names and types come from the model; the values go as parameters.
        if connection.vendor == "postgresql":
            cursor.execute(f"INSERT INTO {table} ({names}) {_taken_apart(fields)}{tail}", columns)
        else:
            places = ", ".join(["%s"] * len(fields))
            sql = f"INSERT INTO {table} ({names}) VALUES ({places}){tail}"  # noqa: S608  see above
            cursor.executemany(sql, list(zip(*columns, strict=True)))


def _taken_apart(fields: Fields) -> str:
    """A query in which each column goes as one array, which PostgreSQL takes apart into rows."""
    arrays, taken = [], []
    for position, field in enumerate(fields):
        is_json = isinstance(field, JSONField)
        arrays.append(f"%s::{'text' if is_json else _kind_of(field)}[]")
        taken.append(f"c{position}::jsonb" if is_json else f"c{position}")
    aliases = ", ".join(f"c{position}" for position in range(len(fields)))
    return f"SELECT {', '.join(taken)} FROM UNNEST({', '.join(arrays)}) AS u({aliases})"  # noqa: S608  see above
