"""Monthly counts of a force, from what the evidence store holds of the police's street files."""

from __future__ import annotations

from wraparound.evidence.foresight.series import Series, monthly
from wraparound.evidence.store.engine import Store
from wraparound.kit.errors import BadInput

COUNTS = ("rows", "asb", "crimes")  # crimes are rows less anti-social behaviour


def force_series(store: Store, named: str) -> Series:
    """A series named `FORCE:COUNT`, such as ``warwickshire:crimes``, of the whole of a force's area.

    Only the street files count: the API's wards are parts of a force. Raises BadInput for another count, or a force of
    which nothing is loaded.
    """
    force, _, count = named.partition(":")
    if count not in COUNTS:
        raise BadInput(f"Name a series as FORCE:COUNT with one of {', '.join(COUNTS)}, such as warwickshire:crimes.")
    street = store.table("street")
    street = street.filter(street.origin == "csv")
    if count != "rows":
        street = street.filter(street.is_asb == (count == "asb"))
    of_force = street.filter(street.force == force)
    counted = store.rows(of_force.group_by("month").aggregate(events=of_force.count()).order_by("month"))
    if not counted:
        there = [row["force"] for row in store.rows(street.select("force").distinct().order_by("force"))]
        raise BadInput(f"Nothing is loaded of the force {force}. There is: {', '.join(there) or 'nothing yet'}.")
    source = f"data.police.uk street files, {force}"
    label = f"{force}: {count}"
    return monthly(label, [(row["month"], row["events"]) for row in counted], area_kind="force", source=source)
