"""Reads of cases, narrowed to what the actor may see. What isn't narrowed says so: it is for services."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from wraparound.foundation.access import log
from wraparound.foundation.access.decisions import check, check_open, facing_of, get_visible, visible
from wraparound.foundation.access.models import Exclusion, Facing, Involvement
from wraparound.foundation.access.redaction import Audience, HeldAddress
from wraparound.foundation.access.shown import asked_once
from wraparound.foundation.access.wall import lifted
from wraparound.foundation.areas.clocks import today
from wraparound.foundation.partners.actors import Actor
from wraparound.foundation.partners.models import Membership, Organisation, User
from wraparound.foundation.partners.roles import WORKING_WITH_PEOPLE
from wraparound.foundation.people import queries as people
from wraparound.foundation.people.models import name_of
from wraparound.foundation.rulesets.queries import in_force
from wraparound.kit.errors import Unknown
from wraparound.kit.ids import reference_meant
from wraparound.kit.registry import ChronologyEntry, chronology_sources
from wraparound.response.cases.models import (
    Case,
    CaseNote,
    CaseParty,
    ChildExposure,
    Disclosure,
    Incident,
    PartyRole,
)
from wraparound.response.cases.rules import REFERENCE_PREFIX


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases that `actor` may know of."""
    return visible(actor, Case.objects.select_related("matter__organisation"))


def case_for(actor: Actor, pk: uuid.UUID) -> Case:
    """One case; raises Unknown where there is none that `actor` may know of."""
    return get_visible(actor, Case.objects.select_related("matter__organisation", "matter__area"), pk=pk)


def look_at(actor: Actor, case: Case, part: str = "") -> None:
    """Log that `actor` looked at a case, or at a part of it (chronology, people, sharing)."""
    log.write(actor, "see", case, part=part)


def case_of_matter(matter_id: uuid.UUID) -> Case | None:
    """The case that owns a matter, or None where something else does. Unnarrowed: for services."""
    rows = Case.objects.select_related("matter__organisation", "matter__area").filter(matter_id=matter_id)
    return asked_once(("case of matter", matter_id), rows.first)


def cases_of_matters(actor: Actor, matter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Case]:
    """{matter id: case} of those that the actor may see. One query."""
    rows = cases_visible_to(actor).filter(matter_id__in=list(matter_ids))
    return {case.matter_id: case for case in rows}


def parties(actor: Actor, case: Case) -> list[CaseParty]:
    """Who is in a case, as far as `actor` may see: victims, perpetrators, children, others."""
    rows = visible(actor, CaseParty.objects.filter(case=case)).select_related("record__organisation", "record__person")
    return sorted(rows, key=lambda party: (ROLE_ORDER[party.role], party.since, str(party.pk)))


ROLE_ORDER: dict[str, int] = {PartyRole.VICTIM: 0, PartyRole.PERPETRATOR: 1, PartyRole.CHILD: 2, PartyRole.OTHER: 3}


class NamedParty(NamedTuple):
    """Who is in a case, as a list names them: a page of cases makes hundreds, so that a model each would cost more."""

    case_id: uuid.UUID
    role: str
    person_id: uuid.UUID
    full_name: str
    dob: date | None


def parties_of_cases(actor: Actor, case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[NamedParty]]:
    """Who is in each of several cases, as far as `actor` may see, each person once in each role. One query."""
    rows = visible(actor, CaseParty.objects.filter(case_id__in=list(case_ids))).order_by("since", "pk")
    named = ("case_id", "role", "record__person_id", "record__given_names", "record__family_name", "record__dob")
    found: dict[uuid.UUID, dict[tuple[uuid.UUID, str], NamedParty]] = {}
    for case_id, role, person_id, given_names, family_name, dob in rows.values_list(*named):
        party = NamedParty(case_id, role, person_id, name_of(given_names, family_name), dob)
        found.setdefault(case_id, {}).setdefault((person_id, role), party)
    return {
        case_id: sorted(parties.values(), key=lambda party: ROLE_ORDER[party.role])
        for case_id, parties in found.items()
    }


