"""What the pack in use says to the generator: its wards, force, figures, and when its MARAC sits."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from wraparound.demo.city.figures import Figures, figures_for
from wraparound.demo.city.making import Setting
from wraparound.demo.city.places import Ward
from wraparound.demo.city.stories import Calendar
from wraparound.foundation.areas.clocks import calendar_for
from wraparound.foundation.areas.models import Area, AreaKind
from wraparound.foundation.areas.pack import current_pack
from wraparound.foundation.areas.queries import partnership_area, wards_of
from wraparound.foundation.partners.models import Organisation
from wraparound.kit.errors import Stop
from wraparound.response.marac.in_force import session_rules
from wraparound.response.marac.organisations import marac_panel
from wraparound.response.marac.rules import session_days

_DISTRICTS = 99  # two digits of a postcode's district


def area_of_pack() -> Area:
    """The partnership's area. Raises Stop before the pack is loaded."""
    area = partnership_area()
    if area is None:
        raise Stop("No pack is loaded yet. Run: script/wraparound init")
    return area


def setting_for(*, scale: float, seed: int, until: date) -> Setting:
    """Everything that the city of the pack in use is made from."""
    area = area_of_pack()
    figures = figures_of_pack()
    return Setting(
        figures=figures.model_copy(update={"referring": _there(figures.referring)}),
        wards=wards(area, figures),
        calendar=calendar(area, until),
        scale=scale,
        seed=f"{current_pack().slug}|{scale!r}|{seed}|{until.isoformat()}",
        until=until,
    )


def figures_of_pack() -> Figures:
    """The published figures of the pack in use."""
    return figures_for(Path(current_pack().path))


def force() -> Organisation:
    """The police force whose files are made."""
    found = Organisation.objects.filter(kind="police").exclude(force_code="").order_by("pk").first()
    if found is None:
        raise Stop(f"The pack {settings.PACK} has no police force with a code, so no police files can be made.")
    return found


def wards(area: Area, figures: Figures) -> list[Ward]:
    """The pack's wards; each weighs as many as its LSOAs, which all have about as many people, times its factor."""
    found = list(wards_of(area))
    lsoas = Area.objects.filter(parent__in=found, kind=AreaKind.LSOA).order_by("-vintage")
    latest = max(lsoas.values_list("vintage", flat=True), default="")
    size = Counter(lsoas.filter(vintage=latest).values_list("parent_id", flat=True))
    return [
        Ward(
            code=ward.code,
            name=ward.name,
            number=number % _DISTRICTS or _DISTRICTS,
            weight=(size[ward.pk] or 1) * figures.ward_factors.get(ward.name, 1.0),
        )
        for number, ward in enumerate(found, start=1)
    ]


def calendar(area: Area, until: date) -> Calendar:
    """When the MARAC of the pack sits, from well before the year to some weeks after it."""
    params = session_rules(area, until).params
    first, last = until - timedelta(days=430), until + timedelta(days=42)
    return Calendar(
        until=until,
        days=session_days(params, first, last, calendar_for(marac_panel(area).area).holidays),
        capacity=params.capacity,
        core_kinds=list(_there(dict.fromkeys(params.core_kinds, 1.0))),
    )


def _there(weights: dict[str, float]) -> dict[str, float]:
    """Those kinds of organisation that the pack has."""
    kinds = set(Organisation.objects.values_list("kind", flat=True))
    return {kind: weight for kind, weight in weights.items() if kind in kinds}
