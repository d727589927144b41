"""What a city of this size would need: prevalence, refuge places, IDVAs. Modelled or by benchmark, and said so."""

from __future__ import annotations

import math
from typing import Any

from wraparound.evidence.measures.caveats import MODELLED
from wraparound.evidence.measures.context import Context, Need, answer, not_available, refused
from wraparound.evidence.measures.intervals import normal, scaled
from wraparound.evidence.measures.params import IdvaMethod, NeedsRules
from wraparound.evidence.measures.recorded import POPULATION
from wraparound.evidence.measures.registry import Good, Measure, register
from wraparound.evidence.measures.results import Interval, MeasureResult
from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.directory.models import ServiceKind

BENCHMARK = "A benchmark, not a count of need: it takes no account of deprivation or of need from outside the area."


def _rule(context: Context) -> NeedsRules:
    rule = context.rules.needs
    if rule is None:
        raise LookupError("evidence.needs")
    return rule


def _of_ages(context: Context, first: int, last: int) -> list[tuple[int, str]]:
    """Residents of an age range by each table that has every year or band of it: newest first."""
    table = context.store.table("population")
    rows = context.store.rows(
        table.filter(
            table.measure == "residents",
            table.area_code == context.place.code,
            table.area_kind != "lsoa",
            (table.sex.isnull() | (table.sex == "")),
            table.ethnicity.isnull(),
            table.category.isnull(),
            table.age_from.notnull(),
            table.age_from >= first,
            table.age_to.notnull(),
            table.age_to <= last,
        ).select("date", "source", "age_from", "age_to", "value")
    )
    tables: dict[tuple[Any, str], list[dict[str, Any]]] = {}
    for row in rows:
        tables.setdefault((row["date"], row["source"]), []).append(row)
    found = []
    for (on, source), bands in sorted(tables.items(), reverse=True):
        finest = _covering(bands, first, last)
        if finest:
            label = f"{source}, {on.day} {on:%B %Y}: residents of {first} to {last}"
            found.append((sum(row["value"] for row in finest), label))
    return found


def _covering(bands: list[dict[str, Any]], first: int, last: int) -> list[dict[str, Any]]:
    """Bands that follow each other from the first age to the last without gap or overlap; empty where none do."""
    chosen, at = [], first
    while at <= last:
        fitting = [row for row in bands if row["age_from"] == at]
        if not fitting:
            return []
        one = min(fitting, key=lambda row: row["age_to"])
        chosen.append(one)
        at = one["age_to"] + 1
    return chosen


def _prevalence(context: Context) -> list[MeasureResult]:
    rule = _rule(context).prevalence
    unit = f"people of {rule.age_from} to {rule.age_to} in a year"
    if context.is_ward:
        return [
            refused(
                context,
                "Prevalence is modelled for the whole area only: a national rate applied to a ward would rank wards by "
                "their number of residents and nothing else.",
                unit,
            )
        ]
    found = _of_ages(context, rule.age_from, rule.age_to)
    if not found:
        needs = f"residents of {rule.age_from} to {rule.age_to} of {context.place.name}"
        return [not_available(context, needs, unit)]
    people, label = found[0]
    interval: Interval | None = None
    if rule.standard_error is not None:
        share = normal(rule.share, rule.standard_error)
        interval = scaled(share.low, share.high, share.method, people)
    return [
        answer(
            context,
            rule.share * people,
            unit,
            denominator=people,
            denominator_source=label,
            interval=interval,
            caveats=(
                MODELLED,
                f"{rule.label}: {rule.share * 100:g} %.",
                *(() if interval else ("No interval: no standard error of the survey is loaded.",)),
            ),
            source=rule.source,
        )
    ]


def _refuge_places(context: Context) -> list[MeasureResult]:
    rule = _rule(context)
    unit = "family places"
    people, source = _people(context, rule)
    if people is None:
        return [not_available(context, f"the number of residents of {context.place.name}", unit)]
    exact = people / rule.refuge_people_per_place
    need = math.ceil(round(exact, 9))
    found = [
        answer(
            context,
            need,
            unit,
            numerator=people,
            denominator=rule.refuge_people_per_place,
            denominator_source=source,
            caveats=(BENCHMARK, f"{exact:.2f} rounded up: part of a place shelters nobody."),
            source=rule.refuge_source,
            breakdown={"of": "needed"},
        )
    ]
    if rule.refuge_units is not None:
        caveats = ("Units, beds and spaces are used interchangeably in what is published.",)
        for of, value in (("commissioned", rule.refuge_units), ("short of the benchmark", need - rule.refuge_units)):
            found.append(
                answer(context, value, unit, caveats=caveats, source=rule.refuge_units_source, breakdown={"of": of})
            )
    return found


def _people(context: Context, rule: NeedsRules) -> tuple[float | None, str]:
    """The residents that the rule set states, else the newest count of the place in the store."""
    if rule.people is not None:
        return rule.people, rule.people_source
    table = context.store.table("population")
    rows = context.store.rows(
        table.filter(
            table.measure == "residents",
            table.area_code == context.place.code,
            (table.sex.isnull() | (table.sex == "")),
            table.age_from.isnull(),
            table.age_to.isnull(),
            table.ethnicity.isnull(),
            table.category.isnull(),
        ).select("date", "value", "source")
    )
    if not rows:
        return None, ""
    newest = max(rows, key=lambda row: (row["date"], row["source"]))
    return newest["value"], f"{newest['source']}, {newest['date']:%Y}"


