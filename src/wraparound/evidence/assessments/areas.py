"""Which place an assessment is of, and by which rules: the store's area with its pack's rule sets."""

from __future__ import annotations

import json
from pathlib import Path

from wraparound.evidence.assessments.labels import labels_for
from wraparound.evidence.assessments.rules_of_area import rules_for
from wraparound.evidence.measures.context import Comparable, Context
from wraparound.evidence.measures.results import Period, Place
from wraparound.evidence.store.areas import Area
from wraparound.evidence.store.engine import Store
from wraparound.evidence.store.places import PACKS


def context_for(area: Area, store: Store, period: Period) -> Context:
    """What the measures of an area and a period are computed for."""
    compared = area.comparable
    places = tuple(Place(code, name, area.vintage) for code, name in compared.areas) if compared else ()
    source = f"{compared.title}. {compared.source}" if compared else ""
    return Context(
        store,
        Place(area.code, area.name, area.vintage),
        period,
        rules=rules_for(area.folder.parent, _others(area), period.end),
        comparable=Comparable(places, source, compared.forces if compared else {}),
        labels=labels_for(area.folder.parent, store),
        forces=area.forces,
        pack=_pack_of(area),
    )


def _pack_of(area: Area) -> str:
    folder = area.folder.parent
    return folder.name if folder.parent == PACKS and (folder / "pack.json").exists() else ""


def _others(area: Area) -> list[Path]:
    """The packs whose ways of counting hold for an area that states none of its own: real ones only."""
    packs = [path.parent for path in sorted(PACKS.glob("*/pack.json"))]
    real = [pack for pack in packs if not json.loads((pack / "pack.json").read_text(encoding="utf-8"))["is_invented"]]
    return [pack for pack in real if pack != area.folder.parent]
