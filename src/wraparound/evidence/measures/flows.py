"""Flows through the platform's own records: incidents, referrals, hearings. From pseudonymised extracts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from wraparound.evidence.measures.areas import first_of_month
from wraparound.evidence.measures.audit import Key
from wraparound.evidence.measures.breakdowns import (
    DISCLOSURE,
    UNKNOWN,
    Breakdown,
    counts,
    parts_of_all,
    shares,
    table_of,
    tables_of,
    withheld,
)
from wraparound.evidence.measures.context import Context, Need, answer, refused
from wraparound.evidence.measures.disclosure import ALL, Table
from wraparound.evidence.measures.ledger import adding_up
from wraparound.evidence.measures.memory import remembered, set_by
from wraparound.evidence.measures.offences import known_counts
from wraparound.evidence.measures.people import against_residents
from wraparound.evidence.measures.recorded import POPULATION
from wraparound.evidence.measures.registry import Compute, Good, Kind, Measure, register
from wraparound.evidence.measures.results import MeasureResult

SOURCE = "The platform's own records, as a pseudonymised extract"
OWN = (
    "Counts what the agencies on the platform recorded.",
    "A rise may be more abuse, or more trust: it is not good or bad by itself.",
)
INCIDENTS, REFERRALS, MARAC, TRANSFERS = "own_incidents", "own_referrals", "own_marac", "own_transfers"
CALLED_OFF = "called_off"
DIRECTIONS = {"in": "from another area", "out": "to another area"}
# Of a MARAC referral: screened, and not put before a meeting.
NOT_LISTED = "not_listed"
UNSCREENED = frozenset({"received", "challenged"})
DONE, OPEN = "done", "not done"

Make = Callable[[Context], Breakdown]


def rows_of(context: Context, dataset: str) -> Any:
    """The extract's rows of the period's months."""
    first, last = first_of_month(context.period.start), first_of_month(context.period.end)

    def find() -> Any:
        table = context.store.table(dataset)
        return table.filter(table.month >= ibis.literal(first), table.month <= ibis.literal(last))

    return set_by(context.store, (dataset, first, last), find)


def _need(dataset: str, sentence: str) -> Need:
    def met(context: Context) -> bool:
        key = ("any", dataset, context.period)
        return remembered(context.store, key, lambda: bool(context.store.one(rows_of(context, dataset).count())))

    return Need(dataset, sentence, met)


def is_known(column: Any) -> Any:
    """Whether a column of the extracts says something: neither empty, nor why it isn't known."""
    text = column.fill_null("")
    return (text != "") & (text != "not-known") & ~text.startswith("?")


def _named(context: Context, counted: dict[str, int], codes: str) -> dict[str, int]:
    labels = context.labels.get(codes, {})
    found: dict[str, int] = {}
    for value, number in counted.items():
        label = labels.get(value, value)
        found[label] = found.get(label, 0) + number
    return found


def by_column(dataset: str, column: str, of: str, codes: str = "", dimension: str = "") -> Make:
    """Rows by the values of a column, under the labels of a list of codes where the context has it."""

    def make(context: Context) -> Breakdown:
        table = rows_of(context, dataset)
        known = ibis.ifelse(is_known(table[column]), table[column], ibis.literal(""))
        counted = _named(context, known_counts(context, table, known), codes)
        return Breakdown(of, dimension or column, counted, OWN, SOURCE)

    return make


def persons_by(dataset: str, column: str, of: str, codes: str = "", dimension: str = "") -> Make:
    """Victim-survivors by the values of a column, each once."""

    def make(context: Context) -> Breakdown:
        table = rows_of(context, dataset)
        known = ibis.ifelse(is_known(table[column]), table[column], ibis.literal(""))
        named = table.mutate(value_=known).filter(table.victim.notnull())
        people = named.group_by("victim").aggregate(value=named.value_.max())
        counted = _named(context, known_counts(context, people, people.value), codes)
        notes = (*OWN, "Each person counts once.")
        return Breakdown(of, dimension or column, counted, notes, SOURCE, each_once=True)

    return make


def _by_month(dataset: str, of: str) -> Make:
    def make(context: Context) -> Breakdown:
        table = rows_of(context, dataset)
        rows = context.store.rows(table.group_by("month").aggregate(n=table.count()))
        found = {f"{row['month']:%Y-%m}": row["n"] for row in sorted(rows, key=lambda row: row["month"])}
        return Breakdown(of, "month", found, OWN, SOURCE)

    return make


def _crimes(context: Context) -> Breakdown:
    table = rows_of(context, INCIDENTS)
    crimes = int(context.store.one(table.is_crime.sum()) or 0)
    whole = context.store.one(table.count())
    return Breakdown("incidents", "crime", {"yes": crimes, "no": whole - crimes}, OWN, SOURCE)


