"""The link reviewer's decisions. Each can be undone, and what was decided is kept for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.people.models import LinkDecision, LinkProposal, LinkRecusal, Person, SourceRecord
from wraparound.foundation.people.queries.decided import decisions_on, persons_apart, standing
from wraparound.foundation.people.rules import persons_after
from wraparound.foundation.people.services.exclusions import carry_between_matters_of, exclude_reviewer
from wraparound.foundation.people.services.proposals import settle_proposals
from wraparound.kit.errors import BadInput, NotNow, Refused
from wraparound.kit.events import emit


def decide_same(*, proposal: LinkProposal, reason: str, by: Actor) -> LinkDecision:
    """The two records are one person: everyone linked to the second goes to the first one's person.

    No record is altered. Deciding the same again changes nothing. Raises NotNow where some of their records
    were decided to be different people. Emits ``people.linked``.
    """
    check(by, "decide", proposal)
    return _link(proposal.record_a_id, proposal.record_b_id, _said(reason), by)


def decide_different(*, proposal: LinkProposal, reason: str, by: Actor) -> LinkDecision:
    """The two records are different people: remembered for ever, and never proposed again, through others neither.

    Deciding the same again changes nothing. Raises NotNow where they are linked: then the link is to be undone.
    """
    check(by, "decide", proposal)
    said = _said(reason)
    with transaction.atomic(), lifted("decide_different"):
        a, b = _locked(proposal.record_a_id, proposal.record_b_id)
        before = _standing_between(a.pk, b.pk)
        if before is not None and not before.same:
            return before
        if a.person_id == b.person_id:
            raise NotNow("They are linked as one person. Undo that link first.")
        decision = _write(a, b, same=False, reason=said, by=by)
        settle_proposals({a.person_id, b.person_id})
        log.write(by, "decide_different", decision)
    return decision


def undo_link(*, decision: LinkDecision, reason: str, by: Actor) -> LinkDecision:
    """Take a decision back.

    A link undone restores who was whose person as though it had never been made, and the split is remembered (emits
    ``people.split``). A split taken back puts the pair into the queue again. Undoing twice changes nothing.
    """
    check(by, "undo", decision)
    said = _said(reason)
    with transaction.atomic(), lifted("undo_link"):
        a, b = _locked(decision.record_a_id, decision.record_b_id)
        before = LinkDecision.objects.filter(undoes=decision).first()
        if before is not None:
            return before
        persons = {a.person_id, b.person_id}
        undoing = _write(a, b, same=not decision.same, reason=said, by=by, undoes=decision)
        if decision.same:
            persons |= _regroup(persons)
            emit("people.split", record_a=a.pk, record_b=b.pk, person=a.person_id, decision=undoing.pk)
        settle_proposals(persons)
        log.write(by, "undo_link", undoing, undoes=str(decision.pk))
    return undoing


def link_own_record(*, shown: SourceRecord, own: SourceRecord, by: Actor) -> LinkDecision:
    """Link a record that someone began from a person's page to the record that they had before them.

    A person says so, by name: it stands among the decisions, and the link reviewer can undo it. Raises Unknown
    where the actor can't see `shown`.
    """
    check(by, "see", shown)
    check(by, "change", own)
    return _link(shown.pk, own.pk, "Recorded from the page of this person.", by)


def know_someone(*, proposal: LinkProposal, by: Actor) -> None:
    """The link reviewer knows someone in the pair: it waits for a colleague, and the matters of both close to
    them. Again changes nothing.
    """
    check(by, "decide", proposal)
    user_id = _person_acting(by)
    with transaction.atomic(), lifted("know_someone"):
        LinkProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        _, is_new = LinkRecusal.objects.get_or_create(proposal=proposal, user_id=user_id)
        persons = SourceRecord.objects.filter(pk__in=(proposal.record_a_id, proposal.record_b_id))
        exclude_reviewer(user_id=user_id, person_ids=set(persons.values_list("person_id", flat=True)))
        if is_new:
            log.write(by, "declare_knowing_someone", proposal)


def _person_acting(by: Actor) -> UUID:
    """Who decides: always a person."""
    if by.user_id is None:
        raise Refused("Only a person decides who is one person.")
    return by.user_id


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadInput("Say why, in a sentence that a colleague can follow later.", "reason")
    return " ".join(reason.split())[:300]


def _link(first: UUID, second: UUID, reason: str, by: Actor) -> LinkDecision:
    with transaction.atomic(), lifted("decide_same"):
        a, b = _locked(first, second)
        before = _standing_between(a.pk, b.pk)
        if before is not None and before.same:
            return before
        if a.person_id == b.person_id:
            raise NotNow("They are one person already, through another record.")
        if frozenset((a.person_id, b.person_id)) in persons_apart({a.person_id}):
            raise NotNow(
                "Someone decided that records of these two are not the same person. Take that back first, in the "
                "history of decisions."
            )
        decision = _write(a, b, same=True, reason=reason, by=by)
        moved, kept = b.person_id, a.person_id
        SourceRecord.objects.filter(person_id=moved).update(person_id=kept)
        carry_between_matters_of({kept})
        settle_proposals({kept})
        emit("people.linked", record_a=a.pk, record_b=b.pk, person=kept, decision=decision.pk)
        log.write(by, "decide_same", decision)
    return decision


def _locked(first: UUID, second: UUID) -> tuple[SourceRecord, SourceRecord]:
    """Both records, with their persons locked so that two decisions on one person take turns.

    Whose they are is read again once the lock is there: the decision before may have moved them.
    """
    held: set[UUID] = set()
    while True:
        records = SourceRecord.objects.in_bulk((first, second))
        persons = {record.person_id for record in records.values()}
        if persons <= held:
            return records[first], records[second]
        list(Person.objects.select_for_update().filter(pk__in=persons).order_by("pk"))
        held |= persons


def _standing_between(first: UUID, second: UUID) -> LinkDecision | None:
    pair = {first, second}
    mine = [d for d in decisions_on([first]) if {d.record_a_id, d.record_b_id} == pair]
    return next(iter(reversed(standing(mine))), None)


def _write(
    a: SourceRecord, b: SourceRecord, *, same: bool, reason: str, by: Actor, undoes: LinkDecision | None = None
) -> LinkDecision:
    return LinkDecision.objects.create(
        record_a=a,
        record_b=b,
        same=same,
        reason=reason,
        undoes=undoes,
        decided_by_id=_person_acting(by),
        decided_at=_next_moment(),
    )


def _next_moment() -> datetime:
    """Now, and later than every decision before: their order is what they are replayed in."""
    last = LinkDecision.objects.order_by("-decided_at").values_list("decided_at", flat=True).first()
    now = timezone.now()
    return now if last is None or now > last else last + timedelta(microseconds=1)


def _regroup(person_ids: Iterable[UUID]) -> set[UUID]:
    """Give every record of these persons to whom the standing decisions make it. Returns the persons that there
    are then.
    """
    records = list(SourceRecord.objects.filter(person__in=list(person_ids)))
    ids = [record.pk for record in records]
    same = [(d.record_a_id, d.record_b_id) for d in standing(decisions_on(ids)) if d.same]
    person = persons_after(ids, same)
    Person.objects.bulk_create([Person(pk=pk) for pk in set(person.values())], ignore_conflicts=True)
    for record in records:
        if record.person_id != person[record.pk]:
            SourceRecord.objects.filter(pk=record.pk).update(person_id=person[record.pk])
    return set(person.values())
