"""What the link reviewers decided in the past year: of the pairs that the system proposed, by what is true of them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from wraparound.demo.city.stories import Journey
from wraparound.demo.loading.context import Loading
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import LinkDecision, LinkProposal, ProposalState, SourceRecord
from wraparound.kit.bulk import insert_objects, rewrite

LEFT_OPEN = 5  # pairs among the police's own records that nobody has looked at yet
_SAME = (
    "Same birthday and address; the name is another spelling.",
    "Called the referrer: it is the same woman, the birthday was read out wrongly.",
    "Name and birthday are in the other order on one form.",
    "Same telephone and children.",
)
_DIFFERENT = (
    "Two sisters at one address.",
    "Same name, but born years apart and never at the same place.",
    "Different people: spoke with both agencies.",
)


class Reviewers:
    """Decides, without mistakes, what was proposed of the past's records; a few pairs are left for who tries it."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self._truth = {
            (holder.organisation, holder.ref): person
            for person, holders in loading.city.truth.people.items()
            for holder in holders
        }
        self._person: dict[uuid.UUID, uuid.UUID] = {}
        self._decisions: list[LinkDecision] = []
        self._left = 0

    def decide(self) -> int:
        """Decide what is proposed. Returns how many decisions were made."""
        rows = LinkProposal.objects.filter(state=ProposalState.OPEN).select_related(
            "record_a__organisation", "record_b__organisation"
        )
        proposals = sorted(rows, key=lambda row: (row.record_a.external_ref, row.record_b.external_ref))
        decided = [proposal for proposal in proposals if self._decide(proposal)]
        waiting = [proposal for proposal in proposals if proposal.state == ProposalState.OPEN]
        for number, proposal in enumerate(waiting):
            proposal.proposed_at = self.loading.now - timedelta(hours=2 + number * 3 % 50)
        rewrite(waiting, ["proposed_at"])
        moved = [record for record in self._records(decided) if self._root(record.person_id) != record.person_id]
        for record in moved:
            record.person_id = self._root(record.person_id)
        rewrite(moved, ["person"])
        insert_objects(self._decisions)
        rewrite(decided, ["state", "decided_at", "proposed_at"])
        return len(self._decisions)

    def _decide(self, proposal: LinkProposal) -> bool:
        a, b = proposal.record_a, proposal.record_b
        keys = [(record.organisation.kind, record.external_ref) for record in (a, b)]
        chance = self.loading.chance("decided", *keys)
        if keys[0][0] == keys[1][0] == "police" and self._left < LEFT_OPEN and chance.yes(0.3):
            self._left += 1
            return False
        person = self._truth.get(keys[0])
        same = person is not None and person == self._truth.get(keys[1])
        at = self._when(keys)
        proposal.state = ProposalState.SAME if same else ProposalState.DIFFERENT
        proposal.proposed_at, proposal.decided_at = at - timedelta(hours=chance.randint(2, 40)), at
        if same and self._root(a.person_id) == self._root(b.person_id):
            return True  # they are one through a third record already: that settled it
        if same:
            self._person[self._root(b.person_id)] = self._root(a.person_id)
        self._decisions.append(
            LinkDecision(
                record_a=a,
                record_b=b,
                same=same,
                reason=chance.choice(_SAME if same else _DIFFERENT),
                decided_by_id=self.loading.staff.one(
                    "marac_team", Role.LINK_REVIEWER, turn=chance.randint(0, 9)
                ).user_id,
                decided_at=at,
            )
        )
        return True

    def _when(self, keys: list[tuple[str, str]]) -> datetime:
        """A day after the referral that brought the record; of the police's own records some day of the year."""
        times = [self._received[ref] for kind, ref in keys if kind != "police" and ref in self._received]
        chance = self.loading.chance("when", *keys)
        if times:
            return min(max(times) + timedelta(hours=chance.randint(20, 50)), self.loading.now)
        return self.loading.now - timedelta(days=chance.randint(5, 200), minutes=chance.randint(0, 400))

    @property
    def _received(self) -> dict[str, datetime]:
        if not hasattr(self, "_times"):
            self._times = {ref: at for journey in self.loading.city.journeys for ref, at in _refs(journey)}
        return self._times

    def _root(self, person_id: uuid.UUID) -> uuid.UUID:
        while person_id in self._person:
            person_id = self._person[person_id]
        return person_id

    def _records(self, proposals: list[LinkProposal]) -> list[SourceRecord]:
        return list({r.pk: r for p in proposals for r in (p.record_a, p.record_b)}.values())


def _refs(journey: Journey) -> list[tuple[str, datetime]]:
    if journey.held_since:
        return []
    return [(journey.victim_ref, journey.received_at), (journey.perpetrator_ref, journey.received_at)]