def incidents_for(actor: Actor, matter_id: uuid.UUID) -> QuerySet[Incident]:
    """The incidents of a case, the newest first, with the children whom `actor` may see."""
    children = visible(actor, ChildExposure.objects.select_related("record"))
    return (
        visible(actor, Incident.objects.filter(matter_id=matter_id))
        .select_related("organisation", "victim", "perpetrator")
        .prefetch_related(Prefetch("children", queryset=children))
        .order_by("-occurred_from", "pk")
    )


def exposures_for(actor: Actor, matter_id: uuid.UUID) -> list[ChildExposure]:
    """How each child of a case was exposed, incident by incident, the newest first."""
    rows = visible(actor, ChildExposure.objects.filter(matter_id=matter_id))
    return list(rows.select_related("record", "incident").order_by("-incident__occurred_from", "pk"))


def notes_for(actor: Actor, matter_id: uuid.UUID) -> QuerySet[CaseNote]:
    """The notes of a case that `actor` may read."""
    return visible(actor, CaseNote.objects.filter(matter_id=matter_id)).select_related("organisation", "by")


def disclosures_for(actor: Actor, matter_id: uuid.UUID) -> QuerySet[Disclosure]:
    """The ledger of a case, the newest first."""
    rows = visible(actor, Disclosure.objects.filter(matter_id=matter_id))
    return rows.select_related("from_organisation", "to_organisation", "by").order_by("-at", "pk")


@dataclass(frozen=True)
class Involved:
    """An organisation that works with a case: why, and since when."""

    organisation_id: int
    organisation: str
    short_name: str
    why: str
    since: datetime
    facing: str


def who_is_involved(actor: Actor, matter_id: uuid.UUID) -> list[Involved]:
    """The organisations involved now, each once, the longest involved first.

    A perpetrator's worker is told only of those who work with the perpetrator: who supports the victim may find her.
    """
    check_open(actor, matter_id)
    return asked_once(("who is involved", actor, matter_id), lambda: _involved(actor, matter_id))


def _involved(actor: Actor, matter_id: uuid.UUID) -> list[Involved]:
    now = timezone.now()
    rows = (
        Involvement.objects.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now), matter_id=matter_id, starts_at__lte=now
        )
        .select_related("organisation")
        .order_by("starts_at", "pk")
    )
    narrow = not actor.is_system and facing_of(actor, matter_id) == Facing.PERPETRATOR
    found: dict[int, Involved] = {}
    for row in rows:
        if narrow and row.facing != Facing.PERPETRATOR and row.organisation_id != actor.organisation_id:
            continue
        found.setdefault(
            row.organisation_id,
            Involved(
                organisation_id=row.organisation_id,
                organisation=row.organisation.name,
                short_name=row.organisation.short_name,
                why=row.purpose,
                since=row.starts_at,
                facing=row.facing,
            ),
        )
    return list(found.values())


def chronology(actor: Actor, matter_id: uuid.UUID, kinds: Collection[str] = ()) -> list[ChronologyEntry]:
    """What happened, from every app that contributes, the newest first; only what `actor` may see.

    `kinds` keeps some of them. Raises Unknown where the matter isn't open to `actor`.
    """
    check_open(actor, matter_id)
    entries = [entry for source in chronology_sources for entry in source(actor, matter_id)]
    if kinds:
        entries = [entry for entry in entries if entry.kind in kinds]
    return sorted(entries, key=lambda entry: (entry.at, entry.kind, entry.title), reverse=True)


@dataclass(frozen=True)
class Reader:
    """For whom a text of a matter is shown, and the addresses that must be taken out of it."""

    audience: Audience
    addresses: tuple[HeldAddress, ...]
    sees_victim: bool


def reader_of(actor: Actor, matter_id: uuid.UUID) -> Reader:
    """What redaction needs to know, once for a page."""
    facing = "all" if actor.is_system else facing_of(actor, matter_id)
    audience = Audience(user_id=str(actor.user_id or ""), facing=facing)
    addresses = tuple(people.held_addresses_of_matter(matter_id))
    return Reader(audience, addresses, sees_victim=not audience.is_perpetrator_facing)


