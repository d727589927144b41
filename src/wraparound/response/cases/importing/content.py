"""What the store holds of a row, written again as the format has it; and what of it may leave in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wraparound.foundation.access.redaction import (
    NOBODY,
    WITHHELD_CELL,
    HeldAddress,
    is_protected,
    text_for,
    text_for_files,
)
from wraparound.response.cases.importing.columns import (
    ADDRESS_COLUMNS,
    CHILD_COLUMNS,
    CHILD_REQUIRED,
    INCIDENT_COLUMNS,
    INCIDENT_REQUIRED,
)
from wraparound.response.cases.importing.values import write_moment
from wraparound.response.cases.models import ChildExposure, Incident

_TEXTS = (
    "incident_ref",
    "crime_ref",
    "force",
    "offence_code",
    "offence_title",
    "outcome_code",
    "location_postcode",
    "location_kind",
    "dara_grade",
    "relationship",
    "relationship_ended",
    "narrative",
)
_CHILD_TEXTS = (
    "relationship_to_victim",
    "relationship_to_perpetrator",
    "exposure",
    "school_urn",
    "school_name",
    "voice",
    "address_postcode",
)
_SOUNDS_LIKE_A_PLACE = ("address", "postcode", "post_code", "street", "location", "lives_at")


def content_of(incident: Incident) -> dict[str, str]:
    """The row of `incidents.csv` that an incident stands for, unredacted: of the same digest as the row that came."""
    row = {**incident.extra, **{name: getattr(incident, name) for name in _TEXTS}, **incident.people_as_sent}
    row["occurred_from"] = write_moment(incident.occurred_from)
    row["occurred_to"] = write_moment(incident.occurred_to) if incident.occurred_to else ""
    row["reported_at"] = write_moment(incident.reported_at)
    row["abuse_kinds"], row["flags"] = ";".join(incident.abuse_kinds), ";".join(incident.flags)
    row["dash_ticks"] = "" if incident.dash_ticks is None else str(incident.dash_ticks)
    row["separated_on"] = incident.separated_on.isoformat() if incident.separated_on else ""
    row.update(incident.raw_values)
    return _filled(row)


def content_of_child(exposure: ChildExposure) -> dict[str, str]:
    """The same of a child connected to an incident."""
    row = {**exposure.extra, **{name: getattr(exposure, name) for name in _CHILD_TEXTS}, **exposure.child_as_sent}
    row["incident_ref"] = exposure.incident.incident_ref
    row["child_ref"] = file_ref(exposure.record.external_ref, exposure.incident.force)
    row.update(exposure.raw_values)
    return _filled(row)


def file_ref(external_ref: str, force: str) -> str:
    """A person's reference as the force's file has it (`Facts.person_ref` the other way)."""
    return external_ref.removeprefix(f"{force}:")


def _filled(row: Mapping[str, Any]) -> dict[str, str]:
    return {column: text for column, text in row.items() if text}


def withheld(row: Mapping[str, str], addresses: Iterable[HeldAddress]) -> dict[str, str]:
    """The row as it may leave: a protected address or postcode reads as withheld, in cells and within texts.

    An address of the row that nobody holds any more, or that was never typed, is protected like an unconfirmed one.
    """
    held = list(addresses)
    protected = [address for address in held if is_protected(address, NOBODY)]
    open_lines = {_plain(a.lines) for a in held if a not in protected}
    open_codes = {_plain(a.postcode) for a in held if a not in protected}
    own = [a for a in _addresses_in(row) if _plain(a.lines) not in open_lines or _plain(a.postcode) not in open_codes]
    shut_codes = {_plain(a.postcode) for a in (*protected, *own)} - {""}
    found = {}
    for column, text in row.items():
        if column in ADDRESS_COLUMNS:
            is_open = _plain(text) in (open_codes - shut_codes if column.endswith("postcode") else open_lines)
            found[column] = text if is_open else WITHHELD_CELL
        elif column == "location_postcode":
            found[column] = WITHHELD_CELL if _plain(text) in shut_codes else text
        elif column not in _FORMAT and any(part in column.lower() for part in _SOUNDS_LIKE_A_PLACE):
            found[column] = WITHHELD_CELL
        elif column in _NO_TEXTS:
            found[column] = text
        elif column in _FREE_TEXTS or column not in _FORMAT:
            found[column] = text_for_files(text, (*held, *own), WITHHELD_CELL)
        else:
            found[column] = text_for(text, (*protected, *own), NOBODY, WITHHELD_CELL)
    return found


_FREE_TEXTS = frozenset({"narrative", "voice"})
_FORMAT = frozenset((*INCIDENT_COLUMNS, *CHILD_COLUMNS))
# References and moments that a row can't do without: nobody writes a home into them, and they must come back whole.
_NO_TEXTS = INCIDENT_REQUIRED | CHILD_REQUIRED | {"perpetrator_ref"}


def _addresses_in(row: Mapping[str, str]) -> list[HeldAddress]:
    """The addresses that the row itself says, as though unconfirmed."""
    pairs = [(row.get(f"{who}address", ""), row.get(f"{who}postcode", "")) for who in ("victim_", "perpetrator_")] + [
        ("", row.get("address_postcode", ""))
    ]
    return [HeldAddress(lines, postcode, "unconfirmed") for lines, postcode in pairs if lines or postcode]


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def restored(row: Mapping[str, str], stored: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """A row that came back from an export, with what was withheld put in again from the store.

    `stored` is what is held, `sent` the same as it left. A withheld cell of which nothing is held was not supplied.
    """
    found = dict(row)
    for column, text in row.items():
        if text.strip() == WITHHELD_CELL or (WITHHELD_CELL in text and text.strip() == sent.get(column, "").strip()):
            found[column] = stored.get(column, "")
    return found
