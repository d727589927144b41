"""A second family, of whom nobody knew anything: what happens to them touches the work of every role.

For the tests of exclusion: whoever is kept out must find everything as it was before the family came.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import time_machine
from django.urls import reverse
from django.utils import timezone

from tests import making
from tests.cast import user_of
from tests.making import deliver
from tests.world import OTHER_FAMILY, World, accept_and_list
from wraparound.foundation.access.models import Matter
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import LinkProposal, SourceRecord
from wraparound.response.cases import services as cases
from wraparound.response.cases.models import Case, Incident
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import CriteriaPrompt, Referral, ReferralDraft, Telling
from wraparound.response.risk import services as risk
from wraparound.response.risk.models import Assessment

# Whatever names the family, in no other thing of the tests: looked for on pages, and searched for by who is kept out.
NAMES = ("Hollowbrook", "Zephyrine", "Tarrantvale", "Ambrosius", "Lysandros", "Peregrina")
WORDS = (*NAMES, "INC-HIDDEN", "CR-INC-HIDDEN", "V-HIDDEN", "FN6 6FF", "07700 905111", "8 Hollowbrook Rise")

POLICE_ROW = {
    "victim_ref": "V-HIDDEN",
    "victim_family_name": "Hollowbrook",
    "victim_given_names": "Zephyrine",
    "victim_dob": "1984-09-09",
    "victim_phone": "07700 905111",
    "victim_address": "8 Hollowbrook Rise",
    "victim_postcode": "FN6 6FF",
    "perpetrator_ref": "P-HIDDEN",
    "perpetrator_family_name": "Tarrantvale",
    "perpetrator_given_names": "Ambrosius",
    "perpetrator_dob": "1980-04-04",
    "location_postcode": "FN6 6FF",
    "narrative": "Zephyrine Hollowbrook was found on the stairs.",
}
ANOTHER_MAN = {
    "perpetrator_ref": "P-HIDDEN-2",
    "perpetrator_given_names": "Lysandros",
    "perpetrator_dob": "1982-02-02",
}
CHILD_ROW = {
    "family_name": "Hollowbrook",
    "given_names": "Peregrina",
    "address_postcode": "FN6 6FF",
    "voice": "Peregrina Hollowbrook was asked alone.",
}
AS_HOUSING_KNOWS_HER = making.Household(
    victim={"given_names": "Zephyryne", "family_name": "Hollowbrook", "sex": "female"},
    born=date(1984, 9, 9),
    phone="07700 905111",
    address={"lines": "8 Hollowbrook Rise", "postcode": "FN6 6FF", "kind": "safe"},
    perpetrator={
        "given_names": "Ambrosius",
        "family_name": "Tarrantvale",
        "dob-day": "4",
        "dob-month": "4",
        "dob-year": "1980",
    },
    child={"given_names": "Peregrina", "family_name": "Hollowbrook"},
)


@dataclass
class Family:
    """What there is of the family, and of each insider's own work on it."""

    matter: Matter
    case: Case
    referral: Referral
    session: Session
    item: AgendaItem
    proposal: LinkProposal
    telling: Telling
    promises: list[Commitment]
    drafts: dict[Role, ReferralDraft]
    assessments: dict[Role, Assessment]

    def addresses(self) -> list[str]:
        """Paths that would open something of the family."""
        return [
            reverse("cases:case", args=[self.case.pk]),
            reverse("marac:case", args=[self.case.pk]),
            reverse("risk:history", args=[self.case.pk]),
            reverse("marac:referral", args=[self.referral.pk]),
            reverse("marac:session-item", args=[self.session.pk, self.item.pk]),
            reverse("marac:telling", args=[self.telling.pk]),
            reverse("commitments:matter", args=[self.matter.pk]),
            reverse("people:person", args=[self.referral.victim.person_id]),
            reverse("people:link-review", args=[self.proposal.pk]),
            *(reverse("commitments:commitment", args=[promise.pk]) for promise in self.promises),
            *(reverse("marac:refer-draft", args=[draft.pk]) for draft in self.drafts.values()),
            *(reverse("risk:form", args=[draft.pk]) for draft in self.assessments.values()),
        ]


