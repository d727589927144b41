"""What every part of the loading needs: the city, who works where, and where things are in the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar

from wraparound.demo.city.chance import Chance, chance_for, moment
from wraparound.demo.city.making import City, Setting
from wraparound.demo.city.stories import Journey
from wraparound.demo.personas import Staff
from wraparound.foundation.areas.models import Area
from wraparound.foundation.partners.actors import Actor, system
from wraparound.foundation.partners.models import Organisation
from wraparound.foundation.partners.roles import Role
from wraparound.foundation.people.models import SourceRecord
from wraparound.response.cases.models import Incident

BY = system("demo")
BATCH = 400
T = TypeVar("T")


@dataclass
class Loading:
    """One build on its way."""

    setting: Setting
    city: City
    staff: Staff
    area: Area
    records: dict[tuple[str, str], SourceRecord] = field(default_factory=dict)  # (kind of organisation, reference)
    matters: dict[str, uuid.UUID] = field(default_factory=dict)  # of each referral loaded, by its key
    named_otherwise: dict[tuple[str, str], str] = field(default_factory=dict)  # records whose reference a service chose

    def chance(self, *what: object) -> Chance:
        """The chance of one thing in this build."""
        return chance_for(self.setting.seed, "loading", *what)

    def organisation(self, kind: str) -> Organisation:
        """The organisation that stands for its kind."""
        return self.staff.organisations[kind]

    def record(self, journey: Journey, role: str) -> SourceRecord:
        """The record of the victim or perpetrator that the referral made."""
        return self.records[journey.kind, journey.victim_ref if role == "victim" else journey.perpetrator_ref]

    def file_record(self, ref: str) -> SourceRecord:
        """The record of someone that came in the force's files."""
        return self.records["police", ref]

    def find_police_files(self, journeys: Iterable[Journey]) -> None:
        """Look up the records from the force's files of everyone in these referrals whom it knows."""
        refs = {ref for journey in journeys if journey.known_to_police for ref in journey.family.pair}
        force = self.organisation("police")
        for batch in in_batches(sorted(refs), BATCH):
            for record in SourceRecord.objects.filter(organisation=force, external_ref__in=batch):
                self.records["police", record.external_ref] = record

    def find_persons(self) -> None:
        """Look up again who each record's person is, after links were decided."""
        by_pk = {record.pk: record for record in self.records.values()}
        for batch in in_batches(map(str, by_pk), BATCH):
            for pk, person_id in SourceRecord.objects.filter(pk__in=batch).values_list("pk", "person_id"):
                by_pk[pk].person_id = person_id

    def police_matters(self, journeys: Iterable[Journey]) -> dict[tuple[str, str], uuid.UUID]:
        """The matters of the force's cases between the two of these referrals, by their references."""
        refs = {journey.family.victim.ref for journey in journeys if journey.known_to_police}
        found: dict[tuple[str, str], uuid.UUID] = {}
        for batch in in_batches(sorted(refs), BATCH):
            rows = Incident.objects.filter(
                organisation=self.organisation("police"), victim__external_ref__in=batch, perpetrator__isnull=False
            )
            for matter_id, victim, perpetrator in rows.values_list(
                "matter_id", "victim__external_ref", "perpetrator__external_ref"
            ):
                found[victim, perpetrator] = matter_id
        return found

    def referrer(self, journey: Journey) -> Actor:
        """Who refers: a practitioner of the agency (an IDVA of the IDVA service), in turn.

        Two whom the agency referred before are referred again by the same worker: to others the case isn't open.
        """
        roles = (Role.IDVA, Role.PRACTITIONER) if journey.kind == "idva_service" else (Role.PRACTITIONER,)
        return self.staff.one(journey.kind, *roles, turn=int((journey.held_since or journey.key)[1:]))

    @property
    def now(self) -> datetime:
        """The evening before the last day: nothing that is written in bulk happened after it."""
        return moment(self.city.until - timedelta(days=1), time(18, 0))


def in_batches(things: Iterable[T], size: int) -> Iterable[list[T]]:
    """The things in lists of at most `size`."""
    batch: list[T] = []
    for thing in things:
        batch.append(thing)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
