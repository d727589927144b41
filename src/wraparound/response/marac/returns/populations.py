"""What one row of a count is, and of what kind: a hearing with its victim, a perpetrator or a child of a hearing.

Each is a query whose rows carry their kinds as annotations, so that a table is one grouped query, and whoever asks
which cases stand behind a number gets them by the same words. `is_last` marks, of the rows about one person, that of
their latest hearing in the time: so that each person is counted once, and people add up as cases do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Case, CharField, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Value, When

from wraparound.foundation.access.decisions import live_exclusions
from wraparound.foundation.meetings.models import Panel
from wraparound.foundation.meetings.states import ItemState
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.people.models import Characteristic
from wraparound.response.cases.models import CaseParty, PartyRole
from wraparound.response.marac.models import RepeatProposal, Telling
from wraparound.response.marac.repeat_states import RepeatState
from wraparound.response.marac.returns import expressions as of
from wraparound.response.marac.returns.params import MaracReturn, RepeatSource
from wraparound.response.marac.returns.quarters import Span
from wraparound.response.marac.rules.criteria import REPEAT

YES, NO, OTHER = "yes", "no", "other"
YOUNGER, OLDER = "younger", "older"
STARTS = "item__session__starts_at"
_PARTY = "matter__case__parties"
_PERSON = "referral__victim__person_id"

Hearings = QuerySet[Telling]
M = TypeVar("M", bound=Model)
WHOLE = system("marac.return")  # kept from nothing


def known_to(reader: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """`rows` without those of matters from which `reader` is kept: for them no number counts such a case (rule 5)."""
    if reader.is_system:
        return rows
    return rows.exclude(matter_id__in=live_exclusions(reader).values("matter_id"))


def heard(panels: Iterable[Panel], span: Span, reader: Actor = WHOLE) -> Hearings:
    """The cases that were heard in the time: one row for each hearing, by the day of the meeting.

    Each hearing opened one duty to tell the victim-survivor, whichever agencies had referred: that is the row. Whole,
    but for cases from which `reader` is kept.
    """
    within = {f"{STARTS}__gte": span.starts_at, f"{STARTS}__lt": span.ends_at}
    rows = Telling.objects.filter(
        item__session__panel__in=[panel.pk for panel in panels], item__state=ItemState.HEARD, **within
    )
    return known_to(reader, rows)


def hearings(rows: Hearings, rule: MaracReturn) -> Hearings:
    """Hearings by referring agency, repeat, and what is known of the victim."""
    victim = "referral__victim"
    later = rows.filter(referral__victim__person_id=OuterRef(_PERSON)).filter(_after())
    typed = rows.annotate(
        is_last=~Exists(later),
        agency=_agency(rule),
        kind=F("referral__organisation__kind"),
        reasons=of.as_text("referral__reasons"),
        sex=of.sex_of(f"{victim}__sex"),
        age=of.age_at(f"{victim}__dob", STARTS),
        ethnicity=of.answer_of(Characteristic.ETHNICITY, "referral__victim_id", _PERSON),
        disability=of.answer_of(Characteristic.DISABILITY, "referral__victim_id", _PERSON),
        orientation=of.answer_of(Characteristic.SEXUAL_ORIENTATION, "referral__victim_id", _PERSON),
        identity=of.answer_of(Characteristic.GENDER_IDENTITY, "referral__victim_id", _PERSON),
    )
    return typed.annotate(
        repeat=_repeat(rule),
        age_band=of.banded("age", rule.victim_ages, younger=YOUNGER, older=OLDER),
        lgbt=_lgbt(rule),
        minoritised=_combined(rule),
        disabled=_disabled(),
    )


def perpetrators(rows: Hearings, rule: MaracReturn) -> Hearings:
    """One row for each perpetrator of each hearing."""
    typed = _parties(rows, PartyRole.PERPETRATOR)
    return typed.annotate(age_band=of.banded("age", rule.perpetrator_ages, younger=YOUNGER, older=OLDER))


def children(rows: Hearings, rule: MaracReturn) -> Hearings:
    """One row for each child of each hearing: who was under age on the day, or whose age isn't known.

    A child is who stands in the case as one by the time at which it was heard.
    """
    typed = _parties(rows, PartyRole.CHILD).filter(Q(age__isnull=True) | Q(age__lt=rule.adult_at))
    return typed.annotate(age_band=of.banded("age", rule.child_ages, younger=YOUNGER, older=OLDER))


# --- the people of a case -----------------------------------------------------------------------------------


def _parties(rows: Hearings, role: PartyRole) -> Hearings:
    """Hearings with everyone who has that role in their case, each person once although two agencies hold them."""
    joined = rows.annotate(
        party=F(f"{_PARTY}__pk"),
        role=F(f"{_PARTY}__role"),
        since=F(f"{_PARTY}__since"),
        person=F(f"{_PARTY}__record__person_id"),
        dob_unknown=_flag(**{f"{_PARTY}__record__dob__isnull": True}),
        sex=of.sex_of(f"{_PARTY}__record__sex"),
        age=of.age_at(f"{_PARTY}__record__dob", STARTS),
    ).filter(role=role, since__lte=F("item__heard_at"))
    same = CaseParty.objects.filter(
        case__matter_id=OuterRef("matter_id"),
        role=role,
        record__person_id=OuterRef("person"),
        since__lte=OuterRef("item__heard_at"),
    ).annotate(worse=_flag(record__dob__isnull=True))
    better = Q(worse__lt=OuterRef("dob_unknown")) | Q(worse=OuterRef("dob_unknown")) & Q(pk__lt=OuterRef("party"))
    later = rows.filter(
        **{
            f"{_PARTY}__role": role,
            f"{_PARTY}__record__person_id": OuterRef("person"),
            f"{_PARTY}__since__lte": F("item__heard_at"),
        }
    )
    return joined.filter(~Exists(same.filter(better))).annotate(is_last=~Exists(later.filter(_after())))


def _flag(**when: object) -> Case:
    return Case(When(**when, then=Value(1)), default=Value(0), output_field=IntegerField())


def _after() -> Q:
    """Of a later session than the row outside, or of the same one and after it."""
    same = Q(**{STARTS: OuterRef(STARTS)}) & Q(pk__gt=OuterRef("pk"))
    return Q(**{f"{STARTS}__gt": OuterRef(STARTS)}) | same


# --- kinds --------------------------------------------------------------------------------------------------


def _agency(rule: MaracReturn) -> Case:
    path = "referral__organisation__kind__in"
    whens = [When(**{path: row.codes}, then=Value(row.code)) for row in rule.agencies]
    return Case(*whens, default=Value(OTHER), output_field=CharField())


def _repeat(rule: MaracReturn) -> Case:
    decided = RepeatProposal.objects.filter(referral_id=OuterRef("referral_id"))
    asked = {
        RepeatSource.REFERRER: of.has_reason("reasons", REPEAT),
        RepeatSource.CRITERIA: of.criterion_met("referral__criteria", REPEAT)
        & ~Q(Exists(decided.filter(state=RepeatState.NOT_A_REPEAT))),
        RepeatSource.CONFIRMED: Q(Exists(decided.filter(state=RepeatState.CONFIRMED))),
    }
    is_one = Q()
    for source in rule.repeat_from:
        is_one |= asked[source]
    return Case(When(is_one, then=Value(YES)), default=Value(NO), output_field=CharField())


def _lgbt(rule: MaracReturn) -> Case:
    """Yes by either answer; no where the orientation is known; else why that isn't."""
    is_so = Q(orientation__in=rule.lgbt_orientations) | Q(identity__in=rule.lgbt_identities)
    return Case(
        When(is_so, then=Value(YES)),
        *_unknowns("orientation"),
        default=Value(NO),
        output_field=CharField(),
    )


def _combined(rule: MaracReturn) -> Case:
    """Whether the ethnic group is of those that the form asks for in one cell; else why it isn't known."""
    codes = rule.combined_ethnicity.codes if rule.combined_ethnicity else ()
    return Case(
        When(ethnicity__in=codes, then=Value(YES)),
        *_unknowns("ethnicity"),
        default=Value(NO),
        output_field=CharField(),
    )


def _disabled() -> Case:
    """Yes or no; the list of codes has words for why it isn't known, which some files send as an answer."""
    return Case(
        When(disability__in=(YES, NO), then=F("disability")),
        When(disability__in=("declined", of.DECLINED), then=Value(of.DECLINED)),
        When(disability=of.NOT_ASKED, then=Value(of.NOT_ASKED)),
        default=Value(of.NOT_KNOWN),
        output_field=CharField(),
    )


def _unknowns(path: str) -> list[When]:
    return [When(**{path: why}, then=Value(why)) for why in (of.NOT_ASKED, of.DECLINED, of.NOT_KNOWN)]
