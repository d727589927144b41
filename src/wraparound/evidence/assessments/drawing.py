"""Draws an assessment: computes what its sections need, once, and puts each section together or says what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from wraparound.evidence.assessments import wording
from wraparound.evidence.assessments.charts import titled
from wraparound.evidence.assessments.documents import Chart, Document, DrawnSection, Input, Table
from wraparound.evidence.assessments.kinds import Kind
from wraparound.evidence.assessments.outlines import Outlines
from wraparound.evidence.assessments.periods import code_of, words_for
from wraparound.evidence.assessments.published import as_json, extracted_at, told
from wraparound.evidence.assessments.sections import Found, Section, Show, table_of
from wraparound.evidence.measures import supplied
from wraparound.evidence.measures.audit import Range
from wraparound.evidence.measures.context import Context
from wraparound.evidence.measures.disclosure import Published, protect
from wraparound.evidence.measures.disclosure import Table as Counts
from wraparound.evidence.measures.registry import compute, measure, missing
from wraparound.evidence.measures.results import MeasureResult, Period, Status
from wraparound.evidence.store.catalogue import DATASETS
from wraparound.evidence.store.engine import Store
from wraparound.evidence.store.manifests import Manifest
from wraparound.evidence.store.supplied import DATASET as SUPPLIED

PEOPLE = "percent of residents"


@dataclass
class _Drawing:
    kind: Kind
    context: Context
    store: Store
    found: Found
    shapes: Outlines
    titles: dict[str, str] = field(default_factory=dict)


def draw(
    kind: Kind, context: Context, store: Store, *, slug: str, now: datetime, earlier: Published | None = None
) -> Document:
    """The assessment of a place and a period, from what the store holds now. Nothing loaded: nothing available.

    `earlier` is what other editions printed of our own records: with it nothing withheld may be worked out.
    """
    wanted = dict.fromkeys((id_, "") for id_ in kind.always)
    wanted |= dict.fromkeys((id_, one.profile) for one in kind.sections for id_ in one.asked)
    context = _protected(replace(context, as_of=extracted_at(store)), list(wanted), earlier)
    results = {(id_, profile): _computed(id_, profile, context) for id_, profile in wanted}
    found = Found(results, context.place.name, words_for(context.period))
    titles = {id_: measure(id_).title for id_, _ in wanted}
    drawing = _Drawing(kind, context, store, found, Outlines(context), titles)
    sections = tuple(_section(drawing, str(place), one) for place, one in enumerate(kind.sections, start=1))
    place, period = context.place, context.period
    used = [one for one in store.manifests if _may_matter(one, period)]
    comparable = context.comparable
    return Document(
        reference=f"{kind.code}-{slug}-{code_of(period)}",
        kind=kind.code,
        title=kind.title,
        area={"code": place.code, "name": place.name, "vintage": place.vintage},
        period={"start": period.start.isoformat(), "end": period.end.isoformat()},
        period_text=words_for(period),
        drawn_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        drawn_text=f"{now.day} {now:%B %Y}",
        sections=sections,
        measures=tuple(one.as_json() for each in results.values() for one in each),
        inputs=tuple(_input(one) for one in used),
        comparable=comparable.source if comparable.places else "",
        attribution=tuple(dict.fromkeys(one.licence for one in used if one.licence)),
        glance=tuple(kind.glance(found)) if kind.glance else (),
        published=as_json(context.protected.as_published()) if context.protected else {},
        unprotected=_cells(context.protected.failing) if context.protected else (),
        given_away=_cells(context.protected.given_away) if context.protected else (),
        why=" ".join(filter(None, (kind.why, _not_over(period, now)))),
    )


def _cells(ranges: Iterable[Range]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told(one.key) for one in ranges))


def _not_over(period: Period, now: datetime) -> str:
    if period.end < now.date():
        return ""
    return f"The period was not over when this was drawn on {now.day} {now:%B %Y}: its last month is not whole."


def _protected(context: Context, wanted: list[tuple[str, str]], earlier: Published | None) -> Context:
    """What is withheld of our own records, decided over all tables of this edition at once."""
    rule = context.rules.disclosure
    tables: list[Counts] = []
    for id_, profile in wanted:
        of_measure = measure(id_).tables
        within = replace(context, profile=profile)
        if of_measure is not None and not missing(id_, within):
            tables += [one for one in of_measure(within) if one not in tables]
    return replace(context, protected=protect(tables, rule, earlier)) if rule is not None and tables else context


def _computed(id_: str, profile: str, context: Context) -> list[MeasureResult]:
    """A measure's results; those of one problem profile say so in their breakdown."""
    found = compute(id_, replace(context, profile=profile))
    if not profile:
        return found
    return [replace(one, breakdown={**one.breakdown, "profile": profile}) for one in found]


