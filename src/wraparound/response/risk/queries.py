"""Reads of instruments and assessments, narrowed to what the actor may see."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wraparound.foundation.access import decisions, log
from wraparound.foundation.access.models import Exclusion
from wraparound.foundation.access.redaction import text_for
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.areas.models import Area
from wraparound.foundation.areas.remembered import remembered
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.rulesets.queries import in_force
from wraparound.kit.errors import BadInput, Unknown
from wraparound.response.cases import queries as cases
from wraparound.response.cases.models import Case, PartyRole
from wraparound.response.risk import rules
from wraparound.response.risk.models import Assessment, InstrumentVersion, Item
from wraparound.response.risk.params import Band, DaraRules, DashRules
from wraparound.response.risk.permissions import check_can_see_history
from wraparound.response.risk.states import AssessmentState

WITH = ("instrument_version__instrument", "subject", "organisation", "assessor", "matter__area")


# --- instruments --------------------------------------------------------------------------------------------


def instruments_offered(on: date | None = None) -> list[InstrumentVersion]:
    """Of each instrument the version that holds today, or on another day."""
    day = on or today()
    found: dict[str, InstrumentVersion] = {}
    versions = InstrumentVersion.objects.filter(effective_from__lte=day).select_related("instrument")
    for version in versions.order_by("effective_from", "pk"):
        found[version.instrument.key] = version
    return sorted(found.values(), key=lambda version: version.instrument.name, reverse=True)


def version_of(instrument_key: str, on: date | None = None) -> InstrumentVersion:
    """The version of an instrument that holds today. Raises BadInput for an instrument that nobody loaded."""
    for version in instruments_offered(on):
        if version.instrument.key == instrument_key:
            return version
    raise BadInput("Select which assessment to use.", "instrument")


def versions_with_wording() -> list[tuple[InstrumentVersion, int, int]]:
    """Every version of every instrument: how many items it has, and how many of them with licensed wording."""
    rows = InstrumentVersion.objects.select_related("instrument").annotate(
        number=Count("items"), worded=Count("items", filter=~Q(items__licensed_wording=""))
    )
    ordered = rows.order_by("instrument__name", "-effective_from")
    return [(version, version.number, version.worded) for version in ordered]


def version(pk: int) -> InstrumentVersion:
    """One version of an instrument; raises Unknown where there is none."""
    found = InstrumentVersion.objects.select_related("instrument").filter(pk=pk).first()
    if found is None:
        raise Unknown
    return found


def questions_of(version: InstrumentVersion) -> tuple[rules.Question, ...]:
    """The questions of a version, in order, with their licensed wording where it was loaded."""
    return remembered(("risk.questions", version.pk), lambda: _questions(version))


def _questions(version: InstrumentVersion) -> tuple[rules.Question, ...]:
    scales = {
        kind: tuple(rules.Choice(**answer) for answer in answers) + rules.UNKNOWN_CHOICES
        for kind, answers in version.scales.items()
    }
    return tuple(
        rules.Question(
            key=item.key,
            number=item.number,
            topic=item.topic,
            kind=item.kind,
            choices=scales.get(item.kind, ()),
            is_counted=item.is_counted,
            asked_if_item=item.asked_if_item,
            asked_if_answer=item.asked_if_answer,
            group=item.group,
            hint=item.hint,
            wording=item.licensed_wording,
            is_provisional=item.is_provisional or version.is_provisional,
        )
        for item in Item.objects.filter(version_id=version.pk)
    )


def grading_rules(version: InstrumentVersion, area: Area, on: date) -> rules.GradingRules:
    """The rule set of an instrument that is in force in `area`, ready for `rules`. Raises RuleMissing."""
    found = in_force(f"risk.{version.instrument.key}", area, on)
    params: DashRules | DaraRules = found.params
    bands: tuple[Band, ...] = params.bands if isinstance(params, DashRules) else ()
    if not version.instrument.is_totalled:
        bands = ()
    doubtful = [band.grade for i, band in enumerate(bands) if found.is_provisional_in(f"bands.{i}")]
    doubtful += [p.code for i, p in enumerate(params.prompts) if found.is_provisional_in(f"prompts.{i}")]
    return rules.GradingRules(found.label, params.prompts, bands, frozenset(doubtful))


def explanation_of(assessment: Assessment, answers: rules.Answers | None = None) -> rules.Explanation:
    """What a draft's answers (or others in their place) indicate by the rules of today, and why."""
    version = assessment.instrument_version
    given = assessment.answers if answers is None else answers
    return rules.explain(questions_of(version), given, grading_rules(version, assessment.matter.area, today()))


