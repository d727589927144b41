"""The area that evidence is about: a folder with ``area.json`` and the tables of that area.

A pack has one in ``packs/<name>/evidence``; anyone may make another, and name its path in its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wraparound.evidence.store.contents import AREA, files_under
from wraparound.evidence.store.loading import FileReport, load_paths
from wraparound.evidence.store.places import PACKS
from wraparound.kit.errors import BadInput

NEEDED = ("slug", "name", "code", "kind", "vintage", "forces")


@dataclass(frozen=True)
class Comparable:
    """The areas that one is ranked among, and who says that they are alike."""

    title: str
    source: str
    status: str
    areas: tuple[tuple[str, str], ...]  # code, name
    forces: Mapping[str, tuple[str, ...]]  # of an area by its code, where they are not those of the one assessed


@dataclass(frozen=True)
class Area:
    """A place to make an assessment of. `forces` are slugs as in names of police files."""

    slug: str
    name: str
    code: str
    kind: str
    vintage: str
    forces: tuple[str, ...]
    ward_vintage: str
    comparable: Comparable | None
    is_invented: bool
    folder: Path
    also: tuple[Path, ...]  # files elsewhere that belong to it, such as the pack's wards

    def files(self) -> list[Path]:
        """What is to be loaded of it."""
        return [*files_under([self.folder]), *self.also]


def load_area(name: str | Path) -> Area:
    """An area by its pack's name, or by the path of a folder with an area.json. Raises BadInput where there is none."""
    folder = _folder(name)
    path = folder / AREA
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{path} isn't whole JSON: {error}.") from error
    lacking = [key for key in NEEDED if not data.get(key)]
    if lacking:
        raise BadInput(f"{path} lacks {', '.join(lacking)}.")
    return Area(
        slug=data["slug"],
        name=data["name"],
        code=data["code"],
        kind=data["kind"],
        vintage=data["vintage"],
        forces=tuple(data["forces"]),
        ward_vintage=data.get("ward_vintage", ""),
        comparable=_comparable(data.get("comparable")),
        is_invented=bool(data.get("is_invented", False)),
        folder=folder,
        also=tuple((folder / name).resolve() for name in data.get("also", [])),
    )


def ensure_area(area: Area, store: Path | None = None) -> list[FileReport]:
    """Load what the area's folder holds, where it isn't loaded yet. Raises BadInput where a file of it can't be."""
    reports = load_paths(area.files(), store)
    for report in reports:
        if report.error:
            raise BadInput(f"{report.path}: {report.error}")
    return reports


def _folder(name: str | Path) -> Path:
    tried = [PACKS / str(name) / "evidence"] if str(name).isidentifier() or "-" in str(name) else []
    tried += [Path(name), Path(name) / "evidence"]
    for folder in tried:
        if (folder / AREA).is_file():
            return folder.resolve()
    known = sorted(path.parent.parent.name for path in PACKS.glob(f"*/evidence/{AREA}"))
    raise BadInput(
        f"There is no area {name}. The packs have {', '.join(known)}; or name a folder with an {AREA}"
        " (docs/reference/evidence-files.md)."
    )


def _comparable(data: dict[str, Any] | None) -> Comparable | None:
    if not data:
        return None
    listed = tuple((one["code"], one["name"]) for one in data["areas"])
    forces = {one["code"]: tuple(one["forces"]) for one in data["areas"] if one.get("forces")}
    return Comparable(data["title"], data["source"], data.get("status", "provisional"), listed, forces)