def send_a_known_file_again(world: World) -> None:
    """The police send what they sent before: the clerk's last import is then the same, whatever came in between.

    A moment later, because the clock of these tests stands still: it is the last one.
    """
    later = time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False)
    with tempfile.TemporaryDirectory() as folder, later:
        making.import_files(
            world.cast,
            Path(folder),
            [making.incident("INC-4", days="5", **OTHER_FAMILY)],
            [making.child("INC-4", "C-4")],
        )
    deliver()


def bring_in(world: World) -> Family:
    """All that happens to the family; what was said last is not delivered to anybody yet."""
    matter = _incidents(world)
    case = Case.objects.get(matter=matter)
    referral, waits = _referrals(world, matter)
    _linked(world)
    item = _at_the_session(world, referral)
    drafts, assessments = _begun(world, matter)
    telling = Telling.objects.get(matter=matter)
    idva = world.insider(Role.IDVA)
    with acting_as(idva):
        marac.take(telling=telling, by=idva)
        cases.add_note(case=case, text="Zephyrine Hollowbrook rang", happened_at=timezone.now(), by=idva)
    promises = _promises(world, matter)
    deliver()
    send_a_known_file_again(world)
    promises += _not_yet_delivered(world, matter, waits)
    return Family(
        matter=matter,
        case=case,
        referral=referral,
        session=item.session,
        item=item,
        proposal=_proposal(world, "P-HIDDEN"),
        telling=telling,
        promises=promises,
        drafts=drafts,
        assessments=assessments,
    )


def _incidents(world: World) -> Matter:
    """The police send an incident; the criteria ask them about it."""
    with tempfile.TemporaryDirectory() as folder:
        making.import_files(
            world.cast,
            Path(folder),
            [
                making.incident("INC-HIDDEN", **POLICE_ROW),
                # Another man's case of hers: its prompt is left open, and an exclusion must follow her there.
                making.incident("INC-HIDDEN-2", **POLICE_ROW | ANOTHER_MAN),
            ],
            [making.child("INC-HIDDEN", "C-HIDDEN", **CHILD_ROW)],
        )
    deliver()
    return Incident.objects.get(incident_ref="INC-HIDDEN").matter


def _referrals(world: World, matter: Matter) -> tuple[Referral, Referral]:
    """The officer refers from the prompt, and again; housing refers the same woman, spelt otherwise."""
    officer = world.insider(Role.PRACTITIONER)
    with acting_as(officer):
        prompt = CriteriaPrompt.objects.get(matter=matter)
        filled = marac.prefilled_answers(by=officer, case=matter.case, prompt=prompt)
        first = marac.start_draft(by=officer, prompt=prompt, answers=filled)
    main = making.refer(world.cast, officer, AS_HOUSING_KNOWS_HER, draft=first)
    with acting_as(officer):
        filled = marac.prefilled_answers(by=officer, case=matter.case)
        second = marac.start_draft(by=officer, matter=matter, answers=filled)
    waits = making.refer(world.cast, officer, AS_HOUSING_KNOWS_HER, draft=second)
    making.refer(world.cast, world.cast.extras["housing officer"], AS_HOUSING_KNOWS_HER)
    return main, waits


def _linked(world: World) -> None:
    """The reviewer decides that both agencies mean the same woman; whether it is the same man still waits."""
    reviewer = world.insider(Role.LINK_REVIEWER)
    with acting_as(reviewer):
        people.decide_same(proposal=_proposal(world, "V-HIDDEN"), reason="Same birthday and number", by=reviewer)
    deliver()


def _proposal(world: World, reference: str) -> LinkProposal:
    """The pair of the police's record with that of housing, which waits for the reviewer."""
    police = SourceRecord.objects.get(external_ref=reference, organisation=world.cast.police)
    waiting = LinkProposal.objects.filter(state="open")
    pairs = waiting.filter(record_a=police) | waiting.filter(record_b=police)
    return next(pair for pair in pairs if pair.record_a.organisation_id != pair.record_b.organisation_id)


