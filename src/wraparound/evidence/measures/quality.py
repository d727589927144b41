"""How well each agency's referrals are filled in: a scorecard per agency and field. From our own extracts only."""

from __future__ import annotations

from dataclasses import replace

import ibis

from wraparound.evidence.measures.breakdowns import DISCLOSURE, UNKNOWN, Breakdown, parts_of_all, table_of
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.disclosure import Table
from wraparound.evidence.measures.flows import OWN, REFERRALS, REFERRALS_NEEDED, SOURCE, is_known, key_of, rows_of
from wraparound.evidence.measures.ledger import adding_up
from wraparound.evidence.measures.registry import Good, Kind, Measure, register
from wraparound.evidence.measures.results import MeasureResult

FIELDS = {
    "victim_age_band": "age",
    "victim_sex": "sex",
    "victim_ethnicity": "ethnicity",
    "victim_disability": "disability",
    "victim_sexual_orientation": "sexual orientation",
}


def _agencies_by_kind(context: Context) -> dict[str, list[str]]:
    """Of each kind of referrer the agencies, the kind as the table of referrers names it."""
    table, labels = rows_of(context, REFERRALS), context.labels.get("organisation_kind", {})
    known = ibis.ifelse(is_known(table.from_kind), table.from_kind, ibis.literal(UNKNOWN))
    found: dict[str, list[str]] = {}
    chosen = table.select(kind=known, agency=table.from_organisation).distinct()
    for row in context.store.rows(chosen.order_by("kind", "agency")):
        found.setdefault(labels.get(row["kind"], row["kind"]), []).append(row["agency"] or UNKNOWN)
    return found


def _agencies_of_kinds(context: Context) -> Table:
    """A kind of referrer has what its agencies have together."""
    several = {kind: agencies for kind, agencies in _agencies_by_kind(context).items() if len(agencies) > 1}
    kinds = ((key_of(context, "referrer", one), key_of(context, "agency", a)) for one in several for a in several[one])
    return adding_up("referrals", kinds)


def scorecards(context: Context) -> list[tuple[str, Breakdown]]:
    """For each agency and field how many of its referrals have a value.

    What all referrals of an agency are that is the only one of its kind is the number of that kind, in two tables.
    """
    table = rows_of(context, REFERRALS)
    asked = {name: is_known(table[name]).sum() for name in FIELDS}
    rows = context.store.rows(table.group_by("from_organisation").aggregate(n_=table.count(), **asked))
    kinds = _agencies_by_kind(context)
    alone = {agencies[0]: kind for kind, agencies in kinds.items() if len(agencies) == 1}
    alone = {one: kind for one, kind in alone.items() if sum(one in agencies for agencies in kinds.values()) == 1}
    return [
        (
            agency,
            Breakdown(
                "referrals",
                FIELDS[name],
                {"recorded": int(row[name] or 0), UNKNOWN: row["n_"] - int(row[name] or 0)},
                (*OWN, "Counts what is filled in, not whether it is right."),
                SOURCE,
                within={"referrer": alone[agency]} if agency in alone else {"agency": agency},
            ),
        )
        for agency, row in sorted(((row["from_organisation"] or UNKNOWN, row) for row in rows), key=lambda one: one[0])
        for name in FIELDS
    ]


def _scorecards(context: Context) -> list[MeasureResult]:
    agencies = context.labels.get("organisation", {})
    return [
        replace(row, breakdown={"agency": agencies.get(agency, agency), "field": one.dimension})
        for agency, one in scorecards(context)
        for row in parts_of_all(context, one)
        if row.breakdown.get(one.dimension, "recorded") == "recorded"
    ]


register(
    Measure(
        "quality.referrals",
        "What each agency records of those it refers",
        "Referrals of each agency with a value in each field, over all its referrals.",
        (*REFERRALS_NEEDED, DISCLOSURE),
        _scorecards,
        Good.MORE,
        Kind.OPERATIONAL,
        lambda context: [*(table_of(context, one) for _, one in scorecards(context)), _agencies_of_kinds(context)],
    )
)
