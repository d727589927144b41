"""Who may see and change what about people.

A record opens to its own organisation's people who work with people, and to whoever an open matter lets see it.
It never opens to someone who is excluded from a matter in which its person appears, by whatever record. The
link reviewer sees the pairs of the queue and of past decisions, and no contact details.
"""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from wraparound.foundation.access import decisions
from wraparound.foundation.access.decisions import allow, in_open_matters, live_exclusions, open_involvements
from wraparound.foundation.access.models import Facing, Involvement
from wraparound.foundation.access.queries import live_looks, only_in_emergency
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE, Role
from wraparound.foundation.people.models import (
    Address,
    AddressKind,
    Appearance,
    ContactRule,
    EqualityAnswer,
    LinkDecision,
    LinkProposal,
    Person,
    Relationship,
    SourceRecord,
)
from wraparound.kit.errors import Refused, Stop

M = TypeVar("M", bound=Model)
MAY_TYPE_FOR_OTHERS = (Role.IDVA, Role.MARAC_COORDINATOR)
SEES_WHO_LOOKED = (Role.AGENCY_LEAD, Role.INFORMATION_GOVERNANCE)


# --- what is visible ----------------------------------------------------------------------------------------


def hidden_persons(actor: Actor) -> QuerySet[SourceRecord, Any]:
    """Ids of the persons of whom `actor` must not know: they appear in a matter that an exclusion closes to them.

    A carried exclusion follows nobody further: of the people of its matter it hides those who appear in no other,
    since they would lead to it.
    """
    closed = live_exclusions(actor)
    followed = closed.filter(follows_people=True).values("matter_id")
    elsewhere = Appearance.objects.filter(record__person_id=OuterRef("person_id"))
    elsewhere = elsewhere.exclude(matter_id__in=closed.values("matter_id"))
    return SourceRecord.objects.filter(
        Q(appearances__matter_id__in=followed) | ~Exists(elsewhere),
        appearances__matter_id__in=closed.values("matter_id"),
    ).values("person_id")


def _opening(actor: Actor) -> QuerySet[Involvement]:
    """The involvements that open a record to the actor; to who works with the perpetrator only what is not shielded.

    One flat condition: nested ones cost Django more to write than the database to answer.
    """
    unshielded = Q(matter__appearances__shielded=False)
    return (
        open_involvements(actor)
        .filter(
            unshielded if actor.works_with_perpetrators else ~Q(facing=Facing.PERPETRATOR) | unshielded,
            matter__appearances__record_id=OuterRef("pk"),
        )
        .exclude(matter_id__in=live_exclusions(actor).values("matter_id"))
    )


def _records(actor: Actor, rows: QuerySet[SourceRecord]) -> QuerySet[SourceRecord]:
    if actor.role is Role.LINK_REVIEWER:
        proposals = _proposals(actor, LinkProposal.objects.all())
        touched = LinkDecision.objects.filter(Q(record_a=OuterRef("pk")) | Q(record_b=OuterRef("pk")))
        proposed = proposals.filter(Q(record_a=OuterRef("pk")) | Q(record_b=OuterRef("pk")))
        rows = rows.filter(Exists(proposed) | Exists(touched))
    elif actor.role is Role.INFORMATION_GOVERNANCE:
        rows = rows.filter(organisation_id=actor.organisation_id)
    elif actor.role in WORKING_WITH_PEOPLE:
        own = Q(organisation_id=actor.organisation_id)
        if actor.works_with_perpetrators:  # a part of an organisation that has recorded victims, too
            own = Q(own, ~Exists(Appearance.objects.filter(record=OuterRef("pk"), shielded=True)))
        rows = rows.filter(own | Exists(_opening(actor)))
    else:
        return rows.none()
    return rows.exclude(person_id__in=hidden_persons(actor))


def _persons(actor: Actor, rows: QuerySet[Person]) -> QuerySet[Person]:
    return rows.filter(Exists(_records(actor, SourceRecord.objects.filter(person_id=OuterRef("pk")))))


