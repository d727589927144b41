"""What a row is judged by: code lists, rule sets, whose forces, and the moment that counts as now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from wraparound.response.cases.params import ActTests, IncidentImportRules

ActRules = Callable[[date], tuple[ActTests, str]]
"""Given the day of an incident: the Act's ages that held then, and the label of the rule set."""


@dataclass(frozen=True)
class Facts:
    """Handed to the rules, so that they ask nobody.

    `codes` is {list: {code in small letters: code}}. `owners` is {force: organisation's id} of the forces that import
    here; `fallback_owner` owns the incidents of a force that has no organisation here. `closed_forces` have one that
    isn't the importer's. `schools` are known URNs.
    """

    now: datetime
    codes: Mapping[str, Mapping[str, str]]
    owners: Mapping[str, int]
    fallback_owner: int
    closed_forces: frozenset[str]
    import_rules: IncidentImportRules
    import_rules_label: str
    act_rules: ActRules
    schools: frozenset[str] = field(default=frozenset())

    def owner_of(self, force: str) -> int:
        """The organisation that owns an incident of a force."""
        return self.owners.get(force, self.fallback_owner)

    def person_ref(self, force: str, ref: str) -> str:
        """A person's reference within the owner's records: another force's is told apart by its code."""
        return ref if force in self.owners else f"{force}:{ref}"
