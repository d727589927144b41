"""Loading the places and calendars of a pack. Each loader is one transaction, and loading again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from pydantic import BaseModel

from wraparound.foundation.areas.models import Area, AreaKind, BankHoliday, SchoolTerm
from wraparound.foundation.areas.pack import Pack, PackError, Row, checked
from wraparound.foundation.areas.remembered import forget

M = TypeVar("M", bound=Model)
Counts = dict[str, int]
Key = tuple[str, str, str]  # code, kind, vintage

AREA_COLUMNS = ("code", "name", "kind", "vintage", "parent_code", "parent_kind", "parent_vintage", "parent_is_best_fit")
TERM_COLUMNS = ("area_code", "name", "starts_on", "ends_on", "is_provisional")


def counts_of(what: Iterable[str] = ()) -> Counts:
    """How many were new, the same and changed."""
    return {"new": 0, "same": 0, "changed": 0} | dict(Counter(what))


def store(row: M | None, model: type[M], keys: dict[str, object], values: dict[str, object]) -> str:
    """Make or bring up to date one row of reference data; says whether it was new, the same or changed."""
    if row is None:
        model._default_manager.create(**keys, **values)
        return "new"
    if all(getattr(row, name) == value for name, value in values.items()):
        return "same"
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return "changed"


def area_in(row: Row, column: str = "area_code") -> Area:
    """The area that a cell names by its code, of the latest vintage. Raises PackError where it is not loaded."""
    code = row.needed(column)
    found = Area.objects.filter(code=code).order_by("-vintage").first()
    if found is None:
        raise row.error(column, f"no area with the code {code} is loaded.")
    return found


@transaction.atomic
def load_areas(pack: Pack) -> Counts:
    """The places of `areas.csv`; each names what it is part of. Raises PackError, and then changes nothing."""
    waiting = _by_key(pack.rows("areas.csv", AREA_COLUMNS))
    known: dict[Key, Area] = {
        (area.code, area.kind, area.vintage): area
        for area in Area.objects.filter(code__in={code for code, _, _ in waiting})
    }
    counts = counts_of()
    while waiting:
        ready = {key: row for key, row in waiting.items() if _parent_key(row) not in waiting}
        if not ready:
            raise next(iter(waiting.values())).error("parent_code", "this area is part of itself, round a circle.")
        _store_areas(ready, known, counts)
        waiting = {key: row for key, row in waiting.items() if key not in ready}
    forget()
    return counts


@transaction.atomic
def load_holidays(pack: Pack) -> Counts:
    """The bank holidays of `bank-holidays.json`, in the form that GOV.UK publishes, for each division.

    The file is the whole list: a day that it no longer has (a moved bank holiday) goes, and counts as changed.
    """
    divisions = pack.json("bank-holidays.json")
    where = f"{pack.slug}/bank-holidays.json"
    if not isinstance(divisions, dict) or not divisions:
        raise PackError(f"{where}: it must be an object with a division in each of its names.")
    done: list[str] = []
    for name, content in divisions.items():
        done += _sync_division(name, checked(HolidayList, content, f"{where}, {name}"))
    forget()
    return counts_of(done)


@transaction.atomic
def load_school_terms(pack: Pack) -> Counts:
    """The terms of `school_terms.csv`. The file is the whole list of each area that is in it."""
    rows = list(pack.rows("school_terms.csv", TERM_COLUMNS))
    terms: dict[int, dict[date, Row]] = {}
    areas: dict[str, Area] = {}
    for row in rows:
        code = row.needed("area_code")
        area = areas.setdefault(code, areas.get(code) or area_in(row))
        _check_term(row, terms.setdefault(area.pk, {}))
        terms[area.pk][row.day("starts_on")] = row
    done: list[str] = []
    for area_id, by_start in terms.items():
        held = {term.starts_on: term for term in SchoolTerm.objects.filter(area_id=area_id)}
        for start, row in by_start.items():
            values = {
                "name": row.needed("name"),
                "ends_on": row.day("ends_on"),
                "is_provisional": row.flag("is_provisional"),
            }
            keys = {"area_id": area_id, "starts_on": start}
            done.append(store(held.pop(start, None), SchoolTerm, keys, values))
        done += _gone(held.values())
    forget()
    return counts_of(done)


class Holiday(BaseModel):
    """One event of the published list; what else it says (bunting) is not kept."""

    title: str
    date: date


class HolidayList(BaseModel):
    """One division's list."""

    division: str
    events: list[Holiday]


def _by_key(rows: Iterable[Row]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for row in rows:
        key = (row.needed("code"), row.one_of("kind", AreaKind.values), row.needed("vintage"))
        if key in found:
            raise row.error("code", f"{key[0]} of {key[2]} stands in line {found[key].line} already.")
        found[key] = row
    return found


def _parent_key(row: Row) -> Key | None:
    if not row.get("parent_code"):
        return None
    return (row["parent_code"], row.one_of("parent_kind", AreaKind.values), row.needed("parent_vintage"))


def _store_areas(rows: dict[Key, Row], known: dict[Key, Area], counts: Counts) -> None:
    """One level of places, whose parents are all known: at once, for a city has more than a thousand."""
    new: dict[Key, Area] = {}
    changed: list[Area] = []
    for key, row in rows.items():
        values = _area_values(row, known)
        area = known.get(key)
        if area is None:
            new[key] = Area(code=key[0], kind=key[1], vintage=key[2], **values)
        elif any(getattr(area, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(area, name, value)
            changed.append(area)
        else:
            counts["same"] += 1
    Area.objects.bulk_create(new.values())
    Area.objects.bulk_update(changed, ["name", "parent_id", "parent_is_best_fit", "attribution"])
    known.update(new)
    counts["new"] += len(new)
    counts["changed"] += len(changed)


def _area_values(row: Row, known: dict[Key, Area]) -> dict[str, Any]:
    parent_key = _parent_key(row)
    parent = known.get(parent_key) if parent_key else None
    if parent_key and parent is None:
        code, kind, vintage = parent_key
        raise row.error("parent_code", f"no {kind} {code} of {vintage} is in the file.")
    return {
        "name": row.needed("name"),
        "parent_id": parent.pk if parent else None,
        "parent_is_best_fit": row.flag("parent_is_best_fit"),
        "attribution": row.get("attribution", ""),
    }


def _sync_division(name: str, published: HolidayList) -> list[str]:
    held = {day.date: day for day in BankHoliday.objects.filter(division=name)}
    done = []
    for event in published.events:
        keys: dict[str, object] = {"division": name, "date": event.date}
        done.append(store(held.pop(event.date, None), BankHoliday, keys, {"title": event.title}))
    return done + _gone(held.values())


def _gone(rows: Iterable[Model]) -> list[str]:
    return ["changed" for row in rows if row.delete()]


def _check_term(row: Row, others: dict[date, Row]) -> None:
    start, end = row.day("starts_on"), row.day("ends_on")
    if end < start:
        raise row.error("ends_on", "the term ends before it begins.")
    for other_start, other in others.items():
        if start <= other.day("ends_on") and other_start <= end:
            raise row.error("starts_on", f"the term overlaps with the one in line {other.line}.")
