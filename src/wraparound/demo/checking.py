"""`wraparound demo check`: what the system found, held against what was planted.

The truth file is read here and nowhere in the product. Four numbers each, of repeats and of records of one person:

    planted    what was planted, and is so by the rule set in force
    found      of that, what the system has found: decided on, or waiting for a person
    false      what it holds or puts before a person besides
    precision  found / (found + false);  recall  found / planted
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, time
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from wraparound.demo.calibration import proportions
from wraparound.demo.city.chance import LONDON
from wraparound.demo.loading.people import LINKED_BY_WORD
from wraparound.demo.models import SyntheticBuild
from wraparound.demo.setting import area_of_pack
from wraparound.foundation.access.wall import acting_as
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor, actor_for, system
from wraparound.foundation.partners.models import Membership
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import LinkDecision, LinkProposal, ProposalState, SourceRecord
from wraparound.foundation.people.services import decide_different, decide_same
from wraparound.kit.errors import NotNow, Stop
from wraparound.kit.events import deliver_pending
from wraparound.response.marac.in_force import criteria_rules
from wraparound.response.marac.models import Referral, RepeatProposal, RoleReview
from wraparound.response.marac.params import RepeatScope
from wraparound.response.marac.repeat_states import RepeatState
from wraparound.response.marac.services import repeats

BY = system("demo.check")
MATTERS_AT_ONCE = 200
Ref = tuple[str, str]  # organisation (its slug), reference
Pair = frozenset[UUID]  # two records


@dataclass(frozen=True)
class Score:
    """How well something was found."""

    planted: int
    found: int
    false: int

    @property
    def precision(self) -> float:
        """Of what was found and what was found besides, the part that is true; 1 where nothing was found."""
        return self.found / (self.found + self.false) if self.found + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what was planted, the part that was found; 1 where nothing was planted."""
        return self.found / self.planted if self.planted else 1.0

    def as_dict(self) -> dict[str, float]:
        """With its two ratios, to four places."""
        return asdict(self) | {"precision": round(self.precision, 4), "recall": round(self.recall, 4)}


@dataclass(frozen=True)
class Load:
    """What people have been or are asked to decide."""

    pairs: int  # of records
    records: int  # of people, all of them
    repeats: int

    def as_dict(self) -> dict[str, float]:
        """With pairs for each hundred records."""
        return asdict(self) | {"pairs_per_100_records": round(100 * self.pairs / max(1, self.records), 2)}


def check(path: Path) -> dict[str, Any]:
    """Hold the database against the truth file at `path`: repeats, records of one person, and proportions.

    Raises Stop for a file that isn't one, or that belongs to another city than the database holds.
    """
    truth = read_truth(path)
    with acting_as(BY):
        return {
            "repeats": repeats_found(truth).as_dict(),
            "same_person": same_person_found(truth).as_dict(),
            "proportions": proportions(),
        }


def check_stages(path: Path) -> dict[str, Any]:
    """What the system finds by itself, with how much it asks of people; and what is found once all of it is decided.

    The second is tried out and taken back: nothing in the database changes.
    """
    truth = read_truth(path)
    with acting_as(BY):
        before = {
            "same_person": candidates_found(truth).as_dict(),
            "repeats": candidate_repeats(truth).as_dict(),
            "review_load": review_load().as_dict(),
        }
        with after_a_perfect_reviewer(truth):
            after = {
                "same_person": same_person_found(truth).as_dict(),
                "repeats": repeats_found(truth, states=(RepeatState.CONFIRMED,)).as_dict(),
            }
    return {"before_any_person_decides": before, "after_a_perfect_reviewer": after}


def read_truth(path: Path) -> dict[str, Any]:
    """The truth file of the city that the database holds. Raises Stop."""
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"{path} can't be read as a truth file: {error}") from error
    held = SyntheticBuild.objects.filter(finished_at__isnull=False).first()
    if held is None:
        raise Stop("This database holds no synthetic city. Build one first: script/wraparound demo build")
    if not isinstance(truth, dict) or (truth.get("pack"), truth.get("seed")) != (held.pack, held.seed):
        raise Stop(f"{path} is the truth of another city. This database holds: {held}")
    return truth


def review_load() -> Load:
    """How many decisions the system has asked people for, whether they have decided or not."""
    return Load(LinkProposal.objects.count(), SourceRecord.objects.count(), RepeatProposal.objects.count())


