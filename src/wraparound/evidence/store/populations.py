"""Populations and census counts: our own long format, and the tidied census and estimate tables that people pass on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wraparound.evidence.store.catalogue import OGL
from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.staging import Csv, Staged, stage_csv, stage_wide, text
from wraparound.kit.errors import BadInput

Load = Callable[[Any, Csv, Content, Path], Staged]
_CODE = re.compile(r"(lsoa|msoa|ltla|ward|pfa)(\d\d)_code")
CENSUS = {"11": "2011-03-27", "21": "2021-03-21"}
# The column that says the class: the measure it makes, and which column of the store the class goes into.
CLASSES = {
    "ethnic_group": ("residents", "ethnicity"),
    "disability": ("disability", "category"),
    "religion": ("religion", "category"),
    "tenure": ("tenure", "category"),
    "type": ("dwelling_type", "category"),
    "occupancy_rating": ("occupancy_rating", "category"),
    "deprivation_dimensions": ("household_deprivation", "category"),
}
FEW = 3  # areas; fewer may have a hundred residents each
ROUNDING, NEARLY_ALL = 5, 0.9
TOLERANCE = 0.01  # counts are perturbed against disclosure, so that a table may miss its total by a little
NUMBER, PERCENT = r"\(number\)\s*$", r"\((percent|percentage|%)\)\s*$"


def recognise(csv: Csv) -> Load | None:
    """Which of the known tables it is, if any."""
    names = set(csv.header)
    code = next((found for found in map(_CODE.fullmatch, csv.header) if found), None)
    if {"lsoa code", "persons", "households", "local authority code"} <= names:
        return load_census_2011
    if names == {"lsoa", "pop"}:
        return _refuse_undated
    if code is None:
        return None
    if "total_population" in names and {"0", "1", "30"} <= names:
        return load_single_years
    if {"total_population", "total_females", "total_males"} <= names:
        return load_sexes
    if names & CLASSES.keys() and names & {"n", "value"}:
        return load_classes
    return load_households if "households" in names else None


def load_long(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Our own format: one count a row, with its area, day and measure."""
    columns = {
        name: csv.column(name)
        for name in ("area_code", "area_name", "area_kind", "vintage", "measure", "ethnicity", "category", "source")
    }
    columns |= {
        "date": f"try_cast({csv.column('date')} as date)",
        "sex": f"coalesce(lower({csv.column('sex')}), '')",
        "age_from": f"try_cast({csv.column('age_from')} as bigint)",
        "age_to": f"try_cast({csv.column('age_to')} as bigint)",
        "value": f"try_cast(number({csv.column('value')}) as bigint)",
        "is_total": f"coalesce(lower({csv.column('is_total')}) in ('yes', 'true', '1'), false)",
    }
    _refuse_percentages(connection, csv, csv.column("value"), content)
    reason = """case when area_code is null then 'no area' when date is null then 'no day' when vintage is null
     then 'no vintage' when value is null or value < 0 then 'the count can''t be read' end"""
    staged = stage_csv(csv, content, folder, "population", columns, reason)
    part = text(staged.parts["population"])
    of_parts = "count(distinct (sex = '', age_from is null, ethnicity is null, category is null)) filter (not is_total)"
    _refuse_hundreds(
        connection,
        f"""select area_code, sum(value) filter (not is_total) as parts, max(value) filter (is_total) as total
        from read_parquet({part}) where reason is null group by area_code, vintage, date, measure
        having count(*) filter (not is_total) > 1 and {of_parts} = 1""",
        content,
    )
    _check_sums(
        connection,
        f"""select area_code, sum(value) filter (not is_total) as parts, max(value) filter (is_total) as total
        from read_parquet({part}) where reason is null group by area_code, vintage, date, measure
        having count(*) filter (is_total) = 1 and count(*) filter (not is_total) > 1 and {of_parts} = 1""",
        content,
        staged,
    )
    return _told(staged, "population", "Population in the long format")


