"""What data.police.uk publishes: street-level crime, outcomes, stop and search, and the API's street-level JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import OGL
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged, coordinates, counted, stage_csv, stage_query, text
from wraparound.evidence.store.vintages import MIXED, counts_of, vintage_sql

SOURCE = "data.police.uk, Home Office and police forces"
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_](0[1-9]|1[0-2])(?!\d)")
_FORCE = re.compile(r"20\d\d-\d\d-([a-z-]+?)-(?:street|outcomes|stop-and-search)\b")
_API = """{category: 'VARCHAR', location_type: 'VARCHAR', location: 'STRUCT(latitude VARCHAR, longitude VARCHAR,
 street STRUCT(id VARCHAR, name VARCHAR))', outcome_status: 'STRUCT(category VARCHAR, date VARCHAR)',
 persistent_id: 'VARCHAR', id: 'VARCHAR', "month": 'VARCHAR'}"""


def load_street(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Street-level crime and anti-social behaviour as CSV."""
    mixed, vintage = _vintages(connection, csv)
    category = csv.column("Crime type")
    columns = _common(csv, content) | {
        "lsoa_vintage": vintage,
        "category": f"category_slug({category})",
        "category_text": category,
        "outcome": csv.column("Last outcome category", "Outcome type"),
        "is_asb": f"coalesce(category_slug({category}) = 'anti-social-behaviour', false)",
        "origin": "'csv'",
    }
    reason = _month_reason(csv) + " when category is null then 'no crime type' end"
    return finish_police(stage_csv(csv, content, folder, "street", columns, reason), "street", content, mixed)


