"""What only an offence-level extract can say: people, places, hours. Each breakdown with how much of it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import ibis

from wraparound.evidence.measures.areas import VINTAGES, lsoa_codes, lsoas
from wraparound.evidence.measures.breakdowns import (
    DISCLOSURE,
    UNKNOWN,
    Breakdown,
    counts,
    parts_of_all,
    shares,
    table_of,
    tables_of,
)
from wraparound.evidence.measures.context import Context, Need
from wraparound.evidence.measures.memory import remembered, set_by
from wraparound.evidence.measures.recorded import VIOLENT, category_name, category_of
from wraparound.evidence.measures.registry import Kind, Measure, register
from wraparound.evidence.measures.results import MeasureResult, Period

SOURCE = "Offence-level extract"
SYNTHETIC = "Synthetic: invented for a demonstration. It says nothing about any real place."
PROFILES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "violence": ("Violence and sexual offences", lambda table: category_of(table) == VIOLENT),
    "vawg": ("Violence against women and girls", lambda table: table.is_vawg),
    "domestic": ("Domestic abuse", lambda table: table.is_domestic),
    "hate": ("Hate crime", lambda table: table.is_hate),
    "knife": ("With a knife", lambda table: table.with_knife),
    "weapon": ("With a weapon", lambda table: table.with_weapon),
    "alcohol": ("With alcohol", lambda table: table.with_alcohol),
    "drugs": ("With drugs", lambda table: table.with_drugs),
    "asb": ("Anti-social behaviour", lambda table: table.category == "anti-social-behaviour"),
}
RECORDED = "recorded"
FIELDS = {
    "victim_age": "age of the victim",
    "victim_sex": "sex of the victim",
    "victim_ethnicity": "ethnicity of the victim",
    "suspect_age": "age of the suspect",
    "suspect_sex": "sex of the suspect",
    "suspect_ethnicity": "ethnicity of the suspect",
    "venue": "venue",
    "lsoa": "place",
    "relationship": "relationship",
    "outcome": "outcome",
}


def offences(context: Context, period: Period | None = None) -> Any:
    """The extract's offences of the place and the period, by when they began; of the profile that is asked for."""
    period = period or context.period
    key = ("offences", context.place, period, context.profile)
    return set_by(context.store, key, lambda: _offences(context, period))


def _offences(context: Context, period: Period) -> Any:
    table = context.store.table("offences")
    if any(lsoas(context, vintage) for vintage in VINTAGES):
        table = table.filter(table.lsoa.isin(lsoa_codes(context, VINTAGES).code))
    day = table["from"].date()
    table = table.filter(day >= ibis.literal(period.start), day <= ibis.literal(period.end))
    if context.profile:
        table = table.filter(PROFILES[context.profile][1](table).fill_null(False))
    return table


def caveats(context: Context) -> tuple[str, ...]:
    """What to know of the extract: whether it is invented, and how many offences have no place."""
    return remembered(context.store, ("caveats of offences", context.place), lambda: _caveats(context))


def _caveats(context: Context) -> tuple[str, ...]:
    table = context.store.table("offences")
    sums = context.store.rows(
        table.aggregate(n=table.count(), synthetic=table.is_synthetic.sum(), lost=table.lsoa.isnull().sum())
    )[0]
    found = []
    if sums["synthetic"]:
        found.append(SYNTHETIC)
    if sums["lost"] and any(lsoas(context, vintage) for vintage in VINTAGES):
        found.append(f"Offences without a small area ({sums['lost'] / sums['n']:.0%} of the extract) are left out.")
    return tuple(found)


def known_counts(context: Context, table: Any, column: Any) -> dict[str, int]:
    """How often each value stands in a column, the most frequent first, `UNKNOWN` last."""
    text = column.fill_null("").cast("string")
    named = table.mutate(value_=ibis.ifelse(text == "", ibis.literal(UNKNOWN), text))
    rows = context.store.rows(named.group_by("value_").aggregate(n=named.count()))
    ordered = sorted(rows, key=lambda row: (row["value_"] == UNKNOWN, -row["n"], row["value_"]))
    return {row["value_"]: row["n"] for row in ordered}


def _of_column(column: str, name: str) -> Callable[[Context], Breakdown]:
    def make(context: Context) -> Breakdown:
        table = offences(context)
        return Breakdown("offences", name, known_counts(context, table, table[column]), caveats(context), SOURCE)

    return make


def _categories(context: Context) -> Breakdown:
    table = offences(context)
    found = known_counts(context, table, category_of(table))
    named = {category_name(code) if code != UNKNOWN else code: number for code, number in found.items()}
    return Breakdown("offences", "category", named, caveats(context), SOURCE)