def _section(drawing: _Drawing, number: str, section: Section) -> DrawnSection:
    """The section as far as it can be drawn: what is computed, what files supply, or what is lacking."""
    base = DrawnSection(section.key, number, section.title, section.group, section.asks, notes=section.notes)
    found = drawing.found.of(section.profile)
    filed = section.filed.shows(found) if section.filed else []
    needs, refused = _needs(drawing, section), _refusals(drawing, section)
    if not filed:
        if section.supplied and (needs or not section.ids):
            return _lacking(
                base, (section.supplied, *needs, *_of_another_period(drawing, section)), to_be_supplied=True
            )
        if needs:
            return _lacking(base, needs)
        if refused:
            return replace(base, refused=refused, notes=_notes(drawing, section, section.ids))
    is_computed = not needs and not refused
    by_files = [id_ for id_ in (section.filed.measures if section.filed else ()) if found.has(id_)]
    ids = (*(section.ids if is_computed else ()), *by_files)
    claims = tuple(wording.sentence(text) for text in (section.claim(found) if section.claim else ()) if text)
    charts, tables = _shown(drawing, section, (*(section.shows if is_computed else ()), *filed))
    return replace(
        base,
        claims=claims,
        charts=charts,
        tables=tables,
        notes=(*_without(needs, refused), *_notes(drawing, section, ids)),
        source=_source(drawing, section, ids),
        is_synthetic=any(one.is_synthetic for one in _loads(drawing, section, ids)),
    )


def _shown(drawing: _Drawing, section: Section, shows: Sequence[Show]) -> tuple[tuple[Chart, ...], tuple[Table, ...]]:
    """The pictures and the tables, a table for each show."""
    found = drawing.found.of(section.profile)
    charts: list[Chart] = []
    tables: list[Table] = []
    for show in shows:
        results = [one for id_ in show.measures for one in found.all(id_)]
        if show.by_value:
            results.sort(key=lambda one: -(one.value or 0))
        tables.append(_shortened(table_of(show, results, drawing.titles), show))
        picture = show.draw(results, found, drawing.shapes) if show.draw else None
        if picture:
            key = f"{section.key}-{len(charts) + 1}"
            words = show.describe or f"{show.title}. The table below has the numbers."
            svg = titled(picture, key=key, title=show.title, description=words)
            charts.append(Chart(show.title, words, svg, len(tables) - 1))
    return tuple(charts), tuple(tables)


def _without(needs: Sequence[str], refused: Sequence[str]) -> tuple[str, ...]:
    """What could not be computed beside what files supply."""
    told = ("Not available besides: needs " + "; ".join(needs),) if needs else refused
    return tuple(wording.sentence(text) for text in told)


def _of_another_period(drawing: _Drawing, section: Section) -> tuple[str, ...]:
    """That numbers were supplied, but of other months: which."""
    if section.filed is None:
        return ()
    id_ = supplied.id_of(section.filed.section)
    reasons = [] if missing(id_, drawing.context) else [one.reason or "" for one in drawing.found.all(id_)]
    return tuple(dict.fromkeys(reason.removeprefix("needs ") for reason in reasons if reason))


def _lacking(base: DrawnSection, needs: tuple[str, ...], *, to_be_supplied: bool = False) -> DrawnSection:
    return replace(base, needs=needs, to_be_supplied=to_be_supplied)


def _needs(drawing: _Drawing, section: Section) -> tuple[str, ...]:
    """What the section lacks: data sets of its own, and what its measures say that they need."""
    lacking = [words for dataset, words in section.needs if not drawing.store.has(dataset)]
    for group in section.needed:
        results = [one for id_ in group for one in drawing.found.of(section.profile).all(id_)]
        reasons = [one.reason or "" for one in results if one.status is Status.NOT_AVAILABLE]
        if results and len(reasons) == len(results):
            known = [need for id_ in group for need in missing(id_, drawing.context)]
            lacking += known or [reason.removeprefix("needs ") for reason in reasons]
    return tuple(dict.fromkeys(lacking))


def _refusals(drawing: _Drawing, section: Section) -> tuple[str, ...]:
    """Why all that is computed is refused; none where some of it can be said."""
    results = [one for id_ in section.ids for one in drawing.found.of(section.profile).all(id_)]
    if any(one.status is not Status.REFUSED for one in results):
        return ()
    return tuple(dict.fromkeys(wording.sentence(one.reason or "") for one in results))


def _shortened(table: Table, show: Show) -> Table:
    """The printed table has its first rows; files have it whole."""
    if not show.most or len(table.rows) <= show.most:
        return table
    note = f"The first {show.most} of {len(table.rows):,} rows; the Excel file has all."
    return replace(table, note=" ".join(filter(None, (table.note, note))), shown=show.most)


def _notes(drawing: _Drawing, section: Section, ids: Sequence[str]) -> tuple[str, ...]:
    """The section's own notes, then what every one of its results warns of, each once."""
    results = [one for id_ in ids for one in drawing.found.of(section.profile).all(id_)]
    caveats = [caveat for one in results for caveat in one.caveats]
    is_supplied = section.filed is not None and drawing.found.has(supplied.id_of(section.filed.section))
    besides = f"To be supplied besides: {section.supplied}" if section.supplied and not is_supplied else ""
    return tuple(dict.fromkeys(wording.sentence(text) for text in (besides, *section.notes, *caveats) if text))


