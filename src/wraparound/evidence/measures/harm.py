"""Harm and cost, where somebody has loaded weights. None are invented, and a class without a weight isn't nought."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wraparound.evidence.measures.areas import STREET
from wraparound.evidence.measures.context import Context, Need, answer, refused
from wraparound.evidence.measures.recorded import SOURCE, by_category, category_name, counted
from wraparound.evidence.measures.registry import Compute, Good, Measure, register
from wraparound.evidence.measures.results import MeasureResult


def _weights(context: Context, kind: str) -> dict[str, dict[str, dict[str, Any]]]:
    """By scheme, the weight of each category."""
    table = context.store.table("weights")
    rows = context.store.rows(table.filter(table.kind == kind, table.by == "category"))
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["scheme"], {})[row["item"]] = row
    return dict(sorted(found.items()))


def _unit(rows: dict[str, dict[str, Any]]) -> str:
    one = next(iter(rows.values()))
    year = f" ({one['price_year']} prices)" if one["price_year"] else ""
    return f"{one['unit']}{year}"


def _by_category(kind: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        counts = by_category(context)
        found: list[MeasureResult] = []
        for scheme, rows in _weights(context, kind).items():
            ordered = sorted(set(counts) & set(rows), key=lambda code: (-counts[code] * rows[code]["weight"], code))
            found += [_weighted(context, scheme, rows, code, counts[code]) for code in ordered]
            missing = sorted(set(counts) - set(rows))
            found += [_without_weight(context, scheme, code, counts[code]) for code in missing]
        return found

    return compute


def _weighted(context: Context, scheme: str, rows: dict[str, dict[str, Any]], code: str, count: int) -> MeasureResult:
    return answer(
        context,
        count * rows[code]["weight"],
        _unit(rows),
        numerator=count,
        caveats=(f"Weight {rows[code]['weight']:g} a crime, as loaded: {rows[code]['source']}.",),
        source=SOURCE,
        breakdown={"scheme": scheme, "category": category_name(code), "code": code},
    )


def _crimes(count: int) -> str:
    return "1 crime" if count == 1 else f"{count:,} crimes"


def _without_weight(context: Context, scheme: str, code: str, count: int) -> MeasureResult:
    one = refused(context, f"{scheme} has no weight for {category_name(code).lower()} ({_crimes(count)}).")
    return replace(one, breakdown={"scheme": scheme, "category": category_name(code), "code": code})


def _total(kind: str) -> Compute:
    def compute(context: Context) -> list[MeasureResult]:
        counts = by_category(context)
        found = []
        for scheme, rows in _weights(context, kind).items():
            missing = sorted(set(counts) - set(rows))
            if missing:
                names = ", ".join(category_name(code).lower() for code in missing)
                lost = sum(counts[code] for code in missing)
                reason = f"{scheme} has no weight for {names} ({_crimes(lost)}): a total would count them as nought."
                found.append(replace(refused(context, reason, _unit(rows)), breakdown={"scheme": scheme}))
                continue
            found.append(
                answer(
                    context,
                    sum(number * rows[code]["weight"] for code, number in counts.items()),
                    _unit(rows),
                    numerator=sum(counts.values()),
                    caveats=(*counted(context).caveats, "By published category: weights of single offences differ."),
                    source=next(iter(rows.values()))["source"],
                    breakdown={"scheme": scheme},
                )
            )
        return found

    return compute


def _need(kind: str) -> Need:
    name = "harm weights" if kind == "harm" else "unit costs"
    return Need("weights", f"{name} by category, loaded by the user", lambda context: bool(_weights(context, kind)))


for _kind in ("harm", "cost"):
    register(
        Measure(
            f"{_kind}.by_category",
            f"{_kind.capitalize()} by category",
            f"Crimes of each category times the {_kind} weight that was loaded for it; for the bubble chart.",
            (STREET, _need(_kind)),
            _by_category(_kind),
            Good.LESS,
        )
    )
    register(
        Measure(
            f"{_kind}.total",
            f"{_kind.capitalize()} of all crimes",
            f"Crimes times their {_kind} weights. Refused where a category has no weight.",
            (STREET, _need(_kind)),
            _total(_kind),
            Good.LESS,
        )
    )