def _of_records(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """What hangs on a record and finds or describes someone: for those who work with people."""
    if actor.role not in WORKING_WITH_PEOPLE:
        return rows.none()
    return rows.filter(Exists(_records(actor, SourceRecord.objects.filter(pk=OuterRef("record_id")))))


def _relationships(actor: Actor, rows: QuerySet[Relationship]) -> QuerySet[Relationship]:
    if actor.role not in WORKING_WITH_PEOPLE:
        return rows.none()
    return rows.filter(
        Exists(_records(actor, SourceRecord.objects.filter(pk=OuterRef("from_record_id")))),
        Exists(_records(actor, SourceRecord.objects.filter(pk=OuterRef("to_record_id")))),
    )


def _proposals(actor: Actor, rows: QuerySet[LinkProposal]) -> QuerySet[LinkProposal]:
    if actor.role is not Role.LINK_REVIEWER:
        return rows.none()
    return _without_hidden(actor, rows).exclude(recusals__user_id=actor.user_id)


def _link_decisions(actor: Actor, rows: QuerySet[LinkDecision]) -> QuerySet[LinkDecision]:
    return _without_hidden(actor, rows) if actor.role is Role.LINK_REVIEWER else rows.none()


def _without_hidden(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    ids = hidden_persons(actor).values_list("person_id", flat=True)  # few, and mostly none
    hidden = asked_once(("hidden persons", actor), lambda: list(ids))
    return rows.exclude(Q(record_a__person_id__in=hidden) | Q(record_b__person_id__in=hidden)) if hidden else rows


# --- what may be done ---------------------------------------------------------------------------------------


def check_can_record_for(actor: Actor, organisation_id: int) -> None:
    """Raise Refused unless the actor may write records of the organisation: its own people, and the system."""
    if actor.is_system:
        return
    if actor.role not in WORKING_WITH_PEOPLE or actor.organisation_id != organisation_id:
        raise Refused("You can write what your own organisation holds on someone, and nobody else's records.")


def check_can_change(actor: Actor, record: SourceRecord) -> None:
    """Raise Refused unless the record is of the actor's own organisation: nobody alters another's."""
    check_can_record_for(actor, record.organisation_id)


def check_can_change_rule(actor: Actor, rule: ContactRule) -> None:
    """The same for a contact rule."""
    check_can_record_for(actor, rule.record.organisation_id)


def check_can_type(actor: Actor, address: Address) -> None:
    """Raise Refused unless the actor may say what kind an address is.

    Its own organisation may, and an IDVA or a co-ordinator who works on a matter of the person; but only its
    own organisation takes back that it is confidential.
    """
    is_own = address.record.organisation_id == actor.organisation_id and actor.role in WORKING_WITH_PEOPLE
    if is_own:
        return
    if not actor.has_role(*MAY_TYPE_FOR_OTHERS):
        raise Refused("Only the organisation that holds this address, an IDVA or a MARAC co-ordinator may type it.")
    if _seen_only_in_emergency(actor, address.record_id):
        raise Refused("This is open to you for an emergency only. The agency that holds the address says what it is.")
    if address.kind == AddressKind.CONFIDENTIAL:
        raise Refused("This address is confidential. Only the organisation that holds it may change that.")


def _seen_only_in_emergency(actor: Actor, record_id: UUID) -> bool:
    """Asked further only of someone to whom anything is open by an emergency, which is hardly ever."""
    if not live_looks(actor):
        return False
    matters = in_open_matters(actor, Appearance.objects.filter(record=record_id)).values_list("matter_id", flat=True)
    return any(only_in_emergency(actor, [matter_id]) for matter_id in matters)


def check_can_name_reader(actor: Actor, address: Address) -> None:
    """Raise Refused unless the actor may name who reads a protected address."""
    check_can_type(actor, address)
    if address.kind == AddressKind.CONFIDENTIAL and not actor.has_role(Role.IDVA, Role.AGENCY_LEAD):
        raise Refused("Only your organisation's IDVA or lead may name who reads a confidential address.")


def check_can_see_who_looked(actor: Actor, record: SourceRecord) -> None:
    """Raise Refused unless the actor answers for who looks at the organisation's records."""
    if not actor.has_role(*SEES_WHO_LOOKED) or record.organisation_id != actor.organisation_id:
        raise Refused("Only your organisation's lead and its information governance may see who has looked.")


def sees_contact_details(actor: Actor) -> bool:
    """Whether the actor's work may need to reach people at all."""
    return actor.is_system or actor.role in WORKING_WITH_PEOPLE


def may_try_unknown(actor: Actor, agreed_referrer: UUID | None = None) -> bool:
    """Whether the actor may make the one attempt where safety isn't known: the IDVA, or the referrer agreed with
    them.
    """
    return actor.has_role(Role.IDVA) or (agreed_referrer is not None and agreed_referrer == actor.user_id)


def can_change(actor: Actor, record: SourceRecord) -> bool:
    """Whether `check_can_change` would let it through."""
    return _passes(check_can_change, actor, record)


def can_confirm(actor: Actor, rule: ContactRule) -> bool:
    """Whether `check_can_change_rule` would let it through."""
    return _passes(check_can_change_rule, actor, rule)


def can_name_reader(actor: Actor, address: Address) -> bool:
    """Whether `check_can_name_reader` would let it through."""
    return _passes(check_can_name_reader, actor, address)


def can_type(actor: Actor, address: Address) -> bool:
    """Whether `check_can_type` would let it through."""
    return _passes(check_can_type, actor, address)


def _passes(check: decisions.Check, actor: Actor, thing: object) -> bool:
    try:
        check(actor, thing)
    except Stop:
        return False
    return True


def register() -> None:
    """Say what each model opens."""
    decisions.register(
        SourceRecord,
        visible=_records,
        verbs={"see": allow, "change": check_can_change, "see_who_looked": check_can_see_who_looked},
    )
    decisions.register(Person, visible=_persons, verbs={"see": allow})
    decisions.register(
        Address, visible=_of_records, verbs={"see": allow, "type": check_can_type, "name_reader": check_can_name_reader}
    )
    decisions.register(
        ContactRule, visible=_of_records, verbs={"see": allow, "confirm": check_can_change_rule, "try": allow}
    )
    decisions.register(EqualityAnswer, visible=_of_records, verbs={"see": allow})
    decisions.register(Relationship, visible=_relationships, verbs={"see": allow})
    decisions.register(Appearance, visible=in_open_matters, verbs={"see": allow})
    decisions.register(LinkProposal, visible=_proposals, verbs={"see": allow, "decide": allow})
    decisions.register(LinkDecision, visible=_link_decisions, verbs={"see": allow, "undo": allow})
