"""Numbers that no register of ours has: an agency's return, a survey, the progress of a plan. One number a row.

Written in a spreadsheet, in our own format (docs/reference/evidence-files.md). Each row names its section, its series
("Calls answered"), its period in whole months, and whose number it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wraparound.evidence.store.contents import Content
from wraparound.evidence.store.offences import IDENTIFYING
from wraparound.evidence.store.staging import Csv, Staged, stage_csv, text
from wraparound.kit.errors import BadInput

DATASET = "supplied"
PLAN = "last-plan"  # the section whose rows have a word instead of a number
SECTIONS = (
    "hub",
    "accommodation",
    "programmes",
    "cross-border",
    "surveys",
    "exploitation",
    "substances",
    "reoffending",
    "residents",
    PLAN,
)
STATUSES = ("done", "on track", "late", "not begun", "dropped")
SELF_SELECTED = ("surveys", "residents")  # whoever chose to answer: no sample that chance drew
LICENCE = "As each source grants it; not open unless the source says so"
MOST_SOURCES, MOST_TOLD = 3, 3
MOST, LONGEST = 1_000_000_000, 300

_OF_PLAN = f"section = {text(PLAN)}"
_KNOWN = ", ".join(map(text, SECTIONS))
_WORDS = ", ".join(map(text, STATUSES))


def _no(sentence: str) -> str:
    return text(sentence)


_REASON = f"""case
 when section is null then {_no("no section")}
 when section not in ({_KNOWN}) then {_no(f"unknown section: the known ones are {', '.join(SECTIONS)}")}
 when series is null then {_no("no series")}
 when greatest(length(series), length(category), length(source), length(how)) > {LONGEST}
  then {_no(f"a text is longer than {LONGEST} characters")}
 when area is null then {_no("no area")}
 when starts is null or ends is null then {_no("the period can't be read: start and end are days such as 2025-01-31")}
 when ends < starts then {_no("it ends before it starts")}
 when starts <> date_trunc('month', starts) or ends <> last_day(ends) then {_no("the period isn't whole months")}
 when {_OF_PLAN} and category = '' then {_no("no action: the category says which")}
 when {_OF_PLAN} and status is null then {_no("no status")}
 when {_OF_PLAN} and status not in ({_WORDS}) then {_no(f"the status is none of {', '.join(STATUSES)}")}
 when not ({_OF_PLAN}) and given is null then {_no("no number")}
 when not ({_OF_PLAN}) and given <> round(given) then {_no("the number isn't whole")}
 when not ({_OF_PLAN}) and given < 0 then {_no("the number is negative")}
 when not ({_OF_PLAN}) and given > {MOST} then {_no("the number is too large to be one")}
 when has_base and (given_base is null or given_base <> round(given_base) or given_base < 0
  or given_base > {MOST})
  then {_no("the base is no whole number")}
 when given > given_base then {_no("the number is above its base")}
 when has_step and (step is null or step < 1) then {_no("the step is no whole number from 1 on")}
 when source is null then {_no("no source")}
 when section in ({", ".join(map(text, SELF_SELECTED))}) and how is null then {_no("how people were asked isn't said")}
 end"""


def load_supplied(connection: Any, csv: Csv, content: Content, folder: Path) -> Staged:
    """Stage the numbers. Raises BadInput where a column could name a person."""
    naming = [name for name in csv.header if IDENTIFYING.search(name)]
    if naming:
        raise BadInput(
            f"The file has the column {naming[0]}, which could name a person. It takes numbers only: leave such columns"
            " out."
        )
    staged = stage_csv(csv, content, folder, DATASET, _columns(csv), _REASON)
    staged.kind, staged.licence = DATASET, LICENCE
    part = text(staged.parts[DATASET])
    sources = connection.execute(
        f"select source, count(*) filter (is_synthetic) from read_parquet({part}) where reason is null"
        " group by 1 order by count(*) desc, 1"
    ).fetchall()
    staged.is_synthetic = any(count for _, count in sources)
    staged.flags["synthetic"] = sum(count for _, count in sources)
    named = [source for source, _ in sources]
    more = f" and {len(named) - MOST_SOURCES} more" if len(named) > MOST_SOURCES else ""
    staged.source = "; ".join(named[:MOST_SOURCES]) + more or "Supplied by agencies"
    _tell_sums(connection, part, staged)
    _tell_overlaps(connection, part, staged)
    _tell_days(connection, csv, staged)
    return staged


def _columns(csv: Csv) -> dict[str, str]:
    value, base, step = csv.column("value"), csv.column("base"), csv.column("step")
    category = _text(csv, "category")
    section = f"nullif(slug({csv.column('section')}), '')"
    of_plan = f"{section} = {text(PLAN)}"
    return {
        "section": section,
        "series": _text(csv, "series"),
        "step": f"try_cast({step} as bigint)",
        "has_step": f"{step} is not null",
        "area": csv.column("area"),
        "month": f"cast(date_trunc('month', {_day(csv, 'start')}) as date)",
        "starts": _day(csv, "start"),
        "ends": _day(csv, "end"),
        "category": f"case when lower({category}) in ('all', 'total') then '' else coalesce({category}, '') end",
        "given": f"number({value})",
        "value": f"case when {of_plan} then null else try_cast(number({value}) as bigint) end",
        "status": f"case when {of_plan} then lower({value}) end",
        "given_base": f"number({base})",
        "has_base": f"{base} is not null",
        "base": f"try_cast(number({base}) as bigint)",
        "source": _text(csv, "source"),
        "how": _text(csv, "how"),
        "line": "row_number() over ()",
        "is_synthetic": f"coalesce(lower({csv.column('synthetic')}) in ('yes', 'true', '1', 'y'), false)",
    }


def _text(csv: Csv, name: str) -> str:
    """What is written, on one line and without signs that no page can show."""
    return f"nullif(trim(regexp_replace({csv.column(name)}, '[[:cntrl:]]+', ' ', 'g')), '')"


def _day(csv: Csv, name: str) -> str:
    """A day as ISO writes it, or as a spreadsheet set to British English writes it back: 31/01/2025."""
    return f"cast(try_strptime({csv.column(name)}, ['%Y-%m-%d', '%d/%m/%Y']) as date)"


def _tell_sums(connection: Any, part: str, staged: Staged) -> None:
    """Flag series whose parts don't add up to their whole: more may be several answers each, fewer some left out."""
    found = connection.execute(
        f"""select section, series, starts, sum(value) filter (category <> '') as parts,
        sum(value) filter (category = '') as whole from read_parquet({part})
        where reason is null and value is not null group by section, series, area, starts, ends
        having count(*) filter (category = '') = 1 and count(*) filter (category <> '') > 0 and parts <> whole
        order by all"""
    ).fetchall()
    if found:
        staged.flags["parts_that_do_not_add_up"] = len(found)
        staged.warnings += [
            f"{section}, {series}, from {starts:%B %Y}: the parts give {parts:,}, the whole says {whole:,}."
            for section, series, starts, parts, whole in found[:MOST_TOLD]
        ]


