"""The MARAC's past sessions in bulk: who was there, what was told, promised and kept, and the survivor told."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from wraparound.demo.city.chance import LONDON, Chance, moment
from wraparound.demo.city.stories import Journey, Promise
from wraparound.demo.loading.context import BATCH, in_batches
from wraparound.demo.loading.history import PURPOSE, History
from wraparound.foundation.access.models import Involvement
from wraparound.foundation.areas.clocks import calendar_for
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.commitments.models import Chase, ChaseKind, Commitment, CommitmentChange
from wraparound.foundation.commitments.params import ChasingRules
from wraparound.foundation.commitments.services.making import GROUND
from wraparound.foundation.commitments.services.making import PURPOSE as KEEPING
from wraparound.foundation.commitments.states import State
from wraparound.foundation.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Conflicts,
    Session,
    SharedInformation,
)
from wraparound.foundation.meetings.states import ItemState, SessionState
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import ChannelSafety, ContactRule
from wraparound.foundation.rulesets.queries import in_force
from wraparound.kit.bulk import rewrite
from wraparound.response.marac.in_force import clocks, session_rules
from wraparound.response.marac.models import SurvivorContact, Telling
from wraparound.response.marac.organisations import (
    chairing_organisations,
    core_organisations,
    idva_services,
    marac_panel,
)
from wraparound.response.marac.services.listing import FOR_CHAIRING, FOR_SESSION
from wraparound.response.marac.states import TellingState

AT_TABLE = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
_ATTENDANCE = {AttendanceStatus.PRESENT: 90, AttendanceStatus.DEPUTY: 6, AttendanceStatus.APOLOGIES: 4}
_ENDED = {
    "done": State.DONE,
    "done_late": State.DONE,
    "declined": State.DECLINED,
    "no_longer": State.NO_LONGER_POSSIBLE,
    "not_done": State.NOT_DONE,
    "claimed": State.CLAIMED_NOT_POSSIBLE,
    "proposed": State.PROPOSED,
}
_STEPS: dict[str, tuple[tuple[str, State, State], ...]] = {
    "done": (("do", State.ACCEPTED, State.DONE),),
    "done_late": (("do", State.ACCEPTED, State.DONE),),
    "declined": (("decline", State.PROPOSED, State.DECLINED),),
    "no_longer": (
        ("claim_not_possible", State.ACCEPTED, State.CLAIMED_NOT_POSSIBLE),
        ("confirm_not_possible", State.CLAIMED_NOT_POSSIBLE, State.NO_LONGER_POSSIBLE),
    ),
    "not_done": (
        ("set_not_done", State.ACCEPTED, State.NOT_DONE),
        ("escalate", State.NOT_DONE, State.NOT_DONE),
    ),
    "claimed": (("claim_not_possible", State.ACCEPTED, State.CLAIMED_NOT_POSSIBLE),),
}


class Sittings:
    """Writes what happened at the sessions and after them, for referrals that `History` wrote."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.loading = history.loading
        self.rows = history.rows
        self.panel = marac_panel(self.loading.area)
        self.sessions: dict[date, Session] = {}
        self._calendar = calendar_for(self.loading.area)
        self._idva = idva_services(self.loading.area)[0]
        self._rule = session_rules(self.panel.area, self.loading.city.until)
        self._core = core_organisations(self.loading.area, self._rule.params.core_kinds)
        self._chairing = chairing_organisations(self.loading.area)
        self._chasing = in_force("commitments.chasing", self.loading.area, self.loading.city.until, ChasingRules).params
        self._ways: dict[uuid.UUID, ContactRule] = {}
        self._tried: list[ContactRule] = []
        self._promises: dict[str, list[Commitment]] = defaultdict(list)

    def write(self, journeys: Sequence[Journey]) -> None:
        """Write the sessions at which these referrals were heard, and what came of them."""
        by_day: dict[date, list[Journey]] = defaultdict(list)
        for journey in journeys:
            if journey.session_on is not None and journey.stage in ("heard", "closed"):
                by_day[journey.session_on].append(journey)
        self._find_ways(journeys)
        for day in sorted(by_day):
            session = self._session(day)
            started = session.opened_at or session.starts_at
            for position, journey in enumerate(sorted(by_day[day], key=lambda one: one.key), start=1):
                heard_at = started + timedelta(minutes=position * self._rule.params.minutes_per_case)
                self._heard(journey, session, position, heard_at)
        self.rows.write(Session, AgendaItem, Attendance, Involvement, Commitment, CommitmentChange, Telling)
        rewrite(self._tried, ["tried_at", "tried_by"])

    def _find_ways(self, journeys: Sequence[Journey]) -> None:
        """How each survivor may be reached, as the referrer said."""
        victims = [str(self.loading.record(journey, "victim").pk) for journey in journeys]
        for batch in in_batches(victims, BATCH):
            for rule in ContactRule.objects.filter(record__in=batch, channel="phone", ended_at__isnull=True):
                self._ways[rule.record_id] = rule

    # --- the session ----------------------------------------------------------------------------------------

    def _session(self, day: date) -> Session:
        starts_at = moment(day, self._rule.params.starts_at)
        chance = self.loading.chance("session", day)
        chairs = self.loading.staff.all("marac_team", Role.MARAC_CHAIR) + self.loading.staff.all(
            "police", Role.MARAC_CHAIR
        )
        session = Session(
            panel=self.panel,
            starts_at=starts_at,
            mode=self._rule.params.mode,
            capacity=self._rule.params.capacity,
            rule_version=self._rule.label,
            chair_id=chance.choice(chairs).user_id,
            state=SessionState.CLOSED,
            opened_at=starts_at + timedelta(minutes=chance.randint(0, 6)),
            closed_at=starts_at + timedelta(minutes=150),
            reviewed_at=starts_at + timedelta(minutes=8),
        )
        session.reviewed_by_id = session.chair_id
        self.rows.add(session)
        self.sessions[day] = session
        for organisation in self._core:
            status = chance.pick(_ATTENDANCE)
            there = self._representative(organisation) if status == AttendanceStatus.PRESENT else None
            self.rows.add(
                Attendance(
                    session=session,
                    organisation=organisation,
                    status=status,
                    user_id=there.user_id if there else None,
                    recorded_at=starts_at,
                    conflicts=Conflicts.NONE if there else Conflicts.NOT_ASKED,
                    **_sent(chance, status, day),
                )
            )
        return session

    def _representative(self, organisation: Organisation) -> Actor | None:
        found = self.loading.staff.all(organisation.kind, Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
        return found[0] if found else None

    def _heard(self, journey: Journey, session: Session, position: int, heard_at: datetime) -> None:
        history = self.history
        listed_at = history.accepted_at[journey.key] + timedelta(minutes=10)
        matter_id = self.loading.matters[journey.key]
        coordinator = self._coordinator(journey)
        item = AgendaItem(
            session=session,
            matter_id=matter_id,
            position=position,
            state=ItemState.HEARD,
            listed_by_id=coordinator.user_id,
            listed_at=listed_at,
            listed_because=journey.texts["screening"],
            risk_summary=journey.texts["summary"],
            heard_at=heard_at,
            summed_up_at=heard_at,
            version=2,
        )
        self.rows.add(item)
        self._involve_agencies(journey, matter_id, session, listed_at, coordinator)
        for kind, text, is_opinion in journey.shared:
            self._share(kind, text, is_opinion, item, heard_at)
        for promise in journey.promises:
            self._promise(journey, promise, session, heard_at)
        self._tell(journey, item, heard_at)

    def _coordinator(self, journey: Journey) -> Actor:
        return self.loading.staff.one("marac_team", Role.MARAC_COORDINATOR, turn=int(journey.key[1:]))

    def _involve_agencies(
        self, journey: Journey, matter_id: uuid.UUID, session: Session, at: datetime, by: Actor
    ) -> None:
        """For research until the session closed, or longer for those who promised something; for chairing as ruled."""
        ends_at = session.starts_at + timedelta(days=self._rule.params.involvement_days_after)
        keeping = {promise.kind for promise in journey.promises if promise.ending != "declined"}
        common: dict[str, Any] = {"purpose": PURPOSE, "given_by": by.user_id, "lawful_basis": self.history.basis_on(at)}
        for organisation in self._core:
            until = ends_at if organisation.kind in keeping else session.closed_at
            self.history.involve(
                matter_id, organisation, FOR_SESSION, at, journey, roles=AT_TABLE, ends_at=until, **common
            )
        for organisation in self._chairing:
            roles = (Role.MARAC_CHAIR,)
            self.history.involve(
                matter_id, organisation, FOR_CHAIRING, at, journey, roles=roles, ends_at=ends_at, **common
            )

    def _share(self, kind: str, text: str, is_opinion: bool, item: AgendaItem, at: datetime) -> None:
        organisation = self.loading.staff.organisations.get(kind)
        there = self._representative(organisation) if organisation else None
        if organisation is not None and there is not None:
            self.rows.add(
                SharedInformation(
                    item=item,
                    matter_id=item.matter_id,
                    organisation=organisation,
                    text=text,
                    is_opinion=is_opinion,
                    by_id=there.user_id,
                    at=at - timedelta(minutes=5),
                )
            )

    # --- what was promised ----------------------------------------------------------------------------------

    def _promise(self, journey: Journey, promise: Promise, session: Session, at: datetime) -> None:
        organisation = self.loading.staff.organisations.get(promise.kind)
        there = self._representative(organisation) if organisation else None
        if organisation is None or there is None:
            return
        chance = self.loading.chance("promise", journey.key, promise.kind)
        keepers = self.loading.staff.all(promise.kind, Role.PRACTITIONER, Role.IDVA) or [there]
        owner = chance.choice(keepers) if promise.ending != "proposed" else None
        ended_at = _office_hours(promise.ended_on, at) if promise.ended_on else None
        commitment = Commitment(
            matter_id=self.loading.matters[journey.key],
            organisation=organisation,
            owner_id=owner.user_id if owner else None,
            what=promise.what,
            due_on=promise.due_on,
            state=_ENDED.get(promise.ending, State.ACCEPTED),
            made_at=at,
            made_by_id=self._coordinator(journey).user_id,
            agreed_in=session.pk,
            closed_at=ended_at,
            claimed_by_id=there.user_id if promise.ending in ("no_longer", "claimed") else None,
        )
        if promise.ending in ("done", "done_late"):
            commitment.evidence_what = promise.words
            commitment.evidence_on = promise.ended_on
            commitment.evidence_who = f"{organisation.short_name}, duty worker"
        else:
            commitment.reason = promise.words
        if promise.ending == "not_done" and promise.ended_on and ended_at:
            commitment.escalated_at = ended_at  # its lead is told at once
            self.rows.add(Chase(commitment=commitment, kind=ChaseKind.NOT_DONE, on=promise.ended_on, sent_at=ended_at))
        self.rows.add(commitment)
        self._promises[journey.key].append(commitment)
        self._changes(journey, promise, commitment, there, ended_at)
        self._involve_owner(journey, commitment, ended_at)

    def _changes(
        self, journey: Journey, promise: Promise, commitment: Commitment, there: Actor, ended_at: datetime | None
    ) -> None:
        coordinator = self._coordinator(journey)
        proposed = promise.ending in ("declined", "proposed")
        start = State.PROPOSED if proposed else State.ACCEPTED
        steps = [("propose" if proposed else "make", "", start), *_STEPS.get(promise.ending, ())]
        for number, (event, before, after) in enumerate(steps):
            own = event not in ("make", "propose", "confirm_not_possible")
            by = there if own else coordinator
            self.rows.add(
                CommitmentChange(
                    commitment=commitment,
                    event=event,
                    from_state=before,
                    to_state=after,
                    by_id=by.user_id,
                    by_organisation_id=by.organisation_id,
                    at=self._step_at(commitment, number, len(steps), ended_at or self.loading.now),
                    note=ChaseKind.NOT_DONE.label if event == "escalate" else commitment.reason if own else "",
                )
            )
        commitment.version = sum(event != "escalate" for event, _, _ in steps)

    def _step_at(self, commitment: Commitment, number: int, of: int, ended_at: datetime) -> datetime:
        """When a step was taken: the first when it was promised, the last when it ended, another some hours before."""
        if number == 0:
            return commitment.made_at
        is_end = number == of - 1 or commitment.state == State.NOT_DONE
        at = ended_at if is_end else ended_at - timedelta(hours=3)
        return max(at, commitment.made_at + timedelta(minutes=10 * number))

    def _involve_owner(self, journey: Journey, commitment: Commitment, ended_at: datetime | None) -> None:
        """The agency is involved while it has an open commitment, and some days after."""
        after = timedelta(days=self._chasing.involvement_days_after)
        ends_at = ended_at + after if ended_at else None
        common = {
            "given_by": self._coordinator(journey).user_id,
            "purpose": KEEPING,
            "ends_at": ends_at,
            "lawful_basis": self.history.basis_on(journey.received_at),
        }
        matter_id, organisation = commitment.matter_id, commitment.organisation
        self.history.involve(
            matter_id,
            organisation,
            GROUND,
            commitment.made_at,
            journey,
            roles=_answering(organisation),
            **common,  # type: ignore[arg-type]  # some of its keywords
        )
        if commitment.owner_id:
            self.history.involve(
                matter_id,
                organisation,
                GROUND,
                commitment.made_at,
                journey,
                user_id=commitment.owner_id,
                **common,  # type: ignore[arg-type]  # some of its keywords
            )

    # --- the survivor told ----------------------------------------------------------------------------------

    def _tell(self, journey: Journey, item: AgendaItem, heard_at: datetime) -> None:
        area, chance = self.loading.area, self.loading.chance("telling", journey.key)
        rule = clocks(area, heard_at.astimezone(LONDON).date()).tell_survivor
        telling = Telling(
            matter_id=item.matter_id,
            referral=self.history.referrals[journey.key],
            item=item,
            organisation=self._idva,
            due_at=deadline(rule, heard_at, self._calendar),
        )
        self.rows.add(telling)
        if journey.stage != "closed":
            return
        worker = self.loading.staff.one("idva_service", Role.IDVA, turn=int(journey.key[1:]))
        way = self._ways.get(telling.referral.victim_id)
        telling.state = self._how_it_ended(journey, way)
        telling.worker_id = worker.user_id
        telling.ended_at = min(heard_at + timedelta(hours=chance.choice((3, 4, 19, 21, 22))), self.loading.now)
        told = telling.state == TellingState.TOLD
        telling.ended_how = journey.texts["told"] if told else _HOW[telling.state]
        telling.told = [str(commitment.pk) for commitment in self._promises[journey.key]] if told else []
        telling.version = 2
        if told and way is not None:
            self._say(telling, way, worker)

    def _how_it_ended(self, journey: Journey, way: ContactRule | None) -> TellingState:
        """As planned; but nobody is told by a way that isn't safe, or where there is none."""
        if journey.telling == "told" and way is None:
            return TellingState.UNREACHABLE
        if journey.telling == "told" and way is not None and way.safety == ChannelSafety.UNSAFE:
            return TellingState.UNSAFE
        return TellingState(journey.telling)

    def _say(self, telling: Telling, way: ContactRule, worker: Actor) -> None:
        self.rows.add(
            SurvivorContact(
                matter_id=telling.matter_id,
                telling=telling,
                channel=way.channel,
                outcome="spoke",
                note=telling.ended_how,
                organisation=self._idva,
                by_id=worker.user_id,
                at=telling.ended_at,
            )
        )
        if way.safety == ChannelSafety.UNKNOWN:  # the one call that may be tried is used up
            way.tried_at, way.tried_by_id = telling.ended_at, worker.user_id
            self._tried.append(way)


_HOW = {
    TellingState.UNREACHABLE: "No safe way was found in two days; the referrer tells it at the next visit.",
    TellingState.UNSAFE: "Not safe: the telephone isn't answered alone. Nothing is said until the next safe visit.",
    TellingState.DOES_NOT_WANT: "Does not want to hear of it now. Knows how to reach us.",
}


def _sent(chance: Chance, status: str, day: date) -> dict[str, Any]:
    """What an agency that isn't there sent instead: most did, the day before."""
    if status != AttendanceStatus.APOLOGIES:
        return {}
    has_sent = chance.yes(0.7)
    return {"information_sent": has_sent, "information_sent_on": day - timedelta(days=1) if has_sent else None}


def _answering(organisation: Organisation) -> tuple[Role, ...]:
    roles = (Role.MARAC_REPRESENTATIVE, Role.AGENCY_LEAD)
    return (*roles, Role.IDVA) if organisation.kind == "idva_service" else roles


def _office_hours(day: date, not_before: datetime) -> datetime:
    """Some time of that day in the afternoon, but not before something else."""
    return max(moment(day, time(15, 30)), not_before + timedelta(minutes=45))