def _repeats(context: Context) -> Breakdown:
    table = rows_of(context, REFERRALS)
    again = int(context.store.one(table.is_repeat.sum()) or 0)
    whole = context.store.one(table.count())
    return Breakdown("referrals", "repeat", {"yes": again, "no": whole - again}, OWN, SOURCE)


def _listing(state: str) -> str:
    if state in UNSCREENED or state == UNKNOWN:
        return UNKNOWN
    return "not listed" if state == NOT_LISTED else "listed"


def _unmet(context: Context) -> Breakdown:
    table = rows_of(context, REFERRALS)
    found = {"not listed": 0, "listed": 0, UNKNOWN: 0}
    for state, number in known_counts(context, table, table.state).items():
        found[_listing(state)] += number
    note = "Not recorded: still to be screened. A referral that isn't listed isn't a need that was met."
    same = {one: ("state", states[0]) for one, states in _states_by_listing(context).items() if len(states) == 1}
    return Breakdown("referrals", "listing", found, (*OWN, note), SOURCE, same_as=same)


def _states_by_listing(context: Context) -> dict[str, list[str]]:
    """Of each listing the states that it puts together, as the table of states names them."""
    table, labels = rows_of(context, REFERRALS), context.labels.get("referral_state", {})
    found: dict[str, list[str]] = {}
    for row in context.store.rows(table.select("state").distinct().order_by("state")):
        state = row["state"] or UNKNOWN
        found.setdefault(_listing(state), []).append(labels.get(state, state))
    return found


def _states_of_listings(context: Context) -> Table:
    """Whoever reads where referrals stand knows what several states are together."""
    several = {listing: states for listing, states in _states_by_listing(context).items() if len(states) > 1}
    listings = ((key_of(context, "listing", one), key_of(context, "state", s)) for one in several for s in several[one])
    return adding_up("referrals", listings)


def key_of(context: Context, dimension: str, value: str) -> Key:
    """What a number of referrals counts, as disclosure control names it."""
    return table_of(context, Breakdown("referrals", "", {}, within={dimension: value})).key((ALL,))


def _transfers(context: Context) -> Breakdown:
    table = rows_of(context, TRANSFERS)
    counted = known_counts(context, table.filter(table.state != CALLED_OFF), table.direction)
    found = {label: counted.get(direction, 0) for direction, label in DIRECTIONS.items()}
    note = "Cases that moved between this MARAC and another area's, in the month in which the move was recorded."
    return Breakdown("transfers", "direction", found, (*OWN, note), SOURCE)


def _actions(context: Context) -> Breakdown:
    table = rows_of(context, MARAC)
    sums = context.store.rows(table.aggregate(promised=table.actions.sum(), done=table.actions_done.sum()))[0]
    done = int(sums["done"] or 0)
    return Breakdown("actions promised", "progress", {DONE: done, OPEN: int(sums["promised"] or 0) - done}, OWN, SOURCE)