# --- where it comes from ------------------------------------------------------------------------------------


def _datasets(section: Section, ids: Sequence[str]) -> tuple[str, ...]:
    needed = [need.dataset for id_ in ids for need in measure(id_).needs if need.dataset]
    return tuple(dict.fromkeys([*needed, *(dataset for dataset, _ in section.needs)]))


def _loads(drawing: _Drawing, section: Section, ids: Sequence[str]) -> list[Manifest]:
    """The loads of its data sets; of what agencies supply only those that have numbers of this section."""
    found = {one.sha256: one for dataset in _datasets(section, ids) for one in drawing.store.loaded(dataset)}
    of_section = supplied.loads_of(drawing.context, section.filed.section) if section.filed else set()
    return [one for one in found.values() if not one.parts.get(SUPPLIED) or one.sha256 in of_section]


def _source(drawing: _Drawing, section: Section, ids: Sequence[str]) -> str:
    """ "Source · period · place · definition · rows · checks", as one line."""
    results = [one for id_ in ids for one in drawing.found.of(section.profile).all(id_)]
    given = [one for one in results if one.value is not None]
    sources = dict.fromkeys(one.source for one in given if one.source)
    denominators = dict.fromkeys(
        one.denominator_source for one in given if one.denominator_source and "residents" in one.denominator_source
    )
    definitions = dict.fromkeys(one.definition.rstrip(".") for one in results if one.definition)
    place = drawing.context.place
    parts = [
        ("Source", "; ".join([*sources, *(text for text in denominators if text)]) or "the store"),
        ("Period", _period(drawing, given)),
        ("Place", f"{place.name} ({place.code}, areas of {place.vintage})"),
        ("Definition", "; ".join(definitions)),
        ("Rows", _rows(drawing, section, ids)),
        ("Checks", _checks(drawing, section, ids)),
    ]
    return " · ".join(f"{name}: {text}" for name, text in parts if text)


def _period(drawing: _Drawing, given: list[MeasureResult]) -> str:
    """Of when the data are: of an index its edition, and the day of the residents it was weighed with."""
    editions = dict.fromkeys(one.breakdown["edition"] for one in given if "edition" in one.breakdown)
    if not editions:
        periods = list(dict.fromkeys(one.period for one in given))
        longest = [one for one in periods if not any(_lies_in(one, other) for other in periods)]
        return "; ".join(map(words_for, longest)) or drawing.found.period
    people = dict.fromkeys(one.denominator_source for one in given if one.denominator_source and one.unit == PEOPLE)
    text = f"edition of {', '.join(editions)}, not the period assessed"
    return "; ".join([text, *(f"residents: {source}" for source in people)])


def _lies_in(one: Period, other: Period) -> bool:
    return one != other and other.start <= one.start and one.end <= other.end


def _rows(drawing: _Drawing, section: Section, ids: Sequence[str]) -> str:
    counts: dict[str, int] = {}
    for dataset in _datasets(section, ids):
        if dataset == SUPPLIED and section.filed:
            counts[dataset] = supplied.rows_counted(drawing.context, section.filed.section)
        elif dataset in DATASETS:
            counts[dataset] = sum(one.parts.get(dataset, 0) for one in drawing.store.loaded(dataset))
    texts = [f"{number:,} in {name.replace('_', ' ')}" for name, number in counts.items() if number]
    of_place = drawing.found.value("recorded.rows")
    if "street" in counts and of_place is not None:
        texts.insert(0, f"{of_place:,.0f} of this place and period")
    return ", ".join(texts)


def _checks(drawing: _Drawing, section: Section, ids: Sequence[str]) -> str:
    loads = _loads(drawing, section, ids)
    wrong = [one.name for one in loads if one.rows_read != one.rows_kept + sum(one.set_aside.values())]
    texts = []
    if loads and not wrong:
        texts.append(f"rows read = kept + set aside in each of {len(loads)} load{'s' if len(loads) > 1 else ''}")
    texts += [f"{name}: rows do not add up" for name in wrong]
    for check in section.checks:
        answer = check(drawing.found.of(section.profile))
        if answer is not None:
            text, holds = answer
            texts.append(text if holds else f"FAILED: {text}")
    return "; ".join(texts)


def _may_matter(one: Manifest, period: Period) -> bool:
    """Whether a load has no months, or some from two years before the period to its end: changes look back."""
    first, last = f"{period.start.year - 2:04d}-{period.start.month:02d}", f"{period.end:%Y-%m}"
    return not one.months or any(first <= month <= last for month in one.months)


def _input(one: Manifest) -> Input:
    return Input(
        one.name, one.source, one.licence, one.sha256, one.rows_kept, sum(one.set_aside.values()), one.is_synthetic
    )
