"""Reads of places. They are public knowledge: everyone with a role may see them."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from wraparound.foundation.areas.models import Area, AreaKind
from wraparound.foundation.areas.pack import open_pack
from wraparound.foundation.areas.remembered import remembered
from wraparound.kit.errors import Unknown

_PARENTS = "parent__parent__parent__parent"  # LSOA, ward, local authority, partnership, region


def partnership_area(pack_slug: str | None = None) -> Area | None:
    """The partnership's area by its pack (default: the pack in use), or None before the pack is loaded.

    Raises PackError where there is no such pack.
    """
    slug = pack_slug or settings.PACK
    key = open_pack(slug).about.area

    def find() -> Area | None:
        return Area.objects.filter(code=key.code, kind=key.kind, vintage=key.vintage).first()

    return remembered(("partnership", slug), find)


def lineage(area: Area) -> list[Area]:
    """The area itself, what it is part of, what that is part of, and so on. One query."""

    def find() -> list[Area]:
        here: Area | None = Area.objects.select_related(_PARENTS).get(pk=area.pk)
        found = []
        while here is not None:
            found.append(here)
            here = here.parent
        return found

    return list(remembered(("lineage", area.pk), find))


def area_of(code: str, vintage: str = "") -> Area:
    """The area with this code, of this vintage where the code has several. Raises Unknown where there is none."""
    areas = Area.objects.filter(code=code)
    found = (areas.filter(vintage=vintage) if vintage else areas).order_by("-vintage").first()
    if found is None:
        raise Unknown(f"No area with the code {code} is known here.")
    return found


def wards_of(area: Area) -> QuerySet[Area]:
    """The wards that are part of a partnership or local authority."""
    return Area.objects.filter(parent=area, kind=AreaKind.WARD).order_by("name", "pk")


def lsoas_of(ward: Area, vintage: str) -> QuerySet[Area]:
    """A ward's LSOAs of one vintage, 2011 or 2021: never both, for they overlap."""
    return Area.objects.filter(parent=ward, kind=AreaKind.LSOA, vintage=vintage).order_by("code")