def _mean(dataset: str, column: str, unit: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        table = rows_of(context, dataset)
        sums = context.store.rows(table.aggregate(n=table[column].count(), total=table[column].sum()))[0]
        rule = context.rules.disclosure
        if not sums["n"]:
            return [refused(context, "None has ended yet: the denominator is nought.", unit)]
        if rule is None or sums["n"] < rule.smallest_at_city:
            return [withheld(context, unit, {}, SOURCE)]
        value = round(sums["total"] / sums["n"], 1)
        note = "A mean of those that have ended: those still waiting are not in it."
        return [answer(context, value, unit, caveats=(*OWN, note), source=SOURCE)]

    return compute


def _as_counts(make: Make, unit: str) -> Compute:
    return lambda context: counts(context, make(context), unit)


def _as_shares(make: Make) -> Compute:
    return lambda context: shares(context, make(context))


def _as_parts(make: Make) -> Compute:
    return lambda context: parts_of_all(context, make(context))


def _flow(id_: str, title: str, definition: str, needs: tuple[Need, ...], compute: Compute, make: Make | None) -> None:
    tables = tables_of(make) if make else None
    register(
        Measure(id_, title, definition, (*needs, DISCLOSURE), compute, Good.NEITHER, Kind.OPERATIONAL, tables=tables)
    )


_INCIDENTS = (_need(INCIDENTS, "an extract of the platform's incidents of this period"),)
REFERRALS_NEEDED = (_need(REFERRALS, "an extract of the platform's referrals of this period"),)
_MARAC = (_need(MARAC, "an extract of the platform's MARAC hearings of this period"),)
_TRANSFERS = (_need(TRANSFERS, "an extract of the platform's transfers of this period"),)


_COUNTS: tuple[tuple[str, str, tuple[Need, ...], Make, str], ...] = (
    ("flow.incidents", "Incidents by month", _INCIDENTS, _by_month(INCIDENTS, "incidents"), "incidents"),
    (
        "flow.incidents_grade",
        "Incidents by grade",
        _INCIDENTS,
        by_column(INCIDENTS, "grade", "incidents", "dara_grade"),
        "incidents",
    ),
    ("flow.incidents_crime", "Incidents recorded as crimes", _INCIDENTS, _crimes, "incidents"),
    (
        "flow.incidents_ward",
        "Incidents by ward",
        _INCIDENTS,
        by_column(INCIDENTS, "ward", "incidents", "ward"),
        "incidents",
    ),
    ("flow.referrals", "MARAC referrals by month", REFERRALS_NEEDED, _by_month(REFERRALS, "referrals"), "referrals"),
    (
        "flow.referrals_from",
        "MARAC referrals by kind of referrer",
        REFERRALS_NEEDED,
        by_column(REFERRALS, "from_kind", "referrals", "organisation_kind", "referrer"),
        "referrals",
    ),
    (
        "flow.referrals_state",
        "Where MARAC referrals stand",
        REFERRALS_NEEDED,
        by_column(REFERRALS, "state", "referrals", "referral_state"),
        "referrals",
    ),
    ("flow.marac", "MARAC hearings by month", _MARAC, _by_month(MARAC, "hearings"), "hearings"),
    (
        "flow.marac_from",
        "MARAC hearings by kind of referrer",
        _MARAC,
        by_column(MARAC, "from_kind", "hearings", "organisation_kind", "referrer"),
        "hearings",
    ),
    (
        "flow.marac_telling",
        "Whether the survivor was told",
        _MARAC,
        by_column(MARAC, "telling_state", "hearings", "telling_state", "telling"),
        "hearings",
    ),
)
for _id, _title, _needs, _make, _unit in _COUNTS:
    _flow(_id, _title, f"{_title}: rows of the extract.", _needs, _as_counts(_make, _unit), _make)

_flow(
    "flow.referrals_repeat",
    "MARAC referrals that are repeats",
    "Referrals whose referrer gave a repeat as a reason, over all referrals.",
    REFERRALS_NEEDED,
    _as_parts(_repeats),
    _repeats,
)
_flow(
    "flow.transfers",
    "MARAC cases moved between areas",
    "Transfers to and from other areas' MARACs by direction, without those called off.",
    _TRANSFERS,
    _as_counts(_transfers, "cases"),
    _transfers,
)
register(
    Measure(
        "unmet.referrals",
        "MARAC referrals not listed",
        "Of those screened.",
        (*REFERRALS_NEEDED, DISCLOSURE),
        _as_shares(_unmet),
        Good.NEITHER,
        Kind.OPERATIONAL,
        tables=lambda context: [table_of(context, _unmet(context)), _states_of_listings(context)],
    )
)
_flow(
    "flow.marac_actions",
    "Actions done of those promised",
    "Commitments made at the period's hearings that are done, over all of them.",
    _MARAC,
    _as_parts(_actions),
    _actions,
)
_WAITED, _TOLD = "days from referral to hearing", "days from hearing until told"
_flow("flow.marac_waited", "Wait for the MARAC", f"Mean {_WAITED}.", _MARAC, _mean(MARAC, "days_waited", _WAITED), None)
_flow(
    "flow.marac_told",
    "Until the survivor is told",
    f"Mean {_TOLD}.",
    _MARAC,
    _mean(MARAC, "told_within_days", _TOLD),
    None,
)

for _dataset, _word, _of, _needs in (
    (INCIDENTS, "incidents", "victim-survivors of incidents", _INCIDENTS),
    (REFERRALS, "referrals", "victim-survivors referred", REFERRALS_NEEDED),
    (MARAC, "marac", "victim-survivors heard", _MARAC),
):
    for _column, _dimension, _codes in (
        ("victim_sex", "sex", "sex"),
        ("victim_ethnicity", "ethnicity", "ethnicity"),
        ("victim_age_band", "age band", ""),
        ("victim_disability", "disability", "disability"),
        ("victim_sexual_orientation", "sexual orientation", "sexual_orientation"),
    ):
        _make = persons_by(_dataset, _column, _of, _codes, _dimension)
        _name = _dimension.replace(" ", "_")
        _title = f"{_of.capitalize()} by {_dimension}"
        _flow(f"access.{_word}_{_name}", _title, "Of those recorded.", _needs, _as_shares(_make), _make)
        if _dimension in {"sex", "ethnicity"}:
            _flow(
                f"access.{_word}_{_name}_against_residents",
                f"{_title}, against residents",
                "The share of those known over the share of residents: whether all find the way here.",
                (*_needs, POPULATION),
                against_residents(_make),
                _make,
            )
