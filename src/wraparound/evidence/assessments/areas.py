"""Which place an assessment is of: a pack by its name, or any folder with an `area.json`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wraparound.evidence.assessments.rules_of_area import rules_for
from wraparound.evidence.measures.context import Comparable, Context
from wraparound.evidence.measures.results import Period, Place
from wraparound.evidence.store.engine import Store, open_store
from wraparound.evidence.store.loading import load_paths
from wraparound.evidence.store.places import PACKS
from wraparound.kit.errors import BadInput

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
AREA = "area.json"


@dataclass(frozen=True)
class Area:
    """A place with what is compared with it, and the folder that its reference data lies in."""

    slug: str
    place: Place
    comparable: Comparable
    folder: Path  # with area.json and the files to load
    pack: Path | None  # whose rule sets hold

    def context(self, store: Store, period: Period, compare_with: Period | None = None) -> Context:
        """What measures are computed for."""
        packs = [self.folder, *([self.pack] if self.pack else []), *_other_packs(self.pack)]
        return Context(
            store,
            self.place,
            period,
            rules=rules_for(packs, period.end),
            comparable=self.comparable,
            compare_with=compare_with,
        )


def area_of(text: str) -> Area:
    """The area of this name or folder. Raises BadInput, naming those that there are."""
    folder = Path(text)
    if _NAME.fullmatch(text) and (PACKS / text / "pack.json").exists():
        return _of_pack(PACKS / text)
    if len(text) < 4096 and folder.is_dir() and (folder / AREA).exists():
        return _of_folder(folder)
    raise BadInput(
        f"There is no area called {text[:80]}. Known packs: {', '.join(known_areas())}. "
        f"Another area is a folder with a file {AREA} (docs/how-to/make-an-assessment.md).",
        "area",
    )


def known_areas() -> list[str]:
    """The names of the packs that are there."""
    return sorted(path.parent.name for path in PACKS.glob("*/pack.json"))


def name_of(slug: str) -> str:
    """How a pack's area is called, or its slug where it isn't there any more."""
    try:
        return area_of(slug).place.name
    except BadInput:
        return slug


def open_for(area: Area, path: Path | None = None) -> tuple[Store, list[str]]:
    """The store with the area's own reference data in it (loaded the first time), and what could not be loaded."""
    trouble: list[str] = []
    if area.folder.exists() and any(found.is_file() and found.name != AREA for found in area.folder.rglob("*")):
        reports = load_paths([area.folder], path)
        trouble = [
            f"{Path(one.path).name} was not loaded: {one.error}" for one in reports if one.error and _is_data(one)
        ]
    return open_store(path), trouble


def _is_data(report: Any) -> bool:
    return Path(report.path).name != AREA


def _of_pack(pack: Path) -> Area:
    evidence = pack / "evidence"
    if (evidence / AREA).exists():
        return _read(evidence, pack.name, pack)
    about = _json(pack / "pack.json")
    place = Place(about["area"]["code"], about["title"], about["area"]["vintage"])
    return Area(pack.name, place, Comparable(), evidence, pack)


def _of_folder(folder: Path) -> Area:
    slug = "-".join(re.findall(r"[a-z0-9]+", folder.resolve().name.lower())) or "area"
    return _read(folder, slug, None)


def _read(folder: Path, slug: str, pack: Path | None) -> Area:
    data = _json(folder / AREA)
    try:
        place = _place(data)
        compared = data.get("comparable") or {}
        places = tuple(_place(one) for one in compared.get("areas", ()))
        comparable = Comparable(places, str(compared.get("source", ""))) if places else Comparable()
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{folder / AREA} is not complete: it needs code, name and vintage.", "area") from error
    return Area(slug, place, comparable, folder, pack)


def _place(data: dict[str, Any]) -> Place:
    return Place(str(data["code"]), str(data["name"]), str(data.get("vintage", "")))


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} can't be read.", "area") from error
    return found


def _other_packs(own: Path | None) -> list[Path]:
    """Where an area states no rules of its own, the first pack's hold that isn't an invented one."""
    real = [path.parent for path in sorted(PACKS.glob("*/pack.json")) if not _json(path).get("is_invented")]
    return [pack for pack in real if pack != own][:1]
