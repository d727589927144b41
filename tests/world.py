"""One small world, made through the real services only: a family, a second one, and everything that happens to them.

``build_world`` gives its things by kind, for the generated tests to put into addresses: a kind of thing is what a
parameter of an address names. Some things are a role's own (a draft, a notice): they are kept for that role.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from tests import making, sitting
from tests.cast import Cast, gather, organisation_of_kind, person, user_of
from tests.making import HIDDEN_IN, SECRET_LINE, SECRET_POSTCODE, SECRET_STREET, deliver
from wraparound.foundation.access import services as access
from wraparound.foundation.access.decisions import is_open
from wraparound.foundation.access.models import Facing, Matter
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.commitments import services as commitments
from wraparound.foundation.commitments.models import Commitment
from wraparound.foundation.meetings import services as meetings
from wraparound.foundation.meetings.models import AgendaItem, Session
from wraparound.foundation.notices.models import Notice
from wraparound.foundation.notices.services import tell
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import OrganisationKind
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import LinkProposal
from wraparound.response.cases.models import ImportRun, Incident, UrgentRow
from wraparound.response.marac import services as marac
from wraparound.response.marac.models import AgencyFlag, CriteriaPrompt, Referral, ReferralDraft, Telling
from wraparound.response.risk.models import InstrumentVersion

OTHER_FAMILY = {
    "victim_ref": "V-2",
    "victim_family_name": "Okonedo",
    "victim_given_names": "Blessing",
    "victim_dob": "1979-02-03",
    "victim_phone": "07700 900456",
    "victim_address": "3 Mill Lane",
    "victim_postcode": "FN2 2BB",
    "perpetrator_ref": "P-2",
    "perpetrator_family_name": "Vane",
    "perpetrator_given_names": "Laurence",
    "perpetrator_dob": "1975-07-30",
    "location_postcode": "FN2 2BB",
    "narrative": "Neighbours called; she was afraid.",
}
THIRD_FAMILY = making.household("Siobhan", "O'Rourke")


@dataclass
class World:
    """Who there is, and what there is of each kind: a value for a parameter of an address."""

    cast: Cast
    things: dict[str, object] = field(default_factory=dict)
    own: dict[tuple[str, Role], object] = field(default_factory=dict)

    def thing(self, kind: str, role: Role | None = None) -> object:
        """The thing of a kind that someone in `role` would open: that role's own, where it has one."""
        if role is not None and (kind, role) in self.own:
            return self.own[kind, role]
        return self.things[kind]

    @property
    def matter(self) -> Matter:
        """The matter of the main case."""
        return Matter.objects.get(pk=self.things["matter"])

    def insider(self, role: Role) -> Actor:
        """Whom the main case is open to, in `role`."""
        return self.cast.insiders[role]


def build_world() -> World:
    """Everything, from nothing but a loaded pack."""
    from tests.world_again import come_again
    from tests.world_before import prepare
    from tests.world_emergency import look_in_emergencies
    from tests.world_evidence import assess
    from tests.world_known import case_work, come_to_know

    world = World(gather())
    _a_day_of_police_files(world)
    _referrals(world)
    come_to_know(world)
    _session(world)
    prepare(world)
    _commitments(world)
    case_work(world)
    come_again(world)
    assess(world)
    _perpetrators_worker(world)
    _exclusions(world)
    look_in_emergencies(world)
    deliver()
    _notices(world)
    _accounts_and_reference(world)
    return world


def as_role(world: World, role: Role, do: Callable[[Actor], object]) -> object:
    """Let the insider in `role` do something, behind the wall as in a request."""
    actor = world.insider(role)
    with acting_as(actor):
        return do(actor)


