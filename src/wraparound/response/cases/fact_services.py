"""Entering what is so at present, replacing it by what is newer, and noting that it is over."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible, visible
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.kit.errors import BadInput, ChangedMeanwhile, Difference, NotNow, Refused
from wraparound.kit.events import emit
from wraparound.kit.jinja import day
from wraparound.response.cases.fact_rules import ASKED
from wraparound.response.cases.models import Case, FactKind, OrderKind, StandingFact
from wraparound.response.cases.permissions import OF_THE_PERPETRATOR, check_case, sees_victim
from wraparound.response.cases.queries import reader_of
from wraparound.response.cases.services import something_happened

LONGEST = 2_000
YES, NO = "yes", "no"


@dataclass(frozen=True)
class FactValues:
    """What a source said. `kind` of `FactKind`; `order_kind` of `OrderKind` for an order; `answer` yes or no for a
    safeguarding referral; `on` the day that the kind asks for; `as_at` the day on which the source said so.
    """

    kind: str
    text: str
    as_at: date
    on: date | None = None
    order_kind: str = ""
    answer: str = ""
    never_to_perpetrator: bool = False


def enter_fact(
    *,
    case: Case,
    values: FactValues,
    by: Actor,
    source: Organisation | None = None,
    supersedes: StandingFact | None = None,
) -> StandingFact:
    """Enter a standing fact of a case, from `source` (one's own organisation unless it is another).

    It supersedes `supersedes`, or whatever stands where there can be only one of its kind; what it supersedes stays in
    the history. The same values again are the first. Raises BadInput for what is missing, ChangedMeanwhile where
    `supersedes` was superseded meanwhile. Emits ``cases.fact_entered``.
    """
    check_case(by, "write", case)
    if values.kind not in ASKED:
        raise BadInput("Choose what it is about.", "kind")
    _check_facing(case, values.kind, by)
    source_id = source.pk if source is not None else by.organisation_id
    with transaction.atomic():
        Matter.objects.select_for_update(of=("self",)).get(pk=case.matter_id)
        current = get_visible(by, StandingFact.objects.all(), pk=supersedes.pk) if supersedes is not None else None
        values = _checked(replace(values, text=_text(values.text, current, by)))
        same = _standing(case, by).filter(organisation_id=source_id, **asdict(values)).first()
        if same is not None:
            return same
        if current is not None and current.ended_at is not None:
            raise ChangedMeanwhile(_differences(values, current, case, by))
        if current is None and ASKED[values.kind].only_one:
            current = _standing(case, by).filter(kind=values.kind).order_by("-at", "pk").first()
        if current is not None:
            _end(current, "Superseded by what is newer", by)
        fact = StandingFact.objects.create(
            case=case,
            matter_id=case.matter_id,
            organisation_id=source_id,
            by_id=by.user_id,
            supersedes=current,
            **asdict(values),
        )
        something_happened(matter_id=case.matter_id)
        log.write(by, "enter_fact", fact, kind=fact.kind)
        emit("cases.fact_entered", fact=fact.pk, matter=case.matter_id)
    return fact


def end_fact(*, fact: StandingFact, because: str, by: Actor) -> StandingFact:
    """Note that a fact no longer holds: bail was lifted, the hearing was held. Again changes nothing.

    Raises BadInput without a reason. Emits ``cases.fact_ended``.
    """
    why = " ".join(because.split())
    if not why or len(why) > 300:
        raise BadInput("Say in up to 300 characters how it ended.", "because")
    with transaction.atomic():
        rows = StandingFact.objects.select_for_update(of=("self",)).select_related("case")
        current = get_visible(by, rows, pk=fact.pk)
        check(by, "write", current)
        if current.ended_at is not None:
            if current.ended_because == why:
                return current
            raise NotNow("Something newer stands in its place already, or it was noted as over.")
        _end(current, why, by)
        something_happened(matter_id=current.matter_id)
        log.write(by, "end_fact", current, kind=current.kind)
        emit("cases.fact_ended", fact=current.pk, matter=current.matter_id)
    return current


def _standing(case: Case, by: Actor) -> QuerySet[StandingFact]:
    return visible(by, StandingFact.objects.filter(case=case, ended_at__isnull=True))


def _end(fact: StandingFact, because: str, by: Actor) -> None:
    fact.ended_at, fact.ended_by_id, fact.ended_because = timezone.now(), by.user_id, because
    fact.save(update_fields=["ended_at", "ended_by", "ended_because"])


def _check_facing(case: Case, kind: str, by: Actor) -> None:
    if kind not in OF_THE_PERPETRATOR and not sees_victim(by, case.matter_id):
        raise Refused("Those who work with the perpetrator keep bail, custody, orders and courts here.")


def _checked(values: FactValues) -> FactValues:
    """The values as they are kept; what the kind doesn't ask for is left out."""
    asked = ASKED[values.kind]
    if values.as_at > today():
        raise BadInput("The day on which the source said so can’t lie in the future.", "as_at")
    if asked.is_made and values.answer not in (YES, NO):
        raise BadInput("Say whether the referral was made.", "answer")
    if values.kind == FactKind.ORDER and values.order_kind not in OrderKind.values:
        raise BadInput("Choose which order it is.", "order_kind")
    not_made = asked.is_made and values.answer == NO
    if not values.text:
        raise BadInput("Say why it was not made." if not_made else "Say what is known of it.", "text")
    if values.on is None and (asked.on_is_needed or (asked.is_made and not not_made)):
        raise BadInput("Give its day.", "on")
    if asked.is_made and values.on is not None and values.on > today():
        raise BadInput("It was made on a day that has passed, or today.", "on")
    return replace(
        values,
        on=None if not_made or not asked.on else values.on,
        order_kind=values.order_kind if values.kind == FactKind.ORDER else "",
        answer=values.answer if asked.is_made else "",
    )


def _text(sent: str, before: StandingFact | None, by: Actor) -> str:
    """What to keep of a text. One that came back as it was shown, with an address taken out, stays as it is held."""
    text = sent.strip()
    if len(text) > LONGEST:
        raise BadInput(f"Say it in {LONGEST:,} characters or fewer.", "text")
    if before is not None:
        reader = reader_of(by, before.matter_id)
        if text == text_for(before.text, reader.addresses, reader.audience):
            return before.text
    return text


def _differences(values: FactValues, current: StandingFact, case: Case, by: Actor) -> list[Difference]:
    """What one wrote beside what stands now, or beside that it is over."""
    newer = _standing(case, by).filter(supersedes=current).first()
    if newer is None:
        return [Difference("This fact", values.text, f"Over: {current.ended_because}")]
    reader = reader_of(by, case.matter_id)
    theirs = text_for(newer.text, reader.addresses, reader.audience)
    return [Difference("In words", values.text, theirs), Difference("Its day", day(values.on), day(newer.on))]
