"""What numbers of different periods say of each other: a year and a quarter in it, January to June and to July.

Whoever lays two editions side by side subtracts. So every number is read as what it counts (a family: victims, women,
of this area) in which months (a span), whichever edition printed it and whenever its records were drawn. Spans are cut
where any of them begins or ends; a span's number is the sum of its pieces, and a piece that nobody printed is a number
as well: one that can be worked out. People who count once in a period don't add up over two; of them the longer
period has those of the shorter one and some more.

That nothing changed between two extracts is what such a reader would assume, and may be wrong: a sum that the printed
numbers contradict is left out (`audit.fitting`), the others hold.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from wraparound.evidence.measures.audit import Key, Sum, name

Family = Key
PERIOD, MONTH, AS_OF, WITHOUT = "period", "month", "as of", "without"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Span:
    """Whole months, counted from the year nought: the first and the last, both included."""

    first: int
    last: int

    def holds(self, other: Span) -> bool:
        """Whether the other lies in it, or is the same."""
        return self.first <= other.first and other.last <= self.last

    @property
    def months(self) -> list[Span]:
        """Each of its months."""
        return [Span(month, month) for month in range(self.first, self.last + 1)]

    @property
    def text(self) -> str:
        """As the keys of tables write a period: 2024-01-01/2024-06-30."""
        (first_year, first), (last_year, last) = divmod(self.first, 12), divmod(self.last, 12)
        end = date(last_year, last + 1, calendar.monthrange(last_year, last + 1)[1])
        return f"{date(first_year, first + 1, 1).isoformat()}/{end.isoformat()}"


@dataclass(frozen=True)
class Read:
    """A number as it is read: what it counts, in which months, and of which edition's period and extract it is."""

    key: Key
    family: Family
    span: Span
    period: Span
    as_of: str


def read(key: Key) -> Read | None:
    """What a key counts and when; None where it names no whole months, or is itself what was worked out."""
    parts = dict(key)
    period = _span(parts.get(PERIOD, ""))
    if period is None or WITHOUT in parts:
        return None
    month = _MONTH.fullmatch(parts.get(MONTH, ""))
    apart = {PERIOD, AS_OF, *((MONTH,) if month else ())}
    family = frozenset((part, value) for part, value in key if part not in apart)
    span = Span(*[int(month[1]) * 12 + int(month[2]) - 1] * 2) if month else period
    return Read(key, family, span, period, parts.get(AS_OF, ""))


def _span(text: str) -> Span | None:
    try:
        first, last = (date.fromisoformat(day) for day in text.split("/"))
    except ValueError:
        return None
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1] and first <= last
    return Span(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1) if whole else None


def links(printed: Iterable[Key], new: Collection[Key], sums: Sequence[Sum], each_once: Collection[str]) -> list[Sum]:
    """The sums across periods and extracts of everything that was printed or withheld, `new` being of this edition.

    `each_once` names what is counted that doesn't add up over time: people. None where all is of one edition.
    """
    groups: dict[tuple[str, str], list[Read]] = {}
    alike: dict[Family, list[Key]] = {}  # of a period that is not of whole months: the same in another extract
    for key in sorted({*printed, *new}, key=name):
        found = read(key)
        if found is not None:
            parts = dict(found.family)
            groups.setdefault((parts.get("of", ""), parts.get("area", "")), []).append(found)
        elif not any(part == WITHOUT for part, _ in key):
            alike.setdefault(frozenset(part for part in key if part[0] != AS_OF), []).append(key)
    same = [sorted(keys, key=lambda key: key not in new) for keys in alike.values()]
    linked = dict.fromkeys(Sum(keys[0], (other,)) for keys in same if keys[0] in new for other in keys[1:])
    for (of, _), members in groups.items():
        editions = {(one.period, one.as_of) for one in members}
        if len(editions) > 1 and any(one.key in new for one in members):
            linked |= dict.fromkeys(_Group(members, new, sums, of in each_once).sums())
    return list(linked)