def _at_the_session(world: World, referral: Referral) -> AgendaItem:
    """Listed among the others on the session that is open, shared about and heard."""
    coordinator, chair = world.insider(Role.MARAC_COORDINATOR), world.insider(Role.MARAC_CHAIR)
    representative = world.insider(Role.MARAC_REPRESENTATIVE)
    session = Session.objects.get(pk=world.things["session"])
    with acting_as(coordinator):
        item = accept_and_list(referral, session, coordinator)
    AgendaItem.objects.filter(pk=item.pk).update(position=1)  # in the midst of the others: its number would be missed
    deliver()
    with acting_as(representative):
        meetings.share_information(
            item=item, text="Hollowbrook is known", is_opinion=False, never_to_perpetrator=False, by=representative
        )
    with acting_as(chair):
        item = AgendaItem.objects.select_related("session").get(pk=item.pk)
        item = meetings.hear_item(item=item, risk_summary="Ambrosius waits for her", version=item.version, by=chair)
    deliver()
    return item


def _begun(world: World, matter: Matter) -> tuple[dict[Role, ReferralDraft], dict[Role, Assessment]]:
    """Each insider is in the middle of a referral, and where their role assesses, of a Dash."""
    subject = SourceRecord.objects.get(external_ref="V-HIDDEN", organisation=world.cast.police)
    drafts, assessments = {}, {}
    for role in sorted(WORKING_WITH_PEOPLE - {Role.MARAC_CHAIR}):
        actor = world.insider(role)
        with acting_as(actor):
            filled = marac.prefilled_answers(by=actor, case=Case.objects.get(matter=matter))
            drafts[role] = marac.start_draft(by=actor, matter=matter, answers=filled)
    for role in sorted(role for kind, role in world.own if kind == "draft assessment"):
        actor = world.insider(role)
        with acting_as(actor):
            assessments[role] = risk.begin(matter=matter, subject=subject, instrument_key="dash", by=actor)
    return drafts, assessments


def _promises(world: World, matter: Matter) -> list[Commitment]:
    """Promises of the lead's agency in every state; one that the lead answers for alone."""
    lead, coordinator = world.insider(Role.AGENCY_LEAD), world.insider(Role.MARAC_COORDINATOR)
    made = [_propose(world, matter, f"Hollowbrook {n}", coordinator) for n in range(6)]
    with acting_as(lead):
        for promise in made[1:]:
            commitments.accept(commitment=promise, version=promise.version, by=lead)
        done, claimed, not_done, owned = (Commitment.objects.get(pk=promise.pk) for promise in made[2:])
        evidence = commitments.Evidence(what="New lock", on=today(), who="A fitter", reference="WO-HIDDEN")
        commitments.do(commitment=done, evidence=evidence, version=done.version, by=lead)
        commitments.claim_not_possible(commitment=claimed, reason="Moved", version=claimed.version, by=lead)
        commitments.set_not_done(commitment=not_done, reason="Forgotten", version=not_done.version, by=lead)
        commitments.assign(commitment=owned, owner=user_of(lead), version=owned.version, by=lead)
    return made


def _propose(world: World, matter: Matter, what: str, by: Actor) -> Commitment:
    with acting_as(by):
        return commitments.propose(
            matter=matter, organisation=world.cast.housing, what=what, due_on=today() + timedelta(days=1), by=by
        )


def _not_yet_delivered(world: World, matter: Matter, waits: Referral) -> list[Commitment]:
    """What has happened and of which nobody was told yet: events, notices, e-mails."""
    coordinator = world.insider(Role.MARAC_COORDINATOR)
    late = [_propose(world, matter, f"Hollowbrook late {n}", coordinator) for n in range(2)]
    with acting_as(coordinator):
        marac.screen_accept(referral=waits, reason="High", version=waits.version, by=coordinator)
    for role in sorted(WORKING_WITH_PEOPLE):
        tell(user_of(world.insider(role)), "test", "It waits.", key=f"hidden:{role}", link="/", matter=matter)
    return late