def _a_day_of_police_files(world: World) -> None:
    """Three incidents of one family and one of another; and a rejected row that speaks of high risk."""
    rows = [
        making.incident("INC-1", days="3"),
        making.incident("INC-2", days="40"),
        making.incident("INC-3", days="100", flags=""),
        making.incident("INC-4", days="5", **OTHER_FAMILY),
        making.incident("INC-5", days="2", relationship=""),
    ]
    with tempfile.TemporaryDirectory() as folder:
        making.import_files(world.cast, Path(folder), rows, [making.child("INC-1"), making.child("INC-2")])
    deliver()
    main = Incident.objects.get(incident_ref="INC-1")
    world.things |= {
        "matter": main.matter_id,
        "case": main.case_id,
        "incident": main.pk,
        "import": ImportRun.objects.get().pk,
        "severity": "rejected",
        "rejected file": "incidents",
        "urgent": UrgentRow.objects.get().pk,
        "prompt": CriteriaPrompt.objects.get(matter_id=main.matter_id).pk,
        "other case": Incident.objects.get(incident_ref="INC-4").case_id,
    }


def import_another_family(world: World) -> None:
    """One more incident, of people of whom nothing was known: the criteria ask the police about them."""
    number = Incident.objects.count() + 1
    names = {
        "victim_ref": f"V-{number}",
        "perpetrator_ref": f"P-{number}",
        "victim_family_name": f"Family{chr(64 + number)}",
    }
    row = making.incident(f"INC-{number}-again", **{**OTHER_FAMILY, **names, "victim_phone": f"07700 901{number:03d}"})
    with tempfile.TemporaryDirectory() as folder:
        making.import_files(world.cast, Path(folder), [row], [])
    deliver()


def _referrals(world: World) -> None:
    """The officer refers from the prompt; housing refers the same woman, misspelt, and someone else."""
    cast, officer = world.cast, world.insider(Role.PRACTITIONER)
    with acting_as(officer):
        prompt = CriteriaPrompt.objects.get(pk=world.things["prompt"])
        filled = marac.prefilled_answers(by=officer, case=prompt.matter.case, prompt=prompt)
        draft = marac.start_draft(by=officer, prompt=prompt, answers=filled)
    main = making.refer(cast, officer, draft=draft)
    assert main.matter_id == world.things["matter"]
    housing_officer = cast.extras["housing officer"]
    same = making.refer(cast, housing_officer)
    third = making.refer(cast, housing_officer, THIRD_FAMILY)
    world.things |= {"referral": main.pk, "same referral": same.pk, "third referral": third.pk}
    for role in sorted(WORKING_WITH_PEOPLE - {Role.MARAC_CHAIR}):
        _draft_of(world, role)
    world.things |= {
        "draft": world.own["draft", Role.PRACTITIONER],
        "perpetrator row": world.own["perpetrator row", Role.PRACTITIONER],
        "step": "fears",
        "list step": "perpetrators",
    }


def _draft_of(world: World, role: Role) -> None:
    """A referral that the insider in `role` has begun and not sent: complete for the officer."""
    actor = world.insider(role)
    with acting_as(actor):
        draft = marac.start_draft(by=actor)
        if role is Role.PRACTITIONER:
            draft = making.fill_draft(world.cast, draft, actor)
        else:
            draft, _ = marac.save_row(
                draft=draft, step="perpetrators", row="", values=making.PERPETRATOR, version=0, by=actor
            )
    world.own["draft", role] = draft.pk
    world.own["perpetrator row", role] = draft.answers["perpetrators"]["rows"][0]["id"]