def _profile_sizes(context: Context) -> Breakdown:
    table = offences(context)
    found = {}
    for title, chosen in PROFILES.values():
        found[title] = context.store.one(table.filter(chosen(table).fill_null(False)).count())
    note = "An offence may belong to several profiles, so they don't add up to all."
    return Breakdown("offences", "profile of", found, (*caveats(context), note), SOURCE, adds_up=False)


def _filled_in(context: Context) -> list[tuple[str, Breakdown]]:
    """For each field how often it is filled in: under the name that its breakdown has, so that both are protected."""
    table = offences(context)
    asked = {name: (table[name].notnull() & (table[name].cast("string") != "")).sum() for name in FIELDS}
    sums = context.store.rows(table.aggregate(n_=table.count(), **asked))[0]
    notes = (*caveats(context), "Counts what is filled in, not whether it is right.")
    found = []
    for name in FIELDS:
        filled = int(sums[name] or 0)
        parts = {RECORDED: filled, UNKNOWN: sums["n_"] - filled}
        found.append((name, Breakdown("offences", name, parts, notes, SOURCE)))
    return found


def _completeness(context: Context) -> list[MeasureResult]:
    return [
        replace(row, breakdown={"field": FIELDS[name], "code": name})
        for name, one in _filled_in(context)
        for row in parts_of_all(context, one)
        if row.breakdown.get(name) == RECORDED
    ]


FACTORS = {"with_alcohol": "Alcohol", "with_drugs": "Drugs"}
YES, NO = "yes", "no"


def _factor(column: str) -> Callable[[Context], Breakdown]:
    def make(context: Context) -> Breakdown:
        table = offences(context)
        flag = ibis.ifelse(table[column].isnull(), "", ibis.ifelse(table[column], YES, NO))
        found = known_counts(context, table, flag)
        note = "A flag says what an officer took for a factor; how many were asked is not known."
        return Breakdown("offences", column, found, (*caveats(context), note), SOURCE)

    return make


def _substances(context: Context) -> list[MeasureResult]:
    return [
        replace(row, breakdown={"factor": factor, "code": column})
        for column, factor in FACTORS.items()
        for row in shares(context, _factor(column)(context))
        if row.breakdown.get(column, YES) == YES
    ]


def year_to(day: date) -> Period:
    """The 365 days that end on a day."""
    return Period(day - timedelta(days=364), day)


def _has_offences(context: Context) -> bool:
    key = ("any offences", context.place, context.period, context.profile)
    return remembered(context.store, key, lambda: bool(context.store.one(offences(context).count())))


OFFENCES = Need("offences", "an offence-level extract of this place and period", _has_offences)
NEEDS = (OFFENCES, DISCLOSURE)

register(
    Measure(
        "offences.category",
        "Offences by category",
        "Offences of the extract by category, of those whose category is recorded.",
        NEEDS,
        lambda context: shares(context, _categories(context)),
        kind=Kind.OPERATIONAL,
        tables=tables_of(_categories),
    )
)


def _register_shares(id_: str, column: str, title: str) -> None:
    make = _of_column(column, column)
    register(
        Measure(
            id_,
            title,
            f"{title}, as a share of those for which it is recorded.",
            NEEDS,
            lambda context: shares(context, make(context)),
            kind=Kind.OPERATIONAL,
            tables=tables_of(make),
        )
    )


_register_shares("offences.venue", "venue", "Offences by kind of place")
_register_shares("offences.relationship", "relationship", "Offences by relationship of suspect to victim")
_register_shares("offences.outcome", "outcome", "Offences by outcome")
register(
    Measure(
        "offences.profiles",
        "Size of the problem profiles",
        "Offences of the extract that carry the flag of each profile. Violence is the published category.",
        NEEDS,
        lambda context: counts(context, _profile_sizes(context), "offences"),
        kind=Kind.OPERATIONAL,
        tables=tables_of(_profile_sizes),
    )
)
register(
    Measure(
        "offences.substances",
        "Alcohol and drugs as factors",
        "Offences flagged with alcohol or with drugs, of those for which the flag is filled in.",
        NEEDS,
        _substances,
        kind=Kind.OPERATIONAL,
        tables=tables_of(*(_factor(column) for column in FACTORS)),
    )
)
register(
    Measure(
        "offences.completeness",
        "How much is recorded",
        "Offences with a value in each field, over all offences of the extract.",
        NEEDS,
        _completeness,
        kind=Kind.OPERATIONAL,
        tables=lambda context: [table_of(context, one) for _, one in _filled_in(context)],
    )
)
