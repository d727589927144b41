"""What codes of our own records are called: by the pack's lists, and by the platform's own states."""

from __future__ import annotations

import csv
from pathlib import Path

from wraparound.evidence.store.engine import Store
from wraparound.foundation.partners.models import OrganisationKind
from wraparound.response.marac.states import ReferralState, TellingState

LISTS = ("ethnicity", "disability", "sexual_orientation", "dara_grade")  # sex is coded as the census names it
Labels = dict[str, dict[str, str]]


def labels_for(pack: Path, store: Store) -> Labels:
    """Names by code, by list. A code that no list has stays as it is."""
    found: Labels = {name: _names(pack / "codes" / f"{name}.csv", "code", "label") for name in LISTS}
    found["organisation"] = _names(pack / "organisations.csv", "slug", "name")
    found["organisation_kind"] = {str(one.value): str(one.label) for one in OrganisationKind}
    found["referral_state"] = {one.value: one.label for one in ReferralState}
    found["telling_state"] = {one.value: one.label for one in TellingState}
    found["ward"] = _wards(store)
    return {name: names for name, names in found.items() if names}


def _names(path: Path, code: str, label: str) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[code]: row[label] for row in csv.DictReader(file) if row.get(code) and row.get(label)}


def _wards(store: Store) -> dict[str, str]:
    lookup = store.table("lookup")
    rows = store.rows(lookup.filter(lookup.to_kind == "ward").select("to_code", "to_name").distinct())
    return {row["to_code"]: row["to_name"] for row in rows if row["to_name"]}