def police_incidents_between(
    victim_person_ids: Collection[uuid.UUID], perpetrator_person_ids: Collection[uuid.UUID], since: datetime
) -> QuerySet[Incident]:
    """Incidents since a moment with these people as victim and perpetrator, the newest first.

    Unnarrowed: for the criteria.
    """
    rows = Incident.objects.filter(victim__person_id__in=list(victim_person_ids), occurred_from__gte=since)
    rows = rows.filter(perpetrator__person_id__in=list(perpetrator_person_ids))
    return rows.select_related("organisation").order_by("-occurred_from", "pk")


def incidents_of_run(run_id: uuid.UUID) -> QuerySet[Incident]:
    """The incidents that an import brought or changed. Unnarrowed: for services that look at what arrived."""
    return Incident.objects.filter(import_run_id=run_id).order_by("occurred_from", "pk")


def filtered(actor: Actor, *, grade: str = "", held: str = "", is_open: bool = False) -> QuerySet[Case]:
    """The cases of the list: of a grade ("none" for not assessed), held by one's own or by others, open ones."""
    rows = cases_visible_to(actor)
    if grade:
        rows = rows.filter(grade="" if grade == "none" else grade)
    if held == "own":
        rows = rows.filter(matter__organisation_id=actor.organisation_id)
    elif held == "others":
        rows = rows.exclude(matter__organisation_id=actor.organisation_id)
    return rows.filter(closed_at__isnull=True) if is_open else rows


def other_organisations(actor: Actor) -> list[Organisation]:
    """Every organisation but the actor's own."""
    return list(Organisation.objects.exclude(pk=actor.organisation_id).order_by("name", "pk"))


def lawful_bases(case: Case) -> list[tuple[str, str]]:
    """The lawful bases that may be chosen from in the case's area: (label, label)."""
    params = in_force("marac.sharing", case.matter.area, today()).params
    return [(label, label) for label in params.model_dump()["lawful_bases"].values()]


def who_could_be_excluded(actor: Actor, case: Case) -> tuple[list[User], list[Organisation]]:
    """People who hold a live role in an organisation involved now, and those organisations but the owner's."""
    involved = [row.organisation_id for row in who_is_involved(actor, case.matter_id)]
    held = Membership.objects.live().filter(organisation_id__in=involved, role__in=WORKING_WITH_PEOPLE)
    users = User.objects.filter(pk__in=held.values("user_id")).exclude(pk=actor.user_id).order_by("name", "pk")
    organisations = Organisation.objects.filter(pk__in=involved).exclude(pk=case.matter.organisation_id)
    return list(users), list(organisations.exclude(pk=actor.organisation_id).order_by("name", "pk"))


def exclusions_of(actor: Actor, case: Case) -> list[Exclusion]:
    """To whom a case is closed, the latest first. For who may exclude; the case must be open to them."""
    check(actor, "exclude", case)
    with lifted("exclusions_of_case"):
        rows = Exclusion.objects.filter(matter_id=case.matter_id, lifted_at__isnull=True)
        return list(rows.select_related("user", "organisation", "made_by").order_by("-made_at", "pk"))


def exclusion_of(actor: Actor, case: Case, pk: uuid.UUID) -> Exclusion:
    """One exclusion of a case, one that was lifted too. Raises Unknown."""
    check(actor, "exclude", case)
    with lifted("exclusions_of_case"):
        rows = Exclusion.objects.filter(matter_id=case.matter_id, pk=pk)
        found = rows.select_related("user", "organisation", "made_by").first()
    if found is None:
        raise Unknown
    return found


def by_reference(actor: Actor, words: str, limit: int) -> list[Case]:
    """Cases whose reference, however it is typed, or one of whose incident or crime numbers is `words`."""
    wanted = reference_meant(REFERENCE_PREFIX, words)
    cases = list(cases_visible_to(actor).filter(reference=wanted)[:limit])
    if cases:
        return cases
    number = words.strip()
    by_crime = Q(crime_ref=number) & ~Q(crime_ref="")  # as the index of crime numbers says it
    rows = visible(actor, Incident.objects.filter(Q(incident_ref=number) | by_crime))
    return [incident.case for incident in rows.select_related("case__matter__organisation")[:limit]]


def open_cases_of(actor: Actor) -> QuerySet[Case]:
    """High-risk open cases that the actor may see: what a practitioner looks at first."""
    return cases_visible_to(actor).filter(closed_at__isnull=True, grade="high")
