"""Loading the panels of a pack: `panels.json`. One transaction, and loading again changes nothing."""

from __future__ import annotations

from django.db import transaction
from pydantic import BaseModel, ConfigDict

from wraparound.foundation.areas.loading import counts_of, store
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.pack import Pack, PackError, checked
from wraparound.foundation.meetings.models import Panel
from wraparound.foundation.partners.models import Organisation

FILE = "panels.json"


class PanelEntry(BaseModel):
    """One panel as the pack states it.

    What else the file says of its sessions (weekdays, hour, capacity) is for the people who read the pack: what holds
    is the panel's rule set.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    slug: str
    name: str
    kind: str
    organisation: str  # slug
    area_code: str


@transaction.atomic
def load_panels(pack: Pack) -> dict[str, int]:
    """The panels of the pack. Raises PackError, and then changes nothing."""
    if not pack.has(FILE):
        return counts_of()
    where = f"{pack.slug}/{FILE}"
    entries = pack.json(FILE)
    if not isinstance(entries, list):
        raise PackError(f"{where}: it must be a list of panels.")
    return counts_of([_load(entry, f"{where}, panel {place}") for place, entry in enumerate(entries, start=1)])


def _load(raw: object, where: str) -> str:
    entry = checked(PanelEntry, raw, where)
    organisation = Organisation.objects.filter(slug=entry.organisation).first()
    if organisation is None:
        raise PackError(f"{where}, organisation: {entry.organisation!r} is not in organisations.csv.")
    area = Area.objects.filter(code=entry.area_code).order_by("-vintage").first()
    if area is None:
        raise PackError(f"{where}, area_code: no area with the code {entry.area_code} is loaded.")
    held = Panel.objects.filter(slug=entry.slug).first()
    values = {"name": entry.name, "kind": entry.kind, "organisation": organisation, "area": area}
    return store(held, Panel, {"slug": entry.slug}, values)
