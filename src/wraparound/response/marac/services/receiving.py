"""A referral is sent: it becomes records, a case and a referral, once; and those who must act are involved."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check_open, get_visible, visible
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.services import Ground, involve, involve_each
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import deadline_for, today
from wraparound.foundation.areas.queries import partnership_area
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import AnswerState, SourceRecord
from wraparound.foundation.people.values import PersonValues
from wraparound.kit.errors import BadInput, NotNow, Unknown
from wraparound.kit.events import emit
from wraparound.kit.ids import new_id
from wraparound.response.cases import services as cases
from wraparound.response.cases.models import Case, PartyRole
from wraparound.response.cases.queries import case_of_matter
from wraparound.response.marac.answers import ReferralAnswers, VictimAnswers
from wraparound.response.marac.in_force import clocks, sharing_rules
from wraparound.response.marac.models import CriteriaPrompt, Referral, ReferralDraft
from wraparound.response.marac.organisations import idva_services, marac_team
from wraparound.response.marac.permissions import check_can_refer
from wraparound.response.marac.services.evaluating import evaluate
from wraparound.response.marac.services.grounds import FOR_REFERRAL
from wraparound.response.marac.services.linking import involve_team_in_linked_matters
from wraparound.response.marac.states import PROMPT_TRANSITIONS, PromptState

MADE_HERE = "marac:"  # how the references of records begin that a referral made
PURPOSE = "MARAC"
_AGENCY = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
_IDVA = (Role.IDVA, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)


@dataclass(frozen=True)
class _Recorded:
    """The referring agency's own records of those in the referral."""

    victim: SourceRecord
    perpetrators: list[SourceRecord]
    children: list[SourceRecord]


def submit_referral(
    *, answers: ReferralAnswers, by: Actor, draft: ReferralDraft | None = None, matter: Matter | None = None
) -> Referral:
    """Send a referral. Sending the same draft again gives the referral that it became.

    The people become source records of the referrer's own organisation, in the case of `matter` (or the draft's), or in
    a new one. The MARAC team, the IDVA service and the referrer are involved; the criteria are computed and explained.
    Raises Refused, Unknown, or BadInput with a sentence. Emits ``marac.referral_received``.
    """
    check_can_refer(by)
    _check(answers)
    with transaction.atomic():
        if draft is not None:
            draft = _locked(draft, by)
            if draft.submitted_at is not None:
                return Referral.objects.get(draft=draft)
            matter = draft.matter
        if matter is not None:
            check_open(by, matter.pk)
        organisation = Organisation.objects.get(pk=by.organisation_id)
        referral = _write(answers, organisation, draft, matter, by)
        if draft is not None:
            draft.submitted_at = draft.updated_at = timezone.now()
            draft.answers = {}  # what was given stands frozen in the referral: it is kept once
            draft.save(update_fields=["submitted_at", "updated_at", "answers"])
        log.write(by, "refer_to_marac", referral, rule=referral.rule_version)
        emit("marac.referral_received", referral=referral.pk, matter=referral.matter_id)
    return referral


def _locked(draft: ReferralDraft, by: Actor) -> ReferralDraft:
    return get_visible(by, ReferralDraft.objects.select_for_update(of=("self",)), pk=draft.pk)


def _check(answers: ReferralAnswers) -> None:
    if not answers.perpetrators:
        raise BadInput("Name at least one perpetrator, as far as is known.", "perpetrators")
    if not answers.reasons.reasons or not answers.reasons.narrative.strip():
        raise BadInput("Say why you refer: at least one reason, and what has happened.", "reasons")
    if "professional_judgement" in answers.reasons.reasons and not answers.reasons.judgement_reason.strip():
        raise BadInput("Say what your professional judgement rests on.", "judgement_reason")
    if answers.sharing.victim_aware == "no" and not answers.sharing.victim_aware_why_not.strip():
        raise BadInput("Say why they have not been told of this referral.", "victim_aware_why_not")


def _write(
    answers: ReferralAnswers, organisation: Organisation, draft: ReferralDraft | None, matter: Matter | None, by: Actor
) -> Referral:
    reference = str(draft.pk if draft is not None else new_id())
    recorded = _record(answers, organisation, reference, by)
    case = case_of_matter(matter.pk) if matter is not None else None
    if case is None:
        case = _new_case(organisation, by)
    _add_parties(case, recorded, organisation, by)
    referral = _referral(answers, organisation, draft, case, recorded, by)
    with lifted("marac.evaluate"):
        evaluate(referral, children=len(recorded.children))
        referral.save()
    _involve(referral, by)
    _answer_prompts(referral, by)
    involve_team_in_linked_matters(referral=referral)
    return referral


# --- people and the case ------------------------------------------------------------------------------------