def _tell_overlaps(connection: Any, part: str, staged: Staged) -> None:
    """Flag series with periods that overlap, such as a year beside its months: they are never added up."""
    found = connection.execute(
        f"""with p as (select distinct section, series, area, starts, ends from read_parquet({part})
        where reason is null and section <> {text(PLAN)})
        select distinct a.section, a.series from p a join p b using (section, series, area)
        where a.starts <= b.ends and b.starts <= a.ends and (a.starts, a.ends) <> (b.starts, b.ends) order by all"""
    ).fetchall()
    if found:
        staged.flags["series_with_overlapping_periods"] = len(found)
        staged.warnings += [
            f"{section}, {series}: periods overlap. They aren't added up: the months are taken where they cover as much"
            " as the longer periods, else the longer periods."
            for section, series in found[:MOST_TOLD]
        ]


def _tell_days(connection: Any, csv: Csv, staged: Staged) -> None:
    """Say that days were read with the day first, where a spreadsheet has written them so."""
    start, end = csv.column("start"), csv.column("end")
    found = connection.execute(
        f"select count(*) from {csv.reading(Csv.IGNORE)} where {start} like '%/%' or {end} like '%/%'"
    ).fetchone()
    if found[0]:
        staged.flags["days_written_with_slashes"] = found[0]
        staged.warnings.append("Days with slashes were read with the day first: 31/01/2025 is 31 January 2025.")