def victims_of(actor: Actor, case: Case) -> list[SourceRecord]:
    """Whom an assessment in this case can be about: each victim once, by the actor's own record where there is one."""
    found: dict[uuid.UUID, SourceRecord] = {}
    for party in cases.parties(actor, case):
        record = party.record
        if party.role != PartyRole.VICTIM:
            continue
        if record.person_id not in found or record.organisation_id == actor.organisation_id:
            found[record.person_id] = record
    return list(found.values())


# --- assessments --------------------------------------------------------------------------------------------


def assessments_for(actor: Actor, matter_id: uuid.UUID) -> QuerySet[Assessment]:
    """The assessments of a matter that `actor` may see, but for abandoned ones; the newest first."""
    return assessments_in(actor, [matter_id])


def assessments_in(actor: Actor, matter_ids: Collection[uuid.UUID]) -> QuerySet[Assessment]:
    """The same of several matters."""
    rows = Assessment.objects.filter(matter_id__in=matter_ids).exclude(state=AssessmentState.ABANDONED)
    return decisions.visible(actor, rows).select_related(*WITH).order_by("-started_at", "pk")


def signed_of(actor: Actor, matter_id: uuid.UUID) -> list[Assessment]:
    """The last ten signed assessments of a matter that `actor` may see, the oldest first."""
    signed = assessments_for(actor, matter_id).filter(state=AssessmentState.SIGNED)
    return list(reversed(signed.order_by("-signed_at", "pk")[:10]))


def history_of(actor: Actor, matter_id: uuid.UUID) -> QuerySet[Assessment]:
    """The same for the page that shows them: the look is logged.

    Raises Unknown for a matter that is closed to the actor, Refused for the perpetrator's worker in it.
    """
    check_can_see_history(actor, matter_id)
    log.write(actor, "see_risk_history", matter_id=matter_id)
    return assessments_for(actor, matter_id)


def assessment_for(actor: Actor, pk: uuid.UUID) -> Assessment:
    """One assessment that `actor` may know of; raises Unknown otherwise."""
    return decisions.get_visible(actor, Assessment.objects.select_related(*WITH), pk=pk)


def see(actor: Actor, pk: uuid.UUID) -> Assessment:
    """The same for a page that shows it: the look is logged."""
    assessment = assessment_for(actor, pk)
    look_at(actor, assessment)
    return assessment


def look_at(actor: Actor, assessment: Assessment) -> None:
    """Log that `actor` looked at an assessment."""
    log.write(actor, "see", assessment)


def latest_signed(matter_id: uuid.UUID) -> Assessment | None:
    """The last signed assessment of a matter, of any instrument. Not narrowed: for services."""
    return _signed(matter_id).first()


def previous_of(assessment: Assessment) -> Assessment | None:
    """The signed assessment of the same person in the same matter before this one, of any instrument.

    Not narrowed: it is asked before signing, by someone who may see every signed one of the matter.
    """
    with lifted("previous_assessment"):
        before = _signed(assessment.matter_id).filter(subject__person=assessment.subject.person_id)
        if assessment.signed_at is not None:
            before = before.filter(signed_at__lt=assessment.signed_at)
        return before.exclude(pk=assessment.pk).first()


def _signed(matter_id: uuid.UUID) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(matter_id=matter_id, state=AssessmentState.SIGNED)
    return rows.select_related(*WITH).order_by("-signed_at", "pk")


def drafts_of(actor: Actor) -> QuerySet[Assessment]:
    """The drafts that wait for `actor`: their own, in the organisation that they act for."""
    rows = Assessment.objects.filter(assessor_id=actor.user_id, organisation_id=actor.organisation_id)
    return _open_drafts(actor, rows)


def left_drafts(actor: Actor) -> QuerySet[Assessment]:
    """Drafts of `actor`'s organisation whose assessor can't finish: gone, or kept out of the case since."""
    here = Membership.objects.live().filter(
        user_id=OuterRef("assessor_id"), organisation_id=OuterRef("organisation_id")
    )
    kept_out = Exclusion.objects.filter(
        matter_id=OuterRef("matter_id"), user_id=OuterRef("assessor_id"), lifted_at__isnull=True
    )
    rows = Assessment.objects.filter(organisation_id=actor.organisation_id).exclude(assessor_id=actor.user_id)
    return _open_drafts(actor, rows.filter(~Q(Exists(here)) | Q(Exists(kept_out))))


def _open_drafts(actor: Actor, rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    drafts = decisions.visible(actor, rows.filter(state=AssessmentState.DRAFT))
    return drafts.select_related(*WITH).order_by("started_at", "pk")


def reader_of(actor: Actor, matter_id: uuid.UUID) -> Callable[[str], str]:
    """How free text of a matter reads to `actor`: without the addresses that are kept from them."""
    return reading(cases.reader_of(actor, matter_id))


def reading(reader: cases.Reader) -> Callable[[str], str]:
    """The same, for a reader that is known already."""

    def read(text: str) -> str:
        return text_for(text, reader.addresses, reader.audience) if text else ""

    return read