def _record(answers: ReferralAnswers, organisation: Organisation, reference: str, by: Actor) -> _Recorded:
    """What the agency says of everyone in this referral, each as a record of its own."""
    named: list[tuple[str, str, PersonValues]] = [("victim", answers.victim.record_id, answers.victim.values)]
    for number, perpetrator in enumerate(answers.perpetrators, start=1):
        named.append((f"perpetrator-{number}", perpetrator.record_id, perpetrator.values))
    for number, child in enumerate(answers.children, start=1):
        named.append((f"child-{number}", child.record_id, child.values))
    held = _held({record_id for _, record_id, _ in named if record_id}, by)
    records = _records(
        [(f"{MADE_HERE}{reference}:{part}", held.get(record_id), values) for part, record_id, values in named],
        organisation,
        by,
    )
    first_child = 1 + len(answers.perpetrators)
    recorded = _Recorded(records[0], records[1:first_child], records[first_child:])
    _keep_contact(recorded.victim, answers.victim, by)
    _keep_equality(recorded.victim, answers.victim, by)
    for one, found in zip(answers.perpetrators, recorded.perpetrators, strict=True):
        people.record_relationship(
            from_record=found,
            to_record=recorded.victim,
            kind=one.relationship,
            ended=one.ended,
            separated_on=one.separated_on,
            shared_child=one.shared_child,
            by=by,
        )
    return recorded


def _records(
    said: Sequence[tuple[str, SourceRecord | None, PersonValues]], organisation: Organisation, by: Actor
) -> list[SourceRecord]:
    """A record for each (reference, record from which the person was filled in, what is said now).

    A record that an earlier referral made is brought up to date. One that came in a file, or is another agency's,
    stays as it is: the referral's own is linked to it by the referrer's word, which the link reviewer can undo.
    """
    written = people.record_people(
        organisation=organisation,
        people=[
            (held.external_ref if _is_from_a_referral(held, organisation) else reference, replace(values, equality={}))
            for reference, held, values in said
        ],
        by=by,
    )
    for (_, held, _), record in zip(said, written, strict=True):
        if held is not None and held.person_id != record.person_id:
            people.link_own_record(shown=held, own=record, by=by)
            record.refresh_from_db(fields=["person"])
    kinds = {
        record: values.address_kind for (_, _, values), record in zip(said, written, strict=True) if values.has_address
    }
    if kinds:
        people.type_addresses_of(kinds=kinds, by=by)
    return written


def _is_from_a_referral(held: SourceRecord | None, organisation: Organisation) -> TypeGuard[SourceRecord]:
    return held is not None and held.organisation_id == organisation.pk and held.external_ref.startswith(MADE_HERE)


def _held(record_ids: Collection[str], by: Actor) -> dict[str, SourceRecord]:
    """The records from which people were filled in. Raises Unknown where the actor may not know of one any more."""
    try:
        wanted = {record_id: uuid.UUID(record_id) for record_id in record_ids}
    except ValueError as error:
        raise BadInput("One of the people can't be found again. Open their page and save it once more.") from error
    found = {record.pk: record for record in visible(by, SourceRecord.objects.filter(pk__in=wanted.values()))}
    if found.keys() != set(wanted.values()):
        raise Unknown
    return {record_id: found[pk] for record_id, pk in wanted.items()}


def _keep_contact(victim: SourceRecord, given: VictimAnswers, by: Actor) -> None:
    """When it is safe, whether a message may be left, and what to mind: with the number that was recorded."""
    contact = given.contact
    if contact.phone and (contact.times or contact.note or contact.voicemail_allowed):
        people.add_contact_rule(
            record=victim,
            rule=people.ChannelValues(
                channel="phone",
                value=contact.phone,
                safety={"yes": "safe", "no": "unsafe"}.get(contact.safe, "unknown"),
                times=contact.times,
                voicemail_allowed=contact.voicemail_allowed,
                note=contact.note,
            ),
            by=by,
            # The referrer can't know what others hold: who calls this number unsafe is heard until someone who
            # sees that confirms it.
            confirmed=False,
        )


def _keep_equality(victim: SourceRecord, given: VictimAnswers, by: Actor) -> None:
    """What was answered of each characteristic, as a professional said it; what was not asked stays as it was held."""
    answers = given.values.equality
    answered = set(victim.equality_answers.filter(replaced_at__isnull=True).values_list("characteristic", flat=True))
    said = {
        characteristic: (state, code)
        for characteristic, (state, code) in answers.items()
        if state != AnswerState.NOT_ASKED or characteristic not in answered
    }
    if said:
        people.set_equality_answers(record=victim, answers=said, by=by)