def _idvas(context: Context) -> list[MeasureResult]:
    rule = _rule(context)
    found: list[MeasureResult] = []
    for method in rule.idva_methods:
        if rule.women is not None:
            cases = rule.women * rule.cases_per_10000_women / 10_000
            text = f"{rule.women:,.0f} women times {rule.cases_per_10000_women:g} cases for 10,000: {rule.cases_source}"
            found.append(_idva(context, rule, method, "expected", cases, text))
        if rule.actual_cases is not None:
            found.append(_idva(context, rule, method, "actual", rule.actual_cases, rule.actual_cases_source))
    if not found:
        return [not_available(context, "the number of women, or of MARAC cases in a year", "full-time IDVAs")]
    return found


def _idva(
    context: Context, rule: NeedsRules, method: IdvaMethod, of: str, cases: float, cases_source: str
) -> MeasureResult:
    return answer(
        context,
        cases / method.cases_per_idva,
        "full-time IDVAs",
        numerator=cases,
        denominator=method.cases_per_idva,
        denominator_source="cases a year for one IDVA",
        caveats=(rule.idva_note, f"{of.capitalize()} cases: {cases_source}."),
        source=method.source,
        breakdown={"method": method.code, "label": method.label, "cases": of},
    )


def _unmet_idvas(context: Context) -> list[MeasureResult]:
    rule = _rule(context)
    if rule.idvas_in_post is None:
        return [not_available(context, "the number of IDVAs in post", "full-time IDVAs")]
    return [
        answer(
            context,
            one.value - rule.idvas_in_post,
            "full-time IDVAs",
            numerator=one.value,
            denominator=rule.idvas_in_post,
            denominator_source=rule.idvas_in_post_source,
            caveats=(*one.caveats, "Needed less in post: below nought, the method asks for fewer than there are."),
            source=one.source,
            breakdown=one.breakdown,
        )
        for one in _idvas(context)
        if one.value is not None
    ]


def _has_rule(context: Context) -> bool:
    return context.rules.needs is not None


RULE = Need("", "the rule set evidence.needs of this area", _has_rule)

register(
    Measure(
        "needs.prevalence",
        "People who experience domestic abuse in a year",
        "The share of a national survey times residents of its ages. For the whole area only; no ranking of wards.",
        (RULE, POPULATION),
        _prevalence,
        Good.LESS,
    )
)
register(
    Measure(
        "needs.refuge_places",
        "Refuge places needed",
        "Residents over the residents for one family place, rounded up.",
        (RULE,),
        _refuge_places,
        Good.NEITHER,
    )
)
register(
    Measure(
        "needs.idvas",
        "IDVAs needed",
        "Cases a year over the cases for one IDVA: by each published method, on expected and on actual cases.",
        (RULE,),
        _idvas,
    )
)
register(
    Measure(
        "needs.idvas_unmet",
        "IDVAs needed beyond those in post",
        "IDVAs needed by each method, less those in post.",
        (RULE,),
        _unmet_idvas,
        Good.LESS,
    )
)


SERVICES = "services.csv"
ACCOMMODATION = {ServiceKind.REFUGE.value: "refuge", ServiceKind.DISPERSED.value: "dispersed homes"}


def _has_services(context: Context) -> bool:
    return bool(context.pack) and open_pack(context.pack).has(SERVICES)


def _units(context: Context) -> list[MeasureResult]:
    """The units of each service, the largest first, and of each kind together."""
    rows = [
        (row["name"], ACCOMMODATION[row["kind"]], row.number("units"), row["source"])
        for row in open_pack(context.pack).rows(SERVICES, ("name", "kind", "units", "source"))
        if row["kind"] in ACCOMMODATION
    ]
    given = sorted(
        ((name, kind, units, source) for name, kind, units, source in rows if units), key=lambda row: -row[2]
    )
    if not given:
        return [not_available(context, "services with their units in the area's pack", "units")]
    unsaid = len(rows) - len(given)
    caveats = (
        "As papers list them: not all are commissioned by the authority, and places change hands.",
        *((f"{unsaid} services that don't say how many units they have are left out.",) if unsaid else ()),
    )
    sums = {kind: sum(units for _, of, units, _ in given if of == kind) for kind in ACCOMMODATION.values()}
    return [
        answer(
            context,
            units,
            "units",
            numerator=units,
            caveats=caveats,
            source=source,
            breakdown={"service": name, "kind": kind},
        )
        for name, kind, units, source in [
            *(
                (f"All {kind}", kind, units, f"{SERVICES} of the pack, added up")
                for kind, units in sums.items()
                if units
            ),
            *given,
        ]
    ]


register(
    Measure(
        "needs.units_by_service",
        "Units of safe accommodation",
        "Units of each refuge and of dispersed homes, as the area's register of services has them.",
        (Need("", f"a register of services in the area's pack ({SERVICES})", _has_services),),
        _units,
        Good.MORE,
    )
)
