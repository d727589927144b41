"""The wall's two questions as conditions of a query: who is involved in a row's matter, and who is kept from it.

They ask what `decisions.open_involvements` and `decisions.live_exclusions` ask, and a test holds them together. They
are written in SQL because a page asks them dozens of times: composing the same subquery by the ORM costs a
millisecond each time, and the answer a hundredth of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Model
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from wraparound.foundation.access.models import Exclusion, Facing, Involvement
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE

Sql = tuple[str, tuple[Any, ...]]

_INVOLVED = """SELECT i.matter_id FROM access_involvement i
  WHERE i.organisation_id = %s AND i.starts_at <= %s AND (i.ends_at IS NULL OR i.ends_at > %s)
    AND (i.user_id IS NULL OR i.user_id = %s) AND (i.team_id IS NULL OR i.team_id = %s)
    AND (i.roles = '' OR i.roles LIKE %s ESCAPE '!') AND i.facing <> %s"""
_KEPT_FROM = """SELECT e.matter_id FROM access_exclusion e
  WHERE e.lifted_at IS NULL AND (e.user_id = %s OR e.organisation_id = %s)"""


class _OfAMatter(Expression):
    """A condition about the matter whose id is at `path` of each row."""

    conditional = True

    def __init__(self, actor: Actor, path: str) -> None:
        super().__init__(output_field=BooleanField())
        self.actor = actor
        self.matter: Any = F(path)

    def get_source_expressions(self) -> list[Any]:
        return [self.matter]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.matter,) = exprs


class InvolvedIn(_OfAMatter):
    """Whether an involvement opens the row's matter to the actor now.

    `as_list` has the database look the matters up once, else row by row (ADR 4). `but_as`: involvements of this
    facing don't count, and whoever's team works with perpetrators is involved as such only. Nobody whose role doesn't
    work with people is involved in anything.
    """

    def __init__(self, actor: Actor, path: str = "matter_id", *, as_list: bool = False, but_as: str = "") -> None:
        super().__init__(actor, path)
        self.as_list, self.but_as = as_list, but_as

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        as_such_only = self.actor.works_with_perpetrators and self.but_as == Facing.PERPETRATOR
        if as_such_only or self.actor.role not in WORKING_WITH_PEOPLE:
            raise EmptyResultSet
        matter, of_matter = compiler.compile(self.matter)
        now, role = timezone.now(), str(self.actor.role).replace("_", "!_")
        values = _as_stored(
            Involvement,
            connection,
            ("organisation", self.actor.organisation_id),
            ("starts_at", now),
            ("ends_at", now),
            ("user", self.actor.user_id),
            ("team", self.actor.team_id),
        )
        values += (f"%,{role},%", str(self.but_as))
        if self.as_list:
            return f"{matter} IN ({_INVOLVED})", (*of_matter, *values)
        return f"EXISTS ({_INVOLVED} AND i.matter_id = {matter})", (*values, *of_matter)


class NotKeptFrom(_OfAMatter):
    """Whether no exclusion closes the row's matter to the actor. An exclusion beats every involvement."""

    def __init__(self, actor: Actor, path: str = "matter_id") -> None:
        super().__init__(actor, path)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        matter, of_matter = compiler.compile(self.matter)
        told = ("user", self.actor.user_id), ("organisation", self.actor.organisation_id)
        return f"{matter} NOT IN ({_KEPT_FROM})", (*of_matter, *_as_stored(Exclusion, connection, *told))


def _as_stored(model: type[Model], connection: BaseDatabaseWrapper, *told: tuple[str, Any]) -> tuple[Any, ...]:
    """Values as the database holds them in the fields of these names."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return tuple(fields[name].get_db_prep_value(value, connection) for name, value in told)
