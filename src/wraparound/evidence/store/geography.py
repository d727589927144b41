"""Boundaries as GeoJSON, and tables of which area lies in which. A best fit says that it is one."""

from __future__ import annotations

import csv as python_csv
import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from openpyxl.utils.exceptions import InvalidFileException
from shapely.geometry import shape

from wraparound.evidence.store.catalogue import DATASETS, OGL
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.engine import arrow_schema
from wraparound.evidence.store.staging import Csv, Staged, counted, stage_csv
from wraparound.kit.errors import BadInput

SOURCE = "Office for National Statistics; contains OS data, Crown copyright and database right"
_CODED = re.compile(r"(lsoa|msoa|wd|ward|lad|ltla|ctyua|rgn|pfa|pcon|csp)(\d\d)cd")
KINDS = {"wd": "ward", "lad": "ltla", "rgn": "region", "ctyua": "county", "pcon": "constituency"}
ORDER = ("lsoa", "msoa", "ward", "constituency", "ltla", "csp", "county", "pfa", "region")
_BY_CODE = {"01": "lsoa", "02": "msoa", "05": "ward", "06": "ltla", "07": "ltla", "08": "ltla", "09": "ltla"}


def load_boundaries(connection: Any, content: Content, folder: Path) -> Staged:
    """Areas as GeoJSON in degrees. Raises BadInput where the areas have no codes or aren't in degrees."""
    try:
        data = json.loads(content.path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise BadInput(f"{Path(content.name).name} isn't whole JSON: {error}.") from error
    attribution = str(data.get("attribution") or SOURCE)
    rows = [_boundary(feature, attribution, content) for feature in data["features"]]
    if not any(row["code"] for row in rows):
        raise BadInput(f"The areas of {Path(content.name).name} have no codes (code, or such as LSOA21CD).")
    part = folder / f"{content.sha256}-boundary.staged.parquet"
    schema = arrow_schema(DATASETS["boundary"]).append(pa.field("reason", pa.string()))
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), part)
    staged = counted(connection, part, "boundary")
    staged.kind, staged.source, staged.licence = "boundaries", attribution, OGL
    return staged


def _boundary(feature: dict[str, Any], attribution: str, content: Content) -> dict[str, Any]:
    given = {name.lower(): value for name, value in (feature.get("properties") or {}).items()}
    code, name, kind, vintage = (str(given.get(key) or "") for key in ("code", "name", "kind", "vintage"))
    for key, value in given.items():
        found = _CODED.fullmatch(key) or re.fullmatch(r"(lsoa|msoa)(\d\d)", key)
        if found and not code:
            code, kind, vintage = str(value), KINDS.get(found.group(1), found.group(1)), f"20{found.group(2)}"
            name = str(given.get(f"{found.group(1)}{found.group(2)}nm") or "")
    if not code and given.get("wardcode"):
        code, name, kind = str(given["wardcode"]), str(given.get("ward") or ""), "ward"
    kind = kind or _BY_CODE.get(code[1:3], "")
    geometry = feature.get("geometry")
    reason = None if code and geometry else "no code" if geometry else "no shape"
    if geometry:
        west, south, east, north = shapely.bounds(shape(geometry))
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise BadInput(
                f"The shapes of {Path(content.name).name} aren't in degrees (WGS 84), as GeoJSON has them. Convert it."
            )
    return {
        "code": code,
        "name": name,
        "kind": kind,
        "vintage": vintage,
        "geometry": json.dumps(geometry, separators=(",", ":")),
        "source": attribution,
        "load": content.sha256,
        "reason": reason,
    }


