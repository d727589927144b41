"""Pieces of the counting queries that read the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import (
    Case,
    CharField,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce, ExtractDay, ExtractMonth, ExtractYear

from wraparound.foundation.areas.rules import LONDON
from wraparound.foundation.people.models import AnswerState, Characteristic, EqualityAnswer
from wraparound.response.marac.returns.params import Band

# Why something isn't known begins with a question mark, so that no code of any list reads the same.
NOT_ASKED = f"?{AnswerState.NOT_ASKED.value}"
DECLINED = f"?{AnswerState.DECLINED.value}"
NOT_KNOWN = f"?{AnswerState.NOT_KNOWN.value}"
_DAYS = 10_000  # a date as the number 20250731: what is above it are years


def age_at(dob: str, at: str) -> Cast:
    """Whole years from the date `dob` to the day in London of the moment `at`; null without a birthday.

    Someone born on 29 February is a year older on 1 March of a year that has no such day.
    """
    then = _as_number(ExtractYear(at, tzinfo=LONDON), ExtractMonth(at, tzinfo=LONDON), ExtractDay(at, tzinfo=LONDON))
    born = _as_number(ExtractYear(dob), ExtractMonth(dob), ExtractDay(dob))
    # Made whole before it is divided: PostgreSQL would round what it divides, and make people older.
    return Cast(Cast(then - born, IntegerField()) / Value(_DAYS), IntegerField(null=True))


def _as_number(year: ExtractYear, month: ExtractMonth, day: ExtractDay) -> CombinedExpression:
    return year * Value(_DAYS) + month * Value(100) + day


def banded(age: str, bands: Sequence[Band], *, younger: str, older: str) -> Case:
    """The code of the band of an age; `younger` and `older` where none has it; not known without a birthday."""
    whens = [When(**{f"{age}__isnull": True}, then=Value(NOT_KNOWN))]
    for band in bands:
        fits = {f"{age}__gte": band.first} | ({f"{age}__lte": band.last} if band.last is not None else {})
        whens.append(When(**fits, then=Value(band.code)))
    if bands:
        whens.append(When(**{f"{age}__lt": bands[0].first}, then=Value(younger)))
    return Case(*whens, default=Value(older), output_field=CharField())


def sex_of(path: str) -> Case:
    """Female, male, declined, not known, or not asked where nothing stands there."""
    return Case(
        When(**{path: "female"}, then=Value("female")),
        When(**{path: "male"}, then=Value("male")),
        When(**{path: "declined"}, then=Value(DECLINED)),
        When(**{path: "unknown"}, then=Value(NOT_KNOWN)),
        default=Value(NOT_ASKED),
        output_field=CharField(),
    )


def answer_of(characteristic: Characteristic, record: str, person: str = "") -> Coalesce:
    """The code that is known, else why it isn't: what the record's own agency says, then any other that holds `person`.

    Without `person` other agencies aren't asked.
    """
    now = EqualityAnswer.objects.filter(characteristic=characteristic, replaced_at__isnull=True)
    own = now.filter(record_id=OuterRef(record))
    asked = [Subquery(own.filter(state=AnswerState.KNOWN).values("code")[:1])]
    if person:
        others = now.filter(record__person_id=OuterRef(person), state=AnswerState.KNOWN).order_by("-recorded_at", "pk")
        asked.append(Subquery(others.values("code")[:1]))
    why = Subquery(own.annotate(why=_unknown("state")).values("why")[:1])
    return Coalesce(*asked, why, Value(NOT_ASKED), output_field=CharField())


def _unknown(path: str) -> Case:
    """Why an answer isn't known."""
    return Case(
        When(**{path: AnswerState.DECLINED}, then=Value(DECLINED)),
        When(**{path: AnswerState.NOT_KNOWN}, then=Value(NOT_KNOWN)),
        default=Value(NOT_ASKED),
        output_field=CharField(),
    )


def has_reason(path: str, code: str) -> Q:
    """Whether a list of codes, stored as JSON, holds `code`. Needs `as_text` on the same query."""
    return Q(**{f"{path}__contains": f'"{code}"'})


def as_text(path: str) -> Cast:
    """A JSON value as text: the one way to look into a list that both databases have."""
    return Cast(F(path), TextField())


def criterion_met(path: str, code: str, places: Iterable[int] = range(4)) -> Q:
    """Whether the stored outcome of a criterion says that it was met."""
    met = Q()
    for place in places:
        met |= Q(**{f"{path}__outcomes__{place}__code": code, f"{path}__outcomes__{place}__fired": True})
    return met
