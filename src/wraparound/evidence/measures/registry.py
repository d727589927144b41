"""The register of measures: what each is called, means and needs, and how it is computed."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module

from wraparound.evidence.measures.audit import Sum
from wraparound.evidence.measures.caveats import general_caveats
from wraparound.evidence.measures.context import Context, Need, without
from wraparound.evidence.measures.disclosure import Protected, Published, Table, protect
from wraparound.evidence.measures.results import MeasureResult, Status

Compute = Callable[[Context], list[MeasureResult]]


class Good(enum.StrEnum):
    """In which direction a value would be better."""

    LESS = "less"
    MORE = "more"
    NEITHER = "neither"  # more may mean more harm, or more trust in reporting it


class Kind(enum.StrEnum):
    """Whose data: what is published under an open licence, or records that people were promised care for."""

    OPEN = "open"
    OPERATIONAL = "operational"


@dataclass(frozen=True)
class Measure:
    """One measure. `id` is stable: files, editions and other programs refer to it."""

    id: str
    title: str
    definition: str
    needs: tuple[Need, ...]
    compute: Compute
    good: Good = Good.NEITHER
    kind: Kind = Kind.OPEN
    tables: Callable[[Context], list[Table]] | None = None  # the counts that disclosure control has to look at


class UnknownMeasure(LookupError):
    """No measure has this id."""


# Modules that register measures by being imported. What stands above this floor is only named here.
LIBRARIES = (
    "wraparound.evidence.measures.library",
    "wraparound.evidence.foresight.measured",
    "wraparound.evidence.figures.measured",
)

_MEASURES: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Add a measure. Raises ValueError when the id is taken."""
    if measure.id in _MEASURES:
        raise ValueError(f"the measure {measure.id} is there already")
    _MEASURES[measure.id] = measure
    return measure


def _complete() -> None:
    for name in LIBRARIES:
        import_module(name)


def measure(id_: str) -> Measure:
    """The measure of an id. Raises UnknownMeasure."""
    _complete()
    try:
        return _MEASURES[id_]
    except KeyError:
        raise UnknownMeasure(f"There is no measure {id_}. Known: {', '.join(sorted(_MEASURES))}.") from None


def all_measures() -> Iterator[Measure]:
    """Every measure, by id."""
    _complete()
    return iter(sorted(_MEASURES.values(), key=lambda one: one.id))


def missing(id_: str, context: Context) -> tuple[str, ...]:
    """What a measure needs and the store lacks, as noun phrases, each once."""
    return tuple(dict.fromkeys(need.sentence for need in measure(id_).needs if not need.is_met(context)))


def compute(id_: str, context: Context) -> list[MeasureResult]:
    """The results of a measure, each with its id and definition.

    Where an input is missing: one result, not available, that names it. Raises UnknownMeasure.
    """
    chosen = measure(id_)
    lacking = missing(id_, context)
    if lacking:
        found = [without(context, Status.NOT_AVAILABLE, f"needs {' and '.join(lacking)}")]
    else:
        found = chosen.compute(context)
    return [_finished(chosen, context, one) for one in found]


def protect_all(
    ids: Iterable[str], context: Context, earlier: Published | None = None, also: Sequence[Sum] = ()
) -> Protected | None:
    """What is withheld over the tables of all these measures and of earlier editions; for `Context.protected`.

    None without a rule set of disclosure: measures of our own records then are not available. Look at `failing`.
    """
    rule = context.rules.disclosure
    if rule is None:
        return None
    tables: list[Table] = []
    for id_ in ids:
        chosen = measure(id_)
        if chosen.tables is not None and not missing(id_, context):
            tables += chosen.tables(context)
    return protect(tables, rule, earlier, also)


def _finished(chosen: Measure, context: Context, one: MeasureResult) -> MeasureResult:
    extra = general_caveats(context, chosen.id, one)
    return replace(
        one,
        id=chosen.id,
        definition=one.definition or chosen.definition,
        caveats=tuple(dict.fromkeys((*one.caveats, *extra))),
    )
