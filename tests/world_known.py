"""What comes to be known of the main family: who is one person, how to reach her, her risk, and notes of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from tests.cast import organisation_of_kind, user_of
from tests.making import HIDDEN_IN, SECRET_LINE, SECRET_STREET, deliver
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import OrganisationKind
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import LinkDecision, LinkProposal, SourceRecord
from wraparound.response.cases import services as cases
from wraparound.response.cases.models import Case
from wraparound.response.marac.models import Referral
from wraparound.response.risk import services as risk
from wraparound.response.risk.models import Assessment

if TYPE_CHECKING:
    from tests.world import World


def come_to_know(world: World) -> None:
    """Links are decided, contact rules and addresses recorded, assessments made."""
    _links(world)
    _contact_and_addresses(world)
    _assessments(world)


def _links(world: World) -> None:
    """The reviewer decides one pair; others wait."""
    reviewer = world.insider(Role.LINK_REVIEWER)
    police = SourceRecord.objects.get(external_ref="V-1", organisation=world.cast.police)
    pair = {police.pk, Referral.objects.get(pk=world.things["same referral"]).victim_id}  # no referral is a reviewer's
    with acting_as(reviewer):
        waiting = list(LinkProposal.objects.all())
        mine = next(p for p in waiting if {p.record_a_id, p.record_b_id} == pair)
        decision = people.decide_same(proposal=mine, reason="Same birthday and number.", by=reviewer)
    deliver()
    open_one = LinkProposal.objects.filter(state="open").order_by("pk").first()
    assert open_one is not None, "no proposal waits any more"
    assert LinkDecision.objects.filter(pk=decision.pk).exists()
    world.things |= {
        "record": police.pk,
        "person": SourceRecord.objects.get(pk=police.pk).person_id,
        "proposal": open_one.pk,
        "decision": decision.pk,
    }


def _contact_and_addresses(world: World) -> None:
    """Rules of every safety, addresses of every kind, and someone named to read the confidential one."""
    cast = world.cast
    officer, lead = world.insider(Role.PRACTITIONER), world.insider(Role.AGENCY_LEAD)
    police = SourceRecord.objects.get(pk=world.things["record"])
    others = SourceRecord.objects.filter(organisation=cast.police).exclude(pk=police.pk)
    with acting_as(officer):
        rule = people.add_contact_rule(
            record=police,
            rule=people.ChannelValues("email", "marigold@post.invalid", "safe", times="Mornings", note=HIDDEN_IN),
            by=officer,
        )
        people.add_contact_rule(record=police, rule=people.ChannelValues("letter", SECRET_LINE, "unsafe"), by=officer)
        for record, kind in zip(others.order_by("external_ref"), ("safe", "shared", "unsafe_area"), strict=False):
            people.add_address(
                record=record, lines=f"{kind} 5 Barley Street", postcode="FN1 1AA", kind=kind, by=officer
            )
    own = Referral.objects.get(pk=world.things["same referral"]).victim
    address = own.addresses.get(kind="confidential")
    with acting_as(lead):
        people.name_address_reader(
            address=address, user=user_of(cast.extras["named reader"]), reason="Plans the move", by=lead
        )
    imported = police.addresses.filter(kind="unconfirmed").order_by("recorded_at")[0]
    world.things |= {
        "contact rule": rule.pk,
        "unknown contact rule": police.contact_rules.get(channel="phone", ended_at__isnull=True).pk,
        "address": imported.pk,
        "confidential address": address.pk,
        "characteristic": "religion",
    }


def _assessments(world: World) -> None:
    """A signed Dash of the IDVA, drafts of the IDVA and of the officer; with the secret in notes."""
    matter, idva = world.matter, world.insider(Role.IDVA)
    subject = SourceRecord.objects.get(pk=world.things["record"])
    signed = _dash(matter, subject, idva, ticks=16)
    with acting_as(idva):
        risk.sign(
            assessment=signed,
            grade="high",
            judgement_reason=HIDDEN_IN,
            missed=f"That he found {SECRET_STREET}",
            children_safeguarding="made",
            children_safeguarding_why=f"Both live at {SECRET_LINE}",
            version=signed.version,
            by=idva,
        )
    world.things["assessment"] = signed.pk
    for role in sorted(WORKING_WITH_PEOPLE - {Role.MARAC_CHAIR, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD}):
        world.own["draft assessment", role] = _dash(matter, subject, world.insider(role), ticks=3).pk
    world.things["draft assessment"] = world.own["draft assessment", Role.IDVA]


def _dash(matter: Matter, subject: SourceRecord, by: Actor, ticks: int) -> Assessment:
    """A draft with so many yes answers, each with the secret in its note."""
    with acting_as(by):
        draft = risk.begin(
            matter=matter,
            subject=subject,
            instrument_key="dash",
            by=by,
            before=risk.BeforeAsking(safe_to_talk="yes", perpetrator_whereabouts=f"Waits at {SECRET_LINE}"),
        )
        items = draft.instrument_version.items.filter(is_counted=True)[:ticks]
        answers = {item.key: {"answer": "yes", "source": "She said so", "note": HIDDEN_IN} for item in items}
        return risk.save_answers(assessment=draft, answers=answers, version=draft.version, by=by)


def case_work(world: World) -> None:
    """Notes for all, for one's agency only and never to the perpetrator; what was disclosed by telephone; a grade."""
    case = Case.objects.get(pk=world.things["case"])
    for role in (Role.PRACTITIONER, Role.IDVA):
        actor = world.insider(role)
        with acting_as(actor):
            for agency_only, never in ((False, False), (True, False), (False, True)):
                cases.add_note(
                    case=case,
                    text=f"{role.label}: {HIDDEN_IN}",
                    happened_at=timezone.now(),
                    agency_only=agency_only,
                    never_to_perpetrator=never,
                    by=actor,
                )
    officer = world.insider(Role.PRACTITIONER)
    with acting_as(officer):
        cases.record_exception(
            case=case,
            to_organisation=organisation_of_kind(OrganisationKind.PROBATION),
            what=HIDDEN_IN,
            why=f"He was near {SECRET_LINE}",
            how="Telephone",
            lawful_basis="Vital interests",
            by=officer,
        )
