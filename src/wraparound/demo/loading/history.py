"""The MARAC's past in bulk: cases, referrals and their screening, as the services would have left them.

`tests/test_history.py` sends one referral through the services and writes the same one here, and compares the rows.
What services do beside that (the access log, notices, the outbox) is left out: the log tells who really did what.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import FileField, Model

from wraparound.demo.city.chance import LONDON
from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import BATCH, BY, Loading
from wraparound.demo.loading.people import children_records
from wraparound.foundation.access.models import Involvement, Matter, MatterKind
from wraparound.foundation.access.services import facing_towards
from wraparound.foundation.areas.clocks import calendar_for
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import SourceRecord
from wraparound.foundation.people.services import Appears, record_appearances
from wraparound.kit.bulk import insert_objects
from wraparound.response.cases.models import Case, CaseParty, Disclosure, PartyRole
from wraparound.response.cases.services import OWNER, OWNERS_PURPOSE, free_references, what_is_opened
from wraparound.response.marac.in_force import clocks, screening_rules, sharing_rules
from wraparound.response.marac.models import Referral, Screening
from wraparound.response.marac.organisations import idva_services, marac_team
from wraparound.response.marac.services.linking import FOR_LINK
from wraparound.response.marac.services.linking import PURPOSE as LINK_PURPOSE
from wraparound.response.marac.states import ReferralState

PURPOSE = "MARAC"
AGENCY = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
IDVA = (Role.IDVA, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
LAWFUL_BASIS = "public_task"
NOT_LISTED_CODES = ("not_high_risk", "below_threshold")


@dataclass
class Rows:
    """Rows on their way into the database, by their model, in the order in which they may be written."""

    rows: dict[type[Model], list[Model]] = field(default_factory=dict)

    def add(self, row: Model) -> None:
        """One more row."""
        self.rows.setdefault(type(row), []).append(row)

    def write(self, *order: type[Model]) -> int:
        """Write them all, the models of `order` first. Returns how many."""
        with transaction.atomic():
            return self._write(order)

    def _write(self, order: Sequence[type[Model]]) -> int:
        written = 0
        for model in [*order, *(model for model in self.rows if model not in order)]:
            rows = self.rows.pop(model, [])
            # `kit.bulk` is faster by far, but doesn't know files.
            has_files = any(isinstance(field, FileField) for field in model._meta.concrete_fields)
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                model._default_manager.bulk_create(batch) if has_files else insert_objects(batch)
            written += len(rows)
        return written


class History:
    """Writes referrals as they stood after their screening. `sessions` goes on from there."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.rows = Rows()
        self.referrals: dict[str, Referral] = {}
        self.accepted_at: dict[str, datetime] = {}
        self._grounds: set[tuple[Any, ...]] = set()
        self._open_until: dict[tuple[Any, ...], datetime | None] = {}
        self._owners: dict[uuid.UUID, Organisation] = {}
        self._references: list[str] = []
        self._cases: dict[uuid.UUID, uuid.UUID] = {}
        self._matters_of_family: dict[str, list[uuid.UUID]] = defaultdict(list)
        self._team = marac_team(loading.area)
        self._idvas = idva_services(loading.area)
        self._calendar = calendar_for(loading.area)
        self._appearances: list[Appears] = []

    def write(self, journeys: Sequence[Journey]) -> None:
        """Write the cases and referrals of these journeys, in the order in which they came in."""
        police = self.loading.police_matters(journeys)
        self._references = free_references(len(journeys))  # each opens a case at the most
        self._cases = dict(Case.objects.filter(matter__in=set(police.values())).values_list("matter_id", "pk"))
        for journey in sorted(journeys, key=lambda one: one.received_at):
            matter_id = self._matter(journey, police)
            self.loading.matters[journey.key] = matter_id
            self._matters_of_family[journey.family.key].append(matter_id)
            self._involve_for_referral(journey, matter_id)
            self._refer(journey, matter_id)
            self._involve_in_linked(journey, matter_id, police)
        self.rows.write(Matter, Case, CaseParty, Involvement, Referral, Screening)
        record_appearances(appearances=self._appearances, by=BY)
        self._appearances.clear()

    # --- the case -------------------------------------------------------------------------------------------

    def _matter(self, journey: Journey, police: dict[tuple[str, str], uuid.UUID]) -> uuid.UUID:
        """The case: the one that the force holds, the one of the agency's earlier referral, or a new one."""
        organisation = self.loading.organisation(journey.kind)
        if journey.held_since:
            return self.loading.matters[journey.held_since]
        if journey.kind == "police":
            matter_id = police[journey.family.pair]
            self._owners[matter_id] = organisation
        else:
            matter_id = self._open(journey, organisation)
        self._add_parties(journey, matter_id)
        return matter_id

    def _open(self, journey: Journey, organisation: Organisation) -> uuid.UUID:
        at = journey.received_at
        matter = Matter(kind=MatterKind.CASE, organisation=organisation, area=self.loading.area, created_at=at)
        case = Case(matter=matter, reference=self._references.pop(), opened_at=at, last_event_at=at)
        self.rows.add(matter)
        self.rows.add(case)
        self._owners[matter.pk], self._cases[matter.pk] = organisation, case.pk
        self.involve(matter.pk, organisation, OWNER, at, journey, roles=AGENCY, purpose=OWNERS_PURPOSE)
        return matter.pk

    def _add_parties(self, journey: Journey, matter_id: uuid.UUID) -> None:
        loading = self.loading
        parties: list[tuple[SourceRecord, str]] = [
            (loading.record(journey, "victim"), PartyRole.VICTIM),
            (loading.record(journey, "perpetrator"), PartyRole.PERPETRATOR),
            *((record, PartyRole.CHILD) for record in children_records(loading, journey)),
        ]
        for record, role in parties:
            self.rows.add(
                CaseParty(
                    case_id=self._cases[matter_id],
                    matter_id=matter_id,
                    record=record,
                    role=role,
                    since=journey.received_at,
                )
            )
            self._appearances.append(Appears(matter_id, record.pk, shielded=role != PartyRole.PERPETRATOR))

    # --- who is involved ------------------------------------------------------------------------------------

    def involve(
        self,
        matter_id: uuid.UUID,
        organisation: Organisation,
        given_for: str,
        at: datetime,
        journey: Journey,
        *,
        roles: Sequence[Role] = (),
        user_id: uuid.UUID | None = None,
        ends_at: datetime | None = None,
        lawful_basis: str = "",
        purpose: str = PURPOSE,
        given_by: uuid.UUID | None = None,
    ) -> None:
        """One involvement with its line in the ledger, unless the same ground opens the matter already."""
        facing = facing_towards(organisation)
        ground = (matter_id, organisation.pk, user_id, given_for, ends_at)
        if ground in self._grounds:
            return
        self._grounds.add(ground)
        given = Involvement(
            matter_id=matter_id,
            organisation=organisation,
            user_id=user_id,
            roles=f",{''.join(f'{role},' for role in roles)}" if roles else "",
            facing=facing,
            purpose=purpose,
            lawful_basis=lawful_basis,
            given_for=given_for,
            starts_at=at,
            ends_at=ends_at,
            given_by_id=given_by or self.loading.referrer(journey).user_id,
        )
        self.rows.add(given)
        self._enter_into_ledger(given, organisation, at)

    def _enter_into_ledger(self, given: Involvement, organisation: Organisation, at: datetime) -> None:
        """As the services do: what opened the case to another organisation, once a ground while it is open."""
        owner, way_in = self._owners[given.matter_id], (given.matter_id, organisation.pk, given.given_for)
        was_open = way_in in self._open_until and at < (self._open_until[way_in] or at + timedelta(1))
        self._open_until[way_in] = given.ends_at
        if owner.pk == organisation.pk or was_open:
            return
        self.rows.add(
            Disclosure(
                matter_id=given.matter_id,
                from_organisation=owner,
                to_organisation=organisation,
                what=what_is_opened(given.facing),
                why=given.purpose,
                how=f"Opened in this system ({given.given_for})",
                lawful_basis=given.lawful_basis,
                key=f"involvement:{given.pk}",
                at=at,
                by_id=given.given_by_id,
            )
        )

    def basis_on(self, at: datetime) -> str:
        """The lawful basis on which everyone here shares, in the words in force then."""
        return sharing_rules(self.loading.area, _day(at)).params.lawful_bases[LAWFUL_BASIS][:100]

    def _involve_for_referral(self, journey: Journey, matter_id: uuid.UUID) -> None:
        at, own = journey.received_at, self.loading.organisation(journey.kind)
        self.involve(matter_id, own, "referral", at, journey, user_id=self.loading.referrer(journey).user_id)
        basis = self.basis_on(at)
        self.involve(matter_id, self._team, "referral", at, journey, lawful_basis=basis)
        for service in self._idvas:
            self.involve(matter_id, service, "referral", at, journey, roles=IDVA, lawful_basis=basis)
        if own not in (self._team, *self._idvas):
            self.involve(matter_id, own, "referral", at, journey, roles=AGENCY, lawful_basis=basis)

    def _involve_in_linked(
        self, journey: Journey, matter_id: uuid.UUID, police: dict[tuple[str, str], uuid.UUID]
    ) -> None:
        """The MARAC team sees the other cases of those two, once reviewers have said that they are the same people."""
        others = self._matters_of_family[journey.family.key][:-1]
        if journey.known_to_police and journey.family.pair in police and journey.kind != "police":
            victim, perpetrator = (self.loading.file_record(ref) for ref in journey.family.pair)
            records = (self.loading.record(journey, "victim"), self.loading.record(journey, "perpetrator"))
            if {record.person_id for record in records} & {victim.person_id, perpetrator.person_id}:
                others = [police[journey.family.pair], *others]
        for other in dict.fromkeys(others):
            ground = (other, self._team.pk, None, "referral", None)
            if other != matter_id and ground not in self._grounds:
                self._owners.setdefault(other, self.loading.organisation("police"))
                at = self.accepted_at[journey.key]
                basis = self.basis_on(journey.received_at)
                self.involve(other, self._team, FOR_LINK, at, journey, purpose=LINK_PURPOSE, lawful_basis=basis)

    # --- the referral ---------------------------------------------------------------------------------------

    def _refer(self, journey: Journey, matter_id: uuid.UUID) -> None:
        at, due = journey.received_at, clocks(self.loading.area, _day(journey.received_at))
        referrer = self.loading.referrer(journey)
        referral = Referral(
            matter_id=matter_id,
            organisation=self.loading.organisation(journey.kind),
            referrer_id=referrer.user_id,
            received_at=at,
            screen_by=deadline(due.screen, at, self._calendar),
            contact_by=deadline(due.contact_before, at, self._calendar),
            state=_STATES[journey.stage],
            **fields_of(self.loading, journey),
        )
        screened_at = self._screened_at(journey)
        self.accepted_at[journey.key] = screened_at
        self.referrals[journey.key] = referral
        # Accepted, listed, heard, closed: each step made a new version.
        referral.version = {"not_listed": 2, "accepted": 2, "listed": 3, "heard": 4, "closed": 5}[journey.stage]
        self.rows.add(referral)
        self.rows.add(self._screening(journey, referral, screened_at))

    def _screened_at(self, journey: Journey) -> datetime:
        chance = self.loading.chance("screened", journey.key)
        at = journey.received_at + timedelta(hours=chance.choice((2, 4, 6, 19, 22)), minutes=chance.randint(0, 50))
        if journey.session_on is not None:
            latest = datetime.combine(journey.session_on, datetime.min.time(), LONDON) + timedelta(hours=9)
            at = min(at, latest)
        return max(at, journey.received_at + timedelta(minutes=20))

    def _screening(self, journey: Journey, referral: Referral, at: datetime) -> Screening:
        area, refused = self.loading.area, journey.stage == "not_listed"
        rules = screening_rules(area, _day(at)).params
        code = next((code for code in NOT_LISTED_CODES if code in rules.not_listed_reasons), "") if refused else ""
        return Screening(
            referral=referral,
            matter_id=referral.matter_id,
            outcome="do_not_list" if refused else "accept",
            reason_code=code,
            reason=journey.texts["not_listed" if refused else "screening"],
            challenge_route=rules.challenge_route if refused else "",
            challenge_by=deadline(clocks(area, _day(at)).challenge, at, self._calendar) if refused else None,
            by_id=self.loading.staff.one("marac_team", Role.MARAC_COORDINATOR, turn=int(journey.key[1:])).user_id,
            at=at,
        )