def load_outcomes(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Outcomes of crimes as CSV. A crime may have several, so that a repeated id is none too many."""
    mixed, vintage = _vintages(connection, csv)
    columns = _common(csv, content) | {"lsoa_vintage": vintage, "outcome": csv.column("Outcome type")}
    reason = _month_reason(csv) + " when outcome is null then 'no outcome' end"
    return finish_police(stage_csv(csv, content, folder, "outcomes", columns, reason), "outcomes", content, mixed)


def load_stop_search(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Stop and search as CSV. The force stands in the file's name only."""
    force = named_force(content)
    when = csv.column("Date")
    lon, lat = _point(csv)

    def yes_no(name: str) -> str:
        value = f"lower({csv.column(name)})"
        return (
            f"case when {value} in ('true', 'yes', '1') then true when {value} in ('false', 'no', '0') then false end"
        )

    columns = {
        "month": f"try_cast(substr({when}, 1, 7) || '-01' as date)",
        "at": f"cast(try_cast({when} as timestamptz) as timestamp)",
        "force": text(force),
        "kind": csv.column("Type"),
        "part_of_operation": yes_no("Part of a policing operation"),
        "operation": csv.column("Policing operation"),
        "lon": lon,
        "lat": lat,
        "gender": csv.column("Gender"),
        "age_range": csv.column("Age range"),
        "self_defined_ethnicity": csv.column("Self-defined ethnicity"),
        "officer_defined_ethnicity": csv.column("Officer-defined ethnicity"),
        "legislation": csv.column("Legislation"),
        "object_of_search": csv.column("Object of search"),
        "outcome": csv.column("Outcome"),
        "outcome_linked": yes_no("Outcome linked to object of search"),
        "more_than_outer_clothing": yes_no("Removal of more than just outer clothing"),
        "no_coordinates": f"{lon} is null or {lat} is null",
    }
    reason = f"case when month is null and kind = 'Type' then {REPEATED_HEADER} when month is null then {NO_MONTH} end"
    staged = stage_csv(csv, content, folder, "stop_search", columns, reason)
    if not force:
        staged.warnings.append(
            "The file's name doesn't say the force (2020-01-merseyside-stop-and-search.csv would), nor does the file."
        )
    return finish_police(staged, "stop_search", content, {})


def load_api(connection: Any, content: Content, folder: Path) -> Staged:
    """Street-level JSON as the API answers it: one file, or an archive of one file for each ward."""
    members = content.members or (content.path,)
    source = (
        f"(select * from read_json([{', '.join(text(path) for path in members)}], format='array', columns={_API},"
        " filename=true, maximum_object_size=268435456))"
    )
    name = "filename" if content.members else text(content.name)
    lon, lat = coordinates("location.longitude", "location.latitude")
    columns = {
        "id": "nullif(id, '')",
        "month": "try_cast(\"month\" || '-01' as date)",
        "force": "case when location_type = 'BTP' then 'btp' else '' end",
        "lon": lon,
        "lat": lat,
        "location": "nullif(location.street.name, '')",
        "lsoa_vintage": "''",
        "persistent_id": "nullif(persistent_id, '')",
        "ward": f"nullif(regexp_extract(parse_filename({name}), '[EW]05[0-9]{{6}}'), '')",
        "category": "nullif(category, '')",
        "category_text": "nullif(category, '')",
        "outcome": "nullif(outcome_status.category, '')",
        "is_asb": "coalesce(category = 'anti-social-behaviour', false)",
        "origin": "'api'",
        "no_id": "nullif(id, '') is null",
        "no_lsoa": "true",
        "no_coordinates": f"{lon} is null or {lat} is null",
    }
    reason = f"case when month is null then {NO_MONTH} when category is null then 'no crime type' end"
    part = stage_query(connection, content, folder, "street", columns, reason, source)
    staged = finish_police(counted(connection, part, "street"), "street_api", content, {})
    wards = connection.execute(f"select count(distinct ward) from read_parquet({text(part)})").fetchone()[0]
    staged.flags["wards"] = wards
    return staged


NO_MONTH = "'the month can''t be read'"
REPEATED_HEADER = "'the header again'"


def named_force(content: Content) -> str:
    """The force that the file's name says, or nothing. It counts where a record doesn't say its own."""
    found = _FORCE.search(Path(content.name).name.lower())
    return found.group(1) if found else ""


def months_in(name: str) -> set[str]:
    """The months that a file's name, or its folder's, claims."""
    return {"-".join(found) for found in _MONTH.findall(name)}


def _month_reason(csv: Csv) -> str:
    """The beginning of a CASE: a header within the file (months joined by hand), or a month that is none."""
    header = f"month is null and reported_by = 'Reported by' then {REPEATED_HEADER}"
    return f"case when {header} when month is null then {NO_MONTH}"


def _common(csv: Csv, content: Content) -> dict[str, str]:
    """The columns that street and outcomes share. The record's own force and month, never the name's."""
    force = f"force_slug(coalesce({csv.column('Reported by')}, {csv.column('Falls within')}))"
    lon, lat = _point(csv)
    identity, lsoa = csv.column("Crime ID"), csv.column("LSOA code")
    return {
        "id": identity,
        "month": f"try_cast({csv.column('Month')} || '-01' as date)",
        "force": f"coalesce({force}, {text(named_force(content))})",
        "reported_by": csv.column("Reported by"),
        "falls_within": csv.column("Falls within"),
        "lon": lon,
        "lat": lat,
        "location": csv.column("Location"),
        "lsoa": lsoa,
        "lsoa_name": csv.column("LSOA name"),
        "no_id": f"{identity} is null",
        "no_lsoa": f"{lsoa} is null",
        "no_coordinates": f"{lon} is null or {lat} is null",
    }


def _point(csv: Csv) -> tuple[str, str]:
    return coordinates(csv.column("Longitude"), csv.column("Latitude"))


def _vintages(connection: Any, csv: Csv) -> tuple[dict[str, int], str]:
    lsoa = csv.column("LSOA code")
    if not csv.has("LSOA code"):
        return {}, "''"
    counts = counts_of(connection, lsoa, csv.reading(Csv.IGNORE))
    return counts, vintage_sql(lsoa, counts)


def finish_police(staged: Staged, kind: str, content: Content, vintages: dict[str, int]) -> Staged:
    """Flag codes of two censuses in one file."""
    staged.kind, staged.source, staged.licence = kind, SOURCE, OGL
    if len(vintages) > 1:
        staged.flags[MIXED] = min(vintages.values())
        staged.warnings.append(
            f"The file mixes LSOA codes of 2011 ({vintages['2011']:,} rows that tell) and 2021 ({vintages['2021']:,})."
            " Each row keeps its own; tables of the one never count the other."
        )
    return staged
