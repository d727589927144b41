"""The areas that an assessment can be asked for. Read by forms, so that it stays light to import."""

from __future__ import annotations

import json

from wraparound.evidence.store.contents import AREA
from wraparound.evidence.store.places import PACKS


def known_areas() -> dict[str, str]:
    """The areas that packs have evidence of: names by slug."""
    found = {}
    for path in sorted(PACKS.glob(f"*/evidence/{AREA}")):
        found[path.parent.parent.name] = str(json.loads(path.read_text(encoding="utf-8")).get("name", ""))
    return found
