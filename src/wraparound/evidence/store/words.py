"""Texts of which a column has few, such as categories: as enumerations, which DuckDB keeps and writes as small numbers.

Text is what a load's time goes into: to hash, to copy and to write it for each row. Texts are learned once for a run,
with the slug of each; a batch that says a new one is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wraparound.evidence.store.staging import text

REPORTERS, CATEGORIES, OUTCOMES = "reporters", "categories", "outcomes"
NEW = "(a text that no batch had before)"
MANY = 2_000  # texts beyond which a column isn't one of few
ASB = "anti-social-behaviour"
_ALWAYS = {REPORTERS: ("Reported by",), CATEGORIES: (), OUTCOMES: ()}  # what queries compare with must be a member
_SLUG = {REPORTERS: "force_slug", CATEGORIES: "category_slug"}


class Words:
    """The texts known so far of each kind, in the order in which they were learned, with their slugs."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {kind: [NEW, *always] for kind, always in _ALWAYS.items()}
        self.slugs: dict[str, dict[str, str]] = {kind: {} for kind in _SLUG}
        self.is_empty = True
        self.are_many = False  # whether the last texts were too many to be learned

    def learn(self, connection: Any, found: Mapping[str, Iterable[str]]) -> None:
        """Note texts by kind; none of them where a kind would have too many."""
        fresh = {kind: sorted(set(texts) - set(self.texts[kind])) for kind, texts in found.items()}
        self.are_many = any(len(self.texts[kind]) + len(texts) > MANY for kind, texts in fresh.items())
        if self.are_many:
            return
        for kind, texts in fresh.items():
            self.texts[kind] += texts
        for kind, slug in _SLUG.items():
            self.slugs[kind] = dict(
                connection.execute(
                    f"select t, {slug}(t) from (select unnest([{listed(self.texts[kind])}]) as t)"
                ).fetchall()
            )
        self.is_empty = False

    def declare(self, connection: Any) -> None:
        """Make the enumerations that `known` and `slug` speak of."""
        for kind, texts in self.texts.items():
            connection.execute(f"create or replace temp type {kind} as enum ({listed(texts)})").fetchall()
        connection.execute("create or replace temp type vintages as enum ('', '2011', '2021')").fetchall()

    def known(self, column: str, kind: str) -> str:
        """SQL for a column of text as a member of the enumeration; `NEW` where it isn't one."""
        new = f"case when {column} is not null then cast({text(NEW)} as {kind}) end"
        return f"coalesce(try_cast({column} as {kind}), {new})"

    def slug(self, kind: str, column: str) -> str:
        """SQL for the slug of a member."""
        slugs = [self.slugs[kind][one] for one in self.texts[kind]]
        return _looked_up(slugs, column, slugs)

    def force(self, column: str, named: list[str]) -> str:
        """SQL for the force that a record names, else for the one that its file's name does."""
        slugs = [self.slugs[REPORTERS][one] for one in self.texts[REPORTERS]]
        every = [*slugs, *named]
        by_file = f"(cast([{listed(named)}] as {_enumeration(every)}[]))[batch.file + 1]"
        return f"coalesce({_looked_up(slugs, column, every)}, {by_file})"

    def is_asb(self, column: str) -> str:
        """SQL for whether a category is anti-social behaviour."""
        told = ", ".join("true" if self.slugs[CATEGORIES][one] == ASB else "false" for one in self.texts[CATEGORIES])
        return f"([{told}])[enum_code({column}) + 1]"


def listed(values: Iterable[object]) -> str:
    """Literals of SQL, with commas between."""
    return ", ".join(map(text, values))


def _enumeration(values: Iterable[str]) -> str:
    return f"enum({listed(dict.fromkeys(values))})"


def _looked_up(slugs: list[str], column: str, every: Iterable[str]) -> str:
    return f"(cast([{listed(slugs)}] as {_enumeration(every)}[]))[enum_code({column}) + 1]"