@dataclass
class _Group:
    """Everything that is counted of one kind (victims) in one area, over all editions."""

    members: Sequence[Read]
    new: Collection[Key]
    table_sums: Sequence[Sum]
    each_once: bool
    chosen: dict[tuple[Family, Span], Key] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """One key stands for a number that several editions printed: the newest one's."""
        for one in sorted(self.members, key=lambda one: one.key not in self.new):
            self.chosen.setdefault((one.family, one.span), one.key)
        periods = sorted({one.period for one in self.members})
        cuts = sorted({one.first for one in periods} | {one.last + 1 for one in periods})
        pieces = [Span(first, after - 1) for first, after in pairwise(cuts)]
        self.pieces = [piece for piece in pieces if any(period.holds(piece) for period in periods)]
        self.families = sorted({one.family for one in self.members}, key=name)

    def number(self, family: Family, span: Span) -> Key:
        """The key of a number: as it was printed, else one of its own."""
        return self.chosen.get((family, span)) or family | {(PERIOD, span.text)}

    def inside(self, span: Span) -> list[Span]:
        """The pieces of a span."""
        return [piece for piece in self.pieces if span.holds(piece)]

    def spans(self, family: Family) -> list[Span]:
        """When this family was printed or withheld."""
        return sorted(span for of, span in self.chosen if of == family)

    def sums(self) -> Iterator[Sum]:
        """All that these numbers say of each other."""
        for one in self.members:
            stands = self.number(one.family, one.span)
            if stands != one.key:
                yield Sum(stands, (one.key,))
        for family in self.families:
            yield from self._covers(family) if self.each_once else self._pieces(family)
            yield from self._differences(family)
        if not self.each_once:
            yield from self._tables()

    def _pieces(self, family: Family) -> Iterator[Sum]:
        """A span is the sum of its pieces; a piece of which months were printed, that of its months."""
        months: set[Span] = set()
        for span in self.spans(family):
            inside = self.inside(span)
            if len(inside) > 1:
                yield Sum(self.number(family, span), tuple(self.number(family, piece) for piece in inside))
            elif not inside:
                months.add(span)
        for piece in self.pieces:
            if any(piece.holds(month) for month in months):
                yield Sum(self.number(family, piece), tuple(self.number(family, month) for month in piece.months))

    def _covers(self, family: Family) -> Iterator[Sum]:
        """People of all pieces together are at least as many as those of the span: some came in two."""
        for span in self.spans(family):
            inside = self.inside(span)
            if len(inside) > 1 and all((family, piece) in self.chosen for piece in inside):
                both = family | {(PERIOD, span.text), (WITHOUT, "nobody twice")}
                again = family | {(PERIOD, span.text), (WITHOUT, "once only")}
                yield Sum(both, tuple(self.number(family, piece) for piece in inside))
                yield Sum(both, (self.number(family, span), again))

    def _differences(self, family: Family) -> Iterator[Sum]:
        """The longer of two spans less the shorter: what a reader works out first."""
        spans = self.spans(family)
        for longer in spans:
            for shorter in spans:
                if longer == shorter or not longer.holds(shorter):
                    continue
                left = [piece for piece in self.inside(longer) if not shorter.holds(piece)]
                is_new = {self.chosen[family, longer], self.chosen[family, shorter]} & set(self.new)
                if is_new and (self.each_once or len(left) > 1):
                    rest = family | {(PERIOD, longer.text), (WITHOUT, shorter.text)}
                    yield Sum(self.number(family, longer), (self.number(family, shorter), rest))

    def _tables(self) -> Iterator[Sum]:
        """What adds up in a table of a span adds up in each of its pieces."""
        own = {one.key for one in self.members}
        for one in self.table_sums:
            if one.whole not in own:
                continue
            whole, parts = read(one.whole), [read(part) for part in one.parts]
            if whole is None or any(part is None or part.span != whole.span for part in parts):
                continue
            inside = self.inside(whole.span)
            if len(inside) > 1:
                families = [part.family for part in parts if part is not None]
                for piece in inside:
                    yield Sum(self.number(whole.family, piece), tuple(self.number(f, piece) for f in families))