def load_lookup(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Our own format, which names kinds and vintages."""
    columns = {
        name: csv.column(name) for name in DATASETS["lookup"].names if name not in {"load", "share", "is_best_fit"}
    }
    columns["share"] = f"number({csv.column('share')})"
    columns["is_best_fit"] = f"coalesce(lower({csv.column('is_best_fit')}) in ('yes', 'true', '1'), false)"
    return _told(stage_csv(csv, content, folder, "lookup", columns, _REASON))


def load_best_fit(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """LSOAs of 2011 to the wards with the largest overlap, with the share of the overlap."""
    columns = {
        "from_code": csv.column("LSOA11"),
        "from_kind": "'lsoa'",
        "from_vintage": "'2011'",
        "to_code": csv.column("WardCode"),
        "to_name": csv.column("Ward"),
        "to_kind": "'ward'",
        "to_vintage": "'2018'",
        "share": f"number({csv.column('share')})",
        "is_best_fit": "true",
        "source": "'Best fit by largest overlap; not an official look-up'",
    }
    staged = _told(stage_csv(csv, content, folder, "lookup", columns, _REASON))
    staged.warnings.append("A best fit by area: an LSOA counts whole for the ward that holds most of it.")
    return staged


def recognise(csv: Csv) -> Callable[[Any, Csv, Content, Path], Staged] | None:
    """A look-up with columns such as LSOA21CD and LAD25CD, or LSOAs with their police force."""
    if {"lsoa code", "police_force"} <= set(csv.header):
        return load_forces
    return load_coded if sum(bool(_CODED.fullmatch(name)) for name in csv.header) > 1 else None


def load_forces(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """LSOAs of 2011 with the police force that they lie in."""
    force = csv.column("Police_force")
    columns = {
        "from_code": csv.column("LSOA Code"),
        "from_name": csv.column("LSOA Name"),
        "from_kind": "'lsoa'",
        "from_vintage": "'2011'",
        "to_code": f"force_slug({force})",
        "to_name": force,
        "to_kind": "'pfa'",
        "to_vintage": "'2011'",
        "is_best_fit": "false",
        "source": text_source(),
    }
    return _told(stage_csv(csv, content, folder, "lookup", columns, _REASON))


def load_coded(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """A look-up of the Office for National Statistics: the smallest areas, each within the others."""
    coded = [found for found in map(_CODED.fullmatch, csv.header) if found]
    coded.sort(key=lambda found: ORDER.index(KINDS.get(found.group(1), found.group(1))))
    small, larger = coded[0], coded[1:]
    kind = KINDS.get(small.group(1), small.group(1))
    structs = []
    for found in larger:
        to = KINDS.get(found.group(1), found.group(1))
        fit = "true" if to in {"ward", "constituency"} else "false"  # LSOAs and MSOAs don't nest in these
        structs.append(
            f"{{'to_code': {csv.column(found.group(0))}, 'to_name': {csv.column(found.group(0)[:-2] + 'nm')},"
            f" 'to_kind': '{to}', 'to_vintage': '20{found.group(2)}', 'is_best_fit': {fit}}}"
        )
    from wraparound.evidence.store.staging import stage_query

    source = (
        f"(select unnest([{', '.join(structs)}]) as r, {csv.column(small.group(0))} as from_code,"
        f" {csv.column(small.group(1) + small.group(2) + 'nm')} as from_name from {csv.reading(Csv.IGNORE)})"
    )
    columns = {name: f"r.{name}" for name in ("to_code", "to_name", "to_kind", "to_vintage", "is_best_fit")}
    columns |= {
        "from_code": "from_code",
        "from_name": "from_name",
        "from_kind": f"'{kind}'",
        "from_vintage": f"'20{small.group(2)}'",
        "source": text_source(),
    }
    part = stage_query(connection, content, folder, "lookup", columns, _REASON, source)
    staged = counted(connection, part, "lookup")
    staged.rows_of_each = len(larger)
    return _told(_per_row(staged))


def _per_row(staged: Staged) -> Staged:
    """Counts of rows of the file, of which each gave several."""
    staged.rows_read //= staged.rows_of_each
    for reason in list(staged.set_aside):
        staged.set_aside[reason] //= staged.rows_of_each
    return staged


def load_workbook(connection: Any, content: Content, folder: Path) -> Staged:
    """The first sheet of a workbook whose header is that of a table that is known."""
    from wraparound.evidence.store.recognition import load_content

    try:
        with content.path.open("rb") as stream:
            book = openpyxl.load_workbook(BytesIO(stream.read()), read_only=True, data_only=True)
    except (KeyError, OSError, ValueError, zipfile.BadZipFile, InvalidFileException) as error:
        raise BadInput(
            f"{Path(content.name).name} can't be opened, neither as an archive nor as a workbook: it is cut short or"
            " damaged. Nothing of it was loaded."
        ) from error
    tried: list[str] = []
    for sheet in book.worksheets:
        target = folder / f"{content.sha256}-sheet.csv"
        with target.open("w", newline="", encoding="utf-8") as stream:
            python_csv.writer(stream).writerows(
                ["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)
            )
        try:
            return load_content(connection, Content(content.shown, content.name, target, content.sha256), folder)
        except BadInput as error:
            tried.append(f"{sheet.title}: {error.sentence}")
        finally:
            target.unlink()
    raise BadInput(f"No sheet of {Path(content.name).name} is a table that is known. " + " ".join(tried[:3]))


_REASON = "case when from_code is null then 'no area' when to_code is null or to_code = '' then 'no larger area' end"


def text_source() -> str:
    """The source as a literal of SQL."""
    return "'" + SOURCE.replace("'", "''") + "'"


def _told(staged: Staged) -> Staged:
    staged.kind, staged.source, staged.licence = "lookup", SOURCE, OGL
    return staged
