"""Opening cases, who is in them, notes, and the ledger of what was disclosed to whom."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access import services as access
from wraparound.foundation.access.models import Exclusion, Facing, Involvement, Matter, MatterKind
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.models import Area
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Organisation, User
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people import services as people
from wraparound.foundation.people.models import SourceRecord
from wraparound.kit.errors import BadInput, Unknown
from wraparound.kit.events import emit, emit_each
from wraparound.kit.ids import new_reference
from wraparound.response.cases.models import Case, CaseNote, CaseParty, Disclosure, PartyRole
from wraparound.response.cases.permissions import check_case
from wraparound.response.cases.rules import REFERENCE_PREFIX

OWNER = "owner"
OWNERS_PURPOSE = "own case"


def open_case(
    *,
    organisation: Organisation,
    area: Area,
    by: Actor,
    summary: str = "",
    roles: Iterable[Role] = (),
    pair_key: str | None = None,
) -> Case:
    """A new case with its matter, owned by `organisation`, whose people (or some roles of it) are involved from now.

    With `pair_key` (a force's pair of records) it is opened once: a second call gives the first one's case.
    """
    with transaction.atomic(), lifted("open_case"):
        if pair_key:
            existing = Case.objects.filter(pair_key=pair_key).first()
            if existing is not None:
                return existing
        matter = access.open_matter(kind=MatterKind.CASE, organisation=organisation, area=area, by=by)
        case = Case.objects.create(
            matter=matter, reference=free_references(1)[0], summary=summary.strip(), pair_key=pair_key or None
        )
        access.involve(
            matter=matter,
            organisation=organisation,
            purpose=OWNERS_PURPOSE,
            given_for=OWNER,
            by=by,
            roles=roles,
        )
        emit("cases.opened", case=case.pk, matter=matter.pk)
    return case


def free_references(count: int) -> list[str]:
    """So many references that no case has, each once: random ones collide at hundreds of thousands of cases."""
    found: set[str] = set()
    while len(found) < count:
        more = {new_reference(REFERENCE_PREFIX) for _ in range(count - len(found))}
        found |= more - set(Case.objects.filter(reference__in=list(more)).values_list("reference", flat=True))
    return sorted(found)


def add_party(*, case: Case, record: SourceRecord, role: str, by: Actor) -> CaseParty:
    """Someone in a situation, in a role. Idempotent on (case, record, role). Emits ``cases.party_added`` when new.

    Raises BadInput for an unknown role, Unknown for a case that isn't open to `by`.
    """
    return add_parties(case=case, parties=[(record, role)], by=by)[0]


def add_parties(*, case: Case, parties: Sequence[tuple[SourceRecord, str]], by: Actor) -> list[CaseParty]:
    """The same for several (record, role), in as many queries as for one. Returns a party for each."""
    if any(role not in PartyRole.values for _, role in parties):
        raise BadInput("Say which part this person has: victim, perpetrator, child or other.", "role")
    check_case(by, "write", case)
    wanted = {(record.pk, role): record for record, role in parties}
    with transaction.atomic(), lifted("add_party"):
        held = _parties(case, wanted)
        missing = [
            CaseParty(case=case, record=record, role=role, matter_id=case.matter_id)
            for (_, role), record in wanted.items()
            if (record.pk, role) not in held
        ]
        new: list[CaseParty] = []
        if missing:
            CaseParty.objects.bulk_create(missing, ignore_conflicts=True)
            held = _parties(case, wanted)
            new = [p for p in missing if held[p.record_id, p.role].pk == p.pk]  # not what another wrote meanwhile
        people.record_appearances(
            appearances=[people.Appears(case.matter_id, p.record_id, p.role != PartyRole.PERPETRATOR) for p in new],
            by=by,
        )
        log.write_each(by, "add_party", [(party, {"role": party.role}) for party in new])
        emit_each("cases.party_added", [{"party": p.pk, "case": case.pk, "matter": case.matter_id} for p in new])
    return [held[record.pk, role] for record, role in parties]


def _parties(case: Case, wanted: Iterable[tuple[uuid.UUID, str]]) -> dict[tuple[uuid.UUID, str], CaseParty]:
    rows = CaseParty.objects.filter(case=case, record__in={record_id for record_id, _ in wanted})
    return {(party.record_id, party.role): party for party in rows}


def set_grade(*, case: Case, grade: str, by: Actor) -> None:
    """Keep the grade of the latest signed assessment with the case, for lists. The same again changes nothing."""
    with transaction.atomic(), lifted("set_grade"):
        changed = Case.objects.filter(pk=case.pk).exclude(grade=grade).update(grade=grade, version=F("version") + 1)
        if changed:
            log.write(by, "set_grade", case, grade=grade)
    case.grade = grade


def something_happened(*, matter_id: uuid.UUID, at: datetime | None = None) -> None:
    """Bring a case up in the lists of those who work with it: something was added to its chronology at `at` (now)."""
    moment = at or timezone.now()
    with lifted("something_happened"):
        Case.objects.filter(matter_id=matter_id, last_event_at__lt=moment).update(last_event_at=moment)


def add_note(
    *,
    case: Case,
    text: str,
    happened_at: datetime,
    by: Actor,
    agency_only: bool = False,
    never_to_perpetrator: bool = False,
) -> CaseNote:
    """Write into the chronology. Emits ``cases.note_added``.

    Raises BadInput without text, or for a time still to come; Unknown for a case that isn't open to `by`.
    """
    check_case(by, "write", case)
    if not text.strip():
        raise BadInput("Write what happened.", "text")
    if happened_at > timezone.now():
        raise BadInput(
            "What is still to come isn't part of the chronology. Give a time that has passed.", "happened_at"
        )
    with transaction.atomic():
        note = CaseNote.objects.create(
            case=case,
            matter_id=case.matter_id,
            organisation_id=by.organisation_id,
            happened_at=happened_at,
            text=text.strip(),
            agency_only=agency_only,
            never_to_perpetrator=never_to_perpetrator,
            by_id=by.user_id,
        )
        something_happened(matter_id=case.matter_id)
        log.write(by, "add_note", note)
        emit("cases.note_added", note=note.pk, matter=case.matter_id)
    return note


def record_disclosure(
    *,
    matter: Matter,
    from_organisation: Organisation,
    to_organisation: Organisation,
    what: str,
    why: str,
    how: str,
    key: str,
    by: Actor,
    lawful_basis: str = "",
    consent: str = "",
    at: datetime | None = None,
    user_id: uuid.UUID | None = None,
) -> Disclosure:
    """Enter into the ledger what an act disclosed. Once for each `key`: the act's own name and id.

    `user_id` is who disclosed, where that is someone else than who enters it.
    """
    with transaction.atomic(), lifted("record_disclosure"):
        disclosure, _ = Disclosure.objects.get_or_create(
            key=key,
            defaults={
                "matter": matter,
                "from_organisation": from_organisation,
                "to_organisation": to_organisation,
                "what": what[:300],
                "why": why[:300],
                "how": how[:60],
                "lawful_basis": lawful_basis,
                "consent": consent,
                "at": at or timezone.now(),
                "by_id": user_id or by.user_id,
            },
        )
    return disclosure


def record_exception(
    *,
    case: Case,
    to_organisation: Organisation,
    what: str,
    why: str,
    how: str,
    lawful_basis: str,
    by: Actor,
    consent: str = "",
    at: datetime | None = None,
) -> Disclosure:
    """Type in what was disclosed outside this system: by telephone, by letter, in court.

    Raises BadInput where something of it is missing or the other organisation is one's own; Unknown for a closed case.
    """
    check_case(by, "write", case)
    for value, field, sentence in (
        (what, "what", "Say what was disclosed."),
        (why, "why", "Say why it was disclosed: which risk it answers."),
        (how, "how", "Say how it was disclosed."),
        (lawful_basis, "lawful_basis", "Say on which lawful basis it was disclosed."),
    ):
        if not value.strip():
            raise BadInput(sentence, field)
    if to_organisation.pk == by.organisation_id:
        raise BadInput("What stays within your own organisation isn't a disclosure.", "to_organisation")
    moment = at or timezone.now()
    if moment > timezone.now():
        raise BadInput("Give the time at which it was disclosed. It can't be still to come.", "at")
    with transaction.atomic():
        disclosure = Disclosure.objects.create(
            matter_id=case.matter_id,
            from_organisation_id=by.organisation_id,
            to_organisation=to_organisation,
            what=what.strip(),
            why=why.strip(),
            how=how.strip(),
            lawful_basis=lawful_basis.strip(),
            consent=consent,
            is_exception=True,
            at=moment,
            by_id=by.user_id,
            key=f"typed:{uuid.uuid4()}",
        )
        log.write(by, "record_disclosure", disclosure)
        something_happened(matter_id=case.matter_id)
    return disclosure


def exclude_me(*, case: Case, by: Actor) -> Exclusion:
    """ "I know someone here": the actor is out of the case from this moment, and of every other of the same people."""
    check_case(by, "exclude_me", case)
    return access.declare_knowing_someone(matter=case.matter, by=by)


def exclude(
    *, case: Case, by: Actor, reason: str, user: User | None = None, organisation: Organisation | None = None
) -> Exclusion:
    """Close a case to someone, or to an organisation, who must not know of it. For the MARAC co-ordinator.

    Raises Refused for others, BadInput without a reason or exactly one of the two, or for the owner of the case.
    """
    check_case(by, "exclude", case)
    if organisation is not None and organisation.pk == case.matter.organisation_id:
        raise BadInput(
            "The organisation that owns the case can't be shut out of it. Exclude the person.", "organisation"
        )
    return access.exclude(matter=case.matter, by=by, reason=reason, user=user, organisation=organisation)


def lift_exclusion(*, case: Case, exclusion: Exclusion, by: Actor) -> None:
    """Let someone whom the case was closed to know of it again. For another MARAC co-ordinator than they are.

    Raises Unknown where the exclusion is of another case, Refused for others. Lifting again changes nothing.
    """
    check_case(by, "exclude", case)
    if exclusion.matter_id != case.matter_id:
        raise Unknown
    access.lift_exclusion(exclusion=exclusion, by=by)


def disclose_involvement(*, involvement_id: uuid.UUID, by: Actor) -> Disclosure | None:
    """Enter an involvement into the ledger: it opened the case to another organisation than its owner's.

    None where it opened nothing: its owner's own, and a further person or role of an organisation to which the same
    ground had opened it already, as the same workers.
    """
    with lifted("disclose_involvement"):
        given = (
            Involvement.objects.select_related("matter", "matter__organisation", "organisation")
            .filter(pk=involvement_id, matter__kind=MatterKind.CASE)
            .first()
        )
        if given is None or given.organisation_id == given.matter.organisation_id or _was_open(given):
            return None
        return record_disclosure(
            matter=given.matter,
            from_organisation=given.matter.organisation,
            to_organisation=given.organisation,
            what=what_is_opened(given.facing),
            why=given.purpose,
            how=f"Opened in this system ({given.given_for})",
            lawful_basis=given.lawful_basis,
            key=f"involvement:{given.pk}",
            at=given.starts_at,
            user_id=given.given_by_id,
            by=by,
        )


def what_is_opened(facing: str) -> str:
    """What an involvement of this facing opens, as the ledger says it."""
    seen_as = "" if facing == Facing.ALL else f", as seen by those who work with the {facing}"
    return f"The case: who is in it, what happened, and its risk{seen_as}"


def _was_open(given: Involvement) -> bool:
    """Whether an earlier involvement on the same ground was open when this one was given."""
    like = Involvement.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=given.starts_at),
        matter=given.matter,
        organisation=given.organisation,
        given_for=given.given_for,
        facing=given.facing,
        starts_at__lte=given.starts_at,
    )
    return like.exclude(starts_at=given.starts_at, pk__gte=given.pk).exists()