def _session(world: World) -> None:
    """Three cases are accepted and listed; the session is open; what agencies know is shared; one case is heard."""
    cast, coordinator = world.cast, world.insider(Role.MARAC_COORDINATOR)
    chair, representative = world.insider(Role.MARAC_CHAIR), world.insider(Role.MARAC_REPRESENTATIVE)
    with acting_as(coordinator):
        marac.plan_sessions(by=coordinator)
        session = Session.objects.order_by("starts_at")[0]
        items = [
            accept_and_list(Referral.objects.get(pk=world.things[kind]), session, coordinator)
            for kind in ("referral", "same referral", "third referral")
        ]
    deliver()
    with acting_as(representative):
        for text, never in ((HIDDEN_IN, False), (f"Kept from him: {SECRET_LINE}", True)):
            meetings.share_information(
                item=items[0], text=text, is_opinion=never, never_to_perpetrator=never, by=representative
            )
    with acting_as(chair):
        meetings.open_session(session=session, by=chair)
        for organisation in (cast.police, cast.children, cast.idva, cast.housing):
            meetings.record_attendance(session=session, organisation=organisation, status="present", by=chair)
        marac.go_on_inquorate(session=session, because="Probation sent nobody", by=chair)
        world.things["observer"] = sitting.an_observer(session, chair).pk
        item = AgendaItem.objects.get(pk=items[0].pk)
        item = meetings.hear_item(item=item, risk_summary=HIDDEN_IN, version=item.version, by=chair)
        marac.draft_minutes(item=item, by=chair)
    deliver()
    telling = Telling.objects.get(matter_id=world.things["matter"])
    world.things |= {
        "session": session.pk,
        "planned session": Session.objects.order_by("starts_at")[1].pk,
        "item": items[0].pk,
        "other item": items[2].pk,
        "telling": telling.pk,
    }
    _flags(world)
    _attempt(world, telling)
    world.things |= sitting.put_off_far_ahead(refer_again(world), accept_and_list, coordinator)
    world.things["waiting referral"] = refer_again(world).pk
    accepted, refused = refer_again(world), refer_again(world)
    with acting_as(coordinator):
        marac.screen_do_not_list(
            referral=refused, reason_code="below_threshold", reason="Low", version=refused.version, by=coordinator
        )
        marac.screen_accept(referral=accepted, reason="High", version=accepted.version, by=coordinator)
        last_week = timezone.now() - timedelta(days=6)
        meetings.plan_session(panel=session.panel, starts_at=last_week, mode="meeting", capacity=9, by=coordinator)
    world.things |= {"accepted referral": accepted.pk, "refused referral": refused.pk}


def _flags(world: World) -> None:
    """The heard case's flags: each agency's own."""
    of_main = AgencyFlag.objects.filter(matter_id=world.things["matter"])
    for role in (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD):
        world.own["flag", role] = of_main.get(organisation_id=world.insider(role).organisation_id).pk
    world.things["flag"] = world.own["flag", Role.AGENCY_LEAD]


def refer_again(world: World) -> Referral:
    """Another referral of the main case by the officer, filled in from what is held."""
    officer = world.insider(Role.PRACTITIONER)
    with acting_as(officer):
        filled = marac.prefilled_answers(by=officer, case=world.matter.case)
        draft = marac.start_draft(by=officer, matter=world.matter, answers=filled)
    return making.refer(world.cast, officer, draft=draft)


def accept_and_list(referral: Referral, session: Session, coordinator: Actor) -> AgendaItem:
    """Screen and list a referral that waits."""
    said = referral.reason_narrative  # of the main family, with the secret in it
    referral = marac.screen_accept(referral=referral, reason=said, version=referral.version, by=coordinator)
    return marac.list_on_session(referral=referral, session=session, version=referral.version, by=coordinator)


def _attempt(world: World, telling: Telling) -> None:
    """The IDVA calls once, by the number whose safety isn't known, as the rules allow."""
    idva = world.insider(Role.IDVA)
    with acting_as(idva):
        marac.record_attempt(
            referral=telling.referral,
            rule_id=making.usable_channel(idva, telling.referral),
            outcome="no_answer",
            note=HIDDEN_IN,
            next_attempt_at=timezone.now() + timedelta(days=1),
            telling=telling,
            by=idva,
        )