def _new_case(organisation: Organisation, by: Actor) -> Case:
    area = partnership_area()
    if area is None:
        raise NotNow("No reference pack is loaded yet, so it isn't known which MARAC this is for.")
    return cases.open_case(organisation=organisation, area=area, by=by, roles=_AGENCY)


def _add_parties(case: Case, recorded: _Recorded, organisation: Organisation, by: Actor) -> None:
    if by.user_id is not None:
        # Before anything else: the referrer must see what they are about to write.
        involve(
            matter=case.matter,
            organisation=organisation,
            user=User.objects.get(pk=by.user_id),
            purpose=PURPOSE,
            given_for=FOR_REFERRAL,
            by=by,
        )
    parties = [(recorded.victim, PartyRole.VICTIM)]
    parties += [(record, PartyRole.PERPETRATOR) for record in recorded.perpetrators]
    parties += [(record, PartyRole.CHILD) for record in recorded.children]
    cases.add_parties(case=case, parties=parties, by=by)


# --- the referral -------------------------------------------------------------------------------------------


def _referral(
    answers: ReferralAnswers,
    organisation: Organisation,
    draft: ReferralDraft | None,
    case: Case,
    recorded: _Recorded,
    by: Actor,
) -> Referral:
    """The referral as it was given, with its deadlines; not saved yet."""
    assert by.user_id is not None  # check_can_refer: a person refers
    now = timezone.now()
    due = clocks(case.matter.area, today(now))
    reasons, sharing = answers.reasons, answers.sharing
    return Referral(
        matter=case.matter,
        draft=draft,
        organisation=organisation,
        referrer_id=by.user_id,
        referrer_contact=answers.referrer_contact,
        received_at=now,
        screen_by=deadline_for(case.matter.area, due.screen, now),
        contact_by=deadline_for(case.matter.area, due.contact_before, now),
        victim=recorded.victim,
        perpetrators=[str(record.pk) for record in recorded.perpetrators],
        reasons=list(reasons.reasons),
        reason_narrative=reasons.narrative,
        incident_on=reasons.incident_on,
        abuse_kinds=list(reasons.abuse_kinds),
        dash_ticks=reasons.dash_ticks,
        judgement_reason=reasons.judgement_reason,
        repeat_listed_on=reasons.repeat_listed_on,
        repeat_case_number=reasons.repeat_case_number,
        victim_aware=sharing.victim_aware,
        victim_aware_why_not=sharing.victim_aware_why_not,
        consent=sharing.consent,
        lawful_basis=sharing.lawful_basis,
        afraid_of=answers.afraid_of,
        safe_to_talk_to=answers.safe_to_talk_to,
        not_safe_to_talk_to=answers.not_safe_to_talk_to,
        what_she_wants=answers.what_she_wants,
        wants_police=answers.wants_police,
        wants_police_why=answers.wants_police_why,
        crime_number=answers.crime_number,
        officer_in_case=answers.officer_in_case,
        gp=answers.victim.gp,
        occupation=answers.victim.occupation,
        pregnancy=answers.victim.pregnancy,
        other_marac=answers.other_marac,
        other_marac_where_when=answers.other_marac_where_when,
        contact_agreed_with_idva=answers.victim.contact.agreed_with_idva,
        answers_as_given=[dict(line) for line in answers.as_given],
    )


def _involve(referral: Referral, by: Actor) -> None:
    """The MARAC team, the IDVA service whatever the form says (domain rules 3.3), and who answers for the referrer."""
    label = sharing_rules(referral.matter.area, today(referral.received_at)).params.lawful_bases
    lawful_basis = label.get(referral.lawful_basis, referral.lawful_basis)[:100]
    services = idva_services(referral.matter.area)
    involve_each(
        matter=referral.matter,
        grounds=[
            Ground(marac_team(referral.matter.area), lawful_basis=lawful_basis),
            *(Ground(service, roles=_IDVA, lawful_basis=lawful_basis) for service in services),
            Ground(referral.organisation, roles=_AGENCY, lawful_basis=lawful_basis),
        ],
        purpose=PURPOSE,
        given_for=FOR_REFERRAL,
        by=by,
    )


def _answer_prompts(referral: Referral, by: Actor) -> None:
    """The prompt that asked this agency to refer is answered by its referral."""
    rows = CriteriaPrompt.objects.select_for_update(of=("self",)).filter(
        matter_id=referral.matter_id, organisation_id=referral.organisation_id
    )
    for prompt in rows:
        following = PROMPT_TRANSITIONS.get((PromptState(prompt.state), "refer"))
        if following is not None:
            prompt.state = following
            prompt.answered_at = timezone.now()
            prompt.answered_by_id = by.user_id
            prompt.save(update_fields=["state", "answered_at", "answered_by"])
            emit("marac.prompt_answered", prompt=prompt.pk, matter=prompt.matter_id)
