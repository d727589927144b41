"""Every module that registers measures: importing this makes the register complete."""

from __future__ import annotations

from wraparound.evidence.measures import deprivation, hotspots, recorded, wards

MODULES = (deprivation, hotspots, recorded, wards)