def load_classes(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """A census table of one class a row. Rows marked "(percent)" aren't counts and are set aside."""
    kind, vintage, code = _area(csv)
    by = next(name for name in CLASSES if csv.has(name))
    measure, into = CLASSES[by]
    value, name = csv.column("n", "value"), csv.column(by)
    marked = connection.execute(
        f"select count(*) filter (regexp_matches({name}, '{PERCENT}')) from {csv.reading(Csv.IGNORE)}"
    ).fetchone()[0]
    counted = f"case when not coalesce(regexp_matches({name}, '{PERCENT}'), false) then {value} end"
    _refuse_percentages(connection, csv, counted, content)
    columns = _columns(csv, kind, vintage, code) | {
        "measure": text(measure),
        into: f"trim(regexp_replace({name}, '{NUMBER}|{PERCENT}', ''))",
        "value": f"try_cast(number({value}) as bigint)",
        "is_total": "false",
    }
    reason = f"""case when regexp_matches(given, '{PERCENT}') then 'a percentage, not a count'
     when area_code is null then 'no area' when value is null then 'the count can''t be read' end"""
    staged = stage_csv(csv, content, folder, "population", columns | {"given": name}, reason)
    if marked:
        staged.flags["percentages_in_the_count_column"] = marked
    total = csv.column("total_residents", "total_households")  # null where it has neither
    _check_sums(
        connection,
        f"select {code} as area_code, sum(number({counted})) as parts, max(number({total})) as total"
        f" from {csv.reading(Csv.IGNORE)} group by 1",
        content,
        staged,
    )
    return _told(staged, f"census_20{vintage[2:]}_{measure}", f"ONS, Census {vintage}")


def load_single_years(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """An estimate by single year of age. The table doesn't say its year, so that the name must."""
    kind, vintage, code = _area(csv)
    year = re.search(r"population[_-]?(?:20)?(\d\d)", Path(content.name).name.lower())
    if year is None:
        raise BadInput(
            "The table doesn't say which year it estimates. Name the file population20_..., or use the long format of"
            " docs/reference/evidence-files.md, which says the day."
        )
    ages = sorted((name for name in csv.header if name.rstrip("+").isdigit()), key=lambda name: int(name.rstrip("+")))
    total = f"number({csv.column('total_population')})"
    summed = " + ".join(f"coalesce(number({csv.column(age)}), 0)" for age in ages)
    source = f"select {code} as area_code, {summed} as parts, {total} as total from {csv.reading(Csv.IGNORE)}"
    rows = [
        {
            "age_from": age.rstrip("+"),
            "age_to": "cast(null as bigint)" if age in (ages[-1],) or age.endswith("+") else age,
            "value": f"try_cast(number({csv.column(age)}) as bigint)",
            "is_total": "false",
        }
        for age in ages
    ]
    rows.append({"age_from": "null", "age_to": "null", "value": f"try_cast({total} as bigint)", "is_total": "true"})
    common = _columns(csv, kind, vintage, code) | {"measure": "'residents'", "date": f"date '20{year.group(1)}-06-30'"}
    reason = f"case when {code} is null then 'no area' when {total} is null then 'the count can''t be read' end"
    staged = stage_wide(csv, content, folder, "population", rows, reason, common)
    _check_sums(connection, source, content, staged)
    staged.warnings.append(f"The year, 20{year.group(1)}, is read from the file's name: the table doesn't say it.")
    return _told(staged, "population_estimate", f"ONS, mid-20{year.group(1)} estimates")


def load_sexes(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Totals by sex. The bands of age that stand beside them don't add up to the totals, and aren't loaded."""
    kind, vintage, code = _area(csv)
    rows = [
        {"sex": text(sex), "value": f"try_cast(number({csv.column(name)}) as bigint)", "is_total": str(not sex).lower()}
        for sex, name in (("", "total_population"), ("female", "total_females"), ("male", "total_males"))
    ]
    common = _columns(csv, kind, vintage, code) | {"measure": "'residents'"}
    reason = f"case when {code} is null then 'no area' end"
    staged = stage_wide(csv, content, folder, "population", rows, reason, common)
    if any(name.startswith(("younger", "working_age", "older")) for name in csv.header):
        staged.flags["bands_of_age_not_loaded"] = staged.rows_read
        staged.warnings.append(
            "The bands of age leave ages out: they add to less than the total. Only totals were loaded."
        )
    return _told(staged, f"census_{vintage}_sex", f"ONS, Census {vintage}")


def load_households(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Households by area."""
    kind, vintage, code = _area(csv)
    columns = _columns(csv, kind, vintage, code) | {
        "measure": "'households'",
        "value": f"try_cast(number({csv.column('households')}) as bigint)",
        "is_total": "true",
        "date": "date '2021-03-21'",
    }
    reason = "case when area_code is null then 'no area' when value is null then 'the count can''t be read' end"
    return _told(
        stage_csv(csv, content, folder, "population", columns, reason), "census_households", "ONS, Census 2021"
    )


def load_census_2011(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """The 2011 census by LSOA: all residents, those in households and in communal establishments, and households."""
    first = csv.header.index("persons")
    residents, within, communal = (f"number(c{number})" for number in range(first, first + 3))
    code = csv.column("LSOA Code")
    rows = [
        {"measure": text(measure), "value": f"try_cast({sql} as bigint)", "is_total": "true"}
        for measure, sql in (
            ("residents", residents),
            ("household_residents", within),
            ("communal_residents", communal),
            ("households", f"number({csv.column('Households')})"),
        )
    ]
    common = {
        "area_code": code,
        "area_name": csv.column("LSOA Name"),
        "area_kind": "'lsoa'",
        "vintage": "'2011'",
        "date": "date '2011-03-27'",
        "sex": "''",
        "source": "'ONS, Census 2011'",
    }
    reason = f"case when {code} is null then 'no area' when {residents} is null then 'the count can''t be read' end"
    staged = stage_wide(csv, content, folder, "population", rows, reason, common)
    _check_sums(
        connection,
        f"select {code} as area_code, {within} + {communal} as parts, {residents} as total"
        f" from {csv.reading(Csv.IGNORE)}",
        content,
        staged,
    )
    return _told(staged, "census_2011_residents", "ONS, Census 2011")


def _refuse_undated(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    raise BadInput(
        "The table has an LSOA and a number, but no day and no vintage of its codes. A rate needs both: use the long"
        " format of docs/reference/evidence-files.md."
    )


def _area(csv: Csv) -> tuple[str, str, str]:
    """The kind of area, its vintage as a year, and SQL for its code."""
    found = next(found for found in map(_CODE.fullmatch, csv.header) if found)
    return found.group(1), f"20{found.group(2)}", csv.column(found.group(0))


def _columns(csv: Csv, kind: str, vintage: str, code: str) -> dict[str, str]:
    return {
        "area_code": code,
        "area_name": csv.column(f"{kind}{vintage[2:]}_name"),
        "area_kind": text(kind),
        "vintage": text(vintage),
        "date": f"date '{CENSUS.get(vintage[2:], '2021-03-21')}'",
        "sex": "''",
        "source": text(f"ONS, Census {vintage}" if vintage[2:] in CENSUS else "ONS"),
    }


def _refuse_percentages(connection: Any, csv: Csv, value: str, content: Content) -> None:
    """A column of counts has no fractions. Raises BadInput where it has."""
    found = connection.execute(
        "select count(*) filter (number(v) <> round(number(v))), count(v),"
        " any_value(v) filter (number(v) <> round(number(v)))"
        f" from (select {value} as v from {csv.reading(Csv.IGNORE)})"
    ).fetchone()
    if found[0]:
        raise BadInput(
            f"{found[0]:,} of {found[1]:,} values in the count column of {Path(content.name).name} are no whole numbers"
            f" (such as {found[2]}). They look like percentages: load the table of numbers."
        )


def _refuse_hundreds(connection: Any, query: str, content: Content) -> None:
    """Several areas don't all have a hundred residents: those are percentages without their sign. Raises BadInput.

    Rounded, many classes add up to a little more or less; and a table has lines that are no area, or withheld.
    """
    areas, hundreds = connection.execute(
        f"select count(*), count(*) filter (abs(parts - 100) <= {ROUNDING} and coalesce(total, 100) = 100)"
        f" from ({query}) where area_code is not null and parts is not null"
    ).fetchone()
    if areas >= FEW and hundreds >= NEARLY_ALL * areas:
        raise BadInput(
            f"In {hundreds:,} of the {areas:,} areas of {Path(content.name).name} the counts add up to a hundred."
            " They look like percentages: load the table of numbers."
        )


def _check_sums(connection: Any, query: str, content: Content, staged: Staged) -> None:
    """Each area's parts against its total. A table that misses by more than disclosure control explains is refused."""
    _refuse_hundreds(connection, query, content)
    wrong, areas, parts, total = connection.execute(
        "select count(*) filter (parts <> total), count(*), sum(parts), sum(total)"
        f" from ({query}) where total is not null"
    ).fetchone()
    if not wrong:
        return
    worst = connection.execute(
        f"select area_code, parts, total, abs(parts - total) / greatest(total, 1) from ({query})"
        " where parts <> total order by abs(parts - total) desc, area_code limit 1"
    ).fetchone()
    if abs(parts - total) > TOLERANCE * max(total, 1) or (worst[3] > TOLERANCE and abs(worst[1] - worst[2]) > 20):
        raise BadInput(
            f"{Path(content.name).name} doesn't add up: in {wrong:,} of {areas:,} areas the parts differ from the"
            f" total, most in {worst[0]}, where they give {worst[1]:,.0f} and the total says {worst[2]:,.0f}."
        )
    staged.flags["areas_that_do_not_add_up"] = wrong


def _told(staged: Staged, kind: str, source: str) -> Staged:
    staged.kind, staged.source, staged.licence = kind, source, OGL
    return staged