# --- repeats ------------------------------------------------------------------------------------------------


def planted_repeats(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """The repeats that are repeats by the rule set in force: not all are, under the older definition."""
    scope = criteria_rules(area_of_pack(), today()).params.repeat_scope
    return [one for one in truth["repeats"] if scope is RepeatScope.ANY_ABUSE or one["is_criminal_type"]]


def repeats_found(truth: dict[str, Any], *, states: tuple[RepeatState, ...] = ()) -> Score:
    """Repeats that were confirmed or wait for a person (or those in `states`), against what was planted."""
    wanted = states or (RepeatState.PROPOSED, RepeatState.CONFIRMED)
    proposals = list(RepeatProposal.objects.filter(state__in=wanted))
    by_incident: dict[str, set[UUID]] = defaultdict(set)
    by_referral: dict[str, set[UUID]] = defaultdict(set)
    for proposal in proposals:
        for item in proposal.evidence:
            found = by_incident[item["reference"]] if item["kind"] == "incident" else by_referral[item["id"]]
            found.add(proposal.pk)
    planted = planted_repeats(truth)
    referrals = _referrals_of(planted)
    true: set[UUID] = set()
    found_number = 0
    for entry, referral in zip(planted, referrals, strict=True):
        matching = by_incident[entry["incident"]] if entry["incident"] else by_referral[str(referral)]
        found_number += bool(matching)
        true |= matching
    return Score(len(planted), found_number, sum(proposal.pk not in true for proposal in proposals))


def _referrals_of(planted: list[dict[str, Any]]) -> list[UUID | None]:
    """The referral with which each came, where it came with one: the first with that record after the hearing."""
    records = _records()
    rows = Referral.objects.order_by("received_at", "pk").values_list("victim_id", "received_at", "pk")
    of_record: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for victim_id, received_at, pk in rows:
        of_record[victim_id].append((received_at, pk))
    found: list[UUID | None] = []
    for entry in planted:
        side = entry["referral_victim"]
        record = records.get((side["organisation"], side["ref"])) if side else None
        heard = datetime.combine(datetime.fromisoformat(entry["heard_on"]), time.max, LONDON)
        later = [pk for at, pk in of_record[record[0]] if at > heard] if record else []
        found.append(later[0] if later else None)
    return found


# --- records of one person ----------------------------------------------------------------------------------


def _records() -> dict[Ref, tuple[UUID, UUID]]:
    """{record: (its id, its person's)}."""
    rows = SourceRecord.objects.values_list("organisation__slug", "external_ref", "pk", "person_id")
    return {(slug, ref): (pk, person_id) for slug, ref, pk, person_id in rows}


def planted_pairs(truth: dict[str, Any]) -> set[Pair]:
    """Every two records that are of one person."""
    records = _records()
    return {
        frozenset(records[pair[side]["organisation"], pair[side]["ref"]][0] for side in ("a", "b"))
        for pair in truth["same_person"]
    }


def linked_pairs() -> set[Pair]:
    """Every two records that the system holds to be of one person."""
    of_person: dict[UUID, list[UUID]] = defaultdict(list)
    for pk, person_id in SourceRecord.objects.order_by("pk").values_list("pk", "person_id"):
        of_person[person_id].append(pk)
    return {frozenset(two) for held in of_person.values() for two in combinations(held, 2)}


def proposed_pairs(*states: ProposalState) -> set[Pair]:
    """The pairs that the system put before a reviewer, in these states or in any."""
    rows = LinkProposal.objects.filter(state__in=states) if states else LinkProposal.objects.all()
    return {frozenset(pair) for pair in rows.values_list("record_a_id", "record_b_id")}


def same_person_found(truth: dict[str, Any]) -> Score:
    """Pairs that are linked, or wait for a reviewer, against what was planted."""
    planted = planted_pairs(truth)
    held = linked_pairs() | proposed_pairs(ProposalState.OPEN)
    return Score(len(planted), len(held & planted), len(held - planted))


def candidates_found(truth: dict[str, Any]) -> Score:
    """Pairs that the system put before a reviewer, whatever became of them, or that need none by their own word."""
    planted = planted_pairs(truth)
    put = proposed_pairs()
    joined = _joined(put & planted | _by_own_word())
    return Score(len(planted), len(joined & planted), len((put | joined) - planted))


def _by_own_word() -> set[Pair]:
    """Records that whoever referred said to be one person's: nobody is asked about them."""
    rows = LinkDecision.objects.filter(same=True, undoes__isnull=True, reason=LINKED_BY_WORD)
    return {frozenset(pair) for pair in rows.values_list("record_a_id", "record_b_id")}


def _joined(pairs: set[Pair]) -> set[Pair]:
    """Every two records that these pairs join, one way or another: confirming them makes them one person."""
    return {frozenset(two) for held in _groups(pairs).values() for two in combinations(held, 2)}


def _groups(pairs: set[Pair]) -> dict[UUID, list[UUID]]:
    """The records that these pairs join, under one of them."""
    root: dict[UUID, UUID] = {}

    def find(pk: UUID) -> UUID:
        while root.setdefault(pk, pk) != pk:
            pk = root[pk]
        return pk

    for pair in pairs:
        one, other = sorted(pair)
        root[find(other)] = find(one)
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for pk in sorted(root):
        groups[find(pk)].append(pk)
    return groups


def candidate_repeats(truth: dict[str, Any]) -> Score:
    """Repeats that the record leads to before anybody has decided on anything: those that would be put forward if
    every pair that was proposed were one person. What is false among them is what decisions take away. Tried out
    and taken back.
    """
    with transaction.atomic():
        RepeatProposal.objects.all().delete()
        RoleReview.objects.all().delete()
        groups = _groups(proposed_pairs() | _by_own_word())
        for held in groups.values():
            SourceRecord.objects.filter(pk__in=held).update(person=min(held))
        heard = Referral.objects.filter(state__in=("heard", "closed")).values_list("matter_id", flat=True)
        matters = sorted(set(heard))
        for start in range(0, len(matters), MATTERS_AT_ONCE):
            repeats.propose_after(matter_ids=matters[start : start + MATTERS_AT_ONCE])
        found = repeats_found(truth)
        transaction.set_rollback(True)
    return found


# --- a perfect reviewer -------------------------------------------------------------------------------------


@contextmanager
def after_a_perfect_reviewer(truth: dict[str, Any]) -> Iterator[None]:
    """Within this block everything that waits has been decided by what is true; after it, nothing has.

    Through the services, by a link reviewer and a co-ordinator, with all that follows from it.
    """
    with transaction.atomic():
        planted = planted_pairs(truth)
        decided = 0
        while _decide_links(planted) + _decide_repeats(truth):
            decided += 1
            while deliver_pending():
                pass
            if decided > 20:
                raise Stop("What waits for a person doesn't come to an end.")
        yield
        transaction.set_rollback(True)


def _decide_links(planted: set[Pair]) -> int:
    reviewer = _someone(Role.LINK_REVIEWER)
    decided = 0
    for proposal in LinkProposal.objects.filter(state=ProposalState.OPEN).order_by("-score", "pk"):
        proposal.refresh_from_db()
        if proposal.state != ProposalState.OPEN:
            continue  # another decision answered it
        same = frozenset((proposal.record_a_id, proposal.record_b_id)) in planted
        try:
            (decide_same if same else decide_different)(proposal=proposal, reason="By the truth.", by=reviewer)
        except NotNow:
            continue
        decided += 1
    return decided


def _decide_repeats(truth: dict[str, Any]) -> int:
    coordinator = _someone(Role.MARAC_COORDINATOR)
    planted = planted_repeats(truth)
    incidents = {entry["incident"] for entry in planted if entry["incident"]}
    referrals = {str(pk) for pk in _referrals_of(planted) if pk is not None}
    decided = 0
    for proposal in RepeatProposal.objects.filter(state=RepeatState.PROPOSED).order_by("found_at", "pk"):
        is_one = any(item["reference"] in incidents or item["id"] in referrals for item in proposal.evidence)
        if is_one:
            repeats.confirm_repeat(proposal=proposal, version=proposal.version, by=coordinator)
        else:
            repeats.refuse_repeat(proposal=proposal, reason="By the truth.", version=proposal.version, by=coordinator)
        decided += 1
    return decided


def _someone(role: Role) -> Actor:
    """Someone who holds the role and nothing closes anything to: the last who joined."""
    membership = Membership.objects.live().filter(role=role).order_by("-pk").first()
    if membership is None:
        raise Stop(f"Nobody is {role.label} in this city.")
    return actor_for(membership)
