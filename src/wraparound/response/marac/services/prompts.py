"""Prompts: the criteria, computed on incidents that arrived, ask the agency that holds them whether it refers.

Nothing more: no prompt lists anyone. An unanswered one ages in sight; new evidence reopens an answered one.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, get_visible
from wraparound.foundation.access.models import Involvement, Matter
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import calendar_for, today
from wraparound.foundation.areas.rules import deadline
from wraparound.foundation.partners.actors import Actor, system
from wraparound.kit.errors import BadInput
from wraparound.kit.events import emit
from wraparound.response.cases.models import Incident
from wraparound.response.cases.queries import incidents_of_run
from wraparound.response.marac.facts import Pair, hearings_of, incident_facts, incidents_between
from wraparound.response.marac.in_force import clocks
from wraparound.response.marac.models import CriteriaPrompt, Referral
from wraparound.response.marac.rules import EarlierHearing, Facts, IncidentFact
from wraparound.response.marac.services.evaluating import Stored, apply_rules, evidence_ids, rule_for, stored_form
from wraparound.response.marac.services.linking import recompute_for_matters
from wraparound.response.marac.states import PROMPT_TRANSITIONS, WAITING, PromptState

BATCH = 200  # matters looked at in one transaction
BY = system("marac.criteria")


@dataclass(frozen=True)
class Arrived:
    """What one holder knows of one matter after new incidents: the pairs in it and its own incidents."""

    matter_id: uuid.UUID
    organisation_id: int
    pairs: frozenset[Pair]
    unpaired: tuple[IncidentFact, ...]


def look_at_run(*, run_id: uuid.UUID) -> int:
    """An import brought incidents: have their matters looked at, so many at a time. Returns in how many batches.

    Each batch is an event of its own, so that a large file holds up nobody else's writing for long.
    """
    matter_ids = list(incidents_of_run(run_id).order_by().values_list("matter_id", flat=True).distinct())
    for start in range(0, len(matter_ids), BATCH):
        batch = ",".join(str(pk) for pk in matter_ids[start : start + BATCH])
        emit("marac.incidents_arrived", matters=batch)
    return -(-len(matter_ids) // BATCH)


def raise_prompts(*, matter_ids: Collection[uuid.UUID]) -> dict[str, int]:
    """Compute the criteria on matters in which incidents arrived or changed. Idempotent; about 200 matters at a time.

    Returns how many prompts were raised and reopened. Referrals that wait are computed anew: what happens between
    referral and hearing joins the case in hand.
    """
    with transaction.atomic(), lifted("marac.prompts"):
        arrived = _by_matter(matter_ids)
        counts = _look_at(arrived) if arrived else {"raised": 0, "reopened": 0}
    recompute_for_matters(matter_ids=matter_ids)
    return counts


def answer_prompt(*, prompt: CriteriaPrompt, reason: str, by: Actor) -> CriteriaPrompt:
    """Answer that the agency does not refer, and why. Emits ``marac.prompt_answered``.

    Raises BadInput without a reason, Refused for another agency, NotNow for one that is answered already.
    """
    words = " ".join(reason.split())
    if not words:
        raise BadInput("Say why you do not refer, so that a colleague can follow it later.", "reason")
    if len(words) > 300:
        raise BadInput("Say it in 300 characters or fewer.", "reason")
    check(by, "see", prompt)
    with transaction.atomic():
        current = get_visible(by, CriteriaPrompt.objects.select_for_update(of=("self",)), pk=prompt.pk)
        if (current.state, current.answer_reason, current.answered_by_id) == (PromptState.ANSWERED, words, by.user_id):
            return current
        check(by, "answer", current)
        current.state = PROMPT_TRANSITIONS[(PromptState(current.state), "answer")]
        current.answered_at = timezone.now()
        current.answered_by_id = by.user_id
        current.answer_reason = words
        current.save(update_fields=["state", "answered_at", "answered_by", "answer_reason"])
        log.write(by, "answer_prompt", current)
        emit("marac.prompt_answered", prompt=current.pk, matter=current.matter_id)
    return current


def ask_holders(*, incident_ids: Collection[uuid.UUID], hearing: EarlierHearing) -> int:
    """A co-ordinator confirmed a repeat that nobody has referred yet: whoever holds the incidents is asked to.

    The confirmation lets them know of the hearing. An answered prompt opens again, once. Returns how many were asked.
    """
    asked = 0
    with transaction.atomic(), lifted("marac.prompts"):
        rows = Incident.objects.filter(pk__in=list(incident_ids)).select_related(
            "victim", "perpetrator", "matter__area"
        )
        held: dict[tuple[uuid.UUID, int], list[Incident]] = defaultdict(list)
        for incident in rows.order_by("reported_at", "pk"):
            held[incident.matter_id, incident.organisation_id].append(incident)
        prompts = _held_prompts(list(held))
        waiting = Referral.objects.filter(matter_id__in={matter for matter, _ in held}, state__in=WAITING)
        on_their_way = set(waiting.values_list("matter_id", flat=True))
        for (matter_id, organisation_id), incidents in held.items():
            if matter_id not in on_their_way:
                found = prompts.get((matter_id, organisation_id))
                asked += _ask_of_repeat(incidents, hearing, found)
    return asked


def _ask_of_repeat(incidents: Sequence[Incident], hearing: EarlierHearing, prompt: CriteriaPrompt | None) -> int:
    area, on, now = incidents[0].matter.area, today(), timezone.now()
    rule = rule_for(area)
    pairs = {Pair(one.victim.person_id, one.perpetrator.person_id) for one in incidents if one.perpetrator is not None}
    known = {fact.id: fact for fact in incidents_between(sorted(pairs, key=lambda pair: pair.key), on, rule.params)}
    of_repeat = Incident.objects.filter(pk__in=[one.pk for one in incidents])
    known |= {read.fact.id: replace(read.fact, pair=hearing.pair) for read in incident_facts(of_repeat)}
    found = apply_rules(Facts(on=on, incidents=list(known.values()), hearings=[hearing]), rule)
    stored = stored_form(found, rule, on=str(on))
    due_at = deadline(clocks(area, on).answer_prompt, now, calendar_for(area))
    if prompt is None:
        one = Arrived(incidents[0].matter_id, incidents[0].organisation_id, frozenset(pairs), ())
        prompt = _new_prompt(one, stored, rule.label, now, due_at)
        prompt.save()
    else:
        _renew(prompt, stored, rule.label, now, due_at, is_waiting=False, is_confirmed=True)
    log.write(BY, "ask_of_repeat", prompt, rule=rule.label)
    return 1


# --- looking at what arrived --------------------------------------------------------------------------------


def _by_matter(matter_ids: Collection[uuid.UUID]) -> list[Arrived]:
    """The pairs in each matter, by who holds its incidents; those without a perpetrator one by one. Two queries."""
    incidents = Incident.objects.filter(matter_id__in=list(matter_ids)).order_by()
    pairs: dict[tuple[uuid.UUID, int], set[Pair]] = defaultdict(set)
    rows = incidents.values_list("matter_id", "organisation_id", "victim__person_id", "perpetrator__person_id")
    for matter_id, organisation_id, victim, perpetrator in rows.distinct():
        found = pairs[matter_id, organisation_id]
        if perpetrator is not None:
            found.add(Pair(victim, perpetrator))
    unpaired: dict[tuple[uuid.UUID, int], list[IncidentFact]] = defaultdict(list)
    for read in incident_facts(incidents.filter(perpetrator__isnull=True)):
        unpaired[read.matter_id, read.organisation_id].append(read.fact)
    return [
        Arrived(matter_id, organisation_id, frozenset(found), tuple(unpaired[matter_id, organisation_id]))
        for (matter_id, organisation_id), found in sorted(pairs.items(), key=lambda entry: str(entry[0]))
    ]


def _look_at(batch: Sequence[Arrived]) -> dict[str, int]:
    """One batch, in a fixed number of queries."""
    matters = Matter.objects.select_related("area").in_bulk([one.matter_id for one in batch])
    every = sorted({pair for one in batch for pair in one.pairs}, key=lambda pair: pair.key)
    area = next(iter(matters.values())).area
    rule, on, now = rule_for(area), today(), timezone.now()
    due_at = deadline(clocks(area, on).answer_prompt, now, calendar_for(area))
    facts_of = defaultdict(list)
    for fact in incidents_between(every, on, rule.params):
        facts_of[fact.pair].append(fact)
    hearings = _known_to_holder(hearings_of(every), {one.organisation_id for one in batch})
    keys = [(one.matter_id, one.organisation_id) for one in batch]
    held = _held_prompts(keys)
    waiting = set(
        Referral.objects.filter(matter_id__in=list(matters), state__in=WAITING).values_list("matter_id", flat=True)
    )
    new: list[CriteriaPrompt] = []
    reopened = 0
    for one in batch:
        wanted = {pair.key for pair in one.pairs}
        facts = Facts(
            on=on,
            incidents=[*one.unpaired, *(fact for key in sorted(wanted) for fact in facts_of[key])],
            hearings=[h for h in hearings[one.organisation_id] if h.pair in wanted],
        )
        found = apply_rules(facts, rule)
        if not found.fired:
            continue
        stored = stored_form(found, rule, on=str(on))
        prompt = held.get((one.matter_id, one.organisation_id))
        if prompt is None:
            if one.matter_id not in waiting:
                new.append(_new_prompt(one, stored, rule.label, now, due_at))
        else:
            reopened += _renew(prompt, stored, rule.label, now, due_at, is_waiting=one.matter_id in waiting)
    CriteriaPrompt.objects.bulk_create(new)
    return {"raised": len(new), "reopened": reopened}


def _held_prompts(keys: Collection[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], CriteriaPrompt]:
    rows = CriteriaPrompt.objects.select_for_update(of=("self",)).filter(matter_id__in={matter for matter, _ in keys})
    return {(prompt.matter_id, prompt.organisation_id): prompt for prompt in rows}


def _known_to_holder(
    hearings: Sequence[EarlierHearing], organisation_ids: Collection[int]
) -> dict[int, list[EarlierHearing]]:
    """A prompt tells its reader of an earlier hearing only where their organisation was part of that case."""
    matter_of = dict(Referral.objects.filter(pk__in={h.id for h in hearings}).values_list("pk", "matter_id"))
    known = set(
        Involvement.objects.filter(
            matter_id__in=set(matter_of.values()), organisation_id__in=organisation_ids
        ).values_list("matter_id", "organisation_id")
    )
    return {
        organisation_id: [h for h in hearings if (matter_of[uuid.UUID(h.id)], organisation_id) in known]
        for organisation_id in organisation_ids
    }


def _new_prompt(one: Arrived, stored: Stored, label: str, now: datetime, due_at: datetime) -> CriteriaPrompt:
    return CriteriaPrompt(
        matter_id=one.matter_id,
        organisation_id=one.organisation_id,
        criteria=stored,
        rule_version=label,
        raised_at=now,
        due_at=due_at,
    )


def _renew(
    prompt: CriteriaPrompt,
    stored: Stored,
    label: str,
    now: datetime,
    due_at: datetime,
    *,
    is_waiting: bool,
    is_confirmed: bool = False,
) -> int:
    """Keep an open prompt current; reopen an ended one where there is evidence that it did not rest on.

    So does a person's word that it is a repeat (`is_confirmed`).
    """
    is_new = is_confirmed or bool(evidence_ids(stored) - evidence_ids(prompt.criteria))
    stored["earlier_answers"] = list(prompt.criteria.get("earlier_answers", []))
    following = PROMPT_TRANSITIONS.get((PromptState(prompt.state), "reopen"))
    reopens = is_new and following is not None and not is_waiting
    if prompt.state != PromptState.OPEN and not is_new:
        return 0
    if reopens and following is not None:
        if prompt.answer_reason and prompt.answered_at:
            said = {
                "at": prompt.answered_at.isoformat(),
                "by": str(prompt.answered_by_id),
                "reason": prompt.answer_reason,
            }
            stored["earlier_answers"].append(said)
        prompt.state, prompt.raised_at, prompt.due_at = following, now, due_at
        prompt.answered_at, prompt.answered_by_id, prompt.answer_reason = None, None, ""
    prompt.criteria, prompt.rule_version = stored, label
    prompt.save()
    if reopens:
        log.write(BY, "reopen_prompt", prompt, rule=label)
        emit("marac.prompt_reopened", prompt=prompt.pk, matter=prompt.matter_id)
    return int(reopens)