def _commitments(world: World) -> None:
    """One in every state, all about the main case and owned by the lead's agency; one never to the perpetrator."""
    cast, matter = world.cast, world.matter
    lead, coordinator = world.insider(Role.AGENCY_LEAD), world.insider(Role.MARAC_COORDINATOR)
    due = today() + timedelta(days=7)

    def propose(what: str, never: bool = False) -> Commitment:
        with acting_as(coordinator):
            return commitments.propose(
                matter=matter,
                organisation=cast.housing,
                what=what,
                due_on=due,
                by=coordinator,
                never_to_perpetrator=never,
                agreed_in=world.things["session"],
            )

    def owner(step: Callable[..., Commitment], commitment: Commitment, **values: object) -> Commitment:
        with acting_as(lead):
            return step(commitment=commitment, version=commitment.version, by=lead, **values)

    made = {"proposed": propose(f"Change the locks of {SECRET_LINE}")}
    made["kept from him"] = propose(f"Move her from {SECRET_POSTCODE}", never=True)
    accepted = {
        name: owner(commitments.accept, propose(f"To be {name}, at {SECRET_STREET}"))
        for name in ("accepted", "done", "claimed", "no longer possible", "not done")
    }
    evidence = commitments.Evidence(
        what=HIDDEN_IN,
        on=today(),
        who=f"A fitter, seen at {SECRET_STREET}",
        reference="WO-1",
        file=making.a_photograph(),
    )
    made["declined"] = owner(commitments.decline, propose("To be declined"), reason=HIDDEN_IN)
    made["accepted"] = accepted["accepted"]
    made["done"] = owner(commitments.do, accepted["done"], evidence=evidence)
    made["claimed"] = owner(commitments.claim_not_possible, accepted["claimed"], reason=HIDDEN_IN)
    gone = owner(commitments.claim_not_possible, accepted["no longer possible"], reason=HIDDEN_IN)
    with acting_as(coordinator):
        commitments.confirm_not_possible(commitment=gone, version=gone.version, by=coordinator)
    made["no longer possible"] = gone
    made["not done"] = owner(commitments.set_not_done, accepted["not done"], reason=HIDDEN_IN)
    world.things |= {f"{state} commitment": commitment.pk for state, commitment in made.items()}
    world.things["commitment"] = made["accepted"].pk


def _perpetrators_worker(world: World) -> None:
    """Someone who works with the perpetrator, and with nobody else, in the main case."""
    worker = world.cast.extras["perpetrator's worker"]
    access.involve(
        matter=world.matter,
        organisation=organisation_of_kind(OrganisationKind.PERPETRATOR_SERVICE),
        purpose="work with the perpetrator",
        given_for="programme",
        facing=Facing.PERPETRATOR,
        by=system("test"),
    )
    assert is_open(worker, world.matter.pk)


def _exclusions(world: World) -> None:
    """Each insider's colleague could open the main case; each says at once that they know someone in it."""
    for role in sorted(WORKING_WITH_PEOPLE):
        colleague = world.cast.excluded[role]
        with acting_as(colleague):
            assert is_open(colleague, world.matter.pk), (
                f"the colleague of the {role} isn't involved: no test of exclusion"
            )
            access.declare_knowing_someone(matter=world.matter, by=colleague)
    second = world.cast.extras["second co-ordinator"]
    with acting_as(second):
        kept_out = user_of(world.cast.excluded[Role.INFORMATION_GOVERNANCE])
        exclusion = access.exclude(matter=world.matter, by=second, reason="His sister", user=kept_out)
        world.things["exclusion"] = exclusion.pk
    reviewer = world.cast.excluded[Role.LINK_REVIEWER]
    with acting_as(reviewer):
        people.know_someone(proposal=LinkProposal.objects.get(pk=world.things["proposal"]), by=reviewer)


def _notices(world: World) -> None:
    """A notice of each insider's own: about the main case, where their role works with people."""
    for role, actor in world.cast.insiders.items():
        about = world.matter if role in WORKING_WITH_PEOPLE else None
        key = f"test:{role}"
        tell(user_of(actor), "test", "Something waits.", key=key, link=reverse("notices:list"), matter=about)
        world.own["notice", role] = Notice.objects.get(key=key).pk
    world.things["notice"] = world.own["notice", Role.IDVA]


def _accounts_and_reference(world: World) -> None:
    """A colleague's role for the administrator to end; a rule set, a service and an instrument to look at."""
    from wraparound.foundation.directory.models import Service
    from wraparound.foundation.rulesets.models import RuleSet

    joined = person(Role.PRACTITIONER, world.cast.housing, "Leaving Soon")
    world.things |= {
        "membership": joined.membership_id,
        "rule set": RuleSet.objects.order_by("pk")[0].pk,
        "service": Service.objects.order_by("pk")[0].slug,
        "demo file": "incidents.csv",
        "instrument": InstrumentVersion.objects.order_by("pk")[0].pk,
    }


def drafts_of(world: World, role: Role) -> ReferralDraft:
    """The draft that the insider in `role` has begun."""
    return ReferralDraft.objects.get(pk=world.thing("draft", role))
