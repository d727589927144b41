"""Reads of rule sets and code lists. Everyone with a role may read them: a hidden rule can't be challenged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, overload

from django.db.models import QuerySet

from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.params import Calendar
from wraparound.foundation.areas.queries import lineage
from wraparound.foundation.areas.remembered import remembered
from wraparound.foundation.rulesets.models import CodeList, RuleSet, RuleStatus
from wraparound.kit.errors import NotNow, Unknown
from wraparound.kit.rule_params import SCHEMAS, RuleParams

P = TypeVar("P", bound=RuleParams)


class RuleMissing(NotNow):
    """No version of a rule set is in force for an area on a day."""


@dataclass(frozen=True)
class RuleInForce(Generic[P]):
    """One version of a rule set, with its parameters typed by the schema of its name."""

    id: int
    name: str
    version: str
    title: str
    area_name: str
    status: str
    source: str
    source_url: str
    provisional_params: tuple[str, ...]
    params: P

    @property
    def label(self) -> str:
        """How outcomes store it: "marac.criteria 2021-WM.1"."""
        return f"{self.name} {self.version}"

    @property
    def is_provisional(self) -> bool:
        """Whether the set as a whole was not seen in a source."""
        return self.status == RuleStatus.PROVISIONAL

    def is_provisional_in(self, *params: str) -> bool:
        """Whether any of these parameters is provisional: by itself, or because the whole set is."""
        return self.is_provisional or any(
            part == param or part.startswith(f"{param}.") for part in self.provisional_params for param in params
        )


@overload
def in_force(name: str, area: Area, on: date, schema: type[P]) -> RuleInForce[P]: ...
@overload
def in_force(name: str, area: Area, on: date) -> RuleInForce[Any]: ...
def in_force(name: str, area: Area, on: date, schema: type[RuleParams] = RuleParams) -> RuleInForce[Any]:
    """The version of the rule set `name` that holds in `area` on the day `on`.

    The area's own comes before that of what it is part of: ward, local authority, partnership, region. Give `schema` to
    have `params` typed. Raises RuleMissing, with a sentence, where none holds. The versions are kept for a minute.
    """
    versions = remembered(("rules", name, area.pk), lambda: _versions(name, area))
    row = next((row for row in versions if row.effective_from <= on <= (row.effective_to or date.max)), None)
    if row is None:
        raise RuleMissing(
            f"No rule set {name} is in force for {area} on {on.day} {on:%B %Y}. "
            "Ask whoever keeps the reference pack to add one, and load it."
        )
    found: RuleInForce[Any] = remembered(("rule", row.pk), lambda: typed(row))
    if not isinstance(found.params, schema):
        raise TypeError(f"{name} has parameters of {type(found.params).__name__}, not {schema.__name__}")
    return found


def calendar_rules(area: Area, on: date) -> Calendar:
    """The working week and the division of bank holidays of an area, for `areas.clocks`. Raises RuleMissing."""
    return in_force("areas.calendar", area, on, Calendar).params


def all_rule_sets() -> QuerySet[RuleSet]:
    """Every version of every rule set, the newest of each name and area first."""
    return RuleSet.objects.select_related("area").order_by("name", "area__name", "area_id", "-effective_from")


def rule_set(pk: int) -> RuleSet:
    """One version. Raises Unknown where there is none."""
    found = all_rule_sets().filter(pk=pk).first()
    if found is None:
        raise Unknown
    return found


def versions_of(chosen: RuleSet) -> list[RuleSet]:
    """All versions of the same name for the same area, the newest first."""
    return list(all_rule_sets().filter(name=chosen.name, area=chosen.area))


def typed(row: RuleSet) -> RuleInForce[Any]:
    """A stored version with its parameters read by the schema of its name."""
    return RuleInForce(
        id=row.pk,
        name=row.name,
        version=row.version,
        title=row.title,
        area_name=row.area.name,
        status=row.status,
        source=row.source,
        source_url=row.source_url,
        provisional_params=tuple(row.provisional_params),
        params=SCHEMAS[row.name].model_validate(row.params),
    )


def codes(list_name: str) -> dict[str, str]:
    """The codes of a list with their labels, in the order of the list; empty for a list that the pack has not."""
    return {code.code: code.label for code in _codes(list_name)}


def code_choices(list_name: str) -> list[tuple[str, str]]:
    """The same as choices of a form."""
    return list(codes(list_name).items())


def grouped_choices(list_name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices under the headings of the list, each heading once, in the order of their first code."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in _codes(list_name):
        groups.setdefault(code.group, []).append((code.code, code.label))
    return list(groups.items())


def label_of(list_name: str, code: str) -> str:
    """The label of a code, or the code itself where the list does not have it (any more)."""
    return codes(list_name).get(code, code)


def provisional_codes(list_name: str) -> frozenset[str]:
    """The codes of a list that were seen in no source."""
    return frozenset(code.code for code in _codes(list_name) if code.is_provisional)


def _codes(list_name: str) -> Sequence[CodeList]:
    find = CodeList.objects.filter(list_name=list_name).order_by("position", "code")
    return remembered(("codes", list_name), lambda: list(find))


def _versions(name: str, area: Area) -> list[RuleSet]:
    """Every version of a rule set that could hold in an area: the nearest area's first, of each the newest first."""
    depth = {above.pk: position for position, above in enumerate(lineage(area))}
    rows = RuleSet.objects.select_related("area").filter(name=name, area_id__in=depth)
    return sorted(rows, key=lambda row: (depth[row.area_id], -row.effective_from.toordinal()))
