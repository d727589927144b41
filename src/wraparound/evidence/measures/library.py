"""Every module that registers measures: importing this makes the register complete."""

from __future__ import annotations

from wraparound.evidence.measures import (
    change,
    deprivation,
    flows,
    harm,
    hotspots,
    needs,
    offences,
    people,
    quality,
    recorded,
    supplied,
    times,
    wards,
)

MODULES = (
    change,
    deprivation,
    flows,
    harm,
    hotspots,
    needs,
    offences,
    people,
    quality,
    recorded,
    supplied,
    times,
    wards,
)