_STATES = {
    "not_listed": ReferralState.NOT_LISTED,
    "accepted": ReferralState.ACCEPTED,
    "listed": ReferralState.LISTED,
    "heard": ReferralState.HEARD,
    "closed": ReferralState.CLOSED,
}


def fields_of(loading: Loading, journey: Journey) -> dict[str, Any]:
    """What the referrer answered, by the names of the referral's fields."""
    texts = journey.texts
    return {
        "victim": loading.record(journey, "victim"),
        "perpetrators": [str(loading.record(journey, "perpetrator").pk)],
        "reasons": list(journey.reasons),
        "reason_narrative": texts["narrative"],
        "incident_on": journey.told_of_further,
        "abuse_kinds": ["physical", "psychological"] if journey.told_of_further else [],
        "dash_ticks": journey.ticks,
        "judgement_reason": texts["judgement"],
        "victim_aware": "yes" if journey.aware else "no",
        "victim_aware_why_not": texts["why_not_aware"],
        "consent": journey.consent,
        "lawful_basis": LAWFUL_BASIS,
        "afraid_of": texts["afraid_of"],
        "safe_to_talk_to": texts["safe_to_talk_to"],
        "not_safe_to_talk_to": texts["not_safe_to_talk_to"],
        "what_she_wants": texts["wants"],
    }


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
